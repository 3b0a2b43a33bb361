"""The checklist of systems: ticked off from the card; a right may be done without a tick, for a reason."""

from __future__ import annotations

from datetime import datetime

from core.checklist import checklist, unticked
from core.conversation import Conversation, Step
from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Kind
from core.requests import Request, Right
from flows import cards, fulfilment, time_card
from flows.desk import Desk
from flows.outcome import record
from flows.store import AuditEntry, Note, StaffMember, UnitOfWork


def tick(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, token: str, now: datetime
) -> str:
    """A system has acted; the phrase to answer with. Raises NotAllowed."""
    entries = [entry for entry in checklist(request, desk.policy) if entry.token == token]
    if not entries or entries[0].is_ticked:
        return "staff.unknown_button"
    happening = Happening(Event.TICKED, f"staff:{member.id}", reason=entries[0].system.name)
    record(uow, desk, advance(request, happening, now), now)
    return "staff.recorded"


def finish(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, right: Right, now: datetime
) -> str:
    """A right is carried out: done, or what it still needs is asked for in private. Raises NotAllowed."""
    if unticked(request, desk.policy, right):
        return _ask_why(uow, desk, member, request, right, now)
    return _go_on(uow, desk, member, request, right, now)


def finish_unticked(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, right: Right, why: str, now: datetime
) -> str:
    """The reason has come: it is kept with the request, and the right goes on as if all were ticked."""
    missing = unticked(request, desk.policy, right)
    subject = desk.texts.phrase("staff.unticked_note", desk.staff_language, name=member.name)
    uow.add_note(request.id, Note(now, True, member.address, subject, why))
    detail = {"right": right.value, "systems": ", ".join(entry.system.name for entry in missing)}
    uow.audit(AuditEntry(now, request.id, f"staff:{member.id}", "unticked", detail))
    return _go_on(uow, desk, member, request, right, now)


def _ask_why(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, right: Right, now: datetime
) -> str:
    waiting = Conversation(step=Step.UNTICKED, request_id=request.id, rights=(right,))
    uow.put_conversation(member.address, waiting, now)
    names = [time_card.name_of(desk, entry) for entry in unticked(request, desk.policy, right)]
    named = {"reference": request.reference, "right": right, "systems": names}
    text = desk.texts.phrase("staff.type_unticked", desk.staff_language, **named)
    cards.post(uow, desk, member.address, text, now, Kind.TALK, request_id=request.id)
    return "staff.see_private"


def _go_on(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, right: Right, now: datetime
) -> str:
    if step := fulfilment.wanted(desk, right):
        fulfilment.ask_for(uow, desk, request, right, step, member.address, now)
        return "staff.see_private"
    fulfilment.complete(uow, desk, request, right, f"staff:{member.id}", now)
    return "staff.recorded"
