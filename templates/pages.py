"""The pages of the web, in the reader's language: no scripts, nothing remote, one style that a hash allows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from core.policy import Policy
from templates.dates import moment_text

_OWN = Path(__file__).parent / "web"
#: The pages that say nothing of any link, in both languages at once.
FIXED = ("gone", "asked", "busy", "trouble")


class Pages:
    """Renders pages; `override` is the company's own folder, where `web/` wins over ours.

    Raises jinja2.TemplateError for a broken page of the company's own.
    """

    def __init__(self, policy: Policy, override: Path | None = None) -> None:
        folders = [_OWN] if override is None else [override / "web", _OWN]
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._zone, self._policy = ZoneInfo(policy.timezone), policy
        style = next(path for folder in folders if (path := folder / "style.css").is_file())
        self._style = style.read_text(encoding="utf-8")
        self._fixed = {name: self._render(f"{name}.html", policy.language, {}) for name in FIXED}

    @property
    def style_hash(self) -> str:
        """What allows our style, and no other, in a Content-Security-Policy (CSP Level 3, 2.3.1)."""
        digest = hashlib.sha256(self._style.encode()).digest()
        return f"sha256-{base64.b64encode(digest).decode()}"

    def fixed(self, name: str) -> str:
        """A page that is the same for everybody: one of FIXED."""
        return self._fixed[name]

    def page(self, language: str, fields: Mapping[str, object]) -> str:
        """The one-time page; moments and sizes (bytes, under "size") may be given as they are."""
        spoken = language if (_OWN / language / "page.html").is_file() else self._policy.language
        words = {name: self._word(name, value, spoken) for name, value in fields.items()}
        return self._render(f"{spoken}/page.html", spoken, words)

    def _word(self, name: str, value: object, language: str) -> object:
        if isinstance(value, datetime):
            return moment_text(value.astimezone(self._zone), language)
        return size_text(value, language) if name == "size" and isinstance(value, int) else value

    def _render(self, template: str, language: str, fields: Mapping[str, object]) -> str:
        contact = self._policy.contact
        common = {
            "language": language,
            # Escaped, it would be another text than the one that is hashed.
            "style": Markup(self._style),
            "organisation": self._policy.name,
            "help_address": contact.email,
            "phone": contact.phone,
        }
        return self._environment.get_template(template).render(common | dict(fields))


def size_text(size: int, language: str) -> str:
    """A size as people read it: kB and MB of a thousand."""
    if size < 1000:
        return f"{size} B"
    number, unit = (size / 1000, "kB") if size < 1_000_000 else (size / 1_000_000, "MB")
    text = f"{number:.1f} {unit}"
    return text.replace(".", ",") if language == "vi" else text
