"""Up to where a mailbox was read: the inbox's cursor, and which mail of before the first start is left alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mailer.mailbox import Waiting


@dataclass(frozen=True, slots=True)
class Position:
    """Where a mailbox is read on, in one numbering of its messages; as text it is the inbox's cursor.

    Progress is never told by flags: who reads the mailbox too, or marks mail as unread, changes nothing.
    """

    uidvalidity: int
    #: All up to this one was handed over.
    uid: int
    #: Up to this one it matters when a message arrived: what is older than `begun` was answered by others.
    first: int = 0
    #: When the mailbox was first opened, in seconds since 1970; 0: it is read from its beginning.
    begun: int = 0

    def __str__(self) -> str:
        return f"{self.uidvalidity}:{self.uid}:{self.first}:{self.begun}"

    @classmethod
    def parse(cls, cursor: str) -> Position | None:
        """The position that a cursor stands for; None at first."""
        return cls(*map(int, cursor.split(":"))) if cursor else None

    def key(self, uid: int) -> str:
        """How the inbox knows a message: the number alone means nothing once the mailbox is numbered anew."""
        return f"{self.keys}{uid}"

    @property
    def keys(self) -> str:
        """What the keys of this numbering begin with."""
        return f"{self.uidvalidity}:"

    def reached(self, uid: int) -> Position:
        return replace(self, uid=max(uid, self.uid))

    @property
    def floor(self) -> int:
        """Above it everything in the mailbox must be known."""
        return self.first if self.begun else 0

    def concerns(self, waiting: Waiting) -> bool:
        """Whether a message is the desk's business; one that does not say when it arrived is."""
        if waiting.uid > self.first or waiting.arrived_at is None:
            return True
        return waiting.arrived_at >= datetime.fromtimestamp(self.begun, UTC)

    def numbered_anew(self, uidvalidity: int, last_uid: int) -> Position:
        """Where to begin in a mailbox that lost its numbering: everywhere, less what was there at first."""
        return Position(uidvalidity, 0, last_uid, self.begun)
