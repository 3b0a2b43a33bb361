"""What a mail does: opens a request, continues one, or is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.messages import InboundMessage
from core.person_says import may_hold_mandate
from core.recognition import Act, Decision, Finding
from core.references import find_references
from core.requests import Request, Status
from core.verification import ASKS, may_answer
from flows import bounces, cards, documents, opening, outcome, representation, verification
from flows.desk import Desk
from flows.known import Known
from flows.replies import Settled, follow_up, note_of, only_files
from flows.store import AuditEntry, Disposition, UnitOfWork

#: Reasons for silence behind which somebody may stand who wants something: a help address that is a mailing
#: list makes every mail look like one, and some people let an agent's program write for them.
_MAY_BE_A_PERSON = frozenset({"automatic", "automatic sender", "mailing list"})
#: Acts that speak of an earlier request.
_OF_EARLIER = frozenset({Act.CODE, Act.STATUS, Act.CANCEL, Act.MORE})


def read(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> Settled:
    """Decide what a mail is, and flag one whose Message-ID another has had. Raises Needed."""
    if not known.has_twin:
        return _decide(uow, desk, message, finding, known, now)
    if twin := _delivered_before(uow, message):
        documents.forget_twin(uow, twin, message, known)
        return Disposition.REQUEST, "delivered twice", twin.id
    disposition, reason, request_id = _decide(uow, desk, message, finding, known, now)
    if request_id and (request := uow.request(request_id)):
        cards.alert(uow, desk, "same_message_id", now, request_id, reference=request.reference)
    return disposition, f"{reason}; its Message-ID has come before", request_id


def _delivered_before(uow: UnitOfWork, message: InboundMessage) -> Request | None:
    """The request that holds the same message already, delivered over another road."""
    request = uow.by_message_ids((message.message_id,))
    same = note_of(message)
    kept = uow.notes(request.id) if request else []
    alike = any((each.address, each.text) == (same.address, same.text) for each in kept if each.incoming)
    return request if alike else None


def _decide(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding, known: Known, now: datetime
) -> Settled:
    """In this order: returned by a mail system, silent, part of a request, new, or none."""
    if message.bounce is not None:
        return bounces.returned(uow, desk, message, message.bounce, note_of(message), now)
    threaded = _thread(uow, message)
    if message.silence:
        return _silent(uow, desk, message, finding, known, now, threaded)
    request = threaded or _without_thread(uow, desk, message, finding)
    if request is not None:
        settled, message = _in(uow, desk, request, message, finding, known, now, threaded is None)
        if settled:
            return settled
    if finding.decision is Decision.IGNORE and not only_files(message, finding):
        return Disposition.NOT_A_REQUEST, finding.act.value, ""
    return _open(uow, desk, message, finding, known, now)


def _without_thread(uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding) -> Request | None:
    """The request that a mail speaks of, names in its subject, or brings the awaited document for."""
    request = None
    if finding.act in _OF_EARLIER and finding.decision is not Decision.IGNORE:
        request = meant(desk, uow.requests_of(message.sender), finding, message.subject)
    request = request or _hinted(uow, desk, message, finding)
    return request or (None if _sure(finding) else documents.waiting_for(uow, message))


def _in(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    message: InboundMessage,
    finding: Finding,
    known: Known,
    now: datetime,
    by_hint: bool,
) -> tuple[Settled | None, InboundMessage]:
    """A mail of a request, or None where it begins another; and the mail without what was kept as documents."""
    if taken := documents.take(uow, desk, request, message, finding, known, now):
        request, message = taken.request, taken.message
        if taken.settled:
            return taken.settled, message
    if told := representation.heard(uow, desk, request, message, finding, now):
        return told, message
    if _starts_anew(request, finding):
        return None, message
    settled = follow_up(uow, desk, request, message, finding, known, now, by_hint)
    representation.take_note(uow, desk, request, message, finding, now)
    documents.file_came(uow, desk, request.id, message, now)
    return settled, message


def _thread(uow: UnitOfWork, message: InboundMessage) -> Request | None:
    """The request a mail answers: by the token in its address, else by the Message-IDs it refers to."""
    request = uow.by_token(message.reply_token) if message.reply_token else None
    return request or (uow.by_message_ids(message.references) if message.references else None)


def _hinted(uow: UnitOfWork, desk: Desk, message: InboundMessage, finding: Finding) -> Request | None:
    """The request that a subject names: anybody can write that, so a clear wish of a stranger stays their own."""
    named = find_references(message.subject, desk.policy.prefix)
    found = (uow.by_reference(reference) for reference in named)
    return next((r for r in found if r and (may_answer(r, message.sender) or not _sure(finding))), None)


def meant(desk: Desk, requests: Sequence[Request], finding: Finding, subject: str = "") -> Request | None:
    """Which of somebody's requests, newest first, a message without a thread speaks of.

    A code belongs to the request that it was sent for, and a reference to its own; all else to the one that
    waits for an answer, or to the newest that is open.
    """
    named = find_references(f"{finding.new_text}\n{subject}", desk.policy.prefix)
    by_name = [request for request in requests if request.reference in named]
    waiting = [request for request in requests if request.status is Status.VERIFYING] if finding.code else []
    asking = [request for request in requests if finding.code and request.status in ASKS]
    fitting = [request for request in asking if verification.fits(desk, request, finding.code)]
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
        detail = {"channel": message.sender.channel.value, "silence": message.silence}
        uow.audit(AuditEntry(now, request.id, "stranger", "received", detail))
    return Disposition.SILENT, message.silence, request.id if request else ""


def _sure(finding: Finding) -> bool:
    return finding.act is Act.NEW and finding.decision is Decision.ACT and bool(finding.rights)


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
        evidence=message.evidence,
        attached=may_hold_mandate(message.attachments),
    )


def _starts_anew(request: Request, finding: Finding) -> bool:
    """A clear new wish in an old thread is a request of its own, unless it repeats what is asked already."""
    # Eight digits are a code only where one is waited for; after the end they take nobody's new wish away.
    if (
        not _sure(finding)
        or (finding.code and request.is_open)
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
    documents.file_came(uow, desk, request.id, message, now)
    return Disposition.REQUEST, "new", request.id
