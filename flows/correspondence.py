"""What a mail does: opens a request, continues one, or is left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from core.happenings import Event, Happening
from core.lifecycle import TRANSITIONS, advance
from core.messages import InboundMessage
from core.recognition import Act, Decision, Finding
from core.requests import Request, Status
from core.telling import fields_of
from core.verification import may_answer
from flows import cards, opening, outcome, verification
from flows.desk import Desk
from flows.known import Known
from flows.store import AuditEntry, Disposition, Note, UnitOfWork

#: Disposition, reason in a word or two, and the request it belongs to.
Settled = tuple[Disposition, str, str]

#: Acts that speak of an earlier request.
_OF_EARLIER = frozenset({Act.CODE, Act.STATUS, Act.CANCEL, Act.MORE})


def read(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> Settled:
    """Decide what a mail is, in this order: silent, part of a request, new, or none. Raises Needed."""
    request = _thread(uow, message)
    if message.silence:
        return _silent(uow, message, finding, request)
    if request is None and finding.act in _OF_EARLIER and finding.decision is not Decision.IGNORE:
        request = meant(desk, uow.requests_of(message.sender), finding)
    if request is not None and not _starts_anew(request, finding):
        return follow_up(uow, desk, request, message, finding, now)
    if finding.decision is Decision.IGNORE:
        return Disposition.NOT_A_REQUEST, finding.act.value, ""
    return _open(uow, desk, message, finding, known, now)


def _thread(uow: UnitOfWork, message: InboundMessage) -> Request | None:
    """The request a mail answers: by the token in its address, else by the Message-IDs it refers to."""
    request = uow.by_token(message.reply_token) if message.reply_token else None
    return request or (uow.by_message_ids(message.references) if message.references else None)


def meant(desk: Desk, requests: Sequence[Request], finding: Finding) -> Request | None:
    """Which of somebody's requests, newest first, a message without a thread speaks of.

    A code belongs to the request that it was sent for; all else to the newest that is open.
    """
    waiting = [request for request in requests if request.status is Status.VERIFYING] if finding.code else []
    fitting = [request for request in waiting if verification.fits(desk, request, finding.code)]
    still_open = [request for request in requests if request.is_open]
    return next(iter((*fitting, *waiting, *still_open, *requests)), None)


def _silent(uow: UnitOfWork, message: InboundMessage, finding: Finding, request: Request | None) -> Settled:
    """Registered, shown with its request, never answered (RFC 3834)."""
    if request is not None:
        outcome.receive(uow, request, note_of(message))
    return Disposition.SILENT, message.silence, request.id if request else ""


def _starts_anew(request: Request, finding: Finding) -> bool:
    """A clear new wish in an old thread is a request of its own, unless it repeats what is asked already."""
    sure = finding.act is Act.NEW and finding.decision is Decision.ACT and not finding.code
    if not sure or request.status in (Status.TRIAGE, Status.CLARIFYING, Status.LAPSED):
        return False
    return not request.is_open or not set(finding.rights) <= set(request.rights)


def _open(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> Settled:
    """A new request: clear enough to go on alone, or one for a person to look at."""
    subject = known.person(finding.known_by, message.sender)
    asker = opening.Asker(
        message.sender, finding.language, message.received_at, message.name, message.message_id
    )
    if finding.decision is Decision.ACT and finding.act is Act.NEW and finding.rights:
        request = opening.open_clear(uow, desk, asker, finding.rights, subject, finding.on_behalf, now)
    else:
        request = opening.open_unclear(uow, desk, asker, finding, subject, now)
    outcome.receive(uow, request, note_of(message))
    return Disposition.REQUEST, "new", request.id


# --- a message that belongs to a request ------------------------------------------------------------


def follow_up(
    uow: UnitOfWork, desk: Desk, request: Request, message: InboundMessage, finding: Finding, now: datetime
) -> Settled:
    """Continue a request. A sender who does not belong to it joins its history and learns nothing."""
    outcome.receive(uow, request, note_of(message))
    if not may_answer(request, message.sender):
        uow.audit(AuditEntry(now, request.id, "stranger", "wrote", {"act": finding.act.value}))
        return Disposition.REQUEST, "unverified sender", request.id
    request = outcome.threaded(request, message.message_id)
    act = Act.CODE if finding.code and request.status is Status.VERIFYING else finding.act
    _ANSWERS.get(act, wrote)(uow, desk, request, finding, now)
    return Disposition.REQUEST, act.value, request.id


def code(uow: UnitOfWork, desk: Desk, request: Request, finding: Finding, now: datetime) -> None:
    """A one-time code; outside of verification it is a message like any other."""
    if finding.code and request.status is Status.VERIFYING:
        verification.answer(uow, desk, request, finding.code, now)
    else:
        wrote(uow, desk, request, finding, now)


def status(uow: UnitOfWork, desk: Desk, request: Request, finding: Finding, now: datetime) -> None:
    """How it stands, in the customer's words."""
    fields = fields_of("status", request, Happening(Event.WROTE, "requester"), desk.policy)
    outcome.tell(uow, desk, request, "status", fields, now)


def withdraw(uow: UnitOfWork, desk: Desk, request: Request, finding: Finding, now: datetime) -> None:
    """The requester takes the request back; one that is closed already stays as it is."""
    if Event.WITHDRAWN in TRANSITIONS[request.status]:
        happen(uow, desk, request, Event.WITHDRAWN, now)
    else:
        status(uow, desk, request, finding, now)


def wrote(uow: UnitOfWork, desk: Desk, request: Request, finding: Finding, now: datetime) -> None:
    """Something more from the customer: an answer, a sign of life after a lapse, or a remark."""
    allowed = TRANSITIONS[request.status]
    event = next((e for e in (Event.ANSWERED, Event.REOPENED, Event.WROTE) if e in allowed), None)
    if event is not None:
        request = happen(uow, desk, request, event, now)
    elif finding.decision is not Decision.IGNORE or request.status is Status.REFUSED:
        cards.alert(uow, desk, "wrote_after_end", now, request.id, reference=request.reference)
        cards.show(uow, desk, request, now)
    if event is Event.REOPENED:
        verification.send_code(uow, desk, request, now)


def happen(uow: UnitOfWork, desk: Desk, request: Request, event: Event, now: datetime) -> Request:
    return outcome.record(uow, desk, advance(request, Happening(event, "requester"), now), now)


_ANSWERS: Mapping[Act, Callable[[UnitOfWork, Desk, Request, Finding, datetime], None]] = {
    Act.CODE: code,
    Act.STATUS: status,
    Act.CANCEL: withdraw,
}


def note_of(message: InboundMessage) -> Note:
    """What is kept of an incoming message: all of it, quoted history included."""
    return Note(
        message.received_at,
        True,
        message.sender,
        message.subject,
        message.text,
        message.message_id,
        attachments=message.attachments,
    )
