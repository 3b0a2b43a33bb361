"""Staff decide: a tap on a card becomes what happens to its request, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.conversation import Conversation, Step
from core.happenings import Event, Happening
from core.lifecycle import NotAllowed, advance, refusal
from core.messages import Address, Kind, StaffAction, Verb
from core.notices import REFUSAL_REASONS
from core.recording import RECORDS
from core.requests import Request, Right
from flows import access, cards, checklist, details, documents, extending, identity, opening, representation
from flows.desk import Desk
from flows.outcome import record
from flows.store import AuditEntry, StaffMember, UnitOfWork


@dataclass(frozen=True, slots=True)
class Tap:
    """A staff member's action on a request, with all that its handling needs."""

    uow: UnitOfWork
    desk: Desk
    member: StaffMember
    action: StaffAction
    request: Request
    now: datetime

    @property
    def by(self) -> str:
        return f"staff:{self.member.id}"

    @property
    def private(self) -> Address:
        return self.member.address

    def happens(self, event: Event, reason: str = "") -> str:
        """Let an event happen; the answer to the tap."""
        step = advance(self.request, Happening(event, self.by, reason=reason), self.now)
        record(self.uow, self.desk, step, self.now)
        return "staff.recorded"


def decide(uow: UnitOfWork, desk: Desk, action: StaffAction, now: datetime) -> None:
    """Carry out a staff action, or say why not; every tap gets exactly one answer."""
    member = access.staff_member(uow, desk, action)
    if isinstance(member, access.Denied):
        _refuse(uow, action, now)
        _answer(uow, desk, action, member.phrase, now)
    elif action.verb in _BOARD:
        _BOARD[action.verb](uow, desk, action, now)
        _answer(uow, desk, action, "", now)
    else:
        _answer(uow, desk, action, _on_card(uow, desk, member, action, now), now)


def _on_card(uow: UnitOfWork, desk: Desk, member: StaffMember, action: StaffAction, now: datetime) -> str:
    request = uow.by_card(action.card)
    if request is None:
        return "staff.unknown_card"
    if action.verb not in _LOOKS and action.revision != request.revision:
        cards.show(uow, desk, request, now)
        return "staff.card_outdated" if request.is_open else "staff.already_decided"
    if action.verb in _DECIDES and (own := access.may_decide(member, request)):
        detail = {"verb": action.verb.value, "reason": "own_request"}
        uow.audit(AuditEntry(now, request.id, f"staff:{member.id}", "denied", detail))
        return own.phrase
    try:
        return _VERBS[action.verb](Tap(uow, desk, member, action, request, now))
    except NotAllowed:
        cards.show(uow, desk, request, now)
        return "staff.card_outdated"


# --- what each verb does ----------------------------------------------------------------------------


def _pick(tap: Tap) -> str:
    if tap.action.argument not in list(Right):
        return "staff.unknown_button"
    opening.pick(tap.uow, tap.desk, tap.request, Right(tap.action.argument), tap.by, tap.now)
    return "staff.recorded"


def _approve(tap: Tap) -> str:
    if tap.by in tap.request.approvals:
        return "staff.already_approved"
    if missing := representation.missing(tap.desk, tap.request, tap.now):
        return f"staff.missing_{missing[0]}"
    enough = len(tap.request.approvals) + 1 >= cards.quorum(tap.desk, tap.request)
    tap.happens(Event.APPROVED if enough else Event.APPROVED_BY_ONE)
    return "staff.recorded" if enough else "staff.second_needed"


def _show_identity_reasons(tap: Tap) -> str:
    cards.show(tap.uow, tap.desk, tap.request, tap.now, choosing_identity=True)
    return ""


def _verify(tap: Tap) -> str:
    # An old card's button names no reason: it shows them.
    if not (reason := tap.action.argument):
        return _show_identity_reasons(tap)
    return identity.check(tap.uow, tap.desk, tap.member, tap.request, reason, tap.now)


def _show_reasons(tap: Tap) -> str:
    cards.show(tap.uow, tap.desk, tap.request, tap.now, choosing_reason=True)
    return ""


def _show_card(tap: Tap) -> str:
    cards.show(tap.uow, tap.desk, tap.request, tap.now)
    return ""


def _show_records(tap: Tap) -> str:
    if not representation.may_record(tap.desk, tap.request, tap.action.argument, tap.now):
        return "staff.unknown_button"
    cards.show(tap.uow, tap.desk, tap.request, tap.now, recording=tap.action.argument)
    return ""


def _record(tap: Tap) -> str:
    record = RECORDS.get(tap.action.argument, "")
    if not representation.may_record(tap.desk, tap.request, record.partition(":")[0], tap.now):
        return "staff.unknown_button"
    return tap.happens(Event.RECORDED, record)


