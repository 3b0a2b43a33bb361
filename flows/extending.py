"""A right gets another due date: its one extension, with a reason to the customer, or a third party's term."""

from __future__ import annotations

from datetime import datetime

from core import extension
from core.conversation import Conversation, Step
from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Kind
from core.requests import Item, Request
from flows import cards, reach
from flows.desk import Desk
from flows.outcome import record
from flows.store import StaffMember, UnitOfWork

NOTICE = "extension"


def ask_why(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, right: str, now: datetime
) -> str:
    """Wait in private for the reason; or the phrase that says why there is no extension."""
    item = extension.open_item(request.items, right)
    if item is None:
        return "staff.unknown_button"
    if refused := _refused(uow, desk, request, item, now):
        return refused
    waiting = Conversation(step=Step.EXTENSION, request_id=request.id, rights=(item.right,))
    uow.put_conversation(member.address, waiting, now)
    named = {"reference": request.reference, "right": item.right}
    text = desk.texts.phrase("staff.type_extension", desk.staff_language, **named)
    cards.post(uow, desk, member.address, text, now, Kind.TALK, request_id=request.id)
    return "staff.see_private"


def extend(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, right: str, why: str, now: datetime
) -> str:
    """Extend a right and tell the customer, in one transaction; the phrase to answer with. Raises NotAllowed."""
    item = extension.open_item(request.items, right)
    if item is None:
        return "staff.already_decided"
    if refused := _refused(uow, desk, request, item, now):
        return refused
    rule, received = desk.policy.rights[item.right], desk.today(request.received_at)
    new = extension.extended(item, desk.statute, rule, received, desk.works)
    happening = Happening(
        Event.EXTENDED,
        f"staff:{member.id}",
        items=(new,),
        right=item.right,
        reason=_dates(item, new),
        answer=why,
    )
    record(uow, desk, advance(request, happening, now), now)
    return "staff.extended"


def through_third_party(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, right: str, now: datetime
) -> str:
    """Another company must act for a right: the law's term for that holds. Raises NotAllowed."""
    item = extension.open_item(request.items, right)
    if item is None or item.third_party:
        return "staff.unknown_button"
    new = extension.through_third_party(item, desk.statute, desk.today(request.received_at), desk.works)
    by, dates = f"staff:{member.id}", _dates(item, new)
    happening = Happening(Event.THIRD_PARTY, by, items=(new,), right=item.right, reason=dates)
    record(uow, desk, advance(request, happening, now), now)
    return "staff.no_third_party_term" if new.due == item.due else "staff.recorded"


def _refused(uow: UnitOfWork, desk: Desk, request: Request, item: Item, now: datetime) -> str:
    """Why not, as the name of a phrase; empty: it may be extended."""
    rule, received = desk.policy.rights[item.right], desk.today(request.received_at)
    against = extension.obstacle(item, desk.statute, rule, received, desk.today(now), desk.works)
    if against is not None:
        return f"staff.extension_{against}"
    road = reach.road(uow, desk, request, request.requester, NOTICE, False, now)
    return "" if road.is_open else "staff.extension_unreachable"


def _dates(before: Item, after: Item) -> str:
    """Both due dates, for the audit trail: "2026-12-03 2026-12-11"."""
    return f"{before.due.binding} {after.due.binding}"
