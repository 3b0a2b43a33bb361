"""What time brings: reminders and the end of verification, warnings before a due date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.deadlines import Workdays, working_days_left
from core.happenings import Event, Happening
from core.policy import Policy
from core.requests import Request, Status
from core.telling import local_day

#: Working days before a due date at which staff are warned, in order; the last one says that it has passed.
WARNINGS = (5, 3, 1, 0, -1)


def due_events(request: Request, policy: Policy, works: Workdays, now: datetime) -> Iterator[Happening]:
    """What is due for a request now, worked out from what is stored: nothing is scheduled that could be lost."""
    if request.status is Status.VERIFYING:
        yield from _verification(request, policy, now)
    left = days_left(request, policy, works, now)
    if left is not None and (count := warnings_due(left)) > request.warnings:
        yield Happening(Event.WARNED, "desk", number=left, count=count)


def _verification(request: Request, policy: Policy, now: datetime) -> Iterator[Happening]:
    rules = policy.verification
    since = request.verifying_since or request.received_at
    age = now - since
    if age >= timedelta(days=rules.window_days):
        yield Happening(Event.LAPSED, "desk")
    elif request.reminders < (count := sum(age >= timedelta(days=day) for day in rules.reminder_days)):
        yield Happening(Event.REMINDED, "desk", number=rules.window_days - age.days, count=count)


def days_left(request: Request, policy: Policy, works: Workdays, now: datetime) -> int | None:
    """Working days until the earliest open due date, or until the acknowledgement is due at triage."""
    day = request.due or (request.acknowledge_by if request.status is Status.TRIAGE else None)
    return None if day is None else working_days_left(local_day(now, policy), day, works)


def warnings_due(left: int) -> int:
    """How many of the warnings a request should have had by now."""
    return sum(left <= mark for mark in WARNINGS)
