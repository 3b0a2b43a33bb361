"""Invented requests, letters and messages for the tests of the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from core.messages import Address, Attachment, ChannelName, Kind, Outbound, RawMessage
from core.requests import Challenge, DueDate, Item, Request, Right, Status, Subject
from flows.store import AuditEntry, Note, StaffMember
from storage.unit_of_work import SqlUnitOfWork

MASTER_KEY = bytes(range(32))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

NAME = "Nguyễn Thị Bông"
MAIL = Address(ChannelName.EMAIL, "Bong.Nguyen@customer.example")
CHAT = Address(ChannelName.TELEGRAM, "777000123")
TEXT = "Please delete everything you keep about my daughter"

_numbers = count(1)


def a_request(**changes: object) -> Request:
    """An open request of its own id, reference, token and card."""
    number = next(_numbers)
    fields: dict[str, object] = {
        "id": f"r-{number}",
        "reference": f"MC-{number:04}",
        "token": f"token{number:011}",
        "card": f"card{number}",
        "status": Status.VERIFYING,
        "language": "vi",
        "requester": MAIL,
        "received_at": NOON,
        "items": (an_item(Right.DELETION, date(2026, 12, 11)),),
        "name": NAME,
        "subject": Subject("customer-7", (MAIL, CHAT), "vi"),
        "challenge": Challenge(b"\x00\xff\xfe" * 9, MAIL, NOON, NOON + MINUTE),
        "suggestion": (Right.DELETION, Right.ACCESS),
        "reasons": (TEXT,),
    }
    return Request(**(fields | changes))  # type: ignore[arg-type]


def an_item(right: Right, due: date) -> Item:
    return Item(right, DueDate(due, None, due))


def a_note(**changes: object) -> Note:
    fields: dict[str, object] = {
        "at": NOON,
        "incoming": True,
        "address": MAIL,
        "subject": "Request",
        "text": TEXT,
        "message_id": f"<{next(_numbers)}@customer.example>",
        "attachments": (Attachment("id.png", "image/png", b"\x89PNG\x00\xff", size=6),),
    }
    return Note(**(fields | changes))  # type: ignore[arg-type]


def an_outbound(to: Address = CHAT, kind: Kind = Kind.TALK, **changes: object) -> Outbound:
    fields: dict[str, object] = {"id": f"l-{next(_numbers)}", "created_at": NOON, "text": TEXT}
    return Outbound(to=to, kind=kind, **(fields | changes))  # type: ignore[arg-type]


def post(uow: SqlUnitOfWork, *letters: Outbound, request_id: str = "") -> None:
    """Post letters whose bytes are their text."""
    for letter in letters:
        uow.post(letter, letter.text.encode(), request_id)


def a_raw(key: str, raw: bytes | None = None) -> RawMessage:
    return RawMessage(key, f"Subject: {key}\r\n\r\n{TEXT}".encode() if raw is None else raw, NOON)


def an_entry(action: str = "opened", request_id: str = "r-1", **detail: str) -> AuditEntry:
    return AuditEntry(NOON, request_id, "desk", action, detail)


def a_member(**changes: object) -> StaffMember:
    fields: dict[str, object] = {"id": "s-1", "name": NAME, "address": CHAT, "role": "officer"}
    return StaffMember(**(fields | changes))  # type: ignore[arg-type]
