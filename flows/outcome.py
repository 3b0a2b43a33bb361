"""The only writer of requests: the request, its audit entry and what goes out, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.documents import decided
from core.effects import ShowCard, Tell, To
from core.hand_over import without_token
from core.lifecycle import Step
from core.messages import Address, Attachment, ChannelName, InboundMessage, Kind, Outbound
from core.representation import answer_address
from core.requests import OnBehalf, Request
from core.telling import fields_of
from core.verification import place
from flows import caps, cards, document_erasing, entries, hours, reach
from flows.desk import Desk
from flows.ports import Delivery, Sent
from flows.reach import Road
from flows.store import AuditEntry, Note, UnitOfWork

#: Notices that carry a secret: they overtake the others and are kept without their text.
_SECRET = frozenset({"code", "code_for_agent", "hand_over_code", "hand_over_passphrase"})
#: Notices that staff's files go with.
_WITH_FILES = frozenset({"hand_over", "hand_over_sealed"})
#: Whom a letter is counted for that nobody gets (RFC 6761 6.4).
NOBODY = Address(ChannelName.EMAIL, "nobody@invalid")
#: How many Message-IDs of a conversation are remembered for References.
_THREAD = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice that is written and has its way, if there is one."""

    notice: str
    letter: Outbound
    road: Road
    #: Whose doing it follows; an answer to the requester leaves at any hour.
    by: str = hours.REQUESTER


def record(
    uow: UnitOfWork, desk: Desk, step: Step, now: datetime, files: tuple[Attachment, ...] = ()
) -> Request:
    """Write what happened to a request and post what follows from it. Raises StaleRequest."""
    request = step.request
    drafts = [
        _told(uow, desk, step, effect, now, files) for effect in step.effects if isinstance(effect, Tell)
    ]
    # Of a letter to another contact, a code above all, the requester's thread must not tell.
    leaving = (
        draft.letter for draft in drafts if draft.road.is_open and _is_theirs(request, draft.letter.to)
    )
    sent = tuple(desk.message_id(letter.id) for letter in leaving)
    request = replace(request, thread=(*request.thread, *sent)[-_THREAD:])
    if step.before is None:
        uow.add(request)
    else:
        request = uow.save(request)
    for draft in drafts:
        _post(uow, desk, request, draft, now)
    uow.audit(entries.of_step(desk, step, now))
    if decided(step.before, request) and request.awaits_document:
        document_erasing.erase(uow, desk, request, step.happening.event.value, now)
    if any(isinstance(effect, ShowCard) for effect in step.effects):
        cards.show(uow, desk, request, now)
    return request


def tell(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    notice: str,
    fields: Mapping[str, object],
    now: datetime,
    to: Address | None = None,
    automatic: bool = True,
) -> None:
    """Send a notice that changes nothing, a status, say; to the requester, unless `to` says otherwise."""
    road = reach.road(uow, desk, request, to or request.requester, notice, automatic, now)
    _post(
        uow,
        desk,
        request,
        Draft(notice, _compose(desk, request, road.to, notice, fields, now, ()), road),
        now,
    )
    _write_down(uow, request, notice, road, now)


def pass_on(uow: UnitOfWork, desk: Desk, request: Request, note: Note, to: Address, now: datetime) -> None:
    """Send what did not arrive to another contact of the same person, in the same words."""
    road = reach.road(uow, desk, request, to, note.notice, True, now)
    letter = Outbound(
        id=desk.secrets.token(26),
        to=road.to,
        kind=Kind.NOTICE,
        created_at=now,
        text=note.text,
        subject=note.subject,
        reply_token=request.token,
        language=request.language,
    )
    _post(uow, desk, request, Draft(note.notice, letter, road, "desk"), now)
    _write_down(uow, request, note.notice, road, now)


def _write_down(uow: UnitOfWork, request: Request, notice: str, road: Road, now: datetime) -> None:
    """A notice without a change of the request; what a cap holds back is written down as that."""
    if road.cap is None:
        uow.audit(AuditEntry(now, request.id, "desk", "told", {"notice": notice}))


def receive(uow: UnitOfWork, request: Request, note: Note) -> None:
    """Keep an incoming message with its request."""
    uow.add_note(request.id, note)


