"""Proof of who asks: sends codes and judges the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Address, InboundMessage
from core.recognition.identifiers import find_code
from core.requests import OnBehalf, Request, Status, Subject
from core.telling import code_minutes, fields_of, grouped
from core.verification import (
    answer_event,
    bound,
    by_contact,
    challenge,
    codes_of_day,
    contact_for,
    is_forged,
    is_own,
    is_right,
    is_spent,
    matches,
    may_send,
    place,
    proof_event,
    second_contact,
    too_soon,
    tries_left,
    wants_code,
    went_to_file,
)
from flows import caps, cards, outcome, reach
from flows.desk import Desk
from flows.outcome import record
from flows.store import UnitOfWork

# --- sending --------------------------------------------------------------------------------------


def send_code(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> Request:
    """Send a code to the contact on file; where there is none, nothing goes out and nothing shows.

    When as many codes went out in a day as the policy allows, a person decides.
    """
    if not may_send(request, desk.policy, now):
        return record(uow, desk, advance(request, Happening(Event.CODES_USED_UP, "desk"), now), now)
    times, code = (*codes_of_day(request, now), now), readable_code(desk.secrets.code)
    withheld = Happening(Event.CODE_WITHHELD, "desk", code=code, code_times=times)
    contact = _contact(uow, desk, request, now)
    if contact is None or contact.channel not in desk.channels:
        return _withhold(uow, desk, request, withheld, now)
    if cap := caps.broken_by(uow, desk, contact, request.id, True, now):
        caps.tell(uow, desk, cap, request, "code", now)
        return _withhold(uow, desk, request, withheld, now)
    asked = challenge(digest(desk, request, code), contact, now, code_minutes(request, desk.policy))
    happening = Happening(Event.CODE_SENT, "desk", challenge=asked, code=code, code_times=times)
    return record(uow, desk, advance(request, happening, now), now)


def _withhold(uow: UnitOfWork, desk: Desk, request: Request, happening: Happening, now: datetime) -> Request:
    """All that a code brings about but the code: a letter is written that goes nowhere."""
    outcome.keep_back(uow, desk, request, "code", fields_of("code", request, happening, desk.policy), now)
    return record(uow, desk, advance(request, happening, now), now)


def renew(
    uow: UnitOfWork, desk: Desk, request: Request, message: InboundMessage, now: datetime, words: str = ""
) -> Request:
    """Send another code where the present one is of no use any more, or where its new words ask for one."""
    if request.status is not Status.VERIFYING or too_soon(request, desk.policy, now):
        return request
    if _spent(desk, request, message, now) or wants_code(words):
        return send_code(uow, desk, request, now)
    return request


def _contact(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> Address | None:
    """Where the code goes that is due: to the contact on file, or to another once one is proven."""
    subject = _reachable(uow, request, now)
    if not request.right_codes:
        return contact_for(request.requester, subject, request.names_somebody)
    if subject is None:
        return None
    open_to_us = tuple(contact for contact in subject.contacts if contact.channel in desk.channels)
    return second_contact(replace(subject, contacts=open_to_us), request.proven_contacts)


def _reachable(uow: UnitOfWork, request: Request, now: datetime) -> Subject | None:
    """The person on file with the contacts that take mail; with all of them where none does."""
    if request.subject is None:
        return None
    alive = tuple(c for c in request.subject.contacts if not reach.is_dead(uow, c, request.id, now))
    return replace(request.subject, contacts=alive or request.subject.contacts)


# --- being known by something ---------------------------------------------------------------------


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


# --- judging --------------------------------------------------------------------------------------


def answer(
    uow: UnitOfWork, desk: Desk, request: Request, code: str, message: InboundMessage, now: datetime
) -> Request:
    """Judge a code that came with a message; one that is of no use any more brings another, at most once a minute."""
    if _spent(desk, request, message, now):
        return _spent_code(uow, desk, request, message, now)
    own = by_contact(request, message)
    right = is_right(request, digest(desk, request, code), own, now)
    contact = request.challenge.contact if right and request.challenge and went_to_file(request) else None
    event = answer_event(request, right, own, desk.policy, now)
    happening = Happening(
        event,
        "requester",
        number=tries_left(request, own, desk.policy) - 1,
        contact=contact,
        sender=None if is_forged(message) else message.sender,
        by_contact=own,
    )
    return _go_on(uow, desk, record(uow, desk, advance(request, happening, now), now), event, now)


def share_number(
    uow: UnitOfWork, desk: Desk, request: Request, message: InboundMessage, now: datetime
) -> Request:
    """A number shared in a chat: one that is on file proves the chat; any other is worth a wrong code, and no more."""
    if _spent(desk, request, message, now):
        return _spent_code(uow, desk, request, message, now)
    # An agent's own number says nothing of the person they ask for, be it on that person's file.
    own_case = request.subject is not None and request.on_behalf is not OnBehalf.AGENT
    phones = request.subject.phones if request.subject and own_case else ()
    # One number is one proof: shared once more it is not the second contact that some rights ask for.
    is_new = place(message.sender) not in map(place, request.proven_contacts)
    on_file = is_new and bool(message.shared_phone) and message.shared_phone in phones
    event = (
        proof_event(request, True, desk.policy)
        if on_file
        else answer_event(request, False, False, desk.policy, now)
    )
    happening = Happening(
        event,
        "requester",
        number=tries_left(request, False, desk.policy) - 1,
        contact=message.sender if on_file else None,
        sender=message.sender,
        shared=True,
    )
    return _go_on(uow, desk, record(uow, desk, advance(request, happening, now), now), event, now)


def _go_on(uow: UnitOfWork, desk: Desk, request: Request, event: Event, now: datetime) -> Request:
    """After the first of two contacts the code to the second; whether there is one does not show."""
    second = event is Event.CODE_ACCEPTED and request.status is Status.VERIFYING
    if not second:
        return request
    request = send_code(uow, desk, request, now)
    if request.challenge is None:
        cards.alert(uow, desk, "check_identity", now, request.id, reference=request.reference)
    return request


def _spent(desk: Desk, request: Request, message: InboundMessage, now: datetime) -> bool:
    own, minutes = by_contact(request, message), code_minutes(request, desk.policy)
    return is_spent(request, own, minutes, desk.policy, now)


def _spent_code(
    uow: UnitOfWork, desk: Desk, request: Request, message: InboundMessage, now: datetime
) -> Request:
    """Another code, where one may go out now; who is in a chat is told how it stands, a mailbox is left in peace."""
    after = renew(uow, desk, request, message, now)
    if after is request and message.sender.is_chat:
        notice = "wrong_code" if request.status is Status.VERIFYING else "status"
        fields = fields_of(notice, request, Happening(Event.WROTE, "requester"), desk.policy)
        outcome.tell(uow, desk, request, notice, fields, now, message.sender)
    return after


def readable_code(draw: Callable[[], str]) -> str:
    """A code that is recognised when it comes back: one that reads like a date, 2008 1988, is drawn again."""
    return next(code for code in iter(draw, "") if find_code(grouped(code)) == code)


def fits(desk: Desk, request: Request, code: str) -> bool:
    """Whether a code is the one that went out for this request, in time or not."""
    return matches(request, digest(desk, request, code))


def digest(desk: Desk, request: Request, code: str) -> bytes:
    """The keyed hash of a code for one request: HMAC-SHA256, so that a code is worth nothing elsewhere."""
    return desk.secrets.digest("code", bound(request.id, code))
