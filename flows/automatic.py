"""What the use cases need of the store for what goes out without a person's word, and for looking back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.caps import Standing
from core.messages import Address, ChannelName, Kind


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a message, without what is in it."""

    id: int
    channel: ChannelName
    received_at: datetime
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter of the outbox, without what is in it."""

    id: str
    to: Address
    kind: Kind
    request_id: str


class Automatic(Protocol):
    """The part of a unit of work that counts automatic letters, puts some off, and knows addresses that take none."""

    def standing(self, to: Address, request_id: str, now: datetime) -> Standing:
        """What went out without a person's word to an address, in its request, to its domain and in all."""
        ...

    def count_automatic(self, to: Address, request_id: str, code: bool, now: datetime) -> None: ...
    def drop_counts(self, before: datetime) -> None: ...
    def put_off(self, letter_id: str, until: datetime) -> None:
        """Let a letter that was just posted wait; what is posted to the same address later waits behind it."""
        ...

    def let_go(self, to: Address, now: datetime) -> None:
        """Let what was put off for an address go now, in its order."""
        ...

    def suppress(self, address: Address, status: str, now: datetime) -> None:
        """Write down that an address takes no mail; `status` as its mail system said (RFC 3463)."""
        ...

    def release(self, address: Address) -> bool:
        """Let mail go to an address again; False where nothing kept it back."""
        ...

    def once(self, what: str, now: datetime) -> bool:
        """True the first time that it is asked for the same."""
        ...

    def bearers(self, message_ids: Mapping[int, str]) -> Mapping[int, int]:
        """For each message, by number, with its Message-ID: the number of the first that bore the same."""
        ...


class LookingBack(Protocol):
    """The part of a unit of work that tells what came in and what went out."""

    def last_message(self) -> int:
        """The number of the message that came last; 0 before the first."""
        ...

    def requests_from(self, after: int, source: str) -> int:
        """How many requests the messages of a source, above a number, opened or belong to."""
        ...

    def letter(self, letter_id: str) -> SentLetter | None:
        """To whom a letter went, and for which request; None where there is none, or it is erased."""
        ...
