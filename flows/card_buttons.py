"""The buttons under a card: what staff can do with a request right now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.buttons import card_token
from core.messages import Button, Verb
from core.notices import REFUSAL_REASONS
from core.requests import Request, Right, Status
from core.verification import IDENTITY_REASONS
from flows.desk import Desk

Rows = tuple[tuple[Button, ...], ...]


def of(desk: Desk, request: Request) -> Rows:
    """The buttons that belong to a status."""
    return BUTTONS.get(request.status, _rows((Verb.DETAILS,)))(desk, request)


def refusal_reasons(desk: Desk, request: Request) -> Rows:
    return _choices(desk, request, Verb.REFUSE, "reason_label", REFUSAL_REASONS)


def identity_reasons(desk: Desk, request: Request) -> Rows:
    return _choices(desk, request, Verb.VERIFY, "identity_reason", IDENTITY_REASONS)


def _say(desk: Desk, phrase: str, **fields: object) -> str:
    return desk.texts.phrase(phrase, desk.staff_language, **fields)


def _button(desk: Desk, request: Request, verb: Verb, label: str, argument: str = "") -> Button:
    return Button(label, card_token(verb, request.card, request.revision, argument))


def plain(desk: Desk, request: Request, verb: Verb) -> Button:
    name = verb.value.removesuffix("?")
    return _button(desk, request, verb, _say(desk, f"staff_button.{name}"))


def _triage(desk: Desk, request: Request) -> Rows:
    ordered = (*request.suggestion, *(right for right in Right if right not in request.suggestion))
    picks = [_button(desk, request, Verb.PICK, _say(desk, f"right.{right}"), right) for right in ordered]
    rows = [tuple(picks[i : i + 2]) for i in range(0, len(picks), 2)]
    return (*rows, (plain(desk, request, Verb.DISMISS), plain(desk, request, Verb.DETAILS)))


def _done(desk: Desk, request: Request) -> Rows:
    def label(right: Right) -> str:
        return _say(desk, "staff_button.done", right=_say(desk, f"right.{right}"))

    done = [(_button(desk, request, Verb.DONE, label(i.right), i.right),) for i in request.open_items]
    return (*done, _row(desk, request, Verb.ASK_REFUSAL, Verb.DETAILS))


def _row(desk: Desk, request: Request, *verbs: Verb) -> tuple[Button, ...]:
    return tuple(plain(desk, request, verb) for verb in verbs)


def _rows(*rows: tuple[Verb, ...]) -> Callable[[Desk, Request], Rows]:
    return lambda desk, request: tuple(_row(desk, request, *verbs) for verbs in rows)


#: Status -> the buttons under the card.
BUTTONS: Mapping[Status, Callable[[Desk, Request], Rows]] = {
    Status.TRIAGE: _triage,
    Status.VERIFYING: _rows((Verb.ASK_VERIFY, Verb.ASK_REFUSAL), (Verb.DETAILS,)),
    Status.IDENTITY_REVIEW: _rows((Verb.ASK_VERIFY, Verb.ASK_REFUSAL), (Verb.DETAILS,)),
    Status.IN_REVIEW: _rows((Verb.APPROVE, Verb.ASK_REFUSAL), (Verb.ASK, Verb.DETAILS)),
    Status.CLARIFYING: _rows((Verb.ASK_REFUSAL, Verb.DETAILS)),
    Status.APPROVED: _done,
}


def _choices(desk: Desk, request: Request, verb: Verb, labels: str, arguments: Sequence[str]) -> Rows:
    """A button for each coded reason, two in a row, and the way back to the card."""
    reasons = [_button(desk, request, verb, _say(desk, f"{labels}.{each}"), each) for each in arguments]
    return (*(tuple(reasons[i : i + 2]) for i in range(0, len(reasons), 2)), _row(desk, request, Verb.BACK))
