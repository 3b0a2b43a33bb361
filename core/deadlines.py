"""When something is due: statute and promise, working days, the earlier one binds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from core.requests import DueDate, Right


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as laws and policies state it."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"{self.count} {unit if self.count != 1 else unit.removesuffix('s')}"


#: Says whether a day is a working day: weekday set, public holidays, make-up days.
Workdays = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a term stands, and how sure that is.

    `sure` is "P" (the text itself was read), "V2" (two independent sources agree), "V1" (one source),
    "INF" (inferred), "MEM" (from memory), "CONFLICT" (sources disagree; the stricter reading is taken) or
    "COUNSEL" (the company's own counsel says so).
    """

    source: str
    sure: str

    @property
    def is_confirmed(self) -> bool:
        return self.sure in ("P", "V2", "COUNSEL")


@dataclass(frozen=True, slots=True)
class Statute:
    """The terms of one law."""

    name: str
    acknowledge: Term | None
    terms: Mapping[Right, Term]
    #: Replaces the term where a processor or third party must act too.
    third_party: Mapping[Right, Term] = field(default_factory=dict)
    #: How much longer it may take, once, with notice and reason.
    extensions: Mapping[Right, Term] = field(default_factory=dict)
    provenance: Mapping[Right, Provenance] = field(default_factory=dict)
    #: The law's full name by language.
    title: Mapping[str, str] = field(default_factory=dict)
    #: Whose public holidays count where no company's policy says so (ISO 3166-1); empty: weekends alone.
    country: str = ""
    timezone: str = "UTC"
    #: The first and the last day on which a request had to be received to fall under it.
    since: date | None = None
    until: date | None = None
    #: What allows a term that ends on a rest day to end on the next working day; empty: nothing is known to.
    rolls: str = ""
    #: The law for requests from before `since`.
    predecessor: str = ""

    def term(self, right: Right, third_party: bool = False) -> Term | None:
        """The term of a right; where a processor or third party must act too, it may be a longer one."""
        longer = self.third_party.get(right) if third_party else None
        return longer or self.terms.get(right)

    def holds_on(self, received: date) -> bool:
        """Whether a request received that day falls under it."""
        return (self.since or received) <= received <= (self.until or received)


class NoWorkingDay(ValueError):
    """The calendar knows no working day within a year: its weekday set is empty or its data are wrong."""


def end_of(term: Term, start: date, works: Workdays) -> date:
    """The last day of a term that starts on `start`; the first day is not counted (Civil Code 2015 art. 147).

    Months end on the same day of the month, or on its last day where there is none (art. 148). Hours count
    from the moment itself (art. 147.1): they are whole days here, and end at the hour at which they began.
    Raises NoWorkingDay.
    """
    if term.unit is Unit.HOURS:
        return start + timedelta(days=term.count // 24)
    if term.unit is Unit.MONTHS:
        return _months_later(start, term.count)
    if term.unit is Unit.DAYS:
        return start + timedelta(days=term.count)
    day = start
    for _ in range(term.count):
        day = rolled(day + timedelta(days=1), works)
    return day


def safe(day: date, works: Workdays) -> date:
    """The last working day on or before `day`: late by no reading of the law. Raises NoWorkingDay."""
    return _nearest(day, -1, works)


def rolled(day: date, works: Workdays) -> date:
    """The first working day on or after `day`, where a term ends by Civil Code 2015 art. 148.5.

    For information only: no source says that the rule covers the terms of Decree 356/2025.
    Raises NoWorkingDay.
    """
    return _nearest(day, 1, works)


def due(statute: Term | None, promise: Term | None, received: date, works: Workdays) -> DueDate:
    """Both clocks and the one that binds, each as its safe date. Raises ValueError where both are missing."""
    by_law = safe_end_of(statute, received, works) if statute else None
    by_promise = safe_end_of(promise, received, works) if promise else None
    known = [day for day in (by_law, by_promise) if day]
    if not known:
        raise ValueError("neither the law nor the organisation's policy gives a term for this right")
    return DueDate(statute=by_law, promise=by_promise, binding=min(known))


def acknowledge_by(statute: Statute, received: date, works: Workdays) -> date | None:
    """The last safe day to confirm receipt; None where the law sets no term for it."""
    return safe_end_of(statute.acknowledge, received, works) if statute.acknowledge else None


def safe_end_of(term: Term, start: date, works: Workdays) -> date:
    """The safe date of a term: its end, or the last working day before it, yet never on or before `start`."""
    end = end_of(term, start, works)
    day = safe(end, works)
    return day if day > start else end


def working_days_left(today: date, due_on: date, works: Workdays) -> int:
    """Working days after `today` up to and with `due_on`; negative by as many as it is late."""
    first, last = sorted((today, due_on))
    count = sum(works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return count if due_on >= today else -count


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _nearest(day: date, direction: int, works: Workdays) -> date:
    for distance in range(366):
        candidate = day + timedelta(days=direction * distance)
        if works(candidate):
            return candidate
    raise NoWorkingDay("the calendar has no working day within a year")
