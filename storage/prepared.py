"""Statements of the hot road: compiled once for each database, then handed to its driver as they are.

What SQLAlchemy does around every execution (looking up the compiled form, an execution context, a cursor
result) costs several times what SQLite takes for the row itself. Statements of other roads, and those whose
shape depends on a list, are executed as usual.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Table, Update, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import CompoundSelect, visitors
from sqlalchemy.types import TypeEngine

Statement = Select[Any] | CompoundSelect[Any] | Insert | Update
Parameters = Mapping[str, Any]
#: Turns a value into what the driver takes, or back; None: it stays as it is.
Converter = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in the words of one database."""

    sql: str
    #: Names and converters of its parameters, in the order of their places.
    places: tuple[tuple[str, Converter], ...]
    positional: bool
    #: Parameters whose value is part of the statement.
    fixed: Mapping[str, Any]
    #: Makes a record of a row, with names for its columns.
    record: Callable[[Iterable[Any]], Any]
    readers: tuple[Converter, ...]

    def bound(self, parameters: Parameters) -> Sequence[Any] | Mapping[str, Any]:
        given = {**self.fixed, **parameters} if self.fixed else parameters
        if self.positional:
            return tuple([convert(given[name]) if convert else given[name] for name, convert in self.places])
        return {name: convert(given[name]) if convert else given[name] for name, convert in self.places}

    def read(self, row: Sequence[Any]) -> Any:
        return self.record(
            [value if read is None else read(value) for value, read in zip(row, self.readers, strict=True)]
        )


class Prepared:
    """A statement that is run often. For an INSERT `columns` are those that it writes."""

    def __init__(self, statement: Statement, columns: Sequence[str] | None = None) -> None:
        self._statement, self._columns = statement, columns
        self._compiled: dict[str, _Compiled] = {}
        #: Every table it speaks of.
        self.tables = tuple({t for t in visitors.iterate(statement) if isinstance(t, Table)})

    @classmethod
    def insert(cls, table: Table, columns: Iterable[str]) -> Prepared:
        # `inline`: nobody asks for the number that the database gave the row.
        return cls(insert(table).inline(), tuple(columns))

    def rows(self, connection: Connection, parameters: Parameters) -> list[Any]:
        """Run it; its rows, with a name for each column. Raises what SQLAlchemy would."""
        compiled = self._for(connection.dialect)
        found = _run(connection, "execute", compiled.sql, compiled.bound(parameters)).fetchall()
        return [compiled.read(row) for row in found]

    def change(self, connection: Connection, parameters: Parameters) -> int:
        """Run it; how many rows it concerned. Raises what SQLAlchemy would."""
        compiled = self._for(connection.dialect)
        return int(_run(connection, "execute", compiled.sql, compiled.bound(parameters)).rowcount)

    def change_many(self, connection: Connection, rows: Sequence[Parameters]) -> None:
        """Run it once for each set of parameters. Raises what SQLAlchemy would."""
        compiled = self._for(connection.dialect)
        _run(connection, "executemany", compiled.sql, [compiled.bound(row) for row in rows])

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = self._compile(dialect)
        return self._compiled[dialect.name]

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        columns = () if isinstance(self._statement, Insert | Update) else self._statement.selected_columns
        record: Any = namedtuple("Record", [str(column.key) for column in columns])  # type: ignore[misc]
        return _Compiled(
            sql=compiled.string,
            places=tuple(
                (name, _binder(binds[name].type, dialect)) for name in compiled.positiontup or binds
            ),
            positional=bool(compiled.positional),
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
            record=record._make,
            readers=tuple(_reader(column.type, dialect) for column in columns),
        )


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def run_as_text(connection: Connection, sql: str) -> None:
    """Run what has neither parameters nor rows. Raises what SQLAlchemy would."""
    _run(connection, "execute", sql)


def _run(connection: Connection, way: str, sql: str, *bound: Any) -> Any:
    cursor = connection.connection.dbapi_connection.cursor()  # type: ignore[union-attr]  # it is open
    dialect = connection.dialect
    try:
        getattr(cursor, way)(sql, *bound)
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error
    return cursor
