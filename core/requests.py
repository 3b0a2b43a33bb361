"""What the organisation keeps of a privacy request: rights, status, evidence, due dates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from core.messages import Address, SenderEvidence
from core.represented import Representation


class Right(StrEnum):
    """What a data subject can ask for (Law 91/2025/QH15 art. 4; GDPR art. 15 to 22 and 77)."""

    ACCESS = "access"
    CORRECTION = "correction"
    DELETION = "deletion"
    OBJECTION = "objection"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    WITHDRAWAL = "withdrawal"
    STOP_SHARING = "stop_sharing"
    INQUIRY = "inquiry"
    COMPLAINT = "complaint"


class Status(StrEnum):
    """Where a request stands. Only `core.lifecycle` changes it."""

    TRIAGE = "triage"  # a person says what is meant
    VERIFYING = "verifying"  # waits for the code that went to the contact on file
    IDENTITY_REVIEW = "identity_review"  # codes are used up: a person checks who asks
    IN_REVIEW = "in_review"  # waits for approval
    CLARIFYING = "clarifying"  # the customer owes an answer
    APPROVED = "approved"  # waits to be carried out
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the requester
    LAPSED = "lapsed"  # identity never proven; a reply reopens it
    DISMISSED = "dismissed"  # triage: it was no privacy request


OPEN = frozenset(
    {
        Status.TRIAGE,
        Status.VERIFYING,
        Status.IDENTITY_REVIEW,
        Status.IN_REVIEW,
        Status.CLARIFYING,
        Status.APPROVED,
    }
)


#: Where the customer owes a code or an answer.
WAITS = frozenset({Status.VERIFYING, Status.CLARIFYING})


class Proof(StrEnum):
    """How sure the desk is that the data subject asks."""

    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    CONTACT = "contact"  # control of the contact on file
    PARTLY = "partly"  # control of one contact on file, and more is needed
    STRANGER = "stranger"  # control of an address that is not on file: proves nothing
    BY_HAND = "by_hand"  # a staff member checked
    FAILED = "failed"  # codes used up


class OnBehalf(StrEnum):
    """For whom a request is made."""

    SELF = "self"
    CHILD = "child"
    AGENT = "agent"


class Outcome(StrEnum):
    """What became of one right of a request."""

    OPEN = "open"
    COMPLETED = "completed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DueDate:
    """By when a right is due: the statute's date, the organisation's promise, the one that binds."""

    statute: date | None
    promise: date | None
    binding: date


@dataclass(frozen=True, slots=True)
class Item:
    """One right of a request, with a due date and an outcome of its own."""

    right: Right
    due: DueDate
    outcome: Outcome = Outcome.OPEN
    reason: str = ""
    #: A processor or third party must act too: the law's longer term for that holds, where it has one.
    third_party: bool = False
    #: The due date that its one extension took the place of; None: it was not extended.
    extended_from: date | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A one-time code on its way: only its keyed hash is kept, bound to one request."""

    digest: bytes
    contact: Address
    sent_at: datetime
    expires_at: datetime
    #: Another was withheld since: good for the contact that it went to, and for nobody else.
    contact_only: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """The person on file whom a request concerns, as far as the desk needs it."""

    key: str
    contacts: tuple[Address, ...]
    language: str = ""
    #: Numbers on file (E.164), by which a contact shared in a chat is known.
    phones: tuple[str, ...] = ()
    #: The first and the last year in which they may have been born: a band, never the date.
    born: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A privacy request from its first message to its end."""

    id: str
    reference: str
    #: The secret in the reply address; at least 80 bits, not derivable from the reference.
    token: str
    #: The opaque name under which cards and their buttons know it.
    card: str
    status: Status
    language: str
    requester: Address
    received_at: datetime
    items: tuple[Item, ...] = ()
    acknowledge_by: date | None = None
    #: Grows by one with every change: a card that carries an older one is out of date.
    revision: int = 0
    name: str = ""
    #: The requester names somebody, by a contact or a number: whether that is on file must not show.
    names_somebody: bool = False
    #: What was found about the sender of the mail that opened it: shown to staff, proof of nothing.
    evidence: SenderEvidence | None = None
    on_behalf: OnBehalf = OnBehalf.SELF
    #: What is recorded of who may ask for whom.
    representation: Representation = field(default_factory=Representation)
    proof: Proof = Proof.PENDING
    subject: Subject | None = None
    challenge: Challenge | None = None
    #: When the wait for proof began, anew after a lapse.
    verifying_since: datetime | None = None
    #: Wrong answers to the present code: by whoever it did not go to, and by the contact that it went to.
    wrong_codes: int = 0
    wrong_by_contact: int = 0
    #: Right codes so far; more than none while it verifies means that another proof is waited for.
    right_codes: int = 0
    #: When codes went out, or were withheld, within a day of the last.
    code_times: tuple[datetime, ...] = ()
    #: Contacts on file that have been proven by a code or by a shared number.
    proven_contacts: tuple[Address, ...] = ()
    #: Staff members who have checked who asks, where more than one must.
    identity_votes: tuple[str, ...] = ()
    #: A staff member has asked for a document: what comes now is kept apart, and not for long.
    awaits_document: bool = False
    approvals: tuple[str, ...] = ()
    #: What recognition suggests to the person at triage, best first.
    suggestion: tuple[Right, ...] = ()
    #: The pieces of text that decided, for the person at triage; never shown in a group.
    reasons: tuple[str, ...] = ()
    #: The contact that proved the identity: where results go.
    proven_contact: Address | None = None
    #: Message-IDs of the conversation so far, oldest first, for References.
    thread: tuple[str, ...] = ()
    reminders: int = 0
    warnings: int = 0
    #: The day of the first late warning after which no staff member has acted yet.
    unheeded_since: date | None = None
    #: Since when the customer has owed a code or an answer; the clock runs on.
    waits_since: datetime | None = None
    #: Names of the systems whose part is done.
    ticked: tuple[str, ...] = ()
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def rights(self) -> tuple[Right, ...]:
        return tuple(item.right for item in self.items)

    @property
    def open_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.outcome is Outcome.OPEN)

    @property
    def due(self) -> date | None:
        """The earliest due date among what is still open."""
        return min((item.due.binding for item in self.open_items), default=None)

    def with_item(self, right: Right, outcome: Outcome, reason: str = "") -> Request:
        """The request with the outcome of one right set; the others stay as they are."""
        items = tuple(
            replace(item, outcome=outcome, reason=reason)
            if item.right is right and item.outcome is Outcome.OPEN
            else item
            for item in self.items
        )
        return replace(self, items=items)
