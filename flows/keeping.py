"""What the use cases need of the store to keep no more than they may: what is due, erasing, and its own key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.messages import Address, ChannelName, Kind, RawMessage
from core.requests import Request
from core.retention import Kept


@dataclass(frozen=True, slots=True)
class Due:
    """How much of a kind is due to be erased, and since when the oldest of it is kept."""

    kind: Kept
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """What one step has erased; `after` is where the next goes on, None: there is no more."""

    count: int
    after: int | None = None
    #: The requests among it: their audit trail says so.
    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter of the outbox with what is left of it; the body goes once it is sent."""

    id: str
    to: Address
    kind: Kind
    state: str
    created_at: datetime
    settled_at: datetime | None
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A raw message that is still there, whatever became of it."""

    id: int
    channel: ChannelName
    disposition: str
    request_id: str
    raw: RawMessage


@dataclass(frozen=True, slots=True)
class Blocked:
    """An address that takes no mail: since when, and the status that said so (RFC 3463)."""

    at: datetime
    status: str


class Keeping(Protocol):
    """The part of a unit of work that looks after what is kept."""

    def own_key(self, leave_mark: bool = True) -> None:
        """Make sure that the database is under this master key. Raises an error that says what to do."""
        ...

    def due_of(self, kind: Kept, before: datetime) -> Due:
        """What of a kind is as old as `before`, or older."""
        ...

    def erase_due(self, kind: Kept, before: datetime, after: int) -> Erased:
        """Erase a little of what is due, in one short step; `after` is 0 at first."""
        ...

    def erase(self, request_id: str) -> None:
        """Erase a request, its history, letters and raw messages, with the keys that could read them."""
        ...

    def erase_messages(self, item_ids: Sequence[int]) -> None:
        """Erase what raw messages hold, with their keys; what recognises them again stays."""
        ...

    def erase_letters_to(self, address: Address) -> int:
        """Erase the letters to an address that belong to no request; returns how many there were."""
        ...

    def some_requests(self, after: str, limit: int) -> list[Request]:
        """Requests in the order of their ids, from the one that follows `after`."""
        ...

    def letters_of(self, request_id: str) -> list[KeptLetter]:
        """The letters of a request, oldest first."""
        ...

    def letters_to(self, address: Address) -> list[KeptLetter]:
        """The letters to an address that belong to no request, oldest first."""
        ...

    def messages_of(self, request_id: str) -> list[KeptMessage]:
        """The raw messages of a request that are still there, in order of arrival."""
        ...

    def loose_messages(self, after: int) -> tuple[list[KeptMessage], int | None]:
        """Some raw messages without a request, and where to go on; None: there are no more."""
        ...

    def blocked(self, address: Address) -> Blocked | None:
        """Whether an address takes no mail."""
        ...

    def drop_staff(self, address: Address) -> bool:
        """Erase the record of somebody who does not work here any more; False where there is none."""
        ...


class Scrubbing(Protocol):
    """The part of a store that looks after its files."""

    async def scrub(self) -> None:
        """Leave nothing of what was erased in the files of the database."""
        ...
