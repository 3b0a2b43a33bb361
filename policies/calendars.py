"""Says which days are worked: weekdays, public holidays, and a file of corrections that wins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
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


def workdays(
    country: str, weekdays: Collection[int], corrections: Path | Corrections | None = None
) -> Workdays:
    """The working days of a country (ISO 3166-1, "VN") for a company that works on `weekdays` (Monday is 0).

    Without `corrections` those shipped for the country hold. Make-up days are worked whatever their
    weekday. Raises UnknownCountry, and PolicyErrors for a faulty file.
    """
    changes = _corrections(country, corrections)
    year_of = _public_years(country)

    def works(day: date) -> bool:
        if day in changes.make_up:
            return True
        holidays, made_up = year_of(day.year)
        if day in changes.add:
            return False
        if day in made_up:
            return True
        return day.weekday() in weekdays and (day not in holidays or day in changes.remove)

    return works


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


def _public_years(country: str) -> Callable[[int], tuple[frozenset[date], frozenset[date]]]:
    """A function from a year to its public holidays and make-up days."""
    import holidays  # slow to import, and a desk that only prints its help needs none

    if country not in holidays.list_supported_countries(include_aliases=False):
        raise UnknownCountry(f"no public holidays are known for the country {country!r}")

    @cache
    def year_of(year: int) -> tuple[frozenset[date], frozenset[date]]:
        found = holidays.country_holidays(country, years=year)
        return frozenset(found), frozenset(found.weekend_workdays)

    return year_of


def _days(rows: tuple[Mapping[str, Any], ...]) -> frozenset[date]:
    return frozenset(row["date"] for row in rows)


def _build(**rows: tuple[Mapping[str, Any], ...]) -> Corrections:
    return Corrections(
        add=_days(rows["add"]),
        remove=_days(rows["remove"]),
        make_up=_days(rows["make_up"]),
        provisional={row["year"]: row["note"] for row in rows["provisional"]},
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
