"""What the use cases need from the outside, as narrow as they can say it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from core.dialogue import Conversation
from core.messages import Address, Attachment, ChannelName, Inbound, Outbound, RawMessage
from core.recognition import Identifiers
from core.requests import Request, Subject

T = TypeVar("T")


# --- the inbox -----------------------------------------------------------------------------------


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


# --- the outbox ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """An outbox row on its way: the same bytes at every try."""

    id: str
    to: Address
    body: bytes
    attempts: int
    created_at: datetime
    #: The channel's reference of the message that this one replaces; empty: send a new one.
    replaces: str = ""
    #: The request it belongs to; empty for what belongs to none.
    request_id: str = ""


class Delivery(StrEnum):
    """How one try to send ended."""

    SENT = "sent"
    RETRY = "retry"  # a passing fault; nothing has been delivered
    UNCERTAIN = "uncertain"  # may have been delivered: one more try at most
    UNREACHABLE = "unreachable"  # this address will not take it
    FAILED = "failed"  # this message will never go


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of one try; `reference` names the message on the channel, `retry_after` in seconds."""

    result: Delivery
    reference: str = ""
    retry_after: float | None = None
    detail: str = ""


# --- adapters ------------------------------------------------------------------------------------


class Inbox(Protocol):
    """Where a channel lays what it received. When `accept` returns, it is stored for good."""

    async def cursor(self, source: str) -> str:
        """Where the source was read up to, in the channel's own words; empty at first."""
        ...

    async def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str
    ) -> int:
        """Store arrivals and the new cursor in one commit; known ones are skipped. Returns how many were new."""
        ...


class FetchFailed(Exception):
    """A file could not be brought from its channel; the text says why in plain words, without naming it."""


class Channel(Protocol):
    """One way to talk with people."""

    @property
    def name(self) -> ChannelName: ...

    async def receive(self, inbox: Inbox) -> None:
        """Watch for messages until cancelled. Mends its own connection; raises only what is final."""
        ...

    def parse(self, raw: RawMessage) -> Inbound:
        """Read a stored message. Raises Unreadable, and nothing else."""
        ...

    def compose(self, message: Outbound) -> bytes:
        """The bytes to keep and to send: the same for the same message."""
        ...

    async def send(self, letter: Letter) -> Sent:
        """Try once. Never raises for what the other side says."""
        ...

    async def fetch(self, attachment: Attachment) -> Attachment:
        """Bring the content of a file that still lies with the channel. Raises FetchFailed."""
        ...

    async def close(self) -> None: ...


class Directory(Protocol):
    """The people on file."""

    async def find(self, identifiers: Identifiers, sender: Address) -> Subject | None:
        """The one person who fits what is named, or the sender where nothing is; None if none or several."""
        ...


class Renderer(Protocol):
    """Turns names and fields into text. Unknown names or fields raise."""

    def notice(self, name: str, language: str, fields: Mapping[str, object], chat: bool) -> Rendered: ...

    def phrase(self, name: str, language: str, /, **fields: object) -> str:
        """A sentence of a dialogue, a button, or a card."""
        ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice as text; `subject` and `html` are empty for chats."""

    text: str
    subject: str = ""
    html: str = ""


class Secrets(Protocol):
    """Randomness and keyed hashes."""

    def token(self, length: int) -> str:
        """Lower-case Crockford base32 characters, five bits each."""
        ...

    def code(self) -> str:
        """A one-time code of eight digits."""
        ...

    def digest(self, purpose: str, value: str) -> bytes:
        """A keyed hash (HMAC-SHA256), different for every purpose."""
        ...


Clock = Callable[[], datetime]


# --- the store -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened, without personal data: codes and counts only."""

    at: datetime
    request_id: str
    actor: str
    action: str
    detail: Mapping[str, str]


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


class UnitOfWork(Protocol):
    """One transaction. Everything in it happens or nothing does."""

    # inbox
    def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str, now: datetime
    ) -> int: ...
    def cursor(self, source: str) -> str: ...
    def pending(self, limit: int, now: datetime) -> list[InboxItem]:
        """The oldest waiting messages whose next try is due, in order of arrival; locked for this transaction."""
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

    def open_requests(self) -> list[Request]:
        """Oldest due date first."""
        ...

    def add_note(self, request_id: str, note: Note) -> None: ...
    def notes(self, request_id: str) -> list[Note]: ...

    # audit
    def audit(self, entry: AuditEntry) -> None: ...
    def audit_trail(self, request_id: str) -> list[AuditEntry]: ...

    # outbox
    def post(self, message: Outbound, body: bytes, request_id: str) -> None: ...
    def lease(self, channel: ChannelName, limit: int, now: datetime, until: datetime) -> list[Letter]:
        """Letters that are due, answers to taps first, then oldest; at most one for each address at a time."""
        ...

    def settle_letter(self, letter_id: str, sent: Sent, now: datetime, next_try: datetime | None) -> None:
        """Write down how a try ended; `next_try` None: this was the last."""
        ...

    def next_letter_at(self, channel: ChannelName) -> datetime | None: ...
    def unsettled(self) -> list[tuple[Letter, str, str]]:
        """Letters that ended uncertain, unreachable or failed: with their state and detail."""
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


class Store(Protocol):
    """Runs units of work, one commit each, off the event loop."""

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Commit what `work` did when it returns, undo it when it raises."""
        ...


Wake = Callable[[], None]
Accept = Callable[[Sequence[RawMessage], str], Awaitable[int]]
