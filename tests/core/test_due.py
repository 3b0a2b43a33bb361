"""Time brings reminders, the end of verification, and each warning once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.due import WARNINGS, days_left, due_events, warnings_due
from core.happenings import Event, Happening
from core.lifecycle import NotAllowed, advance
from core.requests import Request, Right, Status
from tests.core.samples import NOON, POLICY, a_request, an_item

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FAR = (an_item(Right.ACCESS, date(2027, 3, 1)),)


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
    assert WARNINGS == (5, 3, 1, 0, -1)
    counts = {left: warnings_due(left) for left in (9, 6, 5, 4, 3, 2, 1, 0, -1, -30)}
    assert counts == {9: 0, 6: 0, 5: 1, 4: 1, 3: 2, 2: 2, 1: 3, 0: 4, -1: 5, -30: 5}


def test_staff_are_warned_at_each_mark_once() -> None:
    request, told = a_request(status=Status.IN_REVIEW), []
    for hours in range(0, 24 * 16, 3):
        now = NOON + timedelta(hours=hours)
        told += [(each.number, each.count) for each in due(request, now) if each.event is Event.WARNED]
        request = passes(request, now)
    assert told == [(5, 1), (3, 2), (1, 3), (0, 4), (-1, 5)]


def test_marks_that_were_missed_are_warned_of_together() -> None:
    request = a_request(status=Status.IN_REVIEW)
    friday = datetime(2026, 12, 4, 3, 0, tzinfo=NOON.tzinfo)
    assert [(each.number, each.count) for each in due(request, friday)] == [(-1, 5)]
    assert due(passes(request, friday), friday) == []


def test_more_warnings_than_are_due_bring_no_other() -> None:
    assert due(a_request(status=Status.IN_REVIEW, warnings=4), NOON + DAY) == []


def test_a_day_ends_at_midnight_where_the_organisation_is() -> None:
    request = a_request(status=Status.IN_REVIEW, warnings=3)
    last = datetime(2026, 12, 3, 16, 59, tzinfo=NOON.tzinfo)
    assert days_left(request, POLICY, works, last) == 0
    assert days_left(request, POLICY, works, last + timedelta(minutes=1)) == -1


def test_the_right_that_is_done_leaves_the_clock_to_the_next() -> None:
    request = passes(a_request(status=Status.APPROVED), datetime(2026, 12, 4, 3, tzinfo=NOON.tzinfo))
    assert request.warnings == 5
    done = Happening(Event.ITEM_COMPLETED, "staff:an", right=Right.ACCESS)
    request = advance(request, done, datetime(2026, 12, 4, 4, tzinfo=NOON.tzinfo)).request
    found = due(request, datetime(2026, 12, 9, 3, tzinfo=NOON.tzinfo))
    assert [(each.event, each.number, each.count) for each in found] == [(Event.WARNED, 2, 2)]


def test_at_triage_the_acknowledgement_is_the_clock_and_picking_starts_the_other() -> None:
    request = a_request(status=Status.TRIAGE, items=(), verifying_since=None)
    assert days_left(request, POLICY, works, NOON) == 2
    request = passes(request, NOON + DAY)
    assert request.warnings == 3
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
