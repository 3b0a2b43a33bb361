"""Which policy a command is about: the one that is named, else the one that the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.console import Mendable
from app.starting import loaded
from policies.load import policy_names


@dataclass(frozen=True, slots=True)
class Chosen:
    """A policy's name or file, with the company's own texts and holidays where the settings name them."""

    source: str
    templates: Path | None = None
    holidays: Path | None = None


def chosen(named: str, settings: Path) -> Chosen:
    """The policy of that name or file. Raises Mendable where none is named and there are no settings."""
    if named:
        return Chosen(named)
    if settings.is_file():
        found = loaded(settings, silent=True)
        return Chosen(found.policy, found.templates, found.holidays)
    raise Mendable(
        f"There is no settings file {settings} that would name your policy. Name the policy itself: a file, "
        f"or one of the shipped ones ({', '.join(policy_names())})."
    )
