"""What the use cases need of the store: one transaction a unit of work, and the rows they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from core.conversation import Conversation
from core.messages import Address, Attachment, ChannelName, Outbound, RawMessage
from core.requests import Request
from flows.automatic import Automatic, LookingBack, Registered
from flows.document_keeping import KeptDocuments
from flows.handed import HandOvers
from flows.keeping import Keeping, Scrubbing
from flows.ports import Letter, Sent

T = TypeVar("T")


class Disposition(StrEnum):
    """What became of a raw message; every one ends in one of these."""

    PENDING = "pending"
    REQUEST = "request"  # opened a request or belongs to one
    STAFF = "staff"  # a staff member's action
    DIALOGUE = "dialogue"  # a step of a guided conversation
    NOT_A_REQUEST = "not_a_request"  # sure that it is none: left alone
    SILENT = "silent"  # automatic, list, bounce: registered, never answered
    IGNORED = "ignored"  # nothing the desk has business with
    PARKED = "parked"  # unreadable or failing: a person was told


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A stored raw message that waits to be handled; `attempts` counts the failures so far."""

    id: int
    channel: ChannelName
    source: str
    raw: RawMessage
    attempts: int


@dataclass(frozen=True, slots=True)
class Note:
    """One message in the history of a request, as staff see it."""

    at: datetime
    incoming: bool
    address: Address
    subject: str
    text: str
    message_id: str = ""
    notice: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened, without personal data: codes and counts only."""

    at: datetime
    request_id: str
    actor: str
    action: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tried:
    """How one try to send a letter ended; `next_try` None: it was the last."""

    letter_id: str
    sent: Sent
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who may decide. `address` is the account on a chat channel."""

    id: str
    name: str
    address: Address
    role: str
    active: bool = True


class StaleRequest(Exception):
    """Somebody else changed the request in the meantime: read it again."""


