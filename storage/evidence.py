"""What the store still holds of one request, for the evidence file: its letters' ends, its raw messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from core.messages import Address, ChannelName, Kind
from flows.store import InboxItem
from storage.register import Register
from storage.tables import AUDIT, INBOX, OUTBOX
from storage.transaction import AnyRow

_LETTERS = select(OUTBOX).where(OUTBOX.c.request_id == bindparam("request")).order_by(OUTBOX.c.seq)
_RAW = select(INBOX).where(INBOX.c.request_id == bindparam("request")).order_by(INBOX.c.id)
_OPENED_AS = select(AUDIT.c.request_id).where(AUDIT.c.detail.like(bindparam("part"))).limit(1)


@dataclass(frozen=True, slots=True)
class Fate:
    """A letter and how it ended, without its body; `said` is what the other side answered."""

    id: str
    kind: Kind
    to: Address
    created_at: datetime
    state: str
    attempts: int
    settled_at: datetime | None
    said: str


class Evidence(Register):
    """Reads only; what lies under an erased key is not among it."""

    def fates_of_letters(self, request_id: str) -> list[Fate]:
        """Every letter of a request, in the order it was posted; cards and answers to taps too."""
        rows = self._on(OUTBOX).execute(_LETTERS, {"request": request_id}).all()
        self.keys.load(row.data_key for row in rows)
        return [self._fate(row) for row in rows if self.keys.has(row.data_key)]

    def _fate(self, row: AnyRow) -> Fate:
        to = self.keys.unseal(row.data_key, OUTBOX.c.recipient, row.id, row.recipient).decode()
        said = (
            b"" if row.detail is None else self.keys.unseal(row.data_key, OUTBOX.c.detail, row.id, row.detail)
        )
        return Fate(
            row.id,
            Kind(row.kind),
            Address(ChannelName(row.channel), to),
            row.created_at,
            row.state,
            row.attempts,
            row.settled_at,
            said.decode(),
        )

    def raw_messages(self, request_id: str) -> list[InboxItem]:
        """The messages of a request as they arrived, in order of arrival; those not erased."""
        return [item for item, _ in self._read_items(_RAW.params(request=request_id)) if item.raw.raw]

    def opened_as(self, digest: str) -> str:
        """The id of the request, erased or not, whose first audit row holds this digest of its reference."""
        part = f'%"reference":"{digest}"%'
        return self._on(AUDIT).scalar(_OPENED_AS, {"part": part}) or ""
