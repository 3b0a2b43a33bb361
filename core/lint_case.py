"""What the checks of a policy look at, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.deadlines import Statute
from core.policy import Policy
from core.reckoning import Calendar
from core.requests import Right


class Severity(StrEnum):
    """How bad a gap is."""

    ERROR = "error"  # what is published or set breaks the law
    WARNING = "warning"  # it may, or somebody will be hindered or misled
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True)
class Gap:
    """One difference between a policy and its law: where in the file, what, and what to do."""

    severity: Severity
    where: str  # "rights.access.promise"
    problem: str
    help: str


@dataclass(frozen=True, slots=True)
class Case:
    """A policy beside the law that it names."""

    policy: Policy
    #: With the numbers of the company's counsel, and as its file has it.
    statute: Statute
    preset: Statute
    calendar: Calendar
    today: date
    #: The languages that there are texts in.
    spoken: frozenset[str]

    def article(self, rule: str) -> str:
        """Where a rule stands, in brackets after a space; empty where this law was not read for it."""
        found = _ARTICLES.get(self.statute.name, {}).get(rule)
        return f" ({found})" if found else ""


#: Looks for one kind of gap.
Check = Callable[[Case], Iterator[Gap]]

#: By statute and rule: where it stands. What `core.lint` says of it holds under laws without an entry as well.
_ARTICLES: Mapping[str, Mapping[str, str]] = {
    "vn-pdpl-2026": {
        "ages": "Law 91/2025 art. 24.2",
        "breach": "Law 91/2025 art. 23.1",
        "complain": "Law 91/2025 art. 4.1.đ",
        "document": "Law 91/2025 art. 29.2; Decree 356/2025 art. 4.1.i",
        "keep": "Law 91/2025 art. 14.2",
        "obstruct": "Law 91/2025 art. 4.4",
        "pass_on": "Law 91/2025 art. 13.2, 14.3",
        "written": "Law 91/2025 art. 10.2",
    },
    "gdpr": {
        "breach": "GDPR art. 33, 34",
        "complain": "GDPR art. 77",
        "document": "GDPR art. 12(6)",
        "keep": "GDPR art. 17(3)",
        "obstruct": "GDPR art. 12(2)",
        "pass_on": "GDPR art. 19",
    },
    "uk-gdpr": {
        "breach": "UK GDPR art. 33, 34",
        "complain": "UK GDPR art. 77",
        "document": "UK GDPR art. 12(6)",
        "keep": "UK GDPR art. 17(3)",
        "obstruct": "UK GDPR art. 12(2)",
        "pass_on": "UK GDPR art. 19",
    },
}


def named(rights: Iterable[Right]) -> str:
    """Rights as an English list."""
    return ", ".join(right.replace("_", " ") for right in rights)


def day_words(day: date) -> str:
    return f"{day:%a} {day.isoformat()}"
