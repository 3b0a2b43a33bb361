"""Time brings reminders, the end of verification, and each warning once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.due import ACKNOWLEDGING, WARNINGS, Running, days_left, due_events
from core.happenings import Event, Happening
from core.lifecycle import NotAllowed, advance
from core.requests import Request, Right, Status
from tests.core.samples import NOON, POLICY, a_request, an_item

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FAR = (an_item(Right.ACCESS, date(2028, 3, 1)),)


def works(day: date) -> bool:
    return day.weekday() < 5


def due(request: Request, now: datetime) -> list[Happening]:
    return list(due_events(request, POLICY, works, now))


def passes(request: Request, now: datetime) -> Request:
    """The request after all that is due now, as the desk lets it happen."""
    for happening in due(request, now):
        try:
            request = advance(request, happening, now).request
        except NotAllowed:
            continue
    return request


# --- verification -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(), []),
        (3 * DAY - SECOND, []),
        (3 * DAY, [(Event.REMINDED, 7, 1)]),
        (7 * DAY, [(Event.REMINDED, 3, 2)]),
        (10 * DAY - SECOND, [(Event.REMINDED, 1, 2)]),
        (10 * DAY, [(Event.LAPSED, 0, 0)]),
        (90 * DAY, [(Event.LAPSED, 0, 0)]),
    ],
)
def test_verification_is_reminded_of_twice_and_then_lapses(
    age: timedelta, expected: list[tuple[Event, int, int]]
) -> None:
    found = due(a_request(items=FAR), NOON + age)
    assert [(each.event, each.number, each.count) for each in found] == expected
    assert all(each.by == "desk" for each in found)


def test_each_reminder_comes_once_however_often_it_is_asked() -> None:
    request, told = a_request(items=FAR), []
    for hours in range(24 * 12):
        now = NOON + timedelta(hours=hours)
        told += [(each.event, hours // 24) for each in due(request, now)]
        request = passes(request, now)
    assert told == [(Event.REMINDED, 3), (Event.REMINDED, 7), (Event.LAPSED, 10)]


def test_nobody_is_reminded_at_night() -> None:
    evening = datetime(2026, 11, 26, 14, 0, tzinfo=NOON.tzinfo)  # nine o'clock where the organisation is
    assert due(a_request(items=FAR), evening) == []
    assert due(a_request(items=FAR), evening + timedelta(hours=10) - SECOND) == []
    assert [each.event for each in due(a_request(items=FAR), evening + timedelta(hours=10))] == [
        Event.REMINDED
    ]


def test_reminders_that_were_missed_are_sent_together() -> None:
    request = passes(a_request(items=FAR), NOON + 8 * DAY)
    assert request.reminders == 2
    assert due(request, NOON + 8 * DAY) == []


def test_a_reopened_request_waits_anew() -> None:
    lapsed = passes(a_request(items=FAR), NOON + 10 * DAY)
    again = advance(lapsed, Happening(Event.REOPENED, "requester"), NOON + 20 * DAY).request
    assert due(again, NOON + 23 * DAY - SECOND) == []
    assert [each.event for each in due(again, NOON + 23 * DAY)] == [Event.REMINDED]


def test_the_wait_counts_from_receipt_where_nothing_else_is_known() -> None:
    request = a_request(items=FAR, verifying_since=None)
    assert [each.event for each in due(request, NOON + 3 * DAY)] == [Event.REMINDED]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.VERIFYING])
def test_nobody_else_is_reminded(status: Status) -> None:
    assert due(a_request(status=status, items=FAR), NOON + 50 * DAY) == []


def test_the_days_are_the_policys() -> None:
    quick = replace(POLICY, verification=replace(POLICY.verification, window_days=2, reminder_days=(1,)))
    events = [
        [each.event for each in due_events(a_request(items=FAR), quick, works, NOON + n * DAY)]
        for n in range(3)
    ]
    assert events == [[], [Event.REMINDED], [Event.LAPSED]]


# --- warnings -----------------------------------------------------------------------------------------


def test_each_mark_brings_one_warning_more() -> None:
    """A term of sixteen working days, from a Monday."""
    assert WARNINGS == (5, 3, 1, 0, -1)
    term = Running(date(2026, 11, 23), date(2026, 12, 15), WARNINGS)
    days = [date(2026, 11, 23) + timedelta(days=n) for n in range(30)]
    new = {day: term.warnings(day, works) for day in days if works(day)}
    reached = [
        marks[-1] for before, marks in zip([(), *new.values()], new.values(), strict=False) if marks != before
    ]
    assert reached == [8, 5, 3, 1, 0, -1]
    assert term.warnings(date(2027, 6, 1), works) == (8, 5, 3, 1, 0, -1)


def test_half_of_a_term_that_is_a_mark_anyway_is_one_warning() -> None:
    term = Running(date(2026, 11, 23), date(2026, 12, 2), WARNINGS)
    assert term.warnings(date(2026, 12, 31), works) == (5, 3, 1, 0, -1)


def test_a_mark_as_long_as_the_term_is_no_warning() -> None:
    term = Running(date(2026, 11, 23), date(2026, 11, 30), WARNINGS)
    assert term.warnings(date(2026, 11, 23), works) == ()
    assert term.warnings(date(2026, 12, 31), works) == (3, 2, 1, 0, -1)


def test_the_acknowledgement_is_warned_of_at_half_on_the_day_and_afterwards() -> None:
    term = Running(date(2026, 11, 23), date(2026, 11, 25), ACKNOWLEDGING)
    reached = [term.warnings(date(2026, 11, day), works) for day in (23, 24, 25, 26)]
    assert reached == [(), (1,), (1, 0), (1, 0, -1)]


def test_an_extended_term_begins_where_the_first_one_ended() -> None:
    item = replace(an_item(Right.ACCESS, date(2026, 12, 11)), extended_from=date(2026, 12, 3))
    request = a_request(status=Status.IN_REVIEW, items=(item,), warnings=0)
    assert due(request, datetime(2026, 12, 3, 3, tzinfo=NOON.tzinfo)) == []
    found = due(request, datetime(2026, 12, 4, 3, tzinfo=NOON.tzinfo))
    assert [(each.number, each.count) for each in found] == [(5, 1)]


def test_staff_are_warned_at_each_mark_once() -> None:
    request, told = a_request(status=Status.IN_REVIEW), []
    for hours in range(0, 24 * 16, 3):
        now = NOON + timedelta(hours=hours)
        told += [(each.number, each.count) for each in due(request, now) if each.event is Event.WARNED]
        request = passes(request, now)
    assert told == [(5, 1), (4, 2), (3, 3), (1, 4), (0, 5), (-1, 6)]


def test_a_warning_waits_for_the_morning() -> None:
    request = a_request(status=Status.IN_REVIEW)
    midnight = datetime(2026, 11, 25, 17, 0, tzinfo=NOON.tzinfo)
    assert due(request, midnight) == []
    assert due(request, midnight + timedelta(hours=7) - SECOND) == []
    assert [each.number for each in due(request, midnight + timedelta(hours=7))] == [5]


def test_a_warning_does_not_wait_where_the_deadline_would_pass() -> None:
    request = a_request(status=Status.IN_REVIEW, warnings=4)
    last_evening = datetime(2026, 12, 3, 15, 0, tzinfo=NOON.tzinfo)
    assert [each.number for each in due(request, last_evening)] == [0]
    assert due(request, last_evening - DAY) == []


# --- a second person ----------------------------------------------------------------------------------


def test_a_late_warning_that_nobody_acts_on_goes_to_somebody_else_once() -> None:
    request, told = a_request(status=Status.IN_REVIEW), []
    for hours in range(0, 24 * 10, 3):
        now = NOON + timedelta(hours=hours)
        told += [now.date() for each in due(request, now) if each.event is Event.ESCALATED]
        request = passes(request, now)
    assert told == [date(2026, 12, 1), date(2026, 12, 3)]


def test_whoever_acts_has_seen_the_warning() -> None:
    monday = datetime(2026, 11, 30, 3, tzinfo=NOON.tzinfo)
    request = passes(a_request(status=Status.IN_REVIEW, items=(an_item(Right.ACCESS),)), monday)
    assert request.unheeded_since == date(2026, 11, 30)
    acted = advance(request, Happening(Event.RECORDED, "staff:an", reason="age:adult"), monday).request
    assert Event.ESCALATED in [each.event for each in due(request, monday + DAY)]
    assert Event.ESCALATED not in [each.event for each in due(acted, monday + DAY)]


def test_an_early_warning_goes_to_nobody_else() -> None:
    friday = datetime(2026, 11, 27, 3, tzinfo=NOON.tzinfo)
    request = passes(a_request(status=Status.IN_REVIEW), friday)
    assert (request.warnings, request.unheeded_since) == (2, None)


def test_marks_that_were_missed_are_warned_of_together() -> None:
    request = a_request(status=Status.IN_REVIEW)
    friday = datetime(2026, 12, 4, 3, 0, tzinfo=NOON.tzinfo)
    assert [(each.number, each.count) for each in due(request, friday)] == [(-1, 6)]
    assert due(passes(request, friday), friday) == []


def test_more_warnings_than_are_due_bring_no_other() -> None:
    assert due(a_request(status=Status.IN_REVIEW, warnings=6), NOON + DAY) == []


def test_a_day_ends_at_midnight_where_the_organisation_is() -> None:
    request = a_request(status=Status.IN_REVIEW, warnings=6)
    last = datetime(2026, 12, 3, 16, 59, tzinfo=NOON.tzinfo)
    assert days_left(request, POLICY, works, last) == 0
    assert days_left(request, POLICY, works, last + timedelta(minutes=1)) == -1


def test_the_right_that_is_done_leaves_the_clock_to_the_next() -> None:
    request = passes(a_request(status=Status.APPROVED), datetime(2026, 12, 4, 3, tzinfo=NOON.tzinfo))
    assert request.warnings == 6
    done = Happening(Event.ITEM_COMPLETED, "staff:an", right=Right.ACCESS)
    request = advance(request, done, datetime(2026, 12, 4, 4, tzinfo=NOON.tzinfo)).request
    found = due(request, datetime(2026, 12, 9, 3, tzinfo=NOON.tzinfo))
    assert [(each.event, each.number, each.count) for each in found] == [(Event.WARNED, 2, 3)]


def test_at_triage_the_acknowledgement_is_the_clock_and_picking_starts_the_other() -> None:
    request = a_request(status=Status.TRIAGE, items=(), verifying_since=None)
    assert days_left(request, POLICY, works, NOON) == 2
    request = passes(request, NOON + DAY)
    assert request.warnings == 1
    picked = Happening(Event.READY, "staff:an", items=(an_item(Right.OBJECTION),))
    request = advance(request, picked, NOON + DAY).request
    assert days_left(request, POLICY, works, NOON + DAY) == 7
    found = due(request, datetime(2026, 11, 26, 3, tzinfo=NOON.tzinfo))
    assert [(each.event, each.number, each.count) for each in found] == [(Event.WARNED, 5, 1)]


def test_without_any_date_there_is_no_warning() -> None:
    request = a_request(status=Status.TRIAGE, items=(), acknowledge_by=None)
    assert days_left(request, POLICY, works, NOON) is None
    assert due(request, NOON + 100 * DAY) == []


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.REFUSED, Status.WITHDRAWN, Status.DISMISSED])
def test_what_happens_to_nobody_any_more_is_not_allowed_either(status: Status) -> None:
    request = a_request(status=status)
    assert passes(request, NOON + 100 * DAY) == request


@given(st.sampled_from(sorted(Status)), st.integers(0, 60 * 24), st.integers(0, 60 * 24))
def test_what_is_due_is_due_once(status: Status, first: int, pause: int) -> None:
    request = a_request(status=status)
    now = NOON + timedelta(hours=first)
    request = passes(request, now)
    assert passes(request, now) == request
    later = passes(request, now + timedelta(hours=pause))
    assert later.warnings >= request.warnings
    assert later.reminders >= request.reminders
