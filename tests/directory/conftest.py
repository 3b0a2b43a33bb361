"""Databases of a company for the tests: a real PostgreSQL, and an SQLite file, with the same customers."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.storage.conftest import PostgreSQL

TABLES = (
    "CREATE TABLE customer (no varchar(20) PRIMARY KEY, language varchar(2), chat bigint, born integer, salary integer)",
    "CREATE TABLE contact (no varchar(20), email varchar(80), phone varchar(20))",
    "INSERT INTO customer VALUES ('HV-0001', 'vi', 700100, 1987, 9), ('HV-0002', 'en', NULL, NULL, 9)",
    "INSERT INTO contact VALUES ('HV-0001', 'Lan@example.com', '0901234567'), "
    "('HV-0001', 'lan.work@example.org', NULL), ('HV-0002', 'minh@example.com', '0285550100'), "
    "('HV-0001', NULL, '0285550100')",
)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with tempfile.TemporaryDirectory(prefix="pg") as home:
        server = PostgreSQL(Path(home))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgresql_url(postgresql: PostgreSQL) -> str:
    url = postgresql.empty()
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (*TABLES, "CREATE SEQUENCE counter"):
            connection.exec_driver_sql(statement)
    engine.dispose()
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "crm of ours.db") as connection:
        for statement in TABLES:
            connection.execute(statement)
    connection.close()
    return f"sqlite:///{tmp_path / 'crm of ours.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def crm(request: pytest.FixtureRequest) -> str:
    """The company's database, of both kinds."""
    return str(request.getfixturevalue(f"{request.param}_url"))
