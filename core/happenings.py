"""What can happen to a request, and what belongs to each happening."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.requests import Challenge, Item, Right, Subject


class Event(StrEnum):
    """What can happen to a request."""

    UNCLEAR = "unclear"  # opened, and a person must say what is meant
    CLAIMED = "claimed"  # what is meant is clear; who asks must be proven
    READY = "ready"  # what is meant is clear; no proof is needed
    DISMISSED = "dismissed"  # a person says: no privacy request
    IDENTIFIED = "identified"  # the requester says by what they are known, whether that is found or not
    CODE_SENT = "code_sent"
    CODE_WITHHELD = "code_withheld"  # nobody on file whom it could go to: counted like one that was sent
    WRONG_CODE = "wrong_code"
    CODES_USED_UP = "codes_used_up"
    IDENTITY_PROVEN = "identity_proven"  # the code that went to the contact on file
    STRANGER_PROVEN = "stranger_proven"  # a code that went to an address not on file
    VERIFIED_BY_HAND = "verified_by_hand"
    REMINDED = "reminded"
    LAPSED = "lapsed"
    REOPENED = "reopened"
    APPROVED_BY_ONE = "approved_by_one"  # more approvals are needed
    APPROVED = "approved"
    ASKED = "asked"  # a staff member asks the customer
    ANSWERED = "answered"
    WROTE = "wrote"  # the customer adds something
    ITEM_COMPLETED = "item_completed"  # one right is done, others are open
    COMPLETED = "completed"  # the last right is done
    REFUSED = "refused"
    REST_REFUSED = "rest_refused"  # something was done, the rest is not going to be
    WITHDRAWN = "withdrawn"
    WARNED = "warned"  # a due date comes near


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with what belongs to it; `by` is "requester", "desk" or "staff:<id>"."""

    event: Event
    by: str
    items: tuple[Item, ...] = ()
    challenge: Challenge | None = None
    subject: Subject | None = None
    code: str = ""
    right: Right | None = None
    reason: str = ""
    question: str = ""
    #: A staff member's words to the customer, told with the completion.
    answer: str = ""
    file_names: tuple[str, ...] = ()
    #: Numbers that a notice tells: tries left, days left.
    number: int = 0
    #: How many warnings or reminders the request has had with this one.
    count: int = 0
