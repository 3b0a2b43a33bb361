"""What a card shows of time: who is waited for, changed due dates, the systems that must act; and their buttons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.buttons import card_token
from core.checklist import Entry, checklist
from core.extension import obstacle
from core.messages import Button, Verb
from core.requests import Item, Request, Status
from flows.card_buttons import Rows, plain
from flows.desk import Desk

#: Statuses in which a due date can change.
_CHANGING = frozenset(
    {Status.VERIFYING, Status.IDENTITY_REVIEW, Status.IN_REVIEW, Status.CLARIFYING, Status.APPROVED}
)


def of_item(desk: Desk, item: Item) -> Iterator[str]:
    """How an open right came by its due date, where it is not the ordinary one."""
    if item.third_party:
        yield _say(desk, "card.third_party")
    if item.extended_from is not None:
        yield _say(desk, "card.extended", day=item.extended_from)


def lines(desk: Desk, request: Request, now: datetime) -> Iterator[str]:
    """Since when the customer is waited for, and the checklist of an approved request."""
    if request.waits_since is not None:
        yield _say(desk, "card.waits_since", since=request.waits_since)
    entries = checklist(request, desk.policy)
    if entries:
        yield _say(desk, "card.checklist")
    yield from (_entry(desk, entry, now) for entry in entries)


def buttons(desk: Desk, request: Request) -> Rows:
    """One to tick off each system, two in a row; and one that leads to the due dates."""
    if request.status not in _CHANGING:
        return ()
    todo = [entry for entry in checklist(request, desk.policy) if not entry.is_ticked]
    ticks = [
        _button(request, Verb.TICK, _say(desk, "staff_button.tick", system=name_of(desk, e)), e.token)
        for e in todo
    ]
    return (
        *(tuple(ticks[i : i + 2]) for i in range(0, len(ticks), 2)),
        (plain(desk, request, Verb.ASK_TERM),),
    )


def choices(desk: Desk, request: Request, now: datetime) -> Rows:
    """How each open due date can change, and the way back."""
    rows = [tuple(_changes(desk, request, item, now)) for item in request.open_items]
    return (*filter(None, rows), (plain(desk, request, Verb.BACK),))


def name_of(desk: Desk, entry: Entry) -> str:
    """A system's name as staff read it."""
    return desk.policy.word(entry.system.name, desk.staff_language)


def _changes(desk: Desk, request: Request, item: Item, now: datetime) -> Iterator[Button]:
    received, today = desk.today(request.received_at), desk.today(now)
    rule = desk.policy.rights[item.right]
    verbs = []
    if obstacle(item, desk.statute, rule, received, today, desk.works) is None:
        verbs.append(Verb.EXTEND)
    if not item.third_party:
        verbs.append(Verb.THIRD_PARTY)
    right = _say(desk, f"right.{item.right}")
    for verb in verbs:
        yield _button(request, verb, _say(desk, f"term_button.{verb}", right=right), item.right)


def _entry(desk: Desk, entry: Entry, now: datetime) -> str:
    named = {"system": name_of(desk, entry)}
    if entry.is_ticked:
        return _say(desk, "card.system_ticked", **named)
    is_late = entry.due is not None and entry.due < desk.today(now)
    phrase = "card.system_late" if is_late else "card.system_open"
    return _say(desk, phrase, **named, owner=entry.system.owner, day=entry.due)


def _button(request: Request, verb: Verb, label: str, argument: str) -> Button:
    return Button(label, card_token(verb, request.card, request.revision, argument))


def _say(desk: Desk, phrase: str, **fields: object) -> str:
    return desk.texts.phrase(phrase, desk.staff_language, **fields)
