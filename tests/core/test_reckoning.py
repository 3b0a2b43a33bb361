"""A reckoning gives the dates that a person finds who counts day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from core.deadlines import Statute, Term, Unit
from core.reckoning import days_of, reckon
from core.requests import Right
from policies.calendars import calendar
from policies.load import load_statute, statute_names

ONE_DAY = timedelta(days=1)
TEN_YEARS = [date(2024, 1, 1) + timedelta(days=n) for n in range(3653)]
WEEK = frozenset(range(5))


@dataclass(frozen=True)
class Known:
    """A calendar whose working days are looked up: it is asked a million times here."""

    worked: frozenset[date]

    @classmethod
    def of(cls, country: str) -> Known:
        days = calendar(country, WEEK)
        years = [date(2023, 1, 1) + timedelta(days=n) for n in range(12 * 366)]
        return cls(frozenset(day for day in years if days.works(day)))

    def works(self, day: date) -> bool:
        return day in self.worked

    def reason(self, day: date) -> str:
        return "" if self.works(day) else "rest"

    def doubt(self, year: int) -> str:
        return "not decided" if year > 2027 else ""


def _by_hand(term: Term, received: date, days: Known) -> date:
    """The end of a term, counted one day at a time."""
    if term.unit is Unit.MONTHS:
        month = received.month - 1 + term.count
        first = date(received.year + month // 12, month % 12 + 1, 1)
        fitting = [first + timedelta(days=n) for n in range(received.day)]
        return max(day for day in fitting if day.month == first.month)
    left, day = term.count // 24 if term.unit is Unit.HOURS else term.count, received
    while left:
        day += ONE_DAY
        left -= term.unit is not Unit.WORKING_DAYS or days.works(day)
    return day


def _nearest(day: date, step: timedelta, days: Known) -> date:
    while not days.works(day):
        day += step
    return day


def _cases(statute: Statute) -> set[tuple[Right, bool]]:
    """One right for each set of terms that the statute knows."""
    seen: dict[tuple[Term | None, Term | None], tuple[Right, bool]] = {}
    for right in statute.terms:
        for third_party in (False, True):
            terms = statute.term(right, third_party), statute.extensions.get(right)
            seen.setdefault(terms, (right, third_party))
    return set(seen.values())


@pytest.mark.parametrize("name", statute_names())
def test_ten_years_of_every_statute_agree_with_counting_by_hand(name: str) -> None:
    statute = load_statute(name)
    days = Known.of(statute.country)
    for right, third_party in _cases(statute):
        term = statute.term(right, third_party)
        assert term
        for received in TEN_YEARS:
            found = reckon(statute, right, received, days, third_party).due
            assert found
            assert found.raw == _by_hand(term, received, days)
            assert found.rolled == _nearest(found.raw, ONE_DAY, days)
            before = _nearest(found.raw, -ONE_DAY, days)
            assert found.safe == (before if before > received else found.raw)


@pytest.mark.parametrize("name", statute_names())
def test_an_extension_ends_after_the_term_and_counts_from_receipt(name: str) -> None:
    statute = load_statute(name)
    days = Known.of(statute.country)
    for right in statute.extensions:
        for received in TEN_YEARS[::11]:
            found = reckon(statute, right, received, days)
            assert found.due
            assert found.extended
            term, longer = statute.terms[right], statute.extensions[right]
            assert term.unit is longer.unit
            assert found.extended.raw == _by_hand(Term(term.count + longer.count, term.unit), received, days)
            assert found.extended.safe > found.due.safe


def test_a_third_party_term_replaces_the_other_and_is_not_extended() -> None:
    statute, days = load_statute("vn-pdpl-2026"), calendar("VN", WEEK)
    found = reckon(statute, Right.DELETION, date(2026, 11, 23), days, third_party=True)
    assert found.is_third_party
    assert found.due
    assert found.due.raw == date(2026, 12, 23)
    assert found.extended is None
    plain = reckon(statute, Right.ACCESS, date(2026, 11, 23), days, third_party=True)
    assert not plain.is_third_party
    assert plain.extended


def test_a_right_without_a_term_has_an_acknowledgement_all_the_same() -> None:
    found = reckon(load_statute("vn-pdpl-2026"), Right.COMPLAINT, date(2026, 11, 20), calendar("VN", WEEK))
    assert found.due is None
    assert found.acknowledge
    assert found.acknowledge.safe == date(2026, 11, 25)


def test_the_days_of_a_term_are_numbered_as_they_count() -> None:
    term, received = Term(2, Unit.WORKING_DAYS), date(2026, 11, 20)
    counted = [(day.day, number) for day, number in days_of(term, received, calendar("VN", WEEK))]
    assert counted == [(21, 0), (22, 0), (23, 1), (24, 0), (25, 2)]
