"""Terms end where Vietnamese civil law says, and their safe date is late by no reading."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.deadlines import (
    NoWorkingDay,
    Statute,
    Term,
    Unit,
    Workdays,
    acknowledge_by,
    due,
    end_of,
    rolled,
    safe,
    working_days_left,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
COUNTED = st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS])
TERMS = st.builds(Term, st.integers(1, 90), COUNTED) | st.integers(1, 9).map(
    lambda n: Term(24 * n, Unit.HOURS)
)


def weekdays_only(day: date) -> bool:
    return day.weekday() < 5


@st.composite
def calendars(draw: st.DrawFn) -> Workdays:
    """A weekday set with some single days off and some rest days worked."""
    week = draw(st.sets(st.integers(0, 6), min_size=1))
    exceptions = draw(st.sets(DAYS, max_size=20))
    return lambda day: (day.weekday() in week) is not (day in exceptions)


@given(DAYS, st.integers(1, 400), calendars())
def test_a_term_in_days_does_not_count_its_first_day(start: date, count: int, works: Workdays) -> None:
    assert end_of(Term(count, Unit.DAYS), start, works) - start == timedelta(days=count)


@given(DAYS, st.integers(1, 9), calendars())
def test_a_term_in_hours_runs_through_rest_days(start: date, days: int, works: Workdays) -> None:
    assert end_of(Term(24 * days, Unit.HOURS), start, works) - start == timedelta(days=days)


@given(DAYS, st.integers(1, 60), calendars())
def test_a_term_in_working_days_ends_on_the_nth_of_them(start: date, count: int, works: Workdays) -> None:
    end = end_of(Term(count, Unit.WORKING_DAYS), start, works)
    assert works(end)
    assert working_days_left(start, end, works) == count


@given(DAYS, st.integers(1, 36))
def test_a_term_in_months_ends_on_the_same_day_or_the_last_of_the_month(start: date, count: int) -> None:
    end = end_of(Term(count, Unit.MONTHS), start, weekdays_only)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(DAYS, calendars())
def test_the_safe_and_the_rolled_date_are_the_nearest_working_days(day: date, works: Workdays) -> None:
    before, after = safe(day, works), rolled(day, works)
    assert before <= day <= after
    assert works(before)
    assert works(after)
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(works(other) for other in between)


@given(TERMS, TERMS, DAYS, calendars())
def test_the_earlier_of_law_and_promise_binds(
    statute: Term, promise: Term, day: date, works: Workdays
) -> None:
    both = due(statute, promise, day, works)
    assert both.statute == due(statute, None, day, works).binding
    assert both.promise == due(None, promise, day, works).binding
    assert both.binding in (both.statute, both.promise)
    assert day < both.binding <= end_of(statute, day, works)
    assert both.binding <= end_of(promise, day, works)


@given(TERMS, DAYS, calendars())
def test_a_due_date_is_a_working_day_wherever_the_term_has_one(
    term: Term, day: date, works: Workdays
) -> None:
    binding = due(term, None, day, works).binding
    assert works(binding) is (working_days_left(day, end_of(term, day, works), works) > 0)


@given(DAYS, DAYS, calendars())
def test_working_days_left_are_as_many_late_as_they_were_early(one: date, two: date, works: Workdays) -> None:
    assert working_days_left(one, two, works) == -working_days_left(two, one, works)


def test_a_term_over_a_weekend_is_never_due_before_it_was_received() -> None:
    saturday = date(2026, 11, 21)
    assert due(Term(1, Unit.DAYS), None, saturday, weekdays_only).binding == date(2026, 11, 22)


def test_a_month_from_the_last_of_january_ends_with_february() -> None:
    assert end_of(Term(1, Unit.MONTHS), date(2028, 1, 31), weekdays_only) == date(2028, 2, 29)
    assert end_of(Term(1, Unit.MONTHS), date(2026, 12, 31), weekdays_only) == date(2027, 1, 31)


def test_without_law_and_promise_nothing_can_be_due() -> None:
    with pytest.raises(ValueError, match="neither"):
        due(None, None, date(2026, 11, 23), weekdays_only)


def test_no_term_to_acknowledge_gives_no_date() -> None:
    assert acknowledge_by(Statute("none", None, {}), date(2026, 11, 23), weekdays_only) is None


def test_a_calendar_without_working_days_is_reported() -> None:
    with pytest.raises(NoWorkingDay):
        end_of(Term(1, Unit.WORKING_DAYS), date(2026, 11, 23), lambda _: False)


def test_working_days_left_count_to_and_with_the_due_day() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert working_days_left(friday, monday, weekdays_only) == 1
    assert working_days_left(monday, monday, weekdays_only) == 0
    assert working_days_left(monday, friday, weekdays_only) == -1


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Term(1, Unit.MONTHS), "1 month"),
        (Term(15, Unit.WORKING_DAYS), "15 working days"),
        (Term(1, Unit.WORKING_DAYS), "1 working day"),
    ],
)
def test_a_term_reads_as_people_write_it(term: Term, words: str) -> None:
    assert str(term) == words
