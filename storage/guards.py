"""Whether the database still refuses to change the audit log: the triggers are there, as they were made."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from storage.transaction import Transaction

_REFUSES = "SELECT RAISE(ABORT, 'the audit log is append-only'); END"
_SQLITE = {
    "audit_no_update": f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN {_REFUSES}",
    "audit_no_delete": f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN {_REFUSES}",
    "audit_no_replace": (
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
        f"WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq) BEGIN {_REFUSES}"
    ),
}
_POSTGRESQL = {"audit_no_change": "BEFORE DELETE OR UPDATE ON", "audit_no_truncate": "BEFORE TRUNCATE ON"}

_OF_SQLITE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
_OF_POSTGRESQL = text(
    """
    SELECT tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = 'audit'::regclass AND t.tgenabled IN ('O', 'A')
      AND p.prosrc LIKE '%RAISE EXCEPTION%append-only%'
    """
)


def missing_guards(transaction: Transaction) -> list[str]:
    """Names of the triggers on the audit log that are gone, switched off, or not as they were made."""
    connection = transaction.connection
    return (
        _missing_postgresql(connection)
        if connection.dialect.name == "postgresql"
        else _missing_sqlite(connection)
    )


def _missing_sqlite(connection: Connection) -> list[str]:
    found = _texts(connection.execute(_OF_SQLITE).all())
    return [name for name, sql in _SQLITE.items() if found.get(name) != sql]


def _missing_postgresql(connection: Connection) -> list[str]:
    found = _texts(connection.execute(_OF_POSTGRESQL).all())
    return [name for name, part in _POSTGRESQL.items() if part not in found.get(name, "")]


def _texts(rows: object) -> Mapping[str, str]:
    return {name: " ".join(sql.split()) for name, sql in rows}  # type: ignore[attr-defined]
