"""What staff see: one masked card a request in the group, and alerts; never any personal data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from core import board
from core.deadlines import working_days_left
from core.messages import Address, Kind, Outbound, SenderEvidence
from core.requests import Item, Outcome, Proof, Request, Status
from core.verification import ASKS, IDENTITY_REASONS, identity_quorum, lacks_second_contact
from flows import card_buttons, document_card, representation_card, time_card
from flows.card_buttons import Rows
from flows.desk import Desk
from flows.store import UnitOfWork


def show(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    now: datetime,
    choosing_reason: bool = False,
    choosing_identity: bool = False,
    recording: str = "",
    choosing_term: bool = False,
) -> None:
    """Post the card of a request as it is now; it takes the place of the last one.

    `recording` names a field of who asks for whom: its values are shown to choose from.
    """
    if desk.staff_chat is None:
        return
    lines = list(_lines(uow, desk, request, now))
    if choosing_reason:
        lines.append(_say(desk, "card.choose_reason"))
    buttons = (card_buttons.refusal_reasons if choosing_reason else card_buttons.of)(desk, request)
    if choosing_identity:
        lines.append(_say(desk, "card.choose_identity"))
        buttons = card_buttons.identity_reasons(desk, request)
    if recording:
        lines.append(_say(desk, f"record_button.{recording}"))
        buttons = representation_card.choices(desk, request, recording)
    elif choosing_term:
        lines.append(_say(desk, "card.choose_term"))
        buttons = time_card.choices(desk, request, now)
    elif not (choosing_reason or choosing_identity):
        buttons = (*buttons, *document_card.buttons(uow, desk, request))
        buttons = (*buttons, *time_card.buttons(desk, request))
        buttons = (*buttons, *representation_card.buttons(desk, request, now))
    post(uow, desk, desk.staff_chat, "\n".join(lines), now, Kind.CARD, buttons, request.card, request.id)


def alert(
    uow: UnitOfWork, desk: Desk, phrase: str, now: datetime, request_id: str = "", **fields: object
) -> None:
    """Tell the staff group something that is not about the card itself."""
    if desk.staff_chat is not None:
        text = _say(desk, f"alert.{phrase}", **fields)
        post(uow, desk, desk.staff_chat, text, now, Kind.CARD, request_id=request_id)


def post(
    uow: UnitOfWork,
    desk: Desk,
    to: Address,
    text: str,
    now: datetime,
    kind: Kind,
    buttons: Rows = (),
    slot: str = "",
    request_id: str = "",
    in_reply_to: str = "",
) -> None:
    """Put a plain message to a chat into the outbox."""
    letter = Outbound(
        desk.secrets.token(26), to, kind, now, text, buttons=buttons, slot=slot, in_reply_to=in_reply_to
    )
    uow.post(letter, desk.channels[to.channel].compose(letter), request_id, withheld=desk.silent)


def _say(desk: Desk, phrase: str, **fields: object) -> str:
    return desk.texts.phrase(phrase, desk.staff_language, **fields)


# --- the text -------------------------------------------------------------------------------------


def _lines(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> Iterator[str]:
    status = _say(desk, f"status_label.{request.status}")
    yield _say(desk, "card.title", reference=request.reference, status=status)
    if request.status is Status.TRIAGE:
        yield from _suggestion(desk, request)
    for item in request.items:
        yield from _item(desk, item)
    yield _say(desk, "card.channel", channel=_say(desk, f"channel.{request.requester.channel}"))
    if request.evidence is not None:
        yield from _sender_check(desk, request.evidence)
    yield _say(desk, "card.language", language=_say(desk, f"language.{request.language}"))
    if request.on_behalf != "self":
        yield _say(desk, "card.on_behalf", on_behalf=_say(desk, f"on_behalf.{request.on_behalf}"))
    if request.is_open:
        yield from _clock(desk, request, now)
        yield from time_card.lines(desk, request, now)
    yield from _evidence(desk, request)
    yield from document_card.lines(uow, desk, request)
    yield from representation_card.lines(desk, request, now)
    yield from _decisions(uow, desk, request)


def _item(desk: Desk, item: Item) -> Iterator[str]:
    """One right: what became of it, or by when it is due and how both clocks stand."""
    fields: dict[str, object] = {"right": _say(desk, f"right.{item.right}")}
    if item.outcome is Outcome.OPEN:
        fields["due"] = item.due.binding
    elif item.outcome is Outcome.REFUSED:
        fields["reason"] = _say(desk, f"reason_label.{item.reason}")
    yield _say(desk, f"card.item_{item.outcome}", **fields)
    if item.outcome is Outcome.OPEN and item.due.statute and item.due.promise:
        yield _say(desk, "card.due_both", statute=item.due.statute, promise=item.due.promise)
    if item.outcome is Outcome.OPEN:
        yield from time_card.of_item(desk, item)


def _sender_check(desk: Desk, evidence: SenderEvidence) -> Iterator[str]:
    """What was found about the sender; it helps a person to judge, and proves nothing."""
    yield _say(desk, "card.sender_check", dmarc=_say(desk, f"sender_check.{evidence.dmarc}"))
    if evidence.dkim_checked:
        yield _say(desk, "card.signature_checked")


def _suggestion(desk: Desk, request: Request) -> Iterator[str]:
    yield _say(desk, "card.choose_right")
    rights = ", ".join(_say(desk, f"right.{right}") for right in request.suggestion)
    yield _say(desk, "card.suggestion", rights=rights) if rights else _say(desk, "card.no_suggestion")


def _clock(desk: Desk, request: Request, now: datetime) -> Iterator[str]:
    if request.due is None:
        if request.acknowledge_by:
            yield _say(desk, "card.acknowledge_by", day=request.acknowledge_by)
        return
    left = working_days_left(desk.today(now), request.due, desk.works)
    yield _say(desk, "card.days_left", days=left) if left >= 0 else _say(desk, "card.overdue", days=-left)


def _evidence(desk: Desk, request: Request) -> Iterator[str]:
    if request.status is Status.TRIAGE:
        return
    proofs = [_say(desk, f"proof.{request.proof}")]
    if request.subject is None and request.proof is not Proof.NOT_NEEDED:
        proofs.append(_say(desk, "proof.not_found"))
    yield _say(desk, "card.proof", proof="; ".join(proofs))
    if lacks_second_contact(request, desk.policy):
        yield _say(desk, "card.no_second_contact")
    if request.status in ASKS and (checkers := identity_quorum(request, desk.policy)) > 1:
        yield _say(desk, "card.identity_votes", given=len(request.identity_votes), needed=checkers)
    if request.status is Status.IN_REVIEW and (needed := quorum(desk, request)) > 1:
        yield _say(desk, "card.approvals", given=len(request.approvals), needed=needed)


def _decisions(uow: UnitOfWork, desk: Desk, request: Request) -> Iterator[str]:
    """Who decided what, and when, and what was held back: from the audit trail, so that it is there for every card."""
    names = {f"staff:{member.id}": member.name for member in uow.all_staff()}
    trail = uow.audit_trail(request.id)
    if held_back := sum(entry.action == "held_back" for entry in trail):
        yield _say(desk, "card.held_back", count=held_back)
    if files := sum(int(entry.detail["count"]) for entry in trail if entry.action == "file_came"):
        yield _say(desk, "card.files_came", count=files)
    yield from (_say(desk, "card.not_looked_up") for entry in trail if entry.action == "not_looked_up")
    for entry in trail:
        if entry.actor in names and entry.action in _DECISIONS:
            decision = _say(desk, f"decision.{_DECISIONS[entry.action]}")
            if (reason := entry.detail.get("reason")) in IDENTITY_REASONS:
                decision = f"{decision} ({_say(desk, f'identity_reason.{reason}')})"
            yield _say(desk, "card.decided", decision=decision, name=names[entry.actor], when=entry.at)


#: Audit action -> the word for it on a card.
_DECISIONS: Mapping[str, str] = {
    "claimed": "pick",
    "ready": "pick",
    "dismissed": "dismiss",
    "verified_by_one": "verify",
    "verified_by_hand": "verify",
    "approved_by_one": "approve",
    "approved": "approve",
    "refused": "refuse",
    "rest_refused": "refuse",
    "asked": "ask",
    "document_asked": "ask_document",
    "item_completed": "done",
    "completed": "done",
    "recorded": "record",
    "extended": "extend",
    "third_party": "third_party",
}


def quorum(desk: Desk, request: Request) -> int:
    """How many staff members must approve: as many as the strictest of its rights asks for."""
    return board.quorum(request, desk.policy)
