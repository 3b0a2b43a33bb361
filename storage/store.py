"""The store: runs units of work in threads of its own, one commit each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Engine

from flows.store import Store
from storage.engine import is_memory, open_engine, threads
from storage.sealing import Keyring
from storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")


class SqlStore:
    """`flows.ports.Store` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring
        self._threads = ThreadPoolExecutor(threads(engine.url), thread_name_prefix="store")

    async def run(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Commit what `work` did when it returns, undo it when it raises.

        Work that has begun is brought to its end even where the caller is cancelled.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transact, work)

    def _transact(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        with self._engine.begin() as connection:
            return work(SqlUnitOfWork(connection, self._keyring))

    async def close(self) -> None:
        """Finish what was handed over, and close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
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
