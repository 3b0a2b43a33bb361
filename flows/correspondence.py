"""What a mail does: opens a request, continues one, or is left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.happenings import Event, Happening
from core.lifecycle import TRANSITIONS, advance
from core.messages import InboundMessage
from core.recognition import Act, Decision, Finding, Identifiers
from core.references import find_references
from core.requests import Request, Status
from core.telling import fields_of
from core.verification import may_answer
from flows import cards, opening, outcome, verification
from flows.desk import Desk
from flows.known import Known
from flows.store import AuditEntry, Disposition, Note, UnitOfWork

#: Disposition, reason in a word or two, and the request it belongs to.
Settled = tuple[Disposition, str, str]

#: Reasons for silence behind which somebody may stand who wants something: a help address that is a mailing
#: list makes every mail look like one, and some people let an agent's program write for them.
_MAY_BE_A_PERSON = frozenset({"automatic", "automatic sender", "mailing list"})
#: Acts that speak of an earlier request.
_OF_EARLIER = frozenset({Act.CODE, Act.STATUS, Act.CANCEL, Act.MORE})


def read(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> Settled:
    """Decide what a mail is, in this order: silent, part of a request, new, or none. Raises Needed."""
    request = _thread(uow, message)
    if message.silence:
        return _silent(uow, desk, message, finding, known, now, request)
    if request is None and finding.act in _OF_EARLIER and finding.decision is not Decision.IGNORE:
        request = meant(desk, uow.requests_of(message.sender), finding)
    if request is not None and not _starts_anew(request, finding):
        return follow_up(uow, desk, request, message, finding, known, now)
    if finding.decision is Decision.IGNORE and not _only_files(message, finding):
        return Disposition.NOT_A_REQUEST, finding.act.value, ""
    return _open(uow, desk, message, finding, known, now)


def _thread(uow: UnitOfWork, message: InboundMessage) -> Request | None:
    """The request a mail answers: by the token in its address, else by the Message-IDs it refers to."""
    request = uow.by_token(message.reply_token) if message.reply_token else None
    return request or (uow.by_message_ids(message.references) if message.references else None)


def meant(desk: Desk, requests: Sequence[Request], finding: Finding) -> Request | None:
    """Which of somebody's requests, newest first, a message without a thread speaks of.

    A code belongs to the request that it was sent for, and a reference to its own; all else to the one that
    waits for an answer, or to the newest that is open.
    """
    named = find_references(finding.new_text, desk.policy.prefix)
    by_name = [request for request in requests if request.reference in named]
    waiting = [request for request in requests if request.status is Status.VERIFYING] if finding.code else []
    fitting = [request for request in waiting if verification.fits(desk, request, finding.code)]
    owed = [request for request in requests if request.status is Status.CLARIFYING]
    still_open = [request for request in requests if request.is_open]
    return next(iter((*fitting, *by_name, *waiting, *owed, *still_open, *requests)), None)


def _silent(
    uow: UnitOfWork,
    desk: Desk,
    message: InboundMessage,
    finding: Finding,
    known: Known,
    now: datetime,
    request: Request | None,
) -> Settled:
    """Registered, shown with its request, never answered (RFC 3834); a sure request is shown to a person."""
    if request is None and message.silence in _MAY_BE_A_PERSON and _sure(finding):
        subject = known.person(finding.known_by, message.sender)
        request = opening.open_unclear(uow, desk, _asker(message, finding), finding, subject, now)
    if request is not None:
        outcome.receive(uow, request, note_of(message))
    return Disposition.SILENT, message.silence, request.id if request else ""


def _sure(finding: Finding) -> bool:
    return finding.act is Act.NEW and finding.decision is Decision.ACT and bool(finding.rights)


def _only_files(message: InboundMessage, finding: Finding) -> bool:
    """What is wanted stands in a scanned letter, say: that takes a person's eyes."""
    return bool(message.attachments) and not finding.new_text.strip()


def _asker(message: InboundMessage, finding: Finding) -> opening.Asker:
    named, own = finding.known_by, message.sender.normal
    others = (*named.phones, *named.accounts, *(email for email in named.emails if email.lower() != own))
    return opening.Asker(
        message.sender,
        finding.language,
        message.received_at,
        message.name,
        message.message_id,
        names_somebody=bool(others),
    )


