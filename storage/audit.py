"""The audit log: append-only, each row chained to the one before it by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, text

from flows.store import AuditEntry
from storage.prepared import Prepared
from storage.tables import AUDIT
from storage.transaction import AnyRow, Transaction

#: What the first row is chained to.
GENESIS = bytes(32)

_HEAD = select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)
_LAST = Prepared(_HEAD)
_TRAIL = Prepared(select(AUDIT).where(AUDIT.c.request_id == bindparam("request")).order_by(AUDIT.c.seq))
#: What concerns no request is found by the index on requests, however long the log is.
_LAST_OF_DESK = Prepared(
    select(AUDIT)
    .where(AUDIT.c.request_id == "", AUDIT.c.action == bindparam("of_action"))
    .order_by(AUDIT.c.seq.desc())
    .limit(1)
)
# As it lies in the database, without any conversion: what was tampered with may not fit its column.
_AS_STORED = "SELECT seq, at, request_id, actor, action, detail, previous, hash FROM audit"
_PAGE = text(f"{_AS_STORED} WHERE seq > :after ORDER BY seq LIMIT :most")
_ROWS_OF = text(f"{_AS_STORED} WHERE request_id = :request ORDER BY seq")


class StoredRow(NamedTuple):
    """A row of the log as it lies in the database, whether it can be read or not."""

    seq: int
    at: Any
    request_id: Any
    actor: Any
    action: Any
    detail: Any
    previous: Any
    hash: Any

    @property
    def moment(self) -> datetime | None:
        """When it says that it was written; None: its time was made unreadable."""
        try:
            at = self.at if isinstance(self.at, datetime) else datetime.fromisoformat(self.at)
        except (TypeError, ValueError):
            return None
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

    @property
    def entry(self) -> AuditEntry | None:
        """What it says; None: it cannot have been written by the desk."""
        at = self.moment
        try:
            detail = json.loads(self.detail)
            if at is None or not isinstance(detail, dict) or canonical(detail).decode() != self.detail:
                return None
        except (TypeError, ValueError):
            return None
        return AuditEntry(at, self.request_id, self.actor, self.action, detail)

    def is_sealed(self, key: bytes, seq: int) -> bool:
        """Whether the desk wrote exactly this, as the row of this number."""
        entry, hashed = self.entry, self.hash
        if entry is None or not isinstance(self.previous, bytes) or not isinstance(hashed, bytes):
            return False
        try:
            return hmac.compare_digest(link(key, self.previous, seq, entry), hashed)
        except (TypeError, ValueError):  # a value of a kind that no column of ours holds
            return False

    def follows_without_key(self, previous: bytes) -> bool:
        """Whether it is chained to `previous` as rows were until revision 0004: anybody could have written it."""
        entry = self.entry
        if entry is None or self.previous != previous or not isinstance(self.seq, int):
            return False
        return bool(hashlib.sha256(previous + _text(self.seq, entry)).digest() == self.hash)


def link(key: bytes, previous: bytes, seq: int, entry: AuditEntry) -> bytes:
    """HMAC-SHA256 (RFC 2104) of the hash before and the row in one canonical form: sorted keys, no blanks, UTC."""
    return hmac.digest(key, previous + _text(seq, entry), "sha256")


def _text(seq: int, entry: AuditEntry) -> bytes:
    row = {
        "seq": seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "request_id": entry.request_id,
        "actor": entry.actor,
        "action": entry.action,
        "detail": dict(entry.detail),
    }
    return canonical(row)


def canonical(value: Mapping[str, object]) -> bytes:
    """The one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Audit(Transaction):
    """Appends to the log and reads it. The database itself refuses to change or delete a row."""

    #: Number and hash of the last row, once this transaction may append: nobody else can, until it ends.
    _end: tuple[int, bytes] | None = None

    @cached_property
    def chain_key(self) -> bytes:
        """What seals the rows: of the keys that outlive a change of the master key, and for nothing else."""
        return self._index("audit-chain", b"")

    def audit(self, entry: AuditEntry) -> None:
        """Append an entry. Appends wait for each other until the end of the transaction: a chain has one end."""
        last, previous = self._end or self._read_end()
        self._end = seq, chained = last + 1, link(self.chain_key, previous, last + 1, entry)
        row = {
            "seq": seq,
            "at": entry.at,
            "request_id": entry.request_id,
            "actor": entry.actor,
            "action": entry.action,
            "detail": canonical(entry.detail).decode(),
            "previous": previous,
            "hash": chained,
        }
        self._add(AUDIT, row)

    def forget(self) -> None:
        super().forget()
        self._end = None

    def _read_end(self) -> tuple[int, bytes]:
        self._serialise("audit")
        last = self._row(_LAST)
        return (last.seq, last.hash) if last else (0, GENESIS)

    def audit_trail(self, request_id: str) -> list[AuditEntry]:
        """What happened to a request, oldest first."""
        rows = self._rows(_TRAIL, request=request_id)
        return [_entry(row) for row in rows]

    def last_of_desk(self, action: str) -> AuditEntry | None:
        """The newest entry of an action that concerns no request."""
        row = self._row(_LAST_OF_DESK, of_action=action)
        return _entry(row) if row else None

    def audit_page(self, after: int, most: int) -> list[StoredRow]:
        """The rows behind a number, in their order, as they are stored."""
        rows = self._on(AUDIT).execute(_PAGE, {"after": after, "most": most})
        return [StoredRow(*row) for row in rows]

    def audit_rows(self, request_id: str) -> list[StoredRow]:
        """The rows of one request, in their order, as they are stored."""
        return [StoredRow(*row) for row in self._on(AUDIT).execute(_ROWS_OF, {"request": request_id})]


def audit_head(transaction: Transaction) -> tuple[int, str]:
    """Number and hash (hexadecimal) of the last row: what to keep elsewhere as an anchor."""
    last = transaction.connection.execute(_HEAD).first()
    return (last.seq, last.hash.hex()) if last else (0, GENESIS.hex())


def _entry(row: AnyRow) -> AuditEntry:
    at: datetime = row.at
    return AuditEntry(at, row.request_id, row.actor, row.action, json.loads(row.detail))
