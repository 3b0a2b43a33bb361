"""An invented request, policy and person for the tests of the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core.messages import Address, ChannelName
from core.requests import Challenge, DueDate, Item, Request, Right, Status, Subject
from policies.load import load_policy

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LAW, PROMISE = date(2026, 12, 3), date(2026, 12, 14)
POLICY = load_policy("mentracere")

MAIL = Address(ChannelName.EMAIL, "Bong.Nguyen@customer.example")
CHAT = Address(ChannelName.TELEGRAM, "777000123")
ON_FILE = Address(ChannelName.EMAIL, "bong@example.com")
STRANGER = Address(ChannelName.EMAIL, "somebody@example.org")
PERSON = Subject("customer-7", (CHAT, ON_FILE), "vi")


def an_item(right: Right, day: date = LAW) -> Item:
    return Item(right, DueDate(day, PROMISE, day))


def a_request(**changes: object) -> Request:
    """A request of two rights that waits for its code."""
    fields: dict[str, object] = {
        "id": "r-1",
        "reference": "MC-7K3F-9Q2X",
        "token": "token00000000001",
        "card": "card1",
        "status": Status.VERIFYING,
        "language": "vi",
        "requester": MAIL,
        "received_at": NOON,
        "items": (an_item(Right.ACCESS), an_item(Right.DELETION, date(2026, 12, 11))),
        "acknowledge_by": date(2026, 11, 25),
        "subject": PERSON,
        "challenge": Challenge(b"right digest", ON_FILE, NOON, NOON + 10 * MINUTE),
        "verifying_since": NOON,
    }
    return Request(**(fields | changes))  # type: ignore[arg-type]
