"""How long the desk keeps what it holds itself, and so what is due to be erased at a moment."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.hand_over import Terms
from core.schema import Key, table, wrong

_PERIOD = re.compile(r"P(?=\d)(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?")


class Kept(StrEnum):
    """The kinds of things that the desk keeps and erases by itself."""

    REQUESTS = "requests"  # closed ones, with their messages, letters and raw mails
    RESULTS = "results"  # what was handed over, and what could not be
    MESSAGES = "messages"  # what came in and belongs to no request
    LETTERS = "letters"  # what went out and belongs to no request
    MARKS = "marks"  # keyed hashes of what happened once, and of Message-IDs
    DRAFTS = "drafts"  # conversations that nobody went on with


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time by the calendar (ISO 8601 duration without hours)."""

    years: int = 0
    months: int = 0
    days: int = 0

    def before(self, moment: datetime) -> datetime:
        """The moment so long before, in UTC; a day that its month lacks is the month's last."""
        moment = moment.astimezone(UTC)
        months = moment.year * 12 + moment.month - 1 - (self.years * 12 + self.months)
        year, month = divmod(months, 12)
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) - timedelta(days=self.days)

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        return "P" + "".join(f"{count}{unit}" for count, unit in parts if count)


@dataclass(frozen=True, slots=True)
class DeskRetention:
    """The organisation's terms for the desk's own data."""

    requests: Period = Period(years=3)  # after they were closed
    technical: Period = Period(days=90)  # after they came or were written
    results: Period = Period(days=7)  # after they were laid out, or their request was completed


#: Not for the organisation to lengthen: nobody needs a draft after a day.
ONE_DAY = Period(days=1)

#: By kind: which term holds.
TERMS: Mapping[Kept, Callable[[DeskRetention], Period]] = {
    Kept.REQUESTS: lambda terms: terms.requests,
    Kept.RESULTS: lambda terms: terms.results,
    Kept.MESSAGES: lambda terms: terms.technical,
    Kept.LETTERS: lambda terms: terms.technical,
    Kept.MARKS: lambda terms: terms.technical,
    Kept.DRAFTS: lambda terms: ONE_DAY,
}


def cut_offs(terms: DeskRetention, now: datetime) -> Mapping[Kept, datetime]:
    """By kind: what is as old as this, or older, is due to be erased."""
    return {kind: term(terms).before(now) for kind, term in TERMS.items()}


def read_period(value: object) -> Period:
    """ "P3Y", "P90D", "P1Y6M": a period of at least a day. Raises Wrong."""
    found = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    years, months, weeks, days = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    if not (years or months or weeks or days):
        raise wrong("is no period", 'Write for example "P3Y", "P6M" or "P90D": never for ever.')
    return Period(years, months, weeks * 7 + days)


def _read_results(value: object) -> Period:
    """No shorter than a link lives: the letter that brings it says how long that is. Raises Wrong."""
    period, least = read_period(value), Terms().life.days
    if not (period.years or period.months or period.days >= least):
        raise wrong("is shorter than a link to results lives", f'Write "P{least}D" or more.')
    return period


#: What holds where the policy says nothing.
_PRODUCT = DeskRetention()

#: Reads the policy's table.
read_desk_retention = table(
    DeskRetention,
    {
        "requests": Key(read_period, _PRODUCT.requests),
        "technical": Key(read_period, _PRODUCT.technical),
        "results": Key(_read_results, _PRODUCT.results),
    },
)
