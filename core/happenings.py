"""What can happen to a request, and what belongs to each happening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.messages import Address
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
    CODE_ACCEPTED = "code_accepted"  # right, and another contact must be proven as well
    PERSON_NEEDED = "person_needed"  # right, and a person must check as well
    CODES_USED_UP = "codes_used_up"
    IDENTITY_PROVEN = "identity_proven"  # the code that went to the contact on file
    STRANGER_PROVEN = "stranger_proven"  # a code that went to an address not on file
    VERIFIED_BY_ONE = "verified_by_one"  # more staff members must check
    VERIFIED_BY_HAND = "verified_by_hand"
    DOCUMENT_ASKED = "document_asked"  # a staff member asks for a document, as the last resort
    DOCUMENT_CAME = "document_came"
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
    ESCALATED = "escalated"  # nobody has acted on a late warning: somebody else is told
    EXTENDED = "extended"  # the one extension of a right that the law allows
    THIRD_PARTY = "third_party"  # another company must act for a right
    TICKED = "ticked"  # a system's part is done; reason: its name
    RECORDED = "recorded"  # something of who may ask for whom; reason: "field:value"
    DECLINED = "declined"  # the person whom an agent's request concerns says that it is not their wish


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with what belongs to it; `by` is "requester", "person", "desk" or "staff:<id>".

    "person" is whom an agent's request concerns.
    """

    event: Event
    by: str
    items: tuple[Item, ...] = ()
    challenge: Challenge | None = None
    subject: Subject | None = None
    code: str = ""
    #: With a code that is sent or withheld: the times of all codes of the last day, this one's included.
    code_times: tuple[datetime, ...] = ()
    #: The contact on file that has just been proven; None where what was proven is not on file.
    contact: Address | None = None
    #: Who gave an answer that is worth nothing: they are told, and nobody else. None: nobody is.
    sender: Address | None = None
    #: The answer came from where the code went.
    by_contact: bool = False
    #: A telephone number was shared instead of a code.
    shared: bool = False
    right: Right | None = None
    reason: str = ""
    question: str = ""
    #: A staff member's words to the customer, told with the completion.
    answer: str = ""
    file_names: tuple[str, ...] = ()
    #: The one-time page where the files wait.
    link: str = ""
    #: The encrypted file that goes in their place.
    sealed: tuple[str, ...] = ()
    #: How many files of a message are kept as documents, and how many cannot be.
    documents: int = 0
    unusable: int = 0
    #: Numbers that a notice tells: tries left, days left.
    number: int = 0
    #: How many warnings or reminders the request has had with this one.
    count: int = 0
    #: The day of a warning, where the organisation is.
    on: date | None = None
