"""The only writer of requests: the request, its audit entry and what goes out, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.effects import ShowCard, Tell, To
from core.lifecycle import Step
from core.messages import Address, Attachment, Kind, Outbound
from core.requests import Request
from core.telling import fields_of
from flows import caps, cards, reach
from flows.desk import Desk
from flows.ports import Delivery, Sent
from flows.reach import Road
from flows.store import AuditEntry, Note, UnitOfWork

#: Notices that carry a secret: they overtake the others and are kept without their text.
_SECRET = frozenset({"code"})
#: How many Message-IDs of a conversation are remembered for References.
_THREAD = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice that is written and has its way, if there is one."""

    notice: str
    letter: Outbound
    road: Road


def record(
    uow: UnitOfWork, desk: Desk, step: Step, now: datetime, files: tuple[Attachment, ...] = ()
) -> Request:
    """Write what happened to a request and post what follows from it. Raises StaleRequest."""
    request = step.request
    drafts = [
        _told(uow, desk, step, effect, now, files) for effect in step.effects if isinstance(effect, Tell)
    ]
    leaving = (draft.letter for draft in drafts if draft.road.is_open and not draft.letter.to.is_chat)
    sent = tuple(desk.message_id(letter.id) for letter in leaving)
    request = replace(request, thread=(*request.thread, *sent)[-_THREAD:])
    if step.before is None:
        uow.add(request)
    else:
        request = uow.save(request)
    for draft in drafts:
        _post(uow, desk, request, draft, now)
    uow.audit(_entry(step, now))
    if any(isinstance(effect, ShowCard) for effect in step.effects):
        cards.show(uow, desk, request, now)
    return request


def tell(
    uow: UnitOfWork, desk: Desk, request: Request, notice: str, fields: Mapping[str, object], now: datetime
) -> None:
    """Send a notice that changes nothing: a status, say."""
    road = reach.road(uow, desk, request, request.requester, notice, True, now)
    _post(
        uow,
        desk,
        request,
        Draft(notice, _compose(desk, request, road.to, notice, fields, now, ()), road),
        now,
    )


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
    _post(uow, desk, request, Draft(note.notice, letter, road), now)


def receive(uow: UnitOfWork, request: Request, note: Note) -> None:
    """Keep an incoming message with its request."""
    uow.add_note(request.id, note)


def threaded(request: Request, message_id: str) -> Request:
    """The request with one more Message-ID that answers will refer to; saved with the next change."""
    return replace(request, thread=(*request.thread, message_id)[-_THREAD:]) if message_id else request


def _told(
    uow: UnitOfWork, desk: Desk, step: Step, tell: Tell, now: datetime, files: tuple[Attachment, ...]
) -> Draft:
    request = step.request
    fields = fields_of(tell.notice, request, step.happening, desk.policy)
    attached = files if tell.notice == "hand_over" else ()
    to, automatic = _recipient(request, tell.to), caps.is_automatic(step.happening)
    road = reach.road(uow, desk, request, to, tell.notice, automatic, now)
    return Draft(tell.notice, _compose(desk, request, road.to, tell.notice, fields, now, attached), road)


def _recipient(request: Request, to: To) -> Address:
    if to is To.CONTACT and request.challenge:
        return request.challenge.contact
    if to is To.PROVEN and not request.requester.is_chat and request.proven_contact:
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
    thread = request.thread if to == request.requester and not to.is_chat else ()
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
    message_id = "" if letter.to.is_chat else desk.message_id(letter.id)
    # A code is never kept in clear, not even for staff.
    text = "" if draft.notice in _SECRET else letter.text
    note = Note(letter.created_at, False, letter.to, letter.subject, text, message_id, draft.notice)
    uow.add_note(request.id, note)


def _not_sent(uow: UnitOfWork, desk: Desk, request: Request, letter: Outbound, now: datetime) -> None:
    """The address has refused mail before: nothing goes there, and staff are told once a request."""
    sent = Sent(Delivery.UNREACHABLE, detail="this address has refused mail before")
    uow.settle_letter(letter.id, sent, now, None)
    if uow.once(f"dead:{request.id}:{letter.to.normal}", now):
        fields = {"reference": request.reference, "channel": letter.to.channel}
        cards.alert(uow, desk, "undeliverable", now, request.id, **fields)


def _entry(step: Step, now: datetime) -> AuditEntry:
    happening = step.happening
    detail = {
        "from": str(step.before or ""),
        "to": str(step.request.status),
        "right": str(happening.right or ""),
        "rights": " ".join(step.request.rights),
        "reason": happening.reason,
        "notices": " ".join(effect.notice for effect in step.effects if isinstance(effect, Tell)),
    }
    kept = {key: value for key, value in detail.items() if value}
    return AuditEntry(now, step.request.id, happening.by, happening.event.value, kept)
