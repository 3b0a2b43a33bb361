"""Time passes: what is due is asked of the rules and takes the same road as every other event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from core.due import WARNINGS, days_left, due_events
from core.happenings import Event, Happening
from core.lifecycle import NotAllowed, advance
from core.messages import Kind
from core.requests import Request
from flows import access, board, cards, document_erasing, outcome
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
    count += document_erasing.erase_expired(uow, desk, now)
    for request in uow.open_requests():
        try:
            if happenings := tuple(due_events(request, desk.policy, desk.works, now)):
                with uow.savepoint():
                    count += sum(_happen(uow, desk, request.id, happening, now) for happening in happenings)
        except Exception as error:  # noqa: BLE001 - one request that cannot go on must not stop the time of all
            log.error("timer_failed", reference=request.reference, error=type(error).__name__)
    return count + board.hang(uow, desk, now)


def _happen(uow: UnitOfWork, desk: Desk, request_id: str, happening: Happening, now: datetime) -> int:
    request = uow.request(request_id)
    if request is None:
        return 0
    try:
        request = outcome.record(uow, desk, advance(request, happening, now), now)
    except NotAllowed:
        return 0
    if happening.event in _TOLD:
        _TOLD[happening.event](uow, desk, request, now)
    return 1


def _warn(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> None:
    left = days_left(request, desk.policy, desk.works, now) or 0
    named = {"reference": request.reference}
    if request.due is None:
        phrase = "acknowledge" if left >= 0 else "acknowledge_late"
        cards.alert(uow, desk, phrase, now, request.id, **named, day=request.acknowledge_by)
    elif left < 0:
        cards.alert(uow, desk, "overdue", now, request.id, **named, days=-left, due=request.due)
    elif left == 0:
        cards.alert(uow, desk, "due_today", now, request.id, **named)
    else:
        phrase = "half_time" if left > WARNINGS[0] else "deadline"
        cards.alert(uow, desk, phrase, now, request.id, **named, days=left, due=request.due)


def _escalate(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> None:
    """The group learns who is told, and they are told in private as well."""
    role = desk.policy.escalation.to
    told = desk.texts.phrase(f"role.{role}", desk.staff_language)
    named = {"reference": request.reference, "day": request.due or request.acknowledge_by}
    cards.alert(uow, desk, "escalated", now, request.id, **named, role=told)
    text = desk.texts.phrase("staff.escalated", desk.staff_language, **named)
    for member in uow.all_staff():
        if member.active and access.RANKS.index(member.role) >= access.RANKS.index(role):
            cards.post(uow, desk, member.address, text, now, Kind.TALK, request_id=request.id)


_TOLD: Mapping[Event, Callable[[UnitOfWork, Desk, Request, datetime], None]] = {
    Event.WARNED: _warn,
    Event.ESCALATED: _escalate,
}
