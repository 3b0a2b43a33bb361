"""The life of a request: the only place where a status changes.

Two rules. Everything that moves a request from one status to another stands in TRANSITIONS; whatever
is not there is not allowed. What an event changes beside the status stands in CHANGES, and what it makes
the desk say stands in EFFECTS; no flow decides any of the three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.effects import Effect, ShowCard, Tell, To
from core.happenings import Event, Happening
from core.requests import Outcome, Proof, Request, Right, Status

#: Status (None: not there yet) -> event -> status afterwards.
TRANSITIONS: Mapping[Status | None, Mapping[Event, Status]] = {
    None: {
        Event.UNCLEAR: Status.TRIAGE,
        Event.CLAIMED: Status.VERIFYING,
        Event.READY: Status.IN_REVIEW,
    },
    Status.TRIAGE: {
        Event.CLAIMED: Status.VERIFYING,
        Event.READY: Status.IN_REVIEW,
        Event.DISMISSED: Status.DISMISSED,
        Event.WROTE: Status.TRIAGE,
        Event.WARNED: Status.TRIAGE,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.VERIFYING: {
        Event.IDENTIFIED: Status.VERIFYING,
        Event.CODE_SENT: Status.VERIFYING,
        Event.CODE_WITHHELD: Status.VERIFYING,
        Event.WRONG_CODE: Status.VERIFYING,
        Event.CODES_USED_UP: Status.IDENTITY_REVIEW,
        Event.IDENTITY_PROVEN: Status.IN_REVIEW,
        Event.STRANGER_PROVEN: Status.IDENTITY_REVIEW,
        Event.VERIFIED_BY_HAND: Status.IN_REVIEW,
        Event.REMINDED: Status.VERIFYING,
        Event.LAPSED: Status.LAPSED,
        Event.WROTE: Status.VERIFYING,
        Event.WARNED: Status.VERIFYING,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.IDENTITY_REVIEW: {
        Event.VERIFIED_BY_HAND: Status.IN_REVIEW,
        Event.WROTE: Status.IDENTITY_REVIEW,
        Event.WARNED: Status.IDENTITY_REVIEW,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.IN_REVIEW: {
        Event.APPROVED_BY_ONE: Status.IN_REVIEW,
        Event.APPROVED: Status.APPROVED,
        Event.ASKED: Status.CLARIFYING,
        Event.WROTE: Status.IN_REVIEW,
        Event.WARNED: Status.IN_REVIEW,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.CLARIFYING: {
        Event.ANSWERED: Status.IN_REVIEW,
        Event.WARNED: Status.CLARIFYING,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.APPROVED: {
        Event.ITEM_COMPLETED: Status.APPROVED,
        Event.COMPLETED: Status.COMPLETED,
        Event.REST_REFUSED: Status.COMPLETED,
        Event.WROTE: Status.APPROVED,
        Event.WARNED: Status.APPROVED,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.LAPSED: {Event.REOPENED: Status.VERIFYING},
    Status.COMPLETED: {},
    Status.REFUSED: {},
    Status.WITHDRAWN: {},
    Status.DISMISSED: {},
}


_CARD = (ShowCard(),)

EFFECTS: Mapping[Event, tuple[Effect, ...]] = {
    Event.UNCLEAR: _CARD,
    Event.CLAIMED: (Tell("acknowledgement"), *_CARD),
    Event.READY: (Tell("acknowledgement"), *_CARD),
    Event.DISMISSED: _CARD,
    Event.IDENTIFIED: _CARD,
    # The card shows nothing new, but its buttons are for one revision: the old ones would be refused.
    Event.CODE_SENT: (Tell("code", To.CONTACT), *_CARD),
    Event.CODE_WITHHELD: _CARD,
    Event.WRONG_CODE: (Tell("wrong_code"), *_CARD),
    Event.CODES_USED_UP: (Tell("not_verified"), *_CARD),
    Event.IDENTITY_PROVEN: (Tell("verified"), *_CARD),
    Event.STRANGER_PROVEN: (Tell("verified"), *_CARD),
    Event.VERIFIED_BY_HAND: (Tell("verified"), *_CARD),
    Event.REMINDED: (Tell("reminder"), *_CARD),
    Event.LAPSED: (Tell("lapsed"), *_CARD),
    Event.REOPENED: (Tell("reopened"), *_CARD),
    Event.APPROVED_BY_ONE: _CARD,
    Event.APPROVED: (Tell("approved"), *_CARD),
    Event.ASKED: (Tell("needs_more"), *_CARD),
    Event.ANSWERED: _CARD,
    Event.WROTE: _CARD,
    Event.ITEM_COMPLETED: (Tell("hand_over", To.PROVEN, when="file_names"), *_CARD),
    Event.COMPLETED: (Tell("hand_over", To.PROVEN, when="file_names"), Tell("completed"), *_CARD),
    Event.REFUSED: (Tell("refused"), *_CARD),
    Event.REST_REFUSED: (Tell("completed"), *_CARD),
    Event.WITHDRAWN: (Tell("withdrawn"), *_CARD),
    Event.WARNED: _CARD,
}


@dataclass(frozen=True, slots=True)
class Step:
    """What came of an event: the request as it is now, and what the desk has to do about it."""

    request: Request
    happening: Happening
    effects: tuple[Effect, ...]
    before: Status | None = field(default=None)


class NotAllowed(Exception):
    """The event does not fit the status; the text names both."""


Change = Callable[[Request, Happening], Request]


def _settled(request: Request, now: Happening) -> Request:
    return request.with_item(now.right, Outcome.COMPLETED) if now.right else request


def _refused(request: Request, now: Happening) -> Request:
    for item in request.open_items:
        request = request.with_item(item.right, Outcome.REFUSED, now.reason)
    return request


def _chosen(proof: Proof) -> Change:
    return lambda request, now: replace(request, items=now.items, proof=proof)


def _proof(proof: Proof) -> Change:
    return lambda request, _: replace(request, proof=proof, challenge=None)


def _proven(request: Request, _: Happening) -> Request:
    contact = request.challenge.contact if request.challenge else None
    return replace(request, proof=Proof.CONTACT, challenge=None, proven_contact=contact)


def _identified(request: Request, now: Happening) -> Request:
    # A code that went elsewhere before must not prove the person who is known now.
    return replace(request, subject=now.subject, challenge=None, names_somebody=True)


def _counted(request: Request, _: Happening) -> Request:
    return replace(request, wrong_codes=request.wrong_codes + 1)


#: What an event changes beside the status.
CHANGES: Mapping[Event, Change] = {
    Event.CLAIMED: _chosen(Proof.PENDING),
    Event.READY: _chosen(Proof.NOT_NEEDED),
    Event.IDENTIFIED: _identified,
    Event.CODE_SENT: lambda request, now: replace(
        request, challenge=now.challenge, codes_sent=request.codes_sent + 1
    ),
    # Else the last notice, that codes are used up, would say who is on file.
    Event.CODE_WITHHELD: lambda request, _: replace(request, codes_sent=request.codes_sent + 1),
    Event.WRONG_CODE: _counted,
    Event.CODES_USED_UP: lambda request, now: _proof(Proof.FAILED)(_counted(request, now), now),
    Event.IDENTITY_PROVEN: _proven,
    Event.STRANGER_PROVEN: _proof(Proof.STRANGER),
    Event.VERIFIED_BY_HAND: _proof(Proof.BY_HAND),
    Event.REMINDED: lambda request, now: replace(request, reminders=now.count),
    Event.REOPENED: lambda request, _: replace(
        request, wrong_codes=0, codes_sent=0, reminders=0, challenge=None
    ),
    # Who approved before did not know the answer.
    Event.ANSWERED: lambda request, _: replace(request, approvals=()),
    Event.APPROVED_BY_ONE: lambda request, now: replace(request, approvals=(*request.approvals, now.by)),
    Event.APPROVED: lambda request, now: replace(request, approvals=(*request.approvals, now.by)),
    Event.ITEM_COMPLETED: _settled,
    Event.COMPLETED: _settled,
    Event.REFUSED: _refused,
    Event.REST_REFUSED: _refused,
    Event.WARNED: lambda request, now: replace(request, warnings=now.count),
}


def next_status(status: Status | None, event: Event) -> Status:
    """The status after an event. Raises NotAllowed where the table has none."""
    try:
        return TRANSITIONS[status][event]
    except KeyError:
        raise NotAllowed(f"{event} does not fit a request that is {status or 'not there yet'}") from None


def open_request(draft: Request, happening: Happening, now: datetime) -> Step:
    """Begin the life of a request; the draft's own status counts for nothing."""
    return _step(draft, None, happening, now)


