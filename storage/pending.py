"""Rows that are written together: many by one statement, before anybody reads their table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import Connection, Table

from storage.prepared import Prepared

Row = Mapping[str, object]


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared.insert(table, columns)


class PendingRows:
    """New rows of one transaction that the database has not seen yet; those of a table have the same columns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Table, list[Row]] = {}

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        self._rows.setdefault(table, []).extend(rows)

    def write(self, *tables: Table) -> None:
        """Insert what is pending for these tables; without any, for all."""
        for table in tables or tuple(self._rows):
            if rows := self._rows.pop(table, None):
                _insert(table, tuple(rows[0])).change_many(self._connection, rows)

    def drop(self) -> None:
        """Forget what is pending: it belongs to a savepoint that was undone."""
        self._rows.clear()
