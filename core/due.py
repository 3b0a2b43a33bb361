"""What time brings: reminders and the end of verification, warnings before a due date, a second person told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.deadlines import Workdays, working_days_left
from core.happenings import Event, Happening
from core.policy import Policy
from core.quiet import is_quiet, morning
from core.requests import Request, Status
from core.telling import local_day

#: Working days before a due date at which staff are warned, beside the half of the term; the last one says that
#: it has passed.
WARNINGS = (5, 3, 1, 0, -1)
#: The same for the acknowledgement, whose term is two days long.
ACKNOWLEDGING = (0, -1)


@dataclass(frozen=True, slots=True)
class Running:
    """The term that runs: its days, and at how many working days before its end staff are warned."""

    since: date
    until: date
    marks: tuple[int, ...]

    def warnings(self, today: date, works: Workdays) -> tuple[int, ...]:
        """The marks that have been reached, the newest last."""
        total = working_days_left(self.since, self.until, works)
        left = working_days_left(today, self.until, works)
        # A mark as long as the term is no warning: it would be reached on arrival.
        marks = {mark for mark in (total // 2, *self.marks) if mark < max(total, 1)}
        return tuple(mark for mark in sorted(marks, reverse=True) if left <= mark)


def running(request: Request, policy: Policy) -> Running | None:
    """The earliest open due date's term, or the acknowledgement's at triage; None where nothing is due."""
    received = local_day(request.received_at, policy)
    if request.due is not None:
        first = min(request.open_items, key=lambda item: item.due.binding)
        return Running(first.extended_from or received, request.due, WARNINGS)
    if request.status is Status.TRIAGE and request.acknowledge_by is not None:
        return Running(received, request.acknowledge_by, ACKNOWLEDGING)
    return None


def due_events(request: Request, policy: Policy, works: Workdays, now: datetime) -> Iterator[Happening]:
    """What is due for a request now, worked out from what is stored: nothing is scheduled that could be lost.

    In the quiet hours nothing is due but the warning of a deadline that would pass before the morning.
    """
    night = is_quiet(now, policy.quiet, policy.timezone)
    if request.status is Status.VERIFYING and not night:
        yield from _verification(request, policy, now)
    if not night or _passes_by_morning(request, policy, now):
        yield from _warning(request, policy, works, now)
    if not night:
        yield from _escalation(request, policy, works, now)


def days_left(request: Request, policy: Policy, works: Workdays, now: datetime) -> int | None:
    """Working days until the earliest open due date, or until the acknowledgement is due at triage."""
    term = running(request, policy)
    return None if term is None else working_days_left(local_day(now, policy), term.until, works)


def _verification(request: Request, policy: Policy, now: datetime) -> Iterator[Happening]:
    rules = policy.verification
    since = request.verifying_since or request.received_at
    age = now - since
    if request.right_codes:
        # One contact is proven and another is not: nobody is urged, and a person decides in the end. So it is
        # for those of whom there is no second contact on file, and must not show.
        if age >= timedelta(days=rules.window_days):
            yield Happening(Event.CODES_USED_UP, "desk")
    elif age >= timedelta(days=rules.window_days):
        yield Happening(Event.LAPSED, "desk")
    elif request.reminders < (count := sum(age >= timedelta(days=day) for day in rules.reminder_days)):
        yield Happening(Event.REMINDED, "desk", number=rules.window_days - age.days, count=count)


def _passes_by_morning(request: Request, policy: Policy, now: datetime) -> bool:
    term = running(request, policy)
    if term is None:
        return False
    wakes = local_day(morning(now, policy.quiet, policy.timezone), policy)
    return local_day(now, policy) <= term.until < wakes


def _warning(request: Request, policy: Policy, works: Workdays, now: datetime) -> Iterator[Happening]:
    term = running(request, policy)
    if term is None:
        return
    today = local_day(now, policy)
    if (count := len(term.warnings(today, works))) > request.warnings:
        left = working_days_left(today, term.until, works)
        yield Happening(Event.WARNED, "desk", number=left, count=count, on=today)


def _escalation(request: Request, policy: Policy, works: Workdays, now: datetime) -> Iterator[Happening]:
    if request.unheeded_since is None:
        return
    waited = working_days_left(request.unheeded_since, local_day(now, policy), works)
    if waited >= policy.escalation.after_working_days:
        yield Happening(Event.ESCALATED, "desk")
