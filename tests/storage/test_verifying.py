"""Whoever can write the database and has no key changes the audit log: it is found, and where."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from storage.audit import GENESIS, audit_head, canonical
from storage.guards import missing_guards
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from storage.verifying import Anchor, Fault, Report, verify_audit
from tests.storage.samples import MINUTE, an_entry

ROWS = 12

_WITHOUT_TRIGGERS = {
    "sqlite": (
        "DROP TRIGGER audit_no_update",
        "DROP TRIGGER audit_no_delete",
        "DROP TRIGGER audit_no_replace",
    ),
    "postgresql": ("SET session_replication_role = replica",),
}

#: Runs one statement with the attacker's own client.
Run = Callable[..., Any]


@pytest.fixture(params=["file", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A database that others than the desk can reach."""
    if request.param == "file":
        return str(request.getfixturevalue("file_url"))
    return str(request.getfixturevalue("postgresql").ready())


@contextmanager
def _client(url: str) -> Iterator[Run]:
    at = make_url(url)
    if at.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(Path(at.database or ""), isolation_level=None)) as database:
            yield lambda sql, *values: database.execute(sql, values).fetchall()
    else:
        with psycopg.connect(
            host=str(at.query["host"]), user="postgres", dbname=at.database, autocommit=True
        ) as server:

            def run(sql: str, *values: object) -> Any:
                found = server.execute(sql.replace("?", "%s").encode(), values)
                return found.fetchall() if found.description else []

            yield run


@contextmanager
def _attacker(url: str) -> Iterator[Run]:
    """Whoever can write the database as they like; only the keys are not in it."""
    with _client(url) as run:
        for statement in _WITHOUT_TRIGGERS[make_url(url).get_backend_name()]:
            run(statement)
        yield run


@pytest.fixture
async def log(store: SqlStore) -> SqlStore:
    """A store with some rows, one a minute."""

    def work(uow: SqlUnitOfWork) -> None:
        for number in range(ROWS):
            entry = an_entry("approved", f"r-{number % 3}", rights="access")
            uow.audit(replace(entry, at=entry.at + number * MINUTE))

    await store.run(work)
    return store


async def _found(log: SqlStore, anchor: Anchor | None = None) -> list[tuple[Fault, int, int]]:
    report: Report = await log.run(lambda uow: verify_audit(uow, anchor))
    return [(finding.fault, finding.first, finding.last) for finding in report.findings]


async def _anchor(log: SqlStore) -> Anchor:
    seq, hashed = await log.run(audit_head)
    return Anchor(seq, bytes.fromhex(hashed))


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'nobody'",
        "action = 'refused'",
        "request_id = 'r-9'",
        """detail = '{"rights":"deletion"}'""",
        """detail = '{"rights": "access"}'""",
        "detail = 'no json'",
        "detail = '7'",
        "at = '2026-11-24 12:00:00.000000'",
        "hash = previous",
        "previous = hash",
    ],
)
async def test_a_changed_row_is_found(log: SqlStore, url: str, change: str) -> None:
    with _attacker(url) as run:
        run(f"UPDATE audit SET {change} WHERE seq = 3")
    assert await _found(log) == [(Fault.CHANGED, 3, 3)]


# PostgreSQL keeps the kinds of its columns.
@pytest.mark.parametrize("url", ["file"], indirect=True)
@pytest.mark.parametrize(
    "change", ["at = 'yesterday'", "at = 7", "detail = x'ff'", "hash = 'x'", "previous = 1"]
)
async def test_what_fits_no_column_is_found_too(log: SqlStore, url: str, change: str) -> None:
    with _attacker(url) as run:
        run(f"UPDATE audit SET {change} WHERE seq = 3")
    assert await _found(log) == [(Fault.CHANGED, 3, 3)]


@pytest.mark.parametrize(("rows", "first", "last"), [("seq = 1", 1, 1), ("seq IN (5, 6)", 5, 6)])
async def test_missing_rows_are_found(log: SqlStore, url: str, rows: str, first: int, last: int) -> None:
    with _attacker(url) as run:
        run(f"DELETE FROM audit WHERE {rows}")
    assert await _found(log) == [(Fault.MISSING, first, last)]


