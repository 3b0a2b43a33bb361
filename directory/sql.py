"""The people on file in a database of the company's: one SELECT, in a transaction that is always rolled back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from directory.asked import AT_ONCE, MOST_PEOPLE, NOBODY, USUAL_TIMEOUT, AskedDirectory
from directory.finding import DirectoryError
from directory.people import Named, Person
from directory.query import check_columns, parameters, understood
from directory.rows import person_in

_WHAT = "the database with the people on file"


class Unreachable(DirectoryError):
    """The database does not take a connection: that passes."""


class SqlDirectory(AskedDirectory):
    """A `flows.ports.Directory` on any database that SQLAlchemy has a driver for.

    Raises DirectoryError for a query that is not one SELECT, and for a URL without a driver.
    """

    def __init__(self, url: str, query: str, password: str = "", timeout: float = USUAL_TIMEOUT) -> None:
        super().__init__(_WHAT, timeout)
        self._query = understood(query)
        self._engine = open_readonly(url, password, timeout)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="people-on-file")

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._engine.dispose)

    async def _ask(self, named: Named) -> Sequence[Person]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._look_up, named)

    async def try_out(self) -> None:
        await asyncio.to_thread(self.check_query)

    def check_query(self) -> None:
        """Look for nobody, now. Raises DirectoryError where the query cannot be used; Unreachable without a database."""
        try:
            connection = self._engine.connect()
        except SQLAlchemyError as error:
            raise Unreachable(f"{_WHAT} cannot be reached: {_said(error)}") from None
        with connection:
            try:
                found = self._rows(connection, NOBODY)
            except SQLAlchemyError as error:
                # The values of this look-up are nobody's: the database may quote them.
                raise DirectoryError(f"[directory] query cannot be run: {_said(error)}") from None
        if found:
            raise DirectoryError(
                "[directory] query finds somebody for contacts that nobody has: it must compare with its parameters"
            )

    def _look_up(self, named: Named) -> list[Person]:
        try:
            with self._engine.connect() as connection:
                rows = self._rows(connection, named)
        except SQLAlchemyError as error:
            # Neither chained nor quoted: a database's words repeat what was asked.
            kind = type(error.orig if isinstance(error, DBAPIError) else error).__name__
            raise DirectoryError(f"{_WHAT} cannot be asked ({kind})") from None
        return [_person(row) for row in rows]

    def _rows(self, connection: Connection, named: Named) -> list[Mapping[str, Any]]:
        """What every run finds, at most one row more than anybody needs; nothing of it stays."""
        found: list[Mapping[str, Any]] = []
        try:
            for statement in _preparations(connection, self._timeout):
                connection.exec_driver_sql(statement)
            for values in parameters(self._query, named):
                result = connection.execute(self._query, values)
                columns = [name.lower() for name in result.keys()]  # noqa: SIM118 - a result is no dict
                check_columns(columns)
                rows = result.fetchmany(MOST_PEOPLE + 1 - len(found))
                found += [dict(zip(columns, row, strict=True)) for row in rows]
                if len(found) > MOST_PEOPLE:
                    break
        finally:
            connection.rollback()
        return found


def _person(row: Mapping[str, Any]) -> Person:
    person, _ = person_in({name: "" if value is None else str(value) for name, value in row.items()})
    if not person.key:
        raise DirectoryError("[directory] query has returned a row without a key")
    return person


def _said(error: SQLAlchemyError) -> str:
    """The driver's first line."""
    said = str(getattr(error, "orig", None) or type(error).__name__)
    return said.partition("\n")[0].rstrip(".")


# --- connections ----------------------------------------------------------------------------------


def open_readonly(url: str, password: str, timeout: float) -> Engine:
    """An engine with a small pool that reads, and waits no longer than `timeout` seconds. Raises DirectoryError."""
    try:
        parsed = make_url(url)
        given = parsed.set(password=password) if password else parsed
        if given.get_backend_name() == "sqlite":
            return _sqlite(given, timeout)
        engine = create_engine(
            given,
            connect_args=_limits(given, timeout),
            pool_size=AT_ONCE,
            max_overflow=0,
            pool_timeout=timeout,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else parsed.drivername
        raise DirectoryError(
            f"[directory] url: the driver {missing} is not there. Install it beside the desk, or name another, "
            "for example mysql+pymysql://…"
        ) from None
    except ArgumentError:
        raise DirectoryError(
            '[directory] url cannot be read; for example "postgresql://desk@host/crm"'
        ) from None
    # Not every driver knows how to promise this; the account's rights and the rollback hold for all.
    return engine.execution_options(postgresql_readonly=True) if _is_postgresql(given) else engine


def _is_postgresql(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def _sqlite(url: URL, timeout: float) -> Engine:
    """A file that is there, opened to be read: SQLite would make a new one."""
    if not url.database or url.database == ":memory:":
        raise DirectoryError("[directory] url names no file: sqlite:///crm.db, or sqlite:////srv/crm.db")
    file = url.set(database=f"file:{quote(url.database)}", query={"mode": "ro", "uri": "true"})
    return create_engine(
        file,
        connect_args={"timeout": timeout, "check_same_thread": False},
        pool_size=AT_ONCE,
        max_overflow=0,
        hide_parameters=True,
    )


def _limits(url: URL, timeout: float) -> dict[str, Any]:
    """What makes a driver give up by itself, so that no thread waits for ever."""
    seconds = max(1, round(timeout))
    per_driver: Mapping[str, dict[str, Any]] = {
        "psycopg": {"connect_timeout": max(2, seconds), "tcp_user_timeout": seconds * 1000},
        "psycopg2": {"connect_timeout": max(2, seconds), "tcp_user_timeout": seconds * 1000},
        "pymysql": {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds},
        "mysqldb": {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds},
        "mariadbconnector": {"connect_timeout": seconds},
        "pymssql": {"login_timeout": seconds, "timeout": seconds},
        "oracledb": {"tcp_connect_timeout": timeout},
    }
    return per_driver.get(url.get_driver_name(), {})


def _preparations(connection: Connection, timeout: float) -> tuple[str, ...]:
    """What is said first in every transaction."""
    of_database = {"postgresql": (f"SET LOCAL statement_timeout = {max(1, round(timeout * 1000))}",)}
    return of_database.get(connection.dialect.name, ())
