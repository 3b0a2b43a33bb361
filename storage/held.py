"""Reads what is held about one person, and what belongs to nobody yet: for requests about the desk itself."""

from __future__ import annotations

from sqlalchemy import func, select

from core.messages import Address, ChannelName, Kind, RawMessage
from core.requests import Request
from flows.keeping import Blocked, KeptLetter, KeptMessage
from storage.requests import Requests
from storage.tables import INBOX, OUTBOX, REQUEST, SUPPRESSION
from storage.transaction import AnyRow, AnySelect

#: So many messages are read in one step: a running desk waits no longer than that for its turn.
MESSAGES = 200


class Held(Requests):
    """Reads only."""

    def some_requests(self, after: str, limit: int) -> list[Request]:
        """Requests in the order of their ids, from the one that follows `after`."""
        return self._read_requests(
            select(REQUEST).where(REQUEST.c.id > after).order_by(REQUEST.c.id).limit(limit)
        )

    def letters_of(self, request_id: str) -> list[KeptLetter]:
        """The letters of a request, oldest first."""
        return self._kept_letters(select(OUTBOX).where(OUTBOX.c.request_id == request_id))

    def letters_to(self, address: Address) -> list[KeptLetter]:
        """The letters to an address that belong to no request, oldest first."""
        mine = (OUTBOX.c.request_id == "", OUTBOX.c.lane == self._address_index(address))
        return self._kept_letters(select(OUTBOX).where(*mine))

    def messages_of(self, request_id: str) -> list[KeptMessage]:
        """The raw messages of a request that are still there, in order of arrival."""
        mine = select(INBOX).where(INBOX.c.request_id == request_id, func.length(INBOX.c.raw) > 0)
        return self._kept_messages(mine.order_by(INBOX.c.id))

    def loose_messages(self, after: int) -> tuple[list[KeptMessage], int | None]:
        """Some raw messages without a request, and where to go on; None: there are no more."""
        loose = select(INBOX).where(
            INBOX.c.id > after, INBOX.c.request_id == "", func.length(INBOX.c.raw) > 0
        )
        found = self._kept_messages(loose.order_by(INBOX.c.id).limit(MESSAGES))
        return found, found[-1].id if len(found) == MESSAGES else None

    def blocked(self, address: Address) -> Blocked | None:
        """Whether an address takes no mail."""
        mine = SUPPRESSION.c.address == self._address_index(address)
        row = self._on(SUPPRESSION).execute(select(SUPPRESSION).where(mine)).first()
        return Blocked(row.at, row.reason) if row else None

    def _kept_letters(self, statement: AnySelect) -> list[KeptLetter]:
        rows = self._on(OUTBOX).execute(statement.order_by(OUTBOX.c.seq)).all()
        self.keys.load(row.data_key for row in rows)
        return [self._kept_letter(row) for row in rows if self.keys.has(row.data_key)]

    def _kept_letter(self, row: AnyRow) -> KeptLetter:
        recipient = self.keys.unseal(row.data_key, OUTBOX.c.recipient, row.id, row.recipient).decode()
        body = self.keys.unseal(row.data_key, OUTBOX.c.body, row.id, row.body) if row.body else b""
        return KeptLetter(
            row.id,
            Address(ChannelName(row.channel), recipient),
            Kind(row.kind),
            row.state,
            row.created_at,
            row.settled_at,
            body,
        )

    def _kept_messages(self, statement: AnySelect) -> list[KeptMessage]:
        rows = self._on(INBOX).execute(statement).all()
        self.keys.load(row.data_key for row in rows)
        return [self._kept_message(row) for row in rows if self.keys.has(row.data_key)]

    def _kept_message(self, row: AnyRow) -> KeptMessage:
        raw = self.keys.unseal(row.data_key, INBOX.c.raw, row.data_key, row.raw)
        message = RawMessage(row.key, raw, row.received_at)
        return KeptMessage(row.id, ChannelName(row.channel), row.disposition, row.request_id, message)
