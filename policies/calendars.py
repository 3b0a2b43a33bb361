"""Says which days are worked: weekdays, public holidays, and a file of corrections that wins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from core.deadlines import Workdays
from core.policy_parsing import PolicyErrors
from core.schema import Key, Wrong, day, several, table, text, whole
from policies.load import read_toml

_HERE = Path(__file__).parent / "holidays"


class UnknownCountry(ValueError):
    """No public holidays are known for this country."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a holiday file changes; `provisional` holds the years that are not official yet, and why."""

    add: frozenset[date] = frozenset()
    remove: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()
    provisional: Mapping[int, str] | None = None
    #: What the added days are, as their source says.
    named: Mapping[date, str] = field(default_factory=dict)


#: The public holidays of a year with their names, and its make-up days.
Year = tuple[Mapping[date, str], frozenset[date]]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of a company in a country: `core.reckoning.Calendar`."""

    weekdays: Collection[int]
    changes: Corrections
    #: From a year to its public holidays, by name, and its make-up days.
    year_of: Callable[[int], Year]

    def works(self, day: date) -> bool:
        """Whether it is a working day; make-up days are worked whatever their weekday."""
        if day in self.changes.make_up:
            return True
        holidays, made_up = self.year_of(day.year)
        if day in self.changes.add:
            return False
        if day in made_up:
            return True
        return day.weekday() in self.weekdays and (day not in holidays or day in self.changes.remove)

    def reason(self, day: date) -> str:
        """Why nobody works that day, or works although it is a rest day; empty for a plain working day."""
        works, rests = self.works(day), day.weekday() not in self.weekdays
        if works:
            return f"a {day:%A} that is worked in exchange for a day off" if rests else ""
        name = self.changes.named.get(day) or self.year_of(day.year)[0].get(day)
        return f"a public holiday ({name})" if name else f"a {day:%A}"

    def doubt(self, year: int) -> str:
        """Why the calendar of a year may still change; empty where it is official."""
        return (self.changes.provisional or {}).get(year, "")


def calendar(
    country: str, weekdays: Collection[int], corrections: Path | Corrections | None = None
) -> WorkCalendar:
    """The calendar of a country (ISO 3166-1, "VN"; empty: without public holidays).

    `weekdays` are those that a company works on (Monday is 0). Without `corrections` those shipped for the
    country hold. Raises UnknownCountry, and PolicyErrors for a faulty file.
    """
    changes = _corrections(country, corrections)
    return WorkCalendar(weekdays, changes, _public_years(country) if country else lambda _: ({}, frozenset()))


def workdays(
    country: str, weekdays: Collection[int], corrections: Path | Corrections | None = None
) -> Workdays:
    """The working days alone. Raises what `calendar` does."""
    return calendar(country, weekdays, corrections).works


def provisional(country: str, year: int, corrections: Path | Corrections | None = None) -> str:
    """Why the calendar of a year may still change; empty where it is official or nothing is noted."""
    return (_corrections(country, corrections).provisional or {}).get(year, "")


def load_corrections(path: Path) -> Corrections:
    """The corrections in a holiday file. Raises PolicyErrors with all mistakes."""
    try:
        changes: Corrections = _FILE(read_toml(path))
    except Wrong as error:
        raise PolicyErrors(error.problems) from None
    return changes


def _corrections(country: str, given: Path | Corrections | None) -> Corrections:
    if isinstance(given, Corrections):
        return given
    shipped = _HERE / f"{country.lower()}.toml"
    if given is None and not shipped.exists():
        return Corrections()
    return load_corrections(given or shipped)


def _public_years(country: str) -> Callable[[int], Year]:
    """A function from a year to its public holidays and make-up days."""
    import holidays  # slow to import, and a desk that only prints its help needs none

    if country not in holidays.list_supported_countries(include_aliases=False):
        raise UnknownCountry(f"no public holidays are known for the country {country!r}")

    @cache
    def year_of(year: int) -> Year:
        found = holidays.country_holidays(country, years=year)
        return dict(found), frozenset(found.weekend_workdays)

    return year_of


def _days(rows: tuple[Mapping[str, Any], ...]) -> frozenset[date]:
    return frozenset(row["date"] for row in rows)


def _build(**rows: tuple[Mapping[str, Any], ...]) -> Corrections:
    return Corrections(
        add=_days(rows["add"]),
        remove=_days(rows["remove"]),
        make_up=_days(rows["make_up"]),
        provisional={row["year"]: row["note"] for row in rows["provisional"]},
        named={row["date"]: row["source"].partition(":")[0] for row in rows["add"]},
    )


_DAY = table(dict, {"date": Key(day), "source": Key(text())})
_YEAR = table(dict, {"year": Key(whole(2000, 2999)), "note": Key(text()), "source": Key(text())})
_FILE = table(
    _build,
    {
        "add": Key(several(_DAY), ()),
        "remove": Key(several(_DAY), ()),
        "make_up": Key(several(_DAY), ()),
        "provisional": Key(several(_YEAR), ()),
    },
)
