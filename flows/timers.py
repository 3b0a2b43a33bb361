"""Time passes: what is due is asked of the rules and takes the same road as every other event."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from core.due import days_left, due_events
from core.happenings import Event, Happening
from core.lifecycle import NotAllowed, advance
from core.requests import Request
from flows import cards, outcome
from flows.desk import Desk
from flows.store import UnitOfWork

log = structlog.get_logger()

#: How long a chat's unfinished draft is kept.
DRAFTS = timedelta(hours=24)
#: How long automatic letters are counted: longer than the longest cap looks back.
COUNTS = timedelta(hours=25)


def run_due(uow: UnitOfWork, desk: Desk, now: datetime) -> int:
    """Let everything happen that is due; returns how much it was."""
    count = uow.drop_conversations(now - DRAFTS)
    uow.drop_counts(now - COUNTS)
    for request in uow.open_requests():
        try:
            with uow.savepoint():
                count += _run_due(uow, desk, request, now)
        except Exception as error:  # noqa: BLE001 - one request that cannot go on must not stop the time of all
            log.error("timer_failed", reference=request.reference, error=type(error).__name__)
    return count


def _run_due(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> int:
    happenings = due_events(request, desk.policy, desk.works, now)
    return sum(_happen(uow, desk, request.id, happening, now) for happening in happenings)


def _happen(uow: UnitOfWork, desk: Desk, request_id: str, happening: Happening, now: datetime) -> int:
    request = uow.request(request_id)
    if request is None:
        return 0
    try:
        request = outcome.record(uow, desk, advance(request, happening, now), now)
    except NotAllowed:
        return 0
    if happening.event is Event.WARNED:
        _warn(uow, desk, request, now)
    return 1


def _warn(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> None:
    left = days_left(request, desk.policy, desk.works, now)
    named = {"reference": request.reference}
    if request.due is None:
        cards.alert(uow, desk, "acknowledge", now, request.id, **named, day=request.acknowledge_by)
    elif left is not None and left < 0:
        cards.alert(uow, desk, "overdue", now, request.id, **named, days=-left, due=request.due)
    elif left == 0:
        cards.alert(uow, desk, "due_today", now, request.id, **named)
    else:
        cards.alert(uow, desk, "deadline", now, request.id, **named, days=left, due=request.due)
