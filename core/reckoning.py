"""How a due date comes about, step by step: what a person needs to check it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from core.deadlines import Statute, Term, Unit, Workdays, end_of, rolled, safe_end_of
from core.requests import Right


class Calendar(Protocol):
    """The working days of somebody, and why a day is none."""

    def works(self, day: date) -> bool: ...

    def reason(self, day: date) -> str:
        """Why nobody works that day, or works although it is a rest day; empty for a plain working day."""
        ...

    def doubt(self, year: int) -> str:
        """Why the calendar of a year may still change; empty where it is official."""
        ...


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The dates of one term: as the law counts it, and both ways out where that is no working day."""

    term: Term
    raw: date
    #: The last working day on or before it: late by no reading of the law.
    safe: date
    #: The first working day on or after it.
    rolled: date

    @property
    def dates(self) -> tuple[date, date, date]:
        return self.raw, self.safe, self.rolled


@dataclass(frozen=True, slots=True)
class Reckoning:
    """All dates of one right for one day of receipt."""

    right: Right
    received: date
    acknowledge: Reckoned | None
    due: Reckoned | None
    #: With the one extension that the law allows; None where it allows none.
    extended: Reckoned | None
    #: Whether the term is the one for where a processor or third party must act too.
    is_third_party: bool = False


def reckon(
    statute: Statute, right: Right, received: date, calendar: Calendar, third_party: bool = False
) -> Reckoning:
    """The dates that a statute gives a right. Raises NoWorkingDay.

    A third-party term replaces the ordinary one, and is not extended: no source says that both add up.
    """
    term, longer = statute.term(right, third_party), statute.extensions.get(right)
    is_third_party = third_party and right in statute.third_party
    due = reckoned(term, received, calendar) if term else None
    extended = extension_of(term, longer, received, calendar) if term and longer else None
    return Reckoning(
        right,
        received,
        reckoned(statute.acknowledge, received, calendar) if statute.acknowledge else None,
        due,
        None if is_third_party else extended,
        is_third_party,
    )


def reckoned(term: Term, received: date, calendar: Calendar) -> Reckoned:
    """The dates of a term that begins with the day of receipt. Raises NoWorkingDay."""
    works = calendar.works
    raw = end_of(term, received, works)
    return Reckoned(term, raw, safe_end_of(term, received, works), rolled(raw, works))


def extension_of(term: Term, longer: Term, received: date, calendar: Calendar) -> Reckoned:
    """The dates of a term with its extension."""
    whole, start = lengthened(term, longer, received, calendar.works)
    return reckoned(whole, start, calendar)


def lengthened(term: Term, longer: Term, received: date, works: Workdays) -> tuple[Term, date]:
    """A term with its extension, and from when: terms of one unit are added up, others follow each other."""
    if term.unit is longer.unit:
        return Term(term.count + longer.count, term.unit), received
    return longer, end_of(term, received, works)


def days_of(term: Term, received: date, calendar: Calendar) -> Iterator[tuple[date, int]]:
    """Each day of a term in working days, with its number; 0 for a day that does not count."""
    if term.unit is not Unit.WORKING_DAYS:
        return
    day, count = received, 0
    while count < term.count:
        day += timedelta(days=1)
        count += calendar.works(day)
        yield day, count if calendar.works(day) else 0
