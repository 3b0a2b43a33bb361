"""The only door for staff authority: who may do what, where, on whose request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.messages import Address, StaffAction, Verb
from core.requests import Request
from flows.desk import Desk
from flows.store import StaffMember, UnitOfWork

VIEWER, HANDLER, APPROVER, LEAD = "viewer", "handler", "approver", "lead"
RANKS = (VIEWER, HANDLER, APPROVER, LEAD)

#: The least role that may do it.
NEEDS: Mapping[Verb, str] = {
    Verb.QUEUE: VIEWER,
    Verb.HELP: VIEWER,
    Verb.DETAILS: HANDLER,
    Verb.PICK: HANDLER,
    Verb.DISMISS: HANDLER,
    Verb.ASK: HANDLER,
    Verb.DONE: HANDLER,
    Verb.ASK_VERIFY: APPROVER,
    Verb.VERIFY: APPROVER,
    Verb.APPROVE: APPROVER,
    Verb.ASK_DOCUMENT: APPROVER,
    Verb.LOOK: APPROVER,
    Verb.ASK_REFUSAL: APPROVER,
    Verb.REFUSE: APPROVER,
    Verb.BACK: APPROVER,
    Verb.ASK_RECORD: APPROVER,
    Verb.RECORD: APPROVER,
    Verb.ASK_TERM: APPROVER,
    Verb.EXTEND: APPROVER,
    Verb.THIRD_PARTY: APPROVER,
    Verb.TICK: HANDLER,
}


@dataclass(frozen=True, slots=True)
class Denied:
    """Why not, as the name of a phrase."""

    phrase: str


def staff_member(uow: UnitOfWork, desk: Desk, action: StaffAction) -> StaffMember | Denied:
    """The staff member behind an action, if the role is enough and the place is right.

    The role is read from the store at the moment of the tap: a button proves nothing, since a modified
    client can send any callback data.
    """
    member = uow.staff(action.actor)
    if member is None or not member.active:
        return Denied("staff.not_allowed")
    private = action.chat.normal == action.actor.normal
    if not private and (desk.staff_chat is None or action.chat.normal != desk.staff_chat.normal):
        return Denied("staff.not_allowed")
    if not may(member, action.verb):
        return Denied("staff.role_too_low")
    return member


def may(member: StaffMember, verb: Verb) -> bool:
    """Whether a member's role is enough for a verb."""
    return RANKS.index(member.role) >= RANKS.index(NEEDS[verb])


def may_decide(member: StaffMember, request: Request) -> Denied | None:
    """Nobody decides their own request."""
    concerned = {(request.requester.channel, request.requester.normal)}
    if request.subject:
        concerned |= {(contact.channel, contact.normal) for contact in request.subject.contacts}
    mine = (member.address.channel, member.address.normal)
    return Denied("staff.own_request") if mine in concerned else None


def is_staff(uow: UnitOfWork, address: Address) -> bool:
    member = uow.staff(address)
    return member is not None and member.active
