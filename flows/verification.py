"""Proof of who asks: sends codes and judges the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.happenings import Event, Happening
from core.lifecycle import advance
from core.recognition.identifiers import find_code
from core.requests import Request, Status, Subject
from core.telling import code_minutes, grouped
from core.verification import (
    Verdict,
    answer_event,
    bound,
    challenge,
    contact_for,
    is_own,
    judge_answer,
    may_send,
)
from flows import caps, reach
from flows.desk import Desk
from flows.outcome import record
from flows.store import UnitOfWork


def send_code(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> Request:
    """Send a code to the contact on file; where there is none, nothing goes out and nothing shows.

    When as many codes went out as the policy allows, a person decides.
    """
    if not may_send(request, desk.policy):
        return record(uow, desk, advance(request, Happening(Event.CODES_USED_UP, "desk"), now), now)
    contact = contact_for(request.requester, _reachable(uow, request, now), request.names_somebody)
    if contact is None or contact.channel not in desk.channels:
        return record(uow, desk, advance(request, Happening(Event.CODE_WITHHELD, "desk"), now), now)
    if cap := caps.broken_by(uow, desk, contact, request.id, True, now):
        caps.tell(uow, desk, cap, request, "code", now)
        return record(uow, desk, advance(request, Happening(Event.CODE_WITHHELD, "desk"), now), now)
    code = readable_code(desk.secrets.code)
    asked = challenge(_digest(desk, request, code), contact, now, code_minutes(request, desk.policy))
    happening = Happening(Event.CODE_SENT, "desk", challenge=asked, code=code)
    return record(uow, desk, advance(request, happening, now), now)


def _reachable(uow: UnitOfWork, request: Request, now: datetime) -> Subject | None:
    """The person on file with the contacts that take mail; with all of them where none does."""
    if request.subject is None:
        return None
    alive = tuple(c for c in request.subject.contacts if not reach.is_dead(uow, c, request.id, now))
    return replace(request.subject, contacts=alive or request.subject.contacts)


def identify(
    uow: UnitOfWork, desk: Desk, request: Request, subject: Subject | None, now: datetime
) -> Request:
    """Somebody who was not found, or not rightly, says by what they are known: a code goes to that contact on file.

    What is named and not found has the same effect to the eye: a code that went to a stranger counts no more.
    """
    if is_own(request) or (request.subject is not None and subject in (None, request.subject)):
        return request
    happening = Happening(Event.IDENTIFIED, "requester", subject=subject)
    request = record(uow, desk, advance(request, happening, now), now)
    return send_code(uow, desk, request, now)


def answer(uow: UnitOfWork, desk: Desk, request: Request, code: str, now: datetime) -> Request:
    """Judge a code; outside of verification it changes nothing."""
    if request.status is not Status.VERIFYING:
        return request
    verdict = judge_answer(request, _digest(desk, request, code), now)
    if verdict is Verdict.EXPIRED:
        return send_code(uow, desk, request, now)
    event = answer_event(request, verdict, desk.policy)
    left = desk.policy.verification.tries - request.wrong_codes - 1
    return record(uow, desk, advance(request, Happening(event, "requester", number=left), now), now)


def readable_code(draw: Callable[[], str]) -> str:
    """A code that is recognised when it comes back: one that reads like a date, 2008 1988, is drawn again."""
    return next(code for code in iter(draw, "") if find_code(grouped(code)) == code)


def fits(desk: Desk, request: Request, code: str) -> bool:
    """Whether a code is the one that went out for this request, in time or not."""
    return judge_answer(request, _digest(desk, request, code), request.received_at) is not Verdict.WRONG


def _digest(desk: Desk, request: Request, code: str) -> bytes:
    return desk.secrets.digest("code", bound(request.id, code))
