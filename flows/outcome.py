"""The only writer of requests: the request, its audit entry and what goes out, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.effects import ShowCard, Tell, To
from core.lifecycle import Step
from core.messages import Address, Attachment, Kind, Outbound
from core.requests import Request
from core.telling import fields_of
from flows import cards
from flows.desk import Desk
from flows.store import AuditEntry, Note, UnitOfWork

#: Notices that carry a secret: they overtake the others and are kept without their text.
_SECRET = frozenset({"code"})
#: How many Message-IDs of a conversation are remembered for References.
_THREAD = 12


def record(
    uow: UnitOfWork, desk: Desk, step: Step, now: datetime, files: tuple[Attachment, ...] = ()
) -> Request:
    """Write what happened to a request and post what follows from it. Raises StaleRequest."""
    request = step.request
    tells = [effect for effect in step.effects if isinstance(effect, Tell)]
    letters = [_letter(desk, step, tell, now, files) for tell in tells]
    sent = tuple(desk.message_id(letter.id) for letter, _ in letters if not letter.to.is_chat)
    request = replace(request, thread=(*request.thread, *sent)[-_THREAD:])
    if step.before is None:
        uow.add(request)
    else:
        request = uow.save(request)
    for letter, tell in letters:
        _post(uow, desk, request, letter, tell.notice)
    uow.audit(_entry(step, now))
    if any(isinstance(effect, ShowCard) for effect in step.effects):
        cards.show(uow, desk, request, now)
    return request


def tell(
    uow: UnitOfWork, desk: Desk, request: Request, notice: str, fields: Mapping[str, object], now: datetime
) -> None:
    """Send a notice that changes nothing: a status, say."""
    letter = _compose(desk, request, request.requester, notice, fields, now, ())
    _post(uow, desk, request, letter, notice)


def receive(uow: UnitOfWork, request: Request, note: Note) -> None:
    """Keep an incoming message with its request."""
    uow.add_note(request.id, note)


def threaded(request: Request, message_id: str) -> Request:
    """The request with one more Message-ID that answers will refer to; saved with the next change."""
    return replace(request, thread=(*request.thread, message_id)[-_THREAD:]) if message_id else request


def _letter(
    desk: Desk, step: Step, tell: Tell, now: datetime, files: tuple[Attachment, ...]
) -> tuple[Outbound, Tell]:
    request = step.request
    fields = fields_of(tell.notice, request, step.happening, desk.policy)
    attached = files if tell.notice == "hand_over" else ()
    return _compose(desk, request, _recipient(request, tell.to), tell.notice, fields, now, attached), tell


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


def _post(uow: UnitOfWork, desk: Desk, request: Request, letter: Outbound, notice: str) -> None:
    uow.post(letter, desk.channels[letter.to.channel].compose(letter), request.id)
    message_id = "" if letter.to.is_chat else desk.message_id(letter.id)
    # A code is never kept in clear, not even for staff.
    text = "" if notice in _SECRET else letter.text
    uow.add_note(
        request.id, Note(letter.created_at, False, letter.to, letter.subject, text, message_id, notice)
    )


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