async def test_rows_that_close_the_gap_are_found_as_moved(log: SqlStore, url: str) -> None:
    with _attacker(url) as run:
        run("DELETE FROM audit WHERE seq = 5")
        for seq in range(6, ROWS + 1):
            run("UPDATE audit SET seq = seq - 1 WHERE seq = ?", seq)
    report = await log.run(verify_audit)
    assert [(each.fault, each.first, each.last, each.shift) for each in report.findings] == [
        (Fault.MOVED, 5, ROWS - 1, 1)
    ]


async def test_what_is_cut_off_at_the_end_is_told_by_an_anchor(log: SqlStore, url: str) -> None:
    anchor = await _anchor(log)
    with _attacker(url) as run:
        run("DELETE FROM audit WHERE seq > 9")
    assert await _found(log) == []
    assert await _found(log, anchor) == [(Fault.CUT_OFF, 10, 12)]


async def test_an_end_that_was_cut_off_and_grew_anew_is_told_by_an_anchor(log: SqlStore, url: str) -> None:
    anchor = await _anchor(log)
    with _attacker(url) as run:
        run("DELETE FROM audit WHERE seq > 9")
    for _ in range(6):
        await log.run(lambda uow: uow.audit(an_entry("refused")))
    assert await _found(log) == []
    assert await _found(log, anchor) == [(Fault.REPLACED, ROWS, ROWS)]


async def test_an_anchor_that_holds_says_nothing(log: SqlStore) -> None:
    anchor = await _anchor(log)
    await log.run(lambda uow: uow.audit(an_entry()))
    assert await _found(log, anchor) == []


async def test_a_row_that_was_put_in_between_is_found(log: SqlStore, url: str) -> None:
    with _attacker(url) as run:
        for seq in range(ROWS, 4, -1):
            run("UPDATE audit SET seq = seq + 1 WHERE seq = ?", seq)
        _forge(run, 5)
    assert await _found(log) == [(Fault.INSERTED, 5, 5), (Fault.MOVED, 6, ROWS + 1)]


@pytest.mark.parametrize(("seq", "fault"), [(0, Fault.INSERTED), (-4, Fault.INSERTED), (13, Fault.CHANGED)])
async def test_a_row_that_was_added_at_either_end_is_found(
    log: SqlStore, url: str, seq: int, fault: Fault
) -> None:
    with _attacker(url) as run:
        _forge(run, seq)
    assert await _found(log) == [(fault, seq, seq)]


async def test_rows_that_changed_places_are_found(log: SqlStore, url: str) -> None:
    with _attacker(url) as run:
        for old, new in ((4, 99), (7, 4), (99, 7)):
            run("UPDATE audit SET seq = ? WHERE seq = ?", new, old)
    assert await _found(log) == [(Fault.MOVED, 4, 4), (Fault.MOVED, 7, 7)]


async def test_a_chain_that_was_computed_anew_without_the_key_is_found(log: SqlStore, url: str) -> None:
    anchor = await _anchor(log)
    with _attacker(url) as run:
        run("UPDATE audit SET actor = 'staff:nobody' WHERE seq = 4")
        _compute_anew(run, 4)
    assert await _found(log, anchor) == [(Fault.CHANGED, 4, ROWS)]


async def test_a_log_that_was_written_anew_from_its_first_row_is_found(log: SqlStore, url: str) -> None:
    with _attacker(url) as run:
        _compute_anew(run, 1)
    assert await _found(log) == [(Fault.CHANGED, 1, ROWS)]


async def test_a_row_of_another_copy_of_the_database_is_found(log: SqlStore, url: str) -> None:
    """The desk's own seal is right, and the row is no part of this history."""
    await log.run(lambda uow: uow.audit(an_entry("refused")))
    with _client(url) as look:
        (kept,) = look("SELECT at, previous, hash, action FROM audit WHERE seq = 13")
    with _attacker(url) as run:
        run("DELETE FROM audit WHERE seq > 11")
    for action in ("approved", "completed", "looked"):
        await log.run(lambda uow, action=action: uow.audit(an_entry(action)))
    with _attacker_again(url) as run:
        run("UPDATE audit SET at = ?, previous = ?, hash = ?, action = ? WHERE seq = 13", *kept)
    assert await _found(log) == [(Fault.REPLACED, 13, 14)]


