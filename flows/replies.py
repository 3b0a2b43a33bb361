"""What a message does that belongs to a request: a code, a question, a withdrawal, an answer or a remark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.hand_over import without_token
from core.happenings import Event, Happening
from core.lifecycle import TRANSITIONS, advance
from core.messages import InboundMessage
from core.recognition import Act, Decision, Finding, Identifiers
from core.requests import Request, Status
from core.telling import fields_of
from core.verification import may_answer
from flows import cards, hand_over, outcome, verification
from flows.desk import Desk
from flows.known import Known
from flows.store import AuditEntry, Disposition, Note, UnitOfWork

#: Disposition, reason in a word or two, and the request it belongs to.
Settled = tuple[Disposition, str, str]


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
    #: Nothing but the sender's word, or a subject, says that it belongs there.
    by_hint: bool = False

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
    by_hint: bool = False,
) -> Settled:
    """Continue a request. A sender who does not belong to it joins its history and learns nothing. Raises Needed."""
    outcome.receive(uow, request, note_of(message))
    if not may_answer(request, message.sender):
        uow.audit(AuditEntry(now, request.id, "stranger", "wrote", received_as(message, finding)))
        cards.alert(uow, desk, "unverified_sender", now, request.id, reference=request.reference)
        return Disposition.REQUEST, "unverified sender", request.id
    uow.audit(AuditEntry(now, request.id, "requester", "received", received_as(message, finding)))
    if hand_over.answered(uow, desk, request, message, finding.code, now, finding.act is Act.CODE):
        return Disposition.REQUEST, "passphrase", request.id
    request = outcome.threaded(request, message)
    act = Act.CODE if is_answer(request, finding) else finding.act
    _ANSWERS.get(act, _wrote)(Reply(uow, desk, request, message, finding, known, now, by_hint))
    return Disposition.REQUEST, act.value, request.id


def is_answer(request: Request, finding: Finding) -> bool:
    """Whether a code is judged: while it is waited for, and a code alone as long as it can still be proven."""
    alone = request.status is Status.IDENTITY_REVIEW and finding.act is Act.CODE
    return bool(finding.code) and (request.status is Status.VERIFYING or alone)


def _code(reply: Reply) -> None:
    """A one-time code; outside of verification it is a message like any other."""
    if is_answer(reply.request, reply.finding):
        code = reply.finding.code
        verification.answer(reply.uow, reply.desk, reply.request, code, reply.message, reply.now)
    else:
        _wrote(reply)


def status(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> None:
    """Tell how a request stands, in the customer's words."""
    fields = fields_of("status", request, Happening(Event.WROTE, "requester"), desk.policy)
    outcome.tell(uow, desk, request, "status", fields, now)


def _status(reply: Reply) -> None:
    status(reply.uow, reply.desk, reply.request, reply.now)


def _withdraw(reply: Reply) -> None:
    """The requester takes the request back; one that is closed already stays as it is.

    A mail's From is anybody's word: without the thread the requester is asked, and where the sender check
    has failed a person must look.
    """
    request, evidence = reply.request, reply.message.evidence
    if Event.WITHDRAWN not in TRANSITIONS[request.status]:
        _status(reply)
    elif evidence is not None and evidence.dmarc == "fail":
        named = {"reference": request.reference}
        cards.alert(reply.uow, reply.desk, "cancel_doubtful", reply.now, request.id, **named)
    elif reply.by_hint and not reply.message.sender.is_chat:
        fields = fields_of("confirm_cancel", request, Happening(Event.WROTE, "requester"), reply.desk.policy)
        outcome.tell(reply.uow, reply.desk, request, "confirm_cancel", fields, reply.now)
    else:
        reply.happens(Event.WITHDRAWN)


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
    elif request.status is Status.VERIFYING:
        after = request
        if named != Identifiers():
            subject = reply.known.person(named, reply.message.sender)
            after = verification.identify(uow, desk, request, subject, reply.now)
        if after is request:
            verification.renew(uow, desk, request, reply.message, reply.now, reply.finding.new_text)


def _for_a_person(reply: Reply) -> bool:
    """Whether a remark after the end is more than a thank-you; after a refusal every word may be an objection."""
    thanks = reply.finding.decision is Decision.IGNORE and not only_files(reply.message, reply.finding)
    return not thanks or reply.request.status is Status.REFUSED


#: What a remark can be, the first that fits.
_REMARKS = (Event.ANSWERED, Event.REOPENED, Event.WROTE)

_ANSWERS: Mapping[Act, Callable[[Reply], None]] = {
    Act.CODE: _code,
    Act.STATUS: _status,
    Act.CANCEL: _withdraw,
}


def received_as(message: InboundMessage, finding: Finding) -> Mapping[str, str]:
    """What the audit log says of an incoming message: codes only."""
    return {"act": finding.act.value, "channel": message.sender.channel.value}


def note_of(message: InboundMessage) -> Note:
    """What is kept of an incoming message: all of it, quoted history included, but for the secret of a link in it."""
    return Note(
        message.received_at,
        True,
        message.sender,
        message.subject,
        without_token(message.text),
        message.message_id,
        attachments=message.attachments,
    )


def only_files(message: InboundMessage, finding: Finding) -> bool:
    """What is wanted stands in a scanned letter, say: that takes a person's eyes."""
    return bool(message.attachments) and not finding.new_text.strip()
