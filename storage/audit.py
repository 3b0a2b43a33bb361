"""The audit log: append-only, each row chained to the one before it by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import insert, select

from flows.store import AuditEntry
from storage.tables import AUDIT
from storage.transaction import AnyRow, Transaction

#: What the first row is chained to.
GENESIS = bytes(32)


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

    def audit(self, entry: AuditEntry) -> None:
        """Append an entry. Appends wait for each other until the end of the transaction: a chain has one end."""
        self._serialise("audit")
        last = self.connection.execute(
            select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)
        ).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        row = {
            "seq": seq,
            "at": entry.at,
            "request_id": entry.request_id,
            "actor": entry.actor,
            "action": entry.action,
            "detail": canonical(entry.detail).decode(),
            "previous": previous,
            "hash": link(previous, seq, entry),
        }
        self.connection.execute(insert(AUDIT), row)

    def audit_trail(self, request_id: str) -> list[AuditEntry]:
        """What happened to a request, oldest first."""
        rows = self.connection.execute(
            select(AUDIT).where(AUDIT.c.request_id == request_id).order_by(AUDIT.c.seq)
        )
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
    last = transaction.connection.execute(
        select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)
    ).first()
    return (last.seq, last.hash.hex()) if last else (0, GENESIS.hex())


def _relinked(previous: bytes, row: AnyRow) -> bytes | None:
    try:
        return link(previous, row.seq, _entry(row))
    except (ValueError, TypeError):  # the stored detail is no JSON object any more
        return None


def _entry(row: AnyRow) -> AuditEntry:
    at: datetime = row.at
    return AuditEntry(at, row.request_id, row.actor, row.action, json.loads(row.detail))