def _refuse_with_reason(tap: Tap) -> str:
    if tap.action.argument not in REFUSAL_REASONS:
        return "staff.unknown_button"
    return tap.happens(refusal(tap.request), tap.action.argument)


def _ask(tap: Tap) -> str:
    waiting = Conversation(step=Step.QUESTION, request_id=tap.request.id)
    tap.uow.put_conversation(tap.private, waiting, tap.now)
    text = tap.desk.texts.phrase(
        "staff.type_question", tap.desk.staff_language, reference=tap.request.reference
    )
    cards.post(tap.uow, tap.desk, tap.private, text, tap.now, Kind.TALK, request_id=tap.request.id)
    return "staff.see_private"


def _done(tap: Tap) -> str:
    open_rights = [item.right for item in tap.request.open_items]
    if tap.action.argument not in open_rights:
        return "staff.unknown_button"
    right = Right(tap.action.argument)
    return checklist.finish(tap.uow, tap.desk, tap.member, tap.request, right, tap.now)


def _tick(tap: Tap) -> str:
    return checklist.tick(tap.uow, tap.desk, tap.member, tap.request, tap.action.argument, tap.now)


def _show_terms(tap: Tap) -> str:
    cards.show(tap.uow, tap.desk, tap.request, tap.now, choosing_term=True)
    return ""


def _extend(tap: Tap) -> str:
    return extending.ask_why(tap.uow, tap.desk, tap.member, tap.request, tap.action.argument, tap.now)


def _third_party(tap: Tap) -> str:
    right = tap.action.argument
    return extending.through_third_party(tap.uow, tap.desk, tap.member, tap.request, right, tap.now)


def _details(tap: Tap) -> str:
    text = details.of(tap.uow, tap.desk, tap.request)
    cards.post(tap.uow, tap.desk, tap.private, text, tap.now, Kind.TALK, request_id=tap.request.id)
    tap.uow.audit(AuditEntry(tap.now, tap.request.id, tap.by, "looked", {}))
    return "staff.see_private"


def _ask_document(tap: Tap) -> str:
    return documents.ask_why(tap.uow, tap.desk, tap.member, tap.request, tap.now)


def _look(tap: Tap) -> str:
    return documents.look(tap.uow, tap.desk, tap.member, tap.request, tap.action.argument, tap.now)


_VERBS: Mapping[Verb, Callable[[Tap], str]] = {
    Verb.PICK: _pick,
    Verb.DISMISS: lambda tap: tap.happens(Event.DISMISSED),
    Verb.ASK_VERIFY: _show_identity_reasons,
    Verb.VERIFY: _verify,
    Verb.APPROVE: _approve,
    Verb.ASK_REFUSAL: _show_reasons,
    Verb.REFUSE: _refuse_with_reason,
    Verb.BACK: _show_card,
    Verb.ASK: _ask,
    Verb.DONE: _done,
    Verb.DETAILS: _details,
    Verb.ASK_DOCUMENT: _ask_document,
    Verb.LOOK: _look,
    Verb.ASK_RECORD: _show_records,
    Verb.RECORD: _record,
    Verb.ASK_TERM: _show_terms,
    Verb.EXTEND: _extend,
    Verb.THIRD_PARTY: _third_party,
    Verb.TICK: _tick,
}
_DECIDES = frozenset(_VERBS) - {Verb.DETAILS, Verb.BACK}
#: What changes nothing: an older card's button is as good.
_LOOKS = frozenset({Verb.DETAILS, Verb.LOOK})


# --- what needs no card -----------------------------------------------------------------------------


def _queue(uow: UnitOfWork, desk: Desk, action: StaffAction, now: datetime) -> None:
    cards.post(uow, desk, action.chat, details.queue(uow, desk), now, Kind.TALK)


def _help(uow: UnitOfWork, desk: Desk, action: StaffAction, now: datetime) -> None:
    cards.post(uow, desk, action.chat, desk.texts.phrase("staff.help", desk.staff_language), now, Kind.TALK)


_BOARD: Mapping[Verb, Callable[[UnitOfWork, Desk, StaffAction, datetime], None]] = {
    Verb.QUEUE: _queue,
    Verb.HELP: _help,
}


def _answer(uow: UnitOfWork, desk: Desk, action: StaffAction, phrase: str, now: datetime) -> None:
    text = desk.texts.phrase(phrase, desk.staff_language) if phrase else ""
    if action.tap:
        cards.post(uow, desk, action.chat, text, now, Kind.TAP, in_reply_to=action.tap)
    elif text:
        cards.post(uow, desk, action.chat, text, now, Kind.TALK)


def _refuse(uow: UnitOfWork, action: StaffAction, now: datetime) -> None:
    """Who tries what they may not is written down, without who they are."""
    request = uow.by_card(action.card) if action.card else None
    uow.audit(
        AuditEntry(now, request.id if request else "", "stranger", "denied", {"verb": action.verb.value})
    )