@contextmanager
def _attacker_again(url: str) -> Iterator[Run]:
    """The triggers of a file are gone already."""
    if url.startswith("sqlite"):
        with _client(url) as run:
            yield run
    else:
        with _attacker(url) as run:
            yield run


async def test_many_faults_are_told_one_by_one(log: SqlStore, url: str) -> None:
    with _attacker(url) as run:
        run("UPDATE audit SET actor = 'nobody' WHERE seq IN (2, 3)")
        run("DELETE FROM audit WHERE seq = 6")
        run("UPDATE audit SET actor = 'nobody' WHERE seq = 9")
    assert await _found(log) == [(Fault.CHANGED, 2, 3), (Fault.MISSING, 6, 6), (Fault.CHANGED, 9, 9)]


async def test_a_finding_tells_when_the_row_was_written(log: SqlStore, url: str) -> None:
    with _attacker(url) as run:
        run("UPDATE audit SET actor = 'nobody' WHERE seq = 3")
    (finding,) = (await log.run(verify_audit)).findings
    assert finding.at == an_entry().at.astimezone(UTC) + timedelta(minutes=2)


#: SQLite fires no trigger on deletes for the row that REPLACE takes away.
_REPLACE = """
    REPLACE INTO audit
    SELECT seq, at, request_id, 'x', action, detail, previous, hash FROM audit WHERE seq = 3
"""


@pytest.mark.parametrize("url", ["file"], indirect=True)
async def test_a_row_cannot_be_replaced(log: SqlStore, url: str) -> None:
    with _client(url) as run, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        run(_REPLACE)
    assert await _found(log) == []


@pytest.mark.parametrize("url", ["file"], indirect=True)
async def test_a_replaced_row_is_found(log: SqlStore, url: str) -> None:
    with _attacker(url) as run:
        run(_REPLACE)
    assert await _found(log) == [(Fault.CHANGED, 3, 3)]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_the_log_cannot_be_truncated(log: SqlStore, url: str) -> None:
    with _client(url) as run, pytest.raises(psycopg.Error, match="append-only"):
        run("TRUNCATE audit")
    assert await _found(log) == []


@pytest.mark.parametrize(
    ("url", "statements", "missing"),
    [
        ("file", ("DROP TRIGGER audit_no_update",), ["audit_no_update"]),
        (
            "file",
            (
                "DROP TRIGGER audit_no_delete",
                "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT 1; END",
            ),
            ["audit_no_delete"],
        ),
        ("postgresql", ("ALTER TABLE audit DISABLE TRIGGER audit_no_truncate",), ["audit_no_truncate"]),
        ("postgresql", ("ALTER TABLE audit DISABLE TRIGGER ALL",), ["audit_no_change", "audit_no_truncate"]),
    ],
    indirect=["url"],
)
async def test_a_trigger_that_is_gone_or_does_nothing_is_told(
    log: SqlStore, url: str, statements: tuple[str, ...], missing: list[str]
) -> None:
    assert await log.run(missing_guards) == []
    with _client(url) as run:
        for statement in statements:
            run(statement)
    assert await log.run(missing_guards) == missing


def _forge(run: Run, seq: int) -> None:
    """Put in a row as well as it can be done without the key."""
    (previous,) = [row[0] for row in run("SELECT hash FROM audit WHERE seq = ?", seq - 1)] or [GENESIS]
    run(
        "INSERT INTO audit SELECT ?, at, request_id, 'staff:an', 'approved', detail, ?, ? FROM audit WHERE seq = 2",
        seq,
        bytes(previous),
        hashlib.sha256(bytes(previous) + b"forged").digest(),
    )


def _compute_anew(run: Run, first: int) -> None:
    """Chain all rows anew from one on, with a plain SHA-256 of the same canonical form."""
    before = run("SELECT hash FROM audit WHERE seq = ?", first - 1)
    previous = bytes(before[0][0]) if before else GENESIS
    for seq, request, actor, action, detail in run(
        "SELECT seq, request_id, actor, action, detail FROM audit WHERE seq >= ? ORDER BY seq", first
    ):
        row = {
            "seq": seq,
            "request_id": request,
            "actor": actor,
            "action": action,
            "detail": json.loads(detail),
        }
        hashed = hashlib.sha256(previous + canonical(row)).digest()
        run("UPDATE audit SET previous = ?, hash = ? WHERE seq = ?", previous, hashed, seq)
        previous = hashed
