"""A person checks who asks, and says by what; and a number that a customer shares in a chat is compared."""

from __future__ import annotations

from datetime import datetime

from core.conversation import Conversation, Step
from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Kind
from core.requests import Request
from core.verification import ASKS, IDENTITY_REASONS, identity_quorum
from flows import cards
from flows.desk import Desk
from flows.outcome import record
from flows.store import Note, StaffMember, UnitOfWork

#: The reason that needs words: they are typed in private, and kept with the messages.
_IN_WORDS = "other"


def check(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, reason: str, now: datetime
) -> str:
    """A staff member is sure who asks, for a coded reason; the phrase to answer with. Raises NotAllowed."""
    if reason not in IDENTITY_REASONS:
        return "staff.unknown_button"
    if _has_voted(member, request):
        return "staff.already_checked"
    if reason == _IN_WORDS and request.status in ASKS:
        return _ask_for_words(uow, desk, member, request, now)
    return _vote(uow, desk, member, request, reason, now)


def in_words(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, words: str, now: datetime
) -> str:
    """The reason in a staff member's own words, sealed with the request; the phrase. Raises NotAllowed."""
    if _has_voted(member, request):
        return "staff.already_checked"
    phrase = _vote(uow, desk, member, request, _IN_WORDS, now)
    subject = desk.texts.phrase("staff.identity_note", desk.staff_language, name=member.name)
    uow.add_note(request.id, Note(now, True, member.address, subject, words))
    return phrase


def _has_voted(member: StaffMember, request: Request) -> bool:
    return f"staff:{member.id}" in request.identity_votes


def _ask_for_words(uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, now: datetime) -> str:
    waiting = Conversation(step=Step.IDENTITY_REASON, request_id=request.id)
    uow.put_conversation(member.address, waiting, now)
    text = desk.texts.phrase("staff.type_identity_reason", desk.staff_language, reference=request.reference)
    cards.post(uow, desk, member.address, text, now, Kind.TALK, request_id=request.id)
    return "staff.see_private"


def _vote(
    uow: UnitOfWork, desk: Desk, member: StaffMember, request: Request, reason: str, now: datetime
) -> str:
    enough = len(request.identity_votes) + 1 >= identity_quorum(request, desk.policy)
    event = Event.VERIFIED_BY_HAND if enough else Event.VERIFIED_BY_ONE
    happening = Happening(event, f"staff:{member.id}", reason=reason)
    record(uow, desk, advance(request, happening, now), now)
    return "staff.recorded" if enough else "staff.second_check_needed"
