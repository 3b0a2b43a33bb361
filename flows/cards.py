"""What staff see: one masked card a request in the group, and alerts; never any personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from core.buttons import card_token
from core.deadlines import working_days_left
from core.messages import Address, Button, Kind, Outbound, SenderEvidence, Verb
from core.notices import REFUSAL_REASONS
from core.requests import Item, Outcome, Proof, Request, Right, Status
from flows.desk import Desk
from flows.store import UnitOfWork

Rows = tuple[tuple[Button, ...], ...]


def show(uow: UnitOfWork, desk: Desk, request: Request, now: datetime, choosing_reason: bool = False) -> None:
    """Post the card of a request as it is now; it takes the place of the last one."""
    if desk.staff_chat is None:
        return
    lines = list(_lines(uow, desk, request, now))
    if choosing_reason:
        lines.append(_say(desk, "card.choose_reason"))
    buttons = _reasons(desk, request) if choosing_reason else _buttons(desk, request)
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
    yield from _evidence(desk, request)
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
    if request.status is Status.IN_REVIEW and (needed := quorum(desk, request)) > 1:
        yield _say(desk, "card.approvals", given=len(request.approvals), needed=needed)


def _decisions(uow: UnitOfWork, desk: Desk, request: Request) -> Iterator[str]:
    """Who decided what, and when, and what was held back: from the audit trail, so that it is there for every card."""
    names = {f"staff:{member.id}": member.name for member in uow.all_staff()}
    trail = uow.audit_trail(request.id)
    if held_back := sum(entry.action == "held_back" for entry in trail):
        yield _say(desk, "card.held_back", count=held_back)
    for entry in trail:
        if entry.actor in names and entry.action in _DECISIONS:
            decision = _say(desk, f"decision.{_DECISIONS[entry.action]}")
            yield _say(desk, "card.decided", decision=decision, name=names[entry.actor], when=entry.at)


#: Audit action -> the word for it on a card.
_DECISIONS: Mapping[str, str] = {
    "claimed": "pick",
    "ready": "pick",
    "dismissed": "dismiss",
    "verified_by_hand": "verify",
    "approved_by_one": "approve",
    "approved": "approve",
    "refused": "refuse",
    "rest_refused": "refuse",
    "asked": "ask",
    "item_completed": "done",
    "completed": "done",
}


def quorum(desk: Desk, request: Request) -> int:
    """How many staff members must approve: as many as the strictest of its rights asks for."""
    return max((desk.policy.rights[right].quorum for right in request.rights), default=1)


# --- the buttons ----------------------------------------------------------------------------------


def _button(desk: Desk, request: Request, verb: Verb, label: str, argument: str = "") -> Button:
    return Button(label, card_token(verb, request.card, request.revision, argument))


def _plain(desk: Desk, request: Request, verb: Verb) -> Button:
    name = "refuse" if verb is Verb.ASK_REFUSAL else verb.value
    return _button(desk, request, verb, _say(desk, f"staff_button.{name}"))


def _triage(desk: Desk, request: Request) -> Rows:
    ordered = (*request.suggestion, *(right for right in Right if right not in request.suggestion))
    picks = [_button(desk, request, Verb.PICK, _say(desk, f"right.{right}"), right) for right in ordered]
    rows = [tuple(picks[i : i + 2]) for i in range(0, len(picks), 2)]
    return (*rows, (_plain(desk, request, Verb.DISMISS), _plain(desk, request, Verb.DETAILS)))


def _done(desk: Desk, request: Request) -> Rows:
    def label(right: Right) -> str:
        return _say(desk, "staff_button.done", right=_say(desk, f"right.{right}"))

    done = [(_button(desk, request, Verb.DONE, label(i.right), i.right),) for i in request.open_items]
    return (*done, _row(desk, request, Verb.ASK_REFUSAL, Verb.DETAILS))


def _row(desk: Desk, request: Request, *verbs: Verb) -> tuple[Button, ...]:
    return tuple(_plain(desk, request, verb) for verb in verbs)


def _rows(*rows: tuple[Verb, ...]) -> Callable[[Desk, Request], Rows]:
    return lambda desk, request: tuple(_row(desk, request, *verbs) for verbs in rows)


#: Status -> the buttons under the card.
BUTTONS: Mapping[Status, Callable[[Desk, Request], Rows]] = {
    Status.TRIAGE: _triage,
    Status.VERIFYING: _rows((Verb.VERIFY, Verb.ASK_REFUSAL), (Verb.DETAILS,)),
    Status.IDENTITY_REVIEW: _rows((Verb.VERIFY, Verb.ASK_REFUSAL), (Verb.DETAILS,)),
    Status.IN_REVIEW: _rows((Verb.APPROVE, Verb.ASK_REFUSAL), (Verb.ASK, Verb.DETAILS)),
    Status.CLARIFYING: _rows((Verb.ASK_REFUSAL, Verb.DETAILS)),
    Status.APPROVED: _done,
}


def _buttons(desk: Desk, request: Request) -> Rows:
    return BUTTONS.get(request.status, _rows((Verb.DETAILS,)))(desk, request)


def _reasons(desk: Desk, request: Request) -> Rows:
    def button(reason: str) -> Button:
        return _button(desk, request, Verb.REFUSE, _say(desk, f"reason_label.{reason}"), reason)

    reasons = [button(reason) for reason in REFUSAL_REASONS]
    return (*(tuple(reasons[i : i + 2]) for i in range(0, len(reasons), 2)), _row(desk, request, Verb.BACK))