def advance(request: Request, happening: Happening, now: datetime) -> Step:
    """Let something happen to a request. Raises NotAllowed."""
    return _step(request, request.status, happening, now)


def _step(request: Request, before: Status | None, happening: Happening, now: datetime) -> Step:
    status = next_status(before, happening.event)
    change = CHANGES.get(happening.event)
    changed = replace(change(request, happening) if change else request, status=status)
    began = status is Status.VERIFYING and before is not Status.VERIFYING
    changed = replace(
        changed,
        closed_at=None if changed.is_open else now,
        verifying_since=now if began else changed.verifying_since,
        # Another due date has not been warned of yet.
        warnings=0 if changed.due and changed.due != request.due else changed.warnings,
    )
    return Step(changed, happening, tuple(_due_effects(happening)), before)


def _due_effects(happening: Happening) -> Iterator[Effect]:
    for effect in EFFECTS[happening.event]:
        if isinstance(effect, ShowCard) or not effect.when or getattr(happening, effect.when):
            yield effect


def settles(request: Request, right: Right) -> Event:
    """The event that completing one right is: the last open one completes the request."""
    others = [item for item in request.open_items if item.right is not right]
    return Event.ITEM_COMPLETED if others else Event.COMPLETED


def refusal(request: Request) -> Event:
    """The event that refusing what is still open is: a request of which something was done is completed."""
    done = any(item.outcome is Outcome.COMPLETED for item in request.items)
    return Event.REST_REFUSED if done else Event.REFUSED
