"""What the desk has to do when something happens to a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from core.happenings import Event, Happening
from core.requests import OnBehalf, Request, Right


class To(StrEnum):
    """Whom an effect is for."""

    REQUESTER = "requester"
    CONTACT = "contact"  # where the challenge went
    SENDER = "sender"  # who has just answered
    PROVEN = "proven"  # the contact that was proven; a chat that proved it gets its own answer


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a notice of core.notices."""

    notice: str
    to: To = To.REQUESTER
    #: Only where the happening has this; empty: always.
    when: str = ""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Show the request to staff, or refresh what they see."""


Effect = Tell | ShowCard


#: Where somebody asks for one right alone, some notices are replaced by one of their own, if the happening
#: has what it tells: event, notice and right -> the own notice, and what it needs (empty: nothing).
OWN_NOTICES: Mapping[tuple[Event, str, Right], tuple[str, str]] = {
    (Event.READY, "acknowledgement", Right.COMPLAINT): ("complaint_received", ""),
    (Event.COMPLETED, "completed", Right.INQUIRY): ("inquiry_answered", "answer"),
}


def own_notice(effect: Tell, request: Request, happening: Happening) -> Tell:
    """The effect with the notice that fits a request of one right best."""
    if len(request.rights) != 1 or request.on_behalf is not OnBehalf.SELF:
        return effect
    own, needs = OWN_NOTICES.get((happening.event, effect.notice, request.rights[0]), ("", ""))
    return replace(effect, notice=own) if own and (not needs or getattr(happening, needs)) else effect
