"""What a staff member may read in private: one request with its messages, and the queue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.requests import Request, Right
from flows.desk import Desk
from flows.store import Note, UnitOfWork

#: Enough to work with, little enough for a chat; the rest stays with the request.
_LINES_IN_QUEUE = 30
_NOTES = 20
#: What makes a text read in another order than it is written: an address, say, as somebody else's (UAX #9 2.2).
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def of(uow: UnitOfWork, desk: Desk, request: Request) -> str:
    """Everything about a request, for one reader in private."""
    return _OVERRIDES.sub("", "\n".join(_details(desk, request, uow.notes(request.id))))


def queue(uow: UnitOfWork, desk: Desk) -> str:
    """The open requests by due date, without personal data."""
    requests = uow.open_requests()
    if not requests:
        return _say(desk, "staff.queue_empty")
    lines = [_say(desk, "staff.queue_head", count=len(requests))]
    lines += [_queue_line(desk, request) for request in requests[:_LINES_IN_QUEUE]]
    if len(requests) > _LINES_IN_QUEUE:
        lines.append(_say(desk, "staff.queue_more", count=len(requests) - _LINES_IN_QUEUE))
    return "\n".join(lines)


def _say(desk: Desk, phrase: str, **fields: object) -> str:
    return desk.texts.phrase(phrase, desk.staff_language, **fields)


def _queue_line(desk: Desk, request: Request) -> str:
    named = {"reference": request.reference, "status": request.status}
    if request.due is None:
        return _say(desk, "staff.queue_line_no_due", **named)
    return _say(desk, "staff.queue_line", **named, rights=request.rights, due=request.due)


def _details(desk: Desk, request: Request, notes: list[Note]) -> Iterator[str]:
    yield _say(desk, "staff.details_head", reference=request.reference)
    if request.name:
        yield _say(desk, "staff.details_name", name=request.name)
    yield _say(desk, "staff.details_requester", address=request.requester.value)
    if request.subject:
        contacts = [contact.value for contact in request.subject.contacts]
        yield _say(desk, "staff.details_contacts", contacts=contacts)
        yield _say(desk, "staff.details_key", key=request.subject.key)
    if request.reasons:
        yield _say(desk, "staff.details_reasons", reasons=request.reasons)
    for note in notes[-_NOTES:]:
        yield from _note(desk, note)
    if not notes:
        yield _say(desk, "staff.details_no_messages")


def _note(desk: Desk, note: Note) -> Iterator[str]:
    yield ""
    yield _say(desk, "staff.details_incoming" if note.incoming else "staff.details_outgoing", when=note.at)
    if note.subject:
        yield note.subject
    # Our own notices are known by their names; what the customer wrote is what counts.
    yield note.text if note.incoming else f"[{note.notice}]"
    for attachment in note.attachments:
        yield _say(desk, "staff.details_attachment", name=attachment.name)


def rights_text(desk: Desk, rights: tuple[Right, ...], language: str) -> str:
    """Rights in plain words, in a customer's language."""
    return ", ".join(desk.texts.phrase(f"right_verb.{right}", language) for right in rights)
