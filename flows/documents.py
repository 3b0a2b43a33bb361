"""Identity documents, the last resort: asked for by a person, kept apart, seen in private, and soon erased."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.buttons import card_token
from core.conversation import Conversation, Step
from core.documents import LIFE, Document, Sorted, brings_document, may_ask, sort_out, worth_opening
from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Attachment, Button, InboundMessage, Kind, Outbound, Verb
from core.recognition import Act, Decision, Finding
from core.requests import Request
from flows import cards, outcome
from flows.desk import Desk
from flows.known import Known
from flows.replies import Settled, note_of, received_as
from flows.store import AuditEntry, Disposition, Note, StaffMember, UnitOfWork

#: As long as an argument of a button can be.
_ID_LENGTH = 20
#: What somebody can want with the message that brings a document, beside bringing it.
_WANTED_TOO = frozenset({Act.CODE, Act.STATUS, Act.CANCEL})


# --- asking -----------------------------------------------------------------------------------------


def ask_why(uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, now: datetime) -> str:
    """A staff member wants a document: they say why, in private; the phrase to answer with."""
    if not may_ask(request, desk.policy):
        return "staff.document_not_allowed"
    waiting = Conversation(step=Step.DOCUMENT_REASON, request_id=request.id)
    uow.put_conversation(member.address, waiting, now)
    text = desk.texts.phrase("document.why", desk.staff_language, reference=request.reference)
    cards.post(uow, desk, member.address, text, now, Kind.TALK, request_id=request.id)
    return "staff.see_private"


def ask(uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, why: str, now: datetime) -> str:
    """Ask the customer for a document; the reason is sealed with the request. Raises NotAllowed."""
    if not may_ask(request, desk.policy):
        return "staff.document_not_allowed"
    happening = Happening(Event.DOCUMENT_ASKED, f"staff:{member.id}")
    outcome.record(uow, desk, advance(request, happening, now), now)
    subject = desk.texts.phrase("staff.document_note", desk.staff_language, name=member.name)
    uow.add_note(request.id, Note(now, True, member.address, subject, why))
    return "staff.document_asked"


# --- taking -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """A message whose files are kept as documents; `settled` where it says nothing that needs an answer."""

    request: Request
    message: InboundMessage
    settled: Settled | None


def take(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    message: InboundMessage,
    finding: Finding,
    known: Known,
    now: datetime,
) -> Taken | None:
    """Keep the files of a message as documents, where one is waited for; else None. Raises Needed.

    The message goes on without them: they stand in no note, and are erased with the message itself.
    """
    if not brings_document(request, message):
        return None
    found, is_first = _kept(uow, desk, request, message, known, now)
    without, settled = replace(message, attachments=()), None
    if _only_brings(finding):
        outcome.receive(uow, request, note_of(without))
        uow.audit(AuditEntry(now, request.id, "requester", "received", received_as(without, finding)))
        request = outcome.threaded(request, message)
        settled = Disposition.REQUEST, "document", request.id
    happening = Happening(
        Event.DOCUMENT_CAME,
        "requester",
        documents=len(found.kept),
        unusable=found.unusable,
        sender=message.sender if is_first or found.unusable else None,
    )
    request = outcome.record(uow, desk, advance(request, happening, now), now)
    if found.kept:
        named = {"reference": request.reference, "until": now + LIFE}
        cards.alert(uow, desk, "document_came", now, request.id, **named)
    return Taken(request, without, settled)


def _only_brings(finding: Finding) -> bool:
    is_new = finding.act is Act.NEW and finding.decision is Decision.ACT
    return finding.act not in _WANTED_TOO and not is_new


def _kept(
    uow: UnitOfWork, desk: Desk, request: Request, message: InboundMessage, known: Known, now: datetime
) -> tuple[Sorted, bool]:
    """Store what can be a document; whether these are the first that there are."""
    opened = known.all_files(worth_opening(message.attachments), message.sender)
    held = len(uow.documents_of(request.id))
    found = sort_out(message.attachments, opened, held)
    for file in found.kept:
        name = desk.secrets.token(_ID_LENGTH)
        uow.add_document(Document(name, request.id, known.item, now, now + LIFE, file))
    if not found.kept:
        # It may show a paper all the same: whoever sent it is told to send it in another form.
        uow.erase_messages([known.item])
    return found, not held and bool(found.kept)


def waiting_for(uow: UnitOfWork, message: InboundMessage) -> Request | None:
    """The request of a sender that waits for the document which a message without a thread brings."""
    if not message.attachments:
        return None
    mine = uow.requests_of(message.sender)
    return next((request for request in mine if brings_document(request, message)), None)


def forget_twin(uow: UnitOfWork, request: Request, message: InboundMessage, known: Known) -> None:
    """A message that was delivered twice: the second one must not hold for good what is erased with the first."""
    if request.awaits_document and message.attachments:
        uow.erase_messages([known.item])


def file_came(uow: UnitOfWork, desk: Desk, request_id: str, message: InboundMessage, now: datetime) -> None:
    """A file that nobody has asked for is no document: the card says that it came."""
    request = uow.request(request_id)
    if request is None or not message.attachments:
        return
    detail = {"count": str(len(message.attachments)), "channel": message.sender.channel.value}
    uow.audit(AuditEntry(now, request_id, "requester", "file_came", detail))
    cards.show(uow, desk, request, now)


# --- looking ----------------------------------------------------------------------------------------


def look(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, document_id: str, now: datetime
) -> str:
    """Show in private which documents there are, or send the one that is named; the phrase to answer with."""
    if document_id:
        return _send(uow, desk, member, request, document_id, now)
    found = uow.documents_of(request.id)
    if not found:
        return "staff.document_gone"
    fields = {"reference": request.reference, "until": min(each.expires_at for each in found)}
    text = desk.texts.phrase("document.choose", desk.staff_language, **fields)
    rows = tuple((_button(request, number, each),) for number, each in enumerate(found, 1))
    cards.post(uow, desk, member.address, text, now, Kind.TALK, rows, request_id=request.id)
    return "staff.see_private"


def _button(request: Request, number: int, document: Document) -> Button:
    token = card_token(Verb.LOOK, request.card, request.revision, document.id)
    return Button(f"{number}. {document.file.name}", token)


def _send(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, document_id: str, now: datetime
) -> str:
    document = uow.document(document_id)
    if document is None or document.request_id != request.id:
        return "staff.document_gone"
    letter = _carrying(desk, member, document.file, now)
    body = desk.channels[letter.to.channel].compose(letter)
    uow.post(letter, body, request.id, withheld=desk.silent, document=document.id)
    uow.audit(AuditEntry(now, request.id, f"staff:{member.id}", "looked_at_document", {}))
    return "staff.see_private"


def _carrying(desk: Desk, member: StaffMember, file: Attachment, now: datetime) -> Outbound:
    """Without a word: what is one call to the channel is sent, or not, as a whole."""
    return Outbound(desk.secrets.token(26), member.address, Kind.TALK, now, "", attachments=(file,))
