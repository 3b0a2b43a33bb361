"""Connections: SQLite set up for one durable writer, PostgreSQL with a small pool."""

from __future__ import annotations

import time
from collections.abc import Callable
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

#: Seconds that a connection waits for another process: the command line and the service may meet.
BUSY_SECONDS = 10

PRAGMAS = (
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "synchronous=FULL",  # a commit survives a power cut
    "foreign_keys=ON",
    "cache_size=-8000",  # KiB: the upper pages of every index stay at hand
    "secure_delete=ON",  # what is erased is overwritten
)


class UnknownDatabase(ValueError):
    """The database URL names a database that the store does not speak with."""


def is_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def open_engine(database: str) -> Engine:
    """An engine for `sqlite:///path`, `sqlite://` (memory) or `postgresql+psycopg://…`. Raises UnknownDatabase."""
    url = make_url(database)
    makers: dict[str, Callable[[URL], Engine]] = {
        "sqlite": _sqlite,
        "postgresql": _postgresql,
        "postgresql+psycopg": _postgresql,
    }
    if url.drivername not in makers:
        raise UnknownDatabase(f"no database {url.drivername!r}; there are: {', '.join(makers)}")
    return makers[url.drivername](url)


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _sqlite(url: URL) -> Engine:
    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if is_memory(url) else {"pool_size": 1, "max_overflow": 0}
    )
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        **pool,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions of its own: it would miss savepoints and DDL.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    _switch_to_wal(cursor)
    cursor.close()


def _switch_to_wal(cursor: DBAPICursor) -> None:
    """Turn the write-ahead log on; once it is on, it stays with the file.

    Where two processes open a new file at once, SQLite refuses one of them without waiting: a busy
    timeout does not hold for this lock.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail where it cannot get the lock.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
