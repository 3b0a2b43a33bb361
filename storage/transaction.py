"""One open transaction: its connection, its keys, its locks; what every part of the unit of work builds on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select

from core.messages import Address
from storage.data_keys import DataKeys
from storage.pending import PendingRows
from storage.prepared import Prepared, run_as_text
from storage.sealing import Keyring

#: Core statements on the tables know their columns by name only.
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


def serialise(connection: Connection, what: str) -> None:
    """Let one transaction at a time do this, until it ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


class Savepoint:
    """A transaction in the transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def __enter__(self) -> None:
        # What is pending belongs to what is around the savepoint: undoing the savepoint must not undo it.
        self._name = self._transaction.deeper()
        self._run("SAVEPOINT")

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            self._undo()
        else:
            try:
                self._transaction.flush()
            except Exception:
                self._undo()
                raise
        self._run("RELEASE")
        self._transaction.higher()

    def _undo(self) -> None:
        self._transaction.forget()
        self._run("ROLLBACK TO")

    def _run(self, command: str) -> None:
        # SQLAlchemy's own savepoints have a new name each time, which no cache of statements knows.
        self._transaction.run_as_text(f"{command} {self._name}")


class Transaction:
    """Statements run on `connection`; who opened it commits it, after `flush`."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._pending = PendingRows(connection)
        self.keys = DataKeys(connection, self._pending, keyring)
        self._keyring = keyring
        self._depth = 0
        self._address_indexes: dict[Address, bytes] = {}

    @property
    def connection(self) -> Connection:
        """Where statements run; they see everything that was written before."""
        self.flush()
        return self._connection

    def flush(self) -> None:
        """Write what is still pending."""
        self._pending.write()

    def savepoint(self) -> Savepoint:
        """`with uow.savepoint():` undoes what is inside, and only that, when it raises."""
        return Savepoint(self)

    def deeper(self) -> str:
        """The name of one more savepoint."""
        self._depth += 1
        return f"depth_{self._depth}"

    def higher(self) -> None:
        self._depth -= 1

    def forget(self) -> None:
        """Drop what is only remembered: the savepoint that it came from is undone."""
        self._pending.drop()
        self.keys.forget()

    def run_as_text(self, sql: str) -> None:
        """Run what has neither parameters nor rows."""
        self.flush()
        run_as_text(self._connection, sql)

    def _rows(self, statement: Prepared, **parameters: object) -> list[Any]:
        """The rows of a prepared statement, with a name for each column."""
        self._pending.write(*statement.tables)
        return statement.rows(self._connection, parameters)

    def _row(self, statement: Prepared, **parameters: object) -> Any:
        """Its first row; None: there is none."""
        return next(iter(self._rows(statement, **parameters)), None)

    def _change(self, statement: Prepared, parameters: Mapping[str, object]) -> int:
        """Run a prepared statement; how many rows it has changed."""
        self._pending.write(*statement.tables)
        return statement.change(self._connection, parameters)

    def _change_many(self, statement: Prepared, rows: Sequence[Mapping[str, object]]) -> None:
        """Run a prepared statement once for each set of parameters."""
        self._pending.write(*statement.tables)
        statement.change_many(self._connection, rows)

    def _on(self, *tables: Table) -> Connection:
        """The connection for a statement that concerns these tables and no other."""
        self._pending.write(*tables)
        return self._connection

    def _add(self, table: Table, row: dict[str, object]) -> None:
        """Insert a row together with others, before anybody reads the table."""
        self._pending.add(table, row)

    def _index(self, purpose: str, value: str | bytes) -> bytes:
        return self._keyring.index(purpose, value)

    def _address_index(self, address: Address) -> bytes:
        if address not in self._address_indexes:
            index = self._index("address", f"{address.channel}:{address.normal}")
            self._address_indexes[address] = index
        return self._address_indexes[address]

    def _serialise(self, what: str) -> None:
        serialise(self._connection, what)
