"""The store: runs units of work in threads of its own, and tells of each once it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import Engine

from flows.store import Store
from storage.committing import committer
from storage.engine import is_memory, open_engine
from storage.sealing import Keyring
from storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")


class SqlStore:
    """`flows.ports.Store` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._committer = committer(engine, keyring)

    async def run(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Commit what `work` did when it returns, undo it when it raises; returns once that is durable.

        Work that has begun is brought to its end even where the caller is cancelled.
        """
        return cast(T, await asyncio.wrap_future(self._committer.submit(work)))

    async def scrub(self) -> None:
        """Empty the write-ahead log of SQLite, where pages lie as they were before something was erased.

        Pages of the database file itself are overwritten as they are freed. PostgreSQL does the like by
        itself, when it has time (VACUUM, recycled segments).
        """
        if self._engine.dialect.name == "sqlite":
            await asyncio.to_thread(self._empty_log)

    def _empty_log(self) -> None:
        with closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    async def close(self) -> None:
        """Finish what was handed over, and close the connections."""
        await asyncio.to_thread(self._committer.close)
        self._engine.dispose()


def open_store(url: str, master_key: bytes) -> SqlStore:
    """Open the database; one in memory gets its tables, any other is brought up to date by `migrate`.

    Raises UnknownDatabase or MasterKeyError.
    """
    keyring = Keyring(master_key)
    engine = open_engine(url)
    if is_memory(engine.url):
        from storage.migrate import upgrade

        with engine.begin() as connection:
            upgrade(connection)
    return SqlStore(engine, keyring)


if TYPE_CHECKING:
    _fits: type[Store] = SqlStore
