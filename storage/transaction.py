"""One open transaction: its connection, its keys, its locks; what every part of the unit of work builds on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from core.messages import Address
from storage.data_keys import DataKeys
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

    def __init__(self, connection: Connection, keys: DataKeys) -> None:
        self._connection = connection
        self._keys = keys

    def __enter__(self) -> None:
        self._nested = self._connection.begin_nested()

    def __exit__(self, *exc: object) -> None:
        if exc[0] is None:
            self._nested.commit()
        else:
            self._nested.rollback()
            self._keys.forget()


class Transaction:
    """Statements run on `connection`; who opened it commits it."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self.connection = connection
        self.keys = DataKeys(connection, keyring)
        self._keyring = keyring

    def savepoint(self) -> Savepoint:
        """`with uow.savepoint():` undoes what is inside, and only that, when it raises."""
        return Savepoint(self.connection, self.keys)

    def _index(self, purpose: str, value: str | bytes) -> bytes:
        return self._keyring.index(purpose, value)

    def _address_index(self, address: Address) -> bytes:
        return self._index("address", f"{address.channel}:{address.normal}")

    def _serialise(self, what: str) -> None:
        serialise(self.connection, what)
