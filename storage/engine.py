"""Connections: SQLite set up for one durable writer, PostgreSQL with a small pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

#: Threads, and so connections, that a process works with on PostgreSQL.
POSTGRESQL_THREADS = 4

PRAGMAS = (
    "busy_timeout=10000",  # milliseconds: the command line and the service may meet
    "journal_mode=WAL",
    "synchronous=FULL",  # a commit survives a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten
)


class UnknownDatabase(ValueError):
    """The database URL names a database that the store does not speak with."""


def is_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def threads(url: URL) -> int:
    """How many threads may work at once: SQLite has one writer."""
    return 1 if url.get_backend_name() == "sqlite" else POSTGRESQL_THREADS


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
        pool_size=POSTGRESQL_THREADS,
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
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail where it cannot get the lock.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
