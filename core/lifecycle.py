"""The life of a request: the only place where a status changes.

Two rules. Everything that moves a request from one status to another stands in TRANSITIONS; whatever
is not there is not allowed. What an event changes beside the status stands in CHANGES, and what it makes
the desk say stands in EFFECTS; no flow decides any of the three.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.changes import CHANGES
from core.effects import Effect, ShowCard, Tell, To, own_notice
from core.happenings import Event, Happening
from core.representation import told
from core.requests import WAITS, Outcome, Request, Right, Status


def _clock(status: Status) -> dict[Event, Status]:
    """Time and its warnings change no status."""
    return {Event.WARNED: status, Event.ESCALATED: status}


def _terms(status: Status) -> dict[Event, Status]:
    """Nor does it where a right gets another due date."""
    return {**_clock(status), Event.EXTENDED: status, Event.THIRD_PARTY: status}


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
        **_clock(Status.TRIAGE),
        Event.RECORDED: Status.TRIAGE,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.VERIFYING: {
        Event.IDENTIFIED: Status.VERIFYING,
        Event.CODE_SENT: Status.VERIFYING,
        Event.CODE_WITHHELD: Status.VERIFYING,
        Event.WRONG_CODE: Status.VERIFYING,
        Event.CODE_ACCEPTED: Status.VERIFYING,
        Event.PERSON_NEEDED: Status.IDENTITY_REVIEW,
        Event.CODES_USED_UP: Status.IDENTITY_REVIEW,
        Event.IDENTITY_PROVEN: Status.IN_REVIEW,
        Event.STRANGER_PROVEN: Status.IDENTITY_REVIEW,
        Event.VERIFIED_BY_ONE: Status.VERIFYING,
        Event.VERIFIED_BY_HAND: Status.IN_REVIEW,
        Event.DOCUMENT_ASKED: Status.VERIFYING,
        Event.DOCUMENT_CAME: Status.VERIFYING,
        Event.REMINDED: Status.VERIFYING,
        Event.LAPSED: Status.LAPSED,
        Event.WROTE: Status.VERIFYING,
        **_terms(Status.VERIFYING),
        Event.RECORDED: Status.VERIFYING,
        Event.DECLINED: Status.VERIFYING,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    # A code that is out already is still good: whoever uses up a request's codes keeps nobody from proving it.
    Status.IDENTITY_REVIEW: {
        Event.WRONG_CODE: Status.IDENTITY_REVIEW,
        Event.CODE_ACCEPTED: Status.IDENTITY_REVIEW,
        Event.PERSON_NEEDED: Status.IDENTITY_REVIEW,
        Event.IDENTITY_PROVEN: Status.IN_REVIEW,
        Event.STRANGER_PROVEN: Status.IDENTITY_REVIEW,
        Event.VERIFIED_BY_ONE: Status.IDENTITY_REVIEW,
        Event.VERIFIED_BY_HAND: Status.IN_REVIEW,
        Event.DOCUMENT_ASKED: Status.IDENTITY_REVIEW,
        Event.DOCUMENT_CAME: Status.IDENTITY_REVIEW,
        Event.WROTE: Status.IDENTITY_REVIEW,
        **_terms(Status.IDENTITY_REVIEW),
        Event.RECORDED: Status.IDENTITY_REVIEW,
        Event.DECLINED: Status.IDENTITY_REVIEW,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.IN_REVIEW: {
        Event.APPROVED_BY_ONE: Status.IN_REVIEW,
        Event.APPROVED: Status.APPROVED,
        Event.ASKED: Status.CLARIFYING,
        Event.WROTE: Status.IN_REVIEW,
        **_terms(Status.IN_REVIEW),
        Event.RECORDED: Status.IN_REVIEW,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.CLARIFYING: {
        Event.ANSWERED: Status.IN_REVIEW,
        **_terms(Status.CLARIFYING),
        Event.RECORDED: Status.CLARIFYING,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.APPROVED: {
        Event.ITEM_COMPLETED: Status.APPROVED,
        Event.COMPLETED: Status.COMPLETED,
        Event.REST_REFUSED: Status.COMPLETED,
        Event.WROTE: Status.APPROVED,
        **_terms(Status.APPROVED),
        Event.TICKED: Status.APPROVED,
        Event.REFUSED: Status.REFUSED,
        Event.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.LAPSED: {Event.REOPENED: Status.VERIFYING, Event.DECLINED: Status.LAPSED},
    Status.COMPLETED: {},
    Status.REFUSED: {},
    Status.WITHDRAWN: {},
    Status.DISMISSED: {},
}


_CARD = (ShowCard(),)
#: Results: into the chat that proved itself, behind a one-time page, or as a sealed file.
_HANDED = (
    Tell("hand_over", To.PROVEN, when="file_names"),
    Tell("hand_over_link", To.PROVEN, when="link"),
    Tell("hand_over_sealed", To.PROVEN, when="sealed"),
)

EFFECTS: Mapping[Event, tuple[Effect, ...]] = {
    Event.UNCLEAR: _CARD,
    Event.CLAIMED: (Tell("acknowledgement"), *_CARD),
    Event.READY: (Tell("acknowledgement"), *_CARD),
    Event.DISMISSED: _CARD,
    Event.IDENTIFIED: _CARD,
    # The card shows nothing new, but its buttons are for one revision: the old ones would be refused.
    Event.CODE_SENT: (Tell("code", To.CONTACT), *_CARD),
    Event.CODE_WITHHELD: _CARD,
    Event.WRONG_CODE: (Tell("wrong_code", To.SENDER, when="sender"), *_CARD),
    Event.CODE_ACCEPTED: (Tell("code_accepted"), *_CARD),
    Event.PERSON_NEEDED: (Tell("code_accepted"), *_CARD),
    Event.CODES_USED_UP: (Tell("not_verified"), *_CARD),
    Event.IDENTITY_PROVEN: (Tell("verified"), *_CARD),
    Event.STRANGER_PROVEN: (Tell("verified"), *_CARD),
    Event.VERIFIED_BY_ONE: _CARD,
    Event.VERIFIED_BY_HAND: (Tell("verified"), *_CARD),
    Event.DOCUMENT_ASKED: (Tell("document_wanted"), *_CARD),
    Event.DOCUMENT_CAME: (Tell("document_received", To.SENDER, when="sender"), *_CARD),
    Event.REMINDED: (Tell("reminder"), *_CARD),
    Event.LAPSED: (Tell("lapsed"), *_CARD),
    Event.REOPENED: (Tell("reopened"), *_CARD),
    Event.APPROVED_BY_ONE: _CARD,
    Event.APPROVED: (Tell("approved"), *_CARD),
    Event.ASKED: (Tell("needs_more"), *_CARD),
    Event.ANSWERED: _CARD,
    Event.WROTE: _CARD,
    Event.ITEM_COMPLETED: (*_HANDED, Tell("progress"), *_CARD),
    Event.COMPLETED: (*_HANDED, Tell("completed"), *_CARD),
    Event.REFUSED: (Tell("refused"), *_CARD),
    Event.REST_REFUSED: (Tell("completed"), *_CARD),
    Event.WITHDRAWN: (Tell("withdrawn"), *_CARD),
    Event.WARNED: _CARD,
    Event.ESCALATED: _CARD,
    Event.EXTENDED: (Tell("extension"), *_CARD),
    Event.THIRD_PARTY: _CARD,
    Event.TICKED: _CARD,
    Event.RECORDED: _CARD,
    Event.DECLINED: _CARD,
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
    began = status is Status.VERIFYING and (before is not status or happening.event is Event.DOCUMENT_ASKED)
    changed = replace(
        changed,
        closed_at=None if changed.is_open else now,
        verifying_since=now if began else changed.verifying_since,
        waits_since=(request.waits_since if before is status else now) if status in WAITS else None,
        # Whoever acts has seen the warning.
        unheeded_since=None if happening.by.startswith("staff:") else changed.unheeded_since,
        # Another due date has not been warned of yet.
        warnings=0 if changed.due and changed.due != request.due else changed.warnings,
    )
    return Step(changed, happening, tuple(told(changed, _due_effects(changed, happening))), before)


def _due_effects(request: Request, happening: Happening) -> Iterator[Effect]:
    for effect in EFFECTS[happening.event]:
        if isinstance(effect, ShowCard):
            yield effect
        elif not effect.when or getattr(happening, effect.when):
            yield own_notice(effect, request, happening)


def settles(request: Request, right: Right) -> Event:
    """The event that completing one right is: the last open one completes the request."""
    others = [item for item in request.open_items if item.right is not right]
    return Event.ITEM_COMPLETED if others else Event.COMPLETED


def refusal(request: Request) -> Event:
    """The event that refusing what is still open is: a request of which something was done is completed."""
    done = any(item.outcome is Outcome.COMPLETED for item in request.items)
    return Event.REST_REFUSED if done else Event.REFUSED