def _starts_anew(request: Request, finding: Finding) -> bool:
    """A clear new wish in an old thread is a request of its own, unless it repeats what is asked already."""
    if (
        not _sure(finding)
        or finding.code
        or request.status in (Status.TRIAGE, Status.CLARIFYING, Status.LAPSED)
    ):
        return False
    return not request.is_open or not set(finding.rights) <= set(request.rights)


def _open(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> Settled:
    """A new request: clear enough to go on alone, or one for a person to look at."""
    subject = known.person(finding.known_by, message.sender)
    asker = _asker(message, finding)
    if _sure(finding):
        request = opening.open_clear(uow, desk, asker, finding.rights, subject, finding.on_behalf, now)
    else:
        request = opening.open_unclear(uow, desk, asker, finding, subject, now)
    outcome.receive(uow, request, note_of(message))
    return Disposition.REQUEST, "new", request.id


# --- a message that belongs to a request ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that belongs to a request, with all that its handling needs."""

    uow: UnitOfWork
    desk: Desk
    request: Request
    message: InboundMessage
    finding: Finding
    known: Known
    now: datetime

    def happens(self, event: Event) -> Request:
        step = advance(self.request, Happening(event, "requester"), self.now)
        return outcome.record(self.uow, self.desk, step, self.now)


def follow_up(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    message: InboundMessage,
    finding: Finding,
    known: Known,
    now: datetime,
) -> Settled:
    """Continue a request. A sender who does not belong to it joins its history and learns nothing. Raises Needed."""
    outcome.receive(uow, request, note_of(message))
    if not may_answer(request, message.sender):
        uow.audit(AuditEntry(now, request.id, "stranger", "wrote", {"act": finding.act.value}))
        cards.alert(uow, desk, "unverified_sender", now, request.id, reference=request.reference)
        return Disposition.REQUEST, "unverified sender", request.id
    request = outcome.threaded(request, message.message_id)
    act = Act.CODE if finding.code and request.status is Status.VERIFYING else finding.act
    _ANSWERS.get(act, _wrote)(Reply(uow, desk, request, message, finding, known, now))
    return Disposition.REQUEST, act.value, request.id


def _code(reply: Reply) -> None:
    """A one-time code; outside of verification it is a message like any other."""
    if reply.finding.code and reply.request.status is Status.VERIFYING:
        verification.answer(reply.uow, reply.desk, reply.request, reply.finding.code, reply.now)
    else:
        _wrote(reply)


def status(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> None:
    """Tell how a request stands, in the customer's words."""
    fields = fields_of("status", request, Happening(Event.WROTE, "requester"), desk.policy)
    outcome.tell(uow, desk, request, "status", fields, now)


def _status(reply: Reply) -> None:
    status(reply.uow, reply.desk, reply.request, reply.now)


def _withdraw(reply: Reply) -> None:
    """The requester takes the request back; one that is closed already stays as it is."""
    if Event.WITHDRAWN in TRANSITIONS[reply.request.status]:
        reply.happens(Event.WITHDRAWN)
    else:
        _status(reply)


def _wrote(reply: Reply) -> None:
    """Something more from the customer: an answer, a sign of life after a lapse, or a remark."""
    request, uow, desk = reply.request, reply.uow, reply.desk
    event = next((e for e in _REMARKS if e in TRANSITIONS[request.status]), None)
    if event is not None:
        request = reply.happens(event)
    elif _for_a_person(reply):
        cards.alert(uow, desk, "wrote_after_end", reply.now, request.id, reference=request.reference)
        cards.show(uow, desk, request, reply.now)
    named = reply.finding.known_by
    if event is Event.REOPENED:
        verification.send_code(uow, desk, request, reply.now)
    elif request.status is Status.VERIFYING and named != Identifiers():
        subject = reply.known.person(named, reply.message.sender)
        verification.identify(uow, desk, request, subject, reply.now)


def _for_a_person(reply: Reply) -> bool:
    """Whether a remark after the end is more than a thank-you; after a refusal every word may be an objection."""
    thanks = reply.finding.decision is Decision.IGNORE and not _only_files(reply.message, reply.finding)
    return not thanks or reply.request.status is Status.REFUSED


#: What a remark can be, the first that fits.
_REMARKS = (Event.ANSWERED, Event.REOPENED, Event.WROTE)

_ANSWERS: Mapping[Act, Callable[[Reply], None]] = {
    Act.CODE: _code,
    Act.STATUS: _status,
    Act.CANCEL: _withdraw,
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
