"""Brings a database up to date with Alembic, from inside the program; imported only where that is done."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.engine import open_engine
from storage.transaction import serialise


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration without a file, for a connection that is open."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Run what is pending, in the transaction of the connection; of two processes one waits for the other."""
    serialise(connection, "migrations")
    command.upgrade(configuration(connection), "head")


def migrate(url: str) -> None:
    """Bring a database up to date: all pending migrations in one transaction, or none."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            upgrade(connection)
    finally:
        engine.dispose()


def pending_migrations(url: str) -> bool:
    """Whether `migrate` would change anything."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            return _pending(connection)
    finally:
        engine.dispose()


def _pending(connection: Connection) -> bool:
    newest = set(ScriptDirectory.from_config(configuration()).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) != newest
