"""Rows that are written together: many by one statement, before anybody reads their table."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache

from sqlalchemy import Connection, Table

from storage.prepared import Prepared

Row = MutableMapping[str, object]


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared.insert(table, columns)


class PendingRows:
    """New rows of one transaction that the database has not seen yet; those of a table have the same columns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Table, list[Row]] = {}

    def add(self, table: Table, row: Row) -> None:
        self._rows.setdefault(table, []).append(row)

    def find(self, table: Table, column: str, value: object) -> Row | None:
        """The newest pending row with this value; it may be changed where it is."""
        rows = reversed(self._rows.get(table, ()))
        return next((row for row in rows if row[column] == value), None)

    def write(self, *tables: Table) -> None:
        """Insert what is pending for these tables, after what they refer to; without any, for all."""
        for table in tables or tuple(self._rows):
            if rows := self._rows.pop(table, None):
                self._write_before(table)
                _insert(table, tuple(rows[0])).change_many(self._connection, rows)

    def _write_before(self, table: Table) -> None:
        for reference in table.foreign_keys:
            self.write(reference.column.table)

    def drop(self) -> None:
        """Forget what is pending: it belongs to a savepoint that was undone."""
        self._rows.clear()
