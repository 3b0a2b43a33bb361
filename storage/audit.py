"""The audit log: append-only, each row chained to the one before it by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import bindparam, select

from flows.store import AuditEntry
from storage.prepared import Prepared
from storage.tables import AUDIT
from storage.transaction import AnyRow, Transaction

#: What the first row is chained to.
GENESIS = bytes(32)

_HEAD = select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)
_LAST = Prepared(_HEAD)
_TRAIL = Prepared(select(AUDIT).where(AUDIT.c.request_id == bindparam("request")).order_by(AUDIT.c.seq))


def link(previous: bytes, seq: int, entry: AuditEntry) -> bytes:
    """SHA-256 of the hash before and the row in one canonical form: sorted keys, no blanks, UTC."""
    row = {
        "seq": seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "request_id": entry.request_id,
        "actor": entry.actor,
        "action": entry.action,
        "detail": dict(entry.detail),
    }
    return hashlib.sha256(previous + canonical(row)).digest()


def canonical(value: Mapping[str, object]) -> bytes:
    """The one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Audit(Transaction):
    """Appends to the log and reads it. The database itself refuses to change or delete a row."""

    #: Number and hash of the last row, once this transaction may append: nobody else can, until it ends.
    _end: tuple[int, bytes] | None = None

    def audit(self, entry: AuditEntry) -> None:
        """Append an entry. Appends wait for each other until the end of the transaction: a chain has one end."""
        last, previous = self._end or self._read_end()
        self._end = seq, chained = last + 1, link(previous, last + 1, entry)
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


def verify_audit(transaction: Transaction) -> int | None:
    """The number of the first row that is missing or not what was written; None: the chain is whole.

    Rows cut off at the end leave a whole chain: compare the last number and hash with those kept elsewhere.
    """
    expected, previous = 1, GENESIS
    in_order = select(AUDIT).order_by(AUDIT.c.seq).execution_options(yield_per=1000)
    with transaction.connection.execute(in_order) as rows:
        for row in rows:
            if row.seq != expected or row.previous != previous or row.hash != _relinked(previous, row):
                return expected
            expected, previous = row.seq + 1, row.hash
    return None


def audit_head(transaction: Transaction) -> tuple[int, str]:
    """Number and hash (hexadecimal) of the last row: what to keep elsewhere as an anchor."""
    last = transaction.connection.execute(_HEAD).first()
    return (last.seq, last.hash.hex()) if last else (0, GENESIS.hex())


def _relinked(previous: bytes, row: AnyRow) -> bytes | None:
    try:
        return link(previous, row.seq, _entry(row))
    except (ValueError, TypeError):  # the stored detail is no JSON object any more
        return None


def _entry(row: AnyRow) -> AuditEntry:
    at: datetime = row.at
    return AuditEntry(at, row.request_id, row.actor, row.action, json.loads(row.detail))
