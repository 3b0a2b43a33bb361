"""INSERT with ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps in two dialects."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def _insert(dialect: str, table: Table) -> Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _skipping(dialect: str, table: Table) -> Insert:
    skipping = _insert(dialect, table).on_conflict_do_nothing()
    # Else SQLAlchemy asks psycopg's cursor when it is closed already, and that says -1.
    return skipping.execution_options(preserve_rowcount=True)


def insert_or_skip(connection: Connection, table: Table) -> Insert:
    """Leaves a row that is there already as it is; the result's rowcount tells."""
    return _skipping(connection.dialect.name, table)


def insert_or_replace(connection: Connection, table: Table, row: Mapping[str, object]) -> Insert:
    """Writes a row over the one with the same primary key."""
    changed = {name: value for name, value in row.items() if name not in table.primary_key.columns}
    return (
        _insert(connection.dialect.name, table)
        .values(dict(row))
        .on_conflict_do_update(index_elements=table.primary_key.columns, set_=changed)
    )
