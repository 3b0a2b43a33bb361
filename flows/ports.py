"""What the use cases need from the outside, as narrow as they can say it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar, runtime_checkable

from core.messages import Address, Attachment, ChannelName, Inbound, Kind, Outbound, RawMessage
from core.recognition import Identifiers
from core.requests import Subject

T = TypeVar("T")


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
    kind: Kind = Kind.NOTICE


class Delivery(StrEnum):
    """How one try to send ended."""

    SENT = "sent"
    RETRY = "retry"  # a passing fault; nothing has been delivered
    UNCERTAIN = "uncertain"  # may have been delivered: a person must look
    UNREACHABLE = "unreachable"  # this address will not take it
    FAILED = "failed"  # this message will never go


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of one try; `reference` names the message on the channel, `retry_after` in seconds."""

    result: Delivery
    reference: str = ""
    retry_after: float | None = None
    detail: str = ""


class LeaseLost(Exception):
    """A letter is not ours to send any more: it was erased, or somebody else has taken it over."""


#: Writes down for good that the other side may have the letter from now on. Raises LeaseLost.
Handing = Callable[[], Awaitable[None]]


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

    async def unknown(self, channel: ChannelName, source: str, keys: Sequence[str]) -> list[str]:
        """Those of the keys under which nothing is stored."""
        ...

    async def answered(self, channel: ChannelName, source: str, prefix: str, limit: int) -> list[str]:
        """Keys with this prefix of messages whose answer was sent, and that `filed` was not told of yet."""
        ...

    async def filed(self, channel: ChannelName, source: str, keys: Sequence[str]) -> None:
        """The originals of these messages were put away where they came from."""
        ...

    async def trouble(self, channel: ChannelName, since: datetime, reason: str) -> None:
        """Nothing can be received since then: staff must know. `reason` in plain words."""
        ...

    async def recovered(self, channel: ChannelName, since: datetime) -> None:
        """What began then and was reported as trouble is over."""
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

    async def send(self, letter: Letter, handing: Handing) -> Sent:
        """Try once. Never raises for what the other side says; lets pass what `handing` raises.

        Awaits `handing` right before the point from which on the other side may have the letter, and
        goes beyond that point only once it has returned.
        """
        ...

    async def fetch(self, attachment: Attachment) -> Attachment:
        """Bring the content of a file that still lies with the channel. Raises FetchFailed."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Packed(Protocol):
    """A channel whose messages hold their files themselves."""

    def open(self, raw: RawMessage, attachment: Attachment) -> Attachment:
        """A file of a stored message with its content. Raises FetchFailed."""
        ...


class Directory(Protocol):
    """The people on file."""

    async def find(self, identifiers: Identifiers, sender: Address) -> Subject | None:
        """The one person who fits what is named, or the sender where nothing is; None if none or several."""
        ...

    async def close(self) -> None: ...


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


Wake = Callable[[], None]
Accept = Callable[[Sequence[RawMessage], str], Awaitable[int]]
