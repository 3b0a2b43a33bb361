"""Migrations and models agree, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from storage.engine import open_engine
from storage.migrate import configuration, migrate, pending_migrations
from storage.tables import metadata
from tests.storage.conftest import PostgreSQL


@pytest.fixture(params=["file", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'new 100%.db'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.empty()


def test_migrating_brings_a_database_up_to_date_once(empty: str) -> None:
    assert pending_migrations(empty)
    migrate(empty)
    assert not pending_migrations(empty)
    migrate(empty)
    assert not pending_migrations(empty)


async def test_processes_that_start_together_migrate_once(empty: str) -> None:
    await asyncio.gather(*[asyncio.to_thread(migrate, empty) for _ in range(2)])
    assert not pending_migrations(empty)


def test_processes_that_open_a_new_file_together_all_get_in(tmp_path: Path) -> None:
    """SQLite refuses one of two that switch to the write-ahead log at once, whatever its busy timeout."""
    for number in range(20):
        url, together = f"sqlite:///{tmp_path / f'{number}.db'}", Barrier(4)

        def start(url: str = url, together: Barrier = together) -> bool:
            engine = open_engine(url)
            together.wait(10)
            with engine.begin() as connection:
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            engine.dispose()
            return mode == "wal"

        with ThreadPoolExecutor(4) as threads:
            assert all(future.result(20) for future in [threads.submit(start) for _ in range(4)])


def test_migrations_make_what_the_models_declare(empty: str) -> None:
    migrate(empty)
    engine = open_engine(empty)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert {*inspect(connection).get_table_names()} == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_the_first_migration_can_be_taken_back(empty: str) -> None:
    migrate(empty)
    engine = open_engine(empty)
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
    migrate(empty)
    assert not pending_migrations(empty)


def test_opening_a_store_in_a_file_imports_no_alembic(tmp_path: Path) -> None:
    script = (
        "import sys; from storage.store import open_store; "
        f"open_store('sqlite:///{tmp_path}/desk.db', bytes(32)); "
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])
