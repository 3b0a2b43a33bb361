"""The invented members of staff, and what they tap."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from core.buttons import read_card
from core.messages import Address, ChannelName, Outbound, StaffAction, Verb
from core.requests import Request
from flows.store import StaffMember
from tests.flows.paper import by_label

STAFF_CHAT = Address(ChannelName.TELEGRAM, "-1001")


def chat(person: str) -> Address:
    return Address(ChannelName.TELEGRAM, person)


def email(address: str) -> Address:
    return Address(ChannelName.EMAIL, address)


AN = StaffMember("an", "An", chat("501"), "approver")
BINH = StaffMember("binh", "Bình", chat("502"), "approver")
HOA = StaffMember("hoa", "Hoa", chat("503"), "handler")
VY = StaffMember("vy", "Vy", chat("504"), "viewer")
LEFT = StaffMember("long", "Long", chat("505"), "lead", active=False)
STAFF = (AN, BINH, HOA, VY, LEFT)


_taps = count(1)


def an_action(
    member: StaffMember,
    verb: Verb,
    request: Request | None,
    argument: str = "",
    where: Address = STAFF_CHAT,
) -> StaffAction:
    """A tap on the button that the card of this request has in the revision at hand."""
    card, revision = (request.card, request.revision) if request else ("nosuchcard", 3)
    return StaffAction(member.address, where, verb, card, revision, argument, f"tap-of-staff-{next(_taps)}")


def from_button(member: StaffMember, card: Outbound, label: str) -> StaffAction:
    """The tap on a button that is really shown under a card."""
    button = read_card(by_label(card)[label])
    assert button is not None
    action = StaffAction(
        member.address, STAFF_CHAT, button.verb, button.card, button.revision, button.argument
    )
    return replace(action, tap=f"tap-of-staff-{next(_taps)}")