class UnitOfWork(Automatic, LookingBack, Keeping, HandOvers, KeptDocuments, Protocol):
    """One transaction. Everything in it happens or nothing does."""

    # inbox
    def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str, now: datetime
    ) -> int: ...
    def cursor(self, source: str) -> str: ...
    def unknown(self, channel: ChannelName, source: str, keys: Sequence[str]) -> list[str]:
        """Those of the keys under which nothing is stored, in their order."""
        ...

    def answered(self, channel: ChannelName, source: str, prefix: str, limit: int) -> list[str]:
        """Keys with this prefix of messages whose answer was sent and whose original is not put away yet."""
        ...

    def file(self, channel: ChannelName, source: str, keys: Sequence[str]) -> None:
        """The originals of these were put away."""
        ...

    def pending(
        self, limit: int, most_bytes: int, now: datetime, without: Sequence[int] = ()
    ) -> list[InboxItem]:
        """The oldest waiting messages whose next try is due, in order of arrival, `without` those named.

        Together they weigh at most `most_bytes`, unless the first alone weighs more.
        """
        ...

    def claim(self, item_ids: Sequence[int]) -> frozenset[int]:
        """Those that still wait, locked for this transaction: what another process took is not among them."""
        ...

    def settle(self, item_id: int, disposition: Disposition, reason: str, request_id: str = "") -> None: ...
    def put_back(self, item_id: int, reason: str, next_try: datetime) -> None:
        """Handling failed: one attempt more, and not before `next_try`."""
        ...

    def replay(self, item_id: int, now: datetime) -> bool:
        """Let a parked message be handled once more from the start; False where there is none."""
        ...

    def parked(self) -> list[tuple[InboxItem, str]]: ...
    def registered(self, disposition: Disposition) -> list[Registered]:
        """The messages that ended so, in order of arrival."""
        ...

    def message(self, item_id: int) -> InboxItem | None:
        """One message, whatever became of it; None where there is none, or it is erased."""
        ...

    def fates(self, after: int, source: str) -> Mapping[tuple[Disposition, str], int]:
        """How many messages of a source, above a number, ended how and for what reason."""
        ...

    # requests
    def add(self, request: Request) -> None: ...
    def save(self, request: Request) -> Request:
        """Write a changed request; returns it with its revision one higher. Raises StaleRequest."""
        ...

    def request(self, request_id: str) -> Request | None: ...
    def by_card(self, card: str) -> Request | None: ...
    def by_token(self, token: str) -> Request | None: ...
    def by_reference(self, reference: str) -> Request | None: ...
    def by_message_ids(self, message_ids: Sequence[str]) -> Request | None: ...
    def requests_of(self, address: Address) -> list[Request]:
        """All requests of a requester, newest first."""
        ...

    def every_request(self) -> list[Request]:
        """All requests that have not been erased, oldest first."""
        ...

    def open_requests(self) -> list[Request]:
        """Oldest due date first."""
        ...

    def add_note(self, request_id: str, note: Note) -> None: ...
    def notes(self, request_id: str) -> list[Note]: ...

    # audit
    def audit(self, entry: AuditEntry) -> None: ...
    def audit_trail(self, request_id: str) -> list[AuditEntry]: ...

    # outbox
    def post(
        self, message: Outbound, body: bytes, request_id: str, withheld: bool = False, document: str = ""
    ) -> None:
        """Put a letter into the outbox, due at once; withheld: never sent; with a document: erased with it."""
        ...

    def lease(self, channel: ChannelName, limit: int, now: datetime, until: datetime) -> list[Letter]:
        """Letters that are due, answers to taps first, then oldest; at most one for each address at a time."""
        ...

    def release_leases(self, now: datetime) -> int:
        """End all leases: for a desk that starts, alone, after another was killed. Returns how many there were."""
        ...

    def hand_over(self, letters: Sequence[Letter], until: datetime) -> frozenset[str]:
        """Write down that the other side may have these from now on.

        Returns the ids of those that are still leased as they were; the others must not be sent.
        """
        ...

    def in_nobodys_hands(self, channel: ChannelName, now: datetime) -> list[Letter]:
        """End as uncertain what was being handed over when its desk was killed; returns those letters."""
        ...

    def settle_letter(self, letter_id: str, sent: Sent, now: datetime, next_try: datetime | None) -> None:
        """Write down how one try ended; `next_try` None: this was the last."""
        ...

    def settle_letters(self, tries: Sequence[Tried], now: datetime) -> None:
        """Write down how tries ended. What is sent stays sent."""
        ...

    def next_letter_at(self, channel: ChannelName) -> datetime | None: ...
    def unsettled(self) -> list[tuple[Letter, str, str]]:
        """Letters that ended uncertain, unreachable or failed: with their state and detail."""
        ...

    def send_again(self, letter_id: str, now: datetime) -> bool:
        """Let a letter that ended badly go once more as it is; False where there is none, or it holds a code."""
        ...

    # conversations
    def conversation(self, address: Address) -> Conversation | None: ...
    def put_conversation(self, address: Address, conversation: Conversation, now: datetime) -> None: ...
    def drop_conversation(self, address: Address) -> None: ...
    def drop_conversations(self, before: datetime) -> int:
        """Forget every conversation that nobody has gone on with since; returns how many."""
        ...

    # staff
    def staff(self, address: Address) -> StaffMember | None: ...
    def put_staff(self, member: StaffMember) -> None: ...
    def all_staff(self) -> list[StaffMember]: ...

    def savepoint(self) -> Savepoint: ...


class Savepoint(Protocol):
    """`with uow.savepoint():` undoes what is inside, and only that, when it raises."""

    def __enter__(self) -> object: ...
    def __exit__(self, *exc: object) -> bool | None: ...


class Store(Scrubbing, Protocol):
    """Runs units of work, one commit each, off the event loop."""

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Commit what `work` did when it returns, undo it when it raises."""
        ...
