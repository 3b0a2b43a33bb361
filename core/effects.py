"""What the desk has to do when something happens to a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
