"""The register of what came in and what went out: what became of messages, and one message or letter by its name."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select

from core.messages import Address, ChannelName, Kind
from flows.automatic import Registered, SentLetter
from flows.store import Disposition, InboxItem
from storage.inbox import Inbox
from storage.tables import INBOX, OUTBOX
from storage.transaction import AnySelect

_LETTER = select(OUTBOX).where(OUTBOX.c.id == bindparam("id"))


class Register(Inbox):
    """Reads only. Nothing is unsealed but the one message or letter that is asked for."""

    def registered(self, disposition: Disposition) -> list[Registered]:
        """The messages that ended so, in order of arrival."""
        columns = (INBOX.c[name] for name in ("id", "channel", "received_at", "attempts", "reason"))
        rows = self.connection.execute(
            select(*columns).where(INBOX.c.disposition == disposition).order_by(INBOX.c.id)
        )
        return [Registered(row[0], ChannelName(row[1]), *row[2:]) for row in rows]

    def message(self, item_id: int) -> InboxItem | None:
        """One message, whatever became of it; None where there is none, or it is erased."""
        found = self._read_items(select(INBOX).where(INBOX.c.id == item_id))
        return found[0][0] if found else None

    def last_message(self) -> int:
        """The number of the message that came last; 0 before the first."""
        return self.connection.scalar(select(func.max(INBOX.c.id))) or 0

    def fates(self, after: int, source: str) -> Mapping[tuple[Disposition, str], int]:
        """How many messages of a source, above a number, ended how and for what reason."""
        ends = (INBOX.c.disposition, INBOX.c.reason)
        counted: AnySelect = (
            select(*ends, func.count()).where(INBOX.c.id > after, INBOX.c.source == source).group_by(*ends)
        )
        return {(Disposition(row[0]), row[1]): row[2] for row in self.connection.execute(counted)}

    def requests_from(self, after: int, source: str) -> int:
        """How many requests the messages of a source, above a number, opened or belong to."""
        mine = (INBOX.c.id > after, INBOX.c.source == source, INBOX.c.request_id != "")
        return self.connection.scalar(select(func.count(INBOX.c.request_id.distinct())).where(*mine)) or 0

    def letter(self, letter_id: str) -> SentLetter | None:
        """To whom a letter went, and for which request; None where there is none, or it is erased."""
        row = self._on(OUTBOX).execute(_LETTER, {"id": letter_id}).first()
        if row is None or not self.keys.has(row.data_key):
            return None
        value = self.keys.unseal(row.data_key, OUTBOX.c.recipient, row.id, row.recipient).decode()
        return SentLetter(row.id, Address(ChannelName(row.channel), value), Kind(row.kind), row.request_id)