def keep_back(
    uow: UnitOfWork, desk: Desk, request: Request, notice: str, fields: Mapping[str, object], now: datetime
) -> None:
    """Write a letter that nobody gets, with the work and the counts of one that somebody does.

    Else whoever asks would learn by the time that it takes, or by the caps, whether there was one.
    """
    uow.standing(NOBODY, request.id, now)
    outside = replace(request, thread=())  # as for somebody who has not written
    letter = _compose(desk, outside, request.requester, notice, fields, now, ())
    uow.post(letter, desk.channels[letter.to.channel].compose(letter), request.id, withheld=True)
    hours.mind(uow, desk, request, replace(letter, to=NOBODY), notice, hours.REQUESTER, now)
    uow.count_automatic(NOBODY, request.id, letter.kind is Kind.CODE, now)


def threaded(request: Request, message: InboundMessage) -> Request:
    """The request with one more Message-ID that answers will refer to; saved with the next change.

    Only the requester's own: that of another contact would tell them who else has written, and from where.
    """
    if not message.message_id or not _is_theirs(request, message.sender):
        return request
    return replace(request, thread=(*request.thread, message.message_id)[-_THREAD:])


def _is_theirs(request: Request, address: Address) -> bool:
    return not address.is_chat and place(address) == place(request.requester)


def _told(
    uow: UnitOfWork, desk: Desk, step: Step, tell: Tell, now: datetime, files: tuple[Attachment, ...]
) -> Draft:
    request = step.request
    fields = fields_of(tell.notice, request, step.happening, desk.policy)
    attached = files if tell.notice in _WITH_FILES else ()
    to, automatic = _recipient(step, tell.to, desk), caps.is_automatic(step.happening)
    road = reach.road(uow, desk, request, to, tell.notice, automatic, now)
    letter = _compose(desk, request, road.to, tell.notice, fields, now, attached)
    by = hours.REQUESTER if tell.to is To.SENDER else step.happening.by
    return Draft(tell.notice, letter, road, by)


def _recipient(step: Step, to: To, desk: Desk) -> Address:
    request = step.request
    if to is To.SENDER and step.happening.sender:
        return step.happening.sender
    if to is To.CONTACT and request.challenge:
        return request.challenge.contact
    return proven(desk, request) if to is To.PROVEN else request.requester


def proven(desk: Desk, request: Request) -> Address:
    """Where results go: to the contact that was proven; a chat that proved it gets its own answer."""
    if request.on_behalf is OnBehalf.AGENT:
        wanted = answer_address(request)
        return wanted if wanted.channel in desk.channels else request.requester
    if not request.requester.is_chat and request.proven_contact:
        return request.proven_contact
    return request.requester


def _compose(
    desk: Desk,
    request: Request,
    to: Address,
    notice: str,
    fields: Mapping[str, object],
    now: datetime,
    files: tuple[Attachment, ...],
) -> Outbound:
    text = desk.texts.notice(notice, request.language, fields, chat=to.is_chat)
    # Only the requester's own thread is answered: another contact must not see its Message-IDs.
    thread = request.thread if _is_theirs(request, to) else ()
    return Outbound(
        id=desk.secrets.token(26),
        to=to,
        kind=Kind.CODE if notice in _SECRET else Kind.NOTICE,
        created_at=now,
        text=text.text,
        subject=text.subject,
        html=text.html,
        attachments=files,
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        reply_token=request.token,
        language=request.language,
    )


def _post(uow: UnitOfWork, desk: Desk, request: Request, draft: Draft, now: datetime) -> None:
    letter, road = draft.letter, draft.road
    body = desk.channels[letter.to.channel].compose(letter)
    uow.post(letter, body, request.id, withheld=desk.silent or road.cap is not None)
    if road.cap is not None:
        caps.tell(uow, desk, road.cap, request, draft.notice, now)
        return
    if road.dead:
        _not_sent(uow, desk, request, letter, now)
    else:
        hours.mind(uow, desk, request, letter, draft.notice, draft.by, now)
    message_id = "" if letter.to.is_chat else desk.message_id(letter.id)
    # A code is never kept in clear, not even for staff.
    text = "" if draft.notice in _SECRET else without_token(letter.text)
    note = Note(letter.created_at, False, letter.to, letter.subject, text, message_id, draft.notice)
    uow.add_note(request.id, note)


def _not_sent(uow: UnitOfWork, desk: Desk, request: Request, letter: Outbound, now: datetime) -> None:
    """The address has refused mail before: nothing goes there, and staff are told once a request."""
    sent = Sent(Delivery.UNREACHABLE, detail="this address has refused mail before")
    uow.settle_letter(letter.id, sent, now, None)
    if uow.once(f"dead:{request.id}:{letter.to.normal}", now):
        fields = {"reference": request.reference, "channel": letter.to.channel}
        cards.alert(uow, desk, "undeliverable", now, request.id, **fields)
