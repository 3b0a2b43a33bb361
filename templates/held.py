"""The plain text of what the desk itself holds about somebody, for that person to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.policy import Policy
from templates.dates import moment_text
from templates.render import Texts

_FOLDER = Path(__file__).parent / "held"


def held_text(texts: Texts, policy: Policy, language: str, fields: Mapping[str, object]) -> str:
    """The text in a language, "vi" or "en". Raises jinja2.UndefinedError where a field is missing."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # plain text
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    zone = ZoneInfo(policy.timezone)

    def moment(at: datetime) -> str:
        return moment_text(at.astimezone(zone), language)

    def say(name: str) -> str:
        return texts.phrase(name, language)

    words = {"organisation": policy.name, "moment": moment, "say": say}
    return environment.get_template(f"{language}.txt").render(words | dict(fields))
