"""Tells in plain sentences what a policy says: `privacydesk policy explain`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.chosen_policy import Chosen, chosen
from app.console import say
from app.starting import plain_words
from core.deadlines import Statute, Term
from core.policy import Policy, RightRule, System
from core.reckoning import Calendar, reckon, reckoned
from core.requests import Right
from policies.calendars import calendar
from policies.load import load_policy, statute_of
from templates.explained import LANGUAGES, explanation
from templates.render import Texts


@dataclass(frozen=True, slots=True)
class Row:
    """One right: what the policy asks, both clocks, and the dates of what comes in today."""

    right: Right
    rule: RightRule
    law: Term | None
    third_party: Term | None
    extension: Term | None
    source: str
    sure: str
    law_day: date | None
    promise_day: date | None
    systems: tuple[System, ...]

    @property
    def binding(self) -> date | None:
        """The earlier of both dates."""
        return min((day for day in (self.law_day, self.promise_day) if day), default=None)

    @property
    def binds(self) -> str:
        """Which clock gives it: "law", "promise" or "both"."""
        if self.law_day == self.promise_day:
            return "both"
        return "law" if self.binding == self.law_day else "promise"


def explain(named: str, language: str, settings: Path) -> None:
    """Print the explanation; without a language in the policy's first, or in English. Raises Mendable."""
    with plain_words():
        found = chosen(named, settings)
        policy = load_policy(found.source)
        spoken = language or (policy.language if policy.language in LANGUAGES else "en")
        text = explained(found, policy, spoken, _today(policy))
    for line in text.splitlines():
        heading = line.startswith("# ")
        say(line.removeprefix("# "), "bold" if heading else "")


def explained(found: Chosen, policy: Policy, language: str, today: date) -> str:
    """The text, with its headings marked. Raises PolicyErrors, UnknownCountry, NoWorkingDay or PhraseError."""
    statute = statute_of(policy)
    days = calendar(policy.country, policy.working_days, found.holidays)
    fields = {
        "today": today,
        "source_name": Path(found.source).name,
        "statute": statute,
        "rows": list(_rows(policy, statute, days, today)),
    }
    return explanation(Texts(policy, found.templates), policy, language, fields)


def _rows(policy: Policy, statute: Statute, days: Calendar, today: date) -> Iterator[Row]:
    for right, rule in policy.rights.items():
        known = statute.provenance.get(right)
        due = reckon(statute, right, today, days).due
        yield Row(
            right,
            rule,
            statute.terms.get(right),
            statute.third_party.get(right),
            statute.extensions.get(right),
            known.source if known else "",
            known.sure if known else "",
            due.safe if due else None,
            reckoned(rule.promise, today, days).safe if rule.promise else None,
            tuple(system for system in policy.systems if right in system.rights),
        )


def _today(policy: Policy) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(policy.timezone)).date()
