"""Keeps a database in a file to one desk: two that share it would send the same letter twice."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from storage.engine import is_memory


class AlreadyRunning(Exception):
    """Another desk works on this database."""


def is_file(database: str) -> bool:
    """Whether only one process can work on a database: SQLite's, that is."""
    url = make_url(database)
    return url.get_backend_name() == "sqlite" and not is_memory(url)


@contextmanager
def alone(database: str) -> Iterator[None]:
    """Hold the database for this process, until it ends in whatever way. Raises AlreadyRunning.

    PostgreSQL lets several processes share the work: nothing is held there.
    """
    if not is_file(database):
        yield
        return
    path = Path(f"{make_url(database).database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Another desk is running on {path.with_suffix('')}. Stop it first, or give this one a database "
                "of its own."
            ) from None
        yield
