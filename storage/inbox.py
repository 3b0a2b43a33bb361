"""Raw messages: stored once, handled in order of arrival, put back when handling fails."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from sqlalchemy import BindParameter, bindparam, func, insert, or_, select, update

from core.messages import ChannelName, RawMessage
from flows.store import Disposition, InboxItem
from storage.prepared import Prepared
from storage.tables import CURSOR, INBOX
from storage.transaction import AnyRow, AnySelect, Transaction
from storage.upsert import insert_or_replace

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_CLAIM = (
    select(INBOX.c.id)
    .where(INBOX.c.id.in_(_IDS), INBOX.c.disposition == Disposition.PENDING)
    .with_for_update(skip_locked=True)
)
_SETTLE = Prepared(
    update(INBOX).where(INBOX.c.id == bindparam("item")), ["disposition", "reason", "request_id"]
)
_RENUMBER = (
    update(INBOX)
    .where(
        INBOX.c.channel == bindparam("of_channel"),
        INBOX.c.source == bindparam("of_source"),
        INBOX.c.content == bindparam("of_content"),
    )
    .values(key=bindparam("new_key"))
)


class Inbox(Transaction):
    """The inbox and the cursors of its sources."""

    def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str, now: datetime
    ) -> int:
        """Store what is new, by key and by content, and the cursor. Returns how many were new."""
        self._serialise(f"inbox/{channel}/{source}")
        new = self._unknown(channel, source, arrivals)
        if new:
            self._insert(channel, source, new, now)
        row = {"source": source, "value": cursor}
        self.connection.execute(insert_or_replace(self.connection, CURSOR, row))
        return len(new)

    def _unknown(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage]
    ) -> list[tuple[RawMessage, bytes]]:
        hashed = [(arrival, self._index("content", arrival.raw)) for arrival in arrivals]
        found = self.connection.execute(
            select(INBOX.c.key, INBOX.c.content)
            .where(INBOX.c.channel == channel, INBOX.c.source == source)
            .where(
                or_(
                    INBOX.c.key.in_([arrival.key for arrival in arrivals]),
                    INBOX.c.content.in_([content for _, content in hashed]),
                )
            )
        ).all()
        keys, contents = {row.key for row in found}, {row.content for row in found}
        again = [pair for pair in hashed if pair[0].key not in keys and pair[1] in contents]
        self._renumber(channel, source, again)
        new = []
        for arrival, content in hashed:
            if arrival.key not in keys and content not in contents:
                new.append((arrival, content))
            keys.add(arrival.key)
            contents.add(content)
        return new

    def _renumber(self, channel: ChannelName, source: str, known: Sequence[tuple[RawMessage, bytes]]) -> None:
        """A message that came again under another key is known by that one from now on."""
        of = {"of_channel": channel, "of_source": source}
        if known:
            rows = [of | {"of_content": content, "new_key": arrival.key} for arrival, content in known]
            self.connection.execute(_RENUMBER, rows)

    def _insert(
        self, channel: ChannelName, source: str, new: Sequence[tuple[RawMessage, bytes]], now: datetime
    ) -> None:
        key_ids = [f"inbox:{secrets.token_hex(16)}" for _ in new]
        self.keys.make(key_ids)
        rows = [
            {
                "channel": channel,
                "source": source,
                "key": arrival.key,
                "content": content,
                "data_key": key_id,
                "raw": self.keys.seal(key_id, INBOX.c.raw, key_id, arrival.raw),
                "received_at": arrival.received_at,
                "accepted_at": now,
                "next_try": now,
                "attempts": 0,
                "disposition": Disposition.PENDING,
                "reason": "",
                "request_id": "",
            }
            for (arrival, content), key_id in zip(new, key_ids, strict=True)
        ]
        self.connection.execute(insert(INBOX), rows)

    def cursor(self, source: str) -> str:
        """Where the source was read up to; empty at first."""
        value = self.connection.scalar(select(CURSOR.c.value).where(CURSOR.c.source == source))
        return value or ""

    def pending(
        self, limit: int, most_bytes: int, now: datetime, without: Sequence[int] = ()
    ) -> list[InboxItem]:
        """The oldest waiting messages whose next try is due, as many as weigh `most_bytes`, one at least."""
        # The length of a blob is known without reading it.
        waiting = self.connection.execute(
            select(INBOX.c.id, func.length(INBOX.c.raw).label("weight"))
            .where(INBOX.c.disposition == Disposition.PENDING, INBOX.c.next_try <= now)
            .where(INBOX.c.id.not_in(list(without)))
            .order_by(INBOX.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        weights = accumulate(row.weight for row in waiting)
        chosen = [row.id for row, weight in zip(waiting, weights, strict=True) if weight <= most_bytes]
        wanted = chosen or [row.id for row in waiting[:1]]
        return [item for item, _ in self._read_items(_by_number(wanted))]

    def claim(self, item_ids: Sequence[int]) -> frozenset[int]:
        """Those that still wait, locked for this transaction: what another process took is not among them."""
        return frozenset(self._on(INBOX).scalars(_CLAIM, {"ids": list(item_ids)}))

    def settle(self, item_id: int, disposition: Disposition, reason: str, request_id: str = "") -> None:
        """Write down what became of a message; `reason` in words without personal data."""
        row = {"item": item_id, "disposition": disposition, "reason": reason, "request_id": request_id}
        self._change(_SETTLE, row)

    def put_back(self, item_id: int, reason: str, next_try: datetime) -> None:
        """Handling failed: one attempt more, and not before `next_try`."""
        self.connection.execute(
            update(INBOX)
            .where(INBOX.c.id == item_id)
            .values(attempts=INBOX.c.attempts + 1, reason=reason, next_try=next_try)
        )

    def replay(self, item_id: int, now: datetime) -> bool:
        """Let a parked message be handled once more from the start; False where there is none."""
        changed = self.connection.execute(
            update(INBOX)
            .where(INBOX.c.id == item_id, INBOX.c.disposition == Disposition.PARKED)
            .values(disposition=Disposition.PENDING, attempts=0, reason="", next_try=now)
        )
        return changed.rowcount == 1

    def parked(self) -> list[tuple[InboxItem, str]]:
        """Messages that a person was told of, with the reason."""
        statement = select(INBOX).where(INBOX.c.disposition == Disposition.PARKED).order_by(INBOX.c.id)
        return self._read_items(statement)

    def _read_items(self, statement: AnySelect) -> list[tuple[InboxItem, str]]:
        rows = self.connection.execute(statement).all()
        self.keys.load(row.data_key for row in rows)
        # Without its key the content of a row was erased: there is nothing left to handle.
        return [(self._item(row), row.reason) for row in rows if self.keys.has(row.data_key)]

    def _item(self, row: AnyRow) -> InboxItem:
        raw = self.keys.unseal(row.data_key, INBOX.c.raw, row.data_key, row.raw)
        message = RawMessage(row.key, raw, row.received_at)
        return InboxItem(row.id, ChannelName(row.channel), row.source, message, row.attempts)


def _by_number(ids: Sequence[int]) -> AnySelect:
    """Those that no other process is handling right now."""
    return select(INBOX).where(INBOX.c.id.in_(ids)).order_by(INBOX.c.id).with_for_update(skip_locked=True)
