"""A database that revision 0004 wrote, with requests in it, goes on working after an upgrade."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Boolean, Connection, Date, DateTime, Engine, MetaData, Table, insert

from core.requests import Status
from core.retention import Kept
from core.verification import bound, is_right
from flows.store import AuditEntry
from storage.audit import GENESIS, StoredRow, canonical
from storage.engine import open_engine
from storage.migrate import configuration, migrate
from storage.sealing import Secrets
from storage.store import SqlStore, open_store
from storage.verifying import Fault, Report, Verifying, verify_audit
from tests.storage.conftest import PostgreSQL

#: Written by the program of that time, under this key: five invented people, one request closed.
_ROWS = Path(__file__).with_name("revision_0004.json")
_KEY = bytes(range(32))
_CODE = "93910840"
_WRITTEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _value(value: object, kind: object) -> object:
    """A value as its column takes it: SQLite has moments, days and truths as text and numbers."""
    if isinstance(value, dict):
        return base64.b64decode(value["b"])
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, DateTime) and isinstance(value, str):
        return datetime.fromisoformat(f"{value}+00:00")
    return date.fromisoformat(value) if isinstance(kind, Date) and isinstance(value, str) else value


def _fill(connection: Connection) -> None:
    """Put the rows into a database of that revision, whatever its kind."""
    # Notes refer to their requests.
    for name, rows in sorted(json.loads(_ROWS.read_text()).items(), key=lambda each: each[0] == "message"):
        table = Table(name, MetaData(), autoload_with=connection)
        values = [{key: _value(value, table.c[key].type) for key, value in row.items()} for row in rows]
        connection.execute(insert(table), values)


def _make_old(engine: Engine) -> None:
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0004")
        _fill(connection)


@pytest.fixture(params=["file", "postgresql"])
async def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """The store over a database of that time, brought up to date."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.empty()
    engine = open_engine(url)
    await asyncio.to_thread(_make_old, engine)
    engine.dispose()
    await asyncio.to_thread(migrate, url)
    store = open_store(url, _KEY)
    yield store
    await store.close()


async def test_every_request_with_its_notes_and_letters_reads_as_before(upgraded: SqlStore) -> None:
    requests = await upgraded.run(lambda uow: uow.every_request())
    statuses = {Status.REFUSED, Status.IN_REVIEW, Status.VERIFYING, Status.TRIAGE}
    assert {request.status for request in requests} == statuses
    for request in requests:
        notes, letters, messages, fates = await upgraded.run(
            lambda uow, of=request.id: (
                uow.notes(of),
                uow.letters_of(of),
                uow.messages_of(of),
                uow.fates_of_letters(of),
            )
        )
        assert notes
        assert letters
        assert messages
        assert len(fates) == len(letters)
    assert await upgraded.run(lambda uow: uow.all_staff())


async def test_a_code_that_was_on_its_way_is_still_good(upgraded: SqlStore) -> None:
    requests = await upgraded.run(lambda uow: uow.every_request())
    (request,) = (each for each in requests if each.status is Status.VERIFYING)
    digest = Secrets(_KEY).digest("code", bound(request.id, _CODE))
    assert is_right(request, digest, True, _WRITTEN + timedelta(hours=1))


async def test_what_was_closed_before_is_erased_when_its_time_is_over(upgraded: SqlStore) -> None:
    """The day of its closing was sealed with it then, and stands in the log."""
    requests = await upgraded.run(lambda uow: uow.every_request())
    (closed,) = (request.id for request in requests if not request.is_open)
    too_early = await upgraded.run(
        lambda uow: uow.erase_due(Kept.REQUESTS, _WRITTEN - timedelta(seconds=1), 0)
    )
    assert too_early.requests == ()
    due = await upgraded.run(lambda uow: uow.due_of(Kept.REQUESTS, _WRITTEN))
    assert (due.count, due.oldest) == (1, _WRITTEN)
    erased = await upgraded.run(lambda uow: uow.erase_due(Kept.REQUESTS, _WRITTEN, 0))
    assert erased.requests == (closed,)
    assert await upgraded.run(lambda uow: uow.request(closed)) is None


def _entry(action: str) -> AuditEntry:
    return AuditEntry(_WRITTEN, "", "desk", action, {})


async def test_the_log_of_before_is_whole_once_a_row_under_the_key_vouches_for_it(
    upgraded: SqlStore,
) -> None:
    before = await upgraded.run(verify_audit)
    assert [finding.fault for finding in before.findings] == [Fault.CHANGED]
    await upgraded.run(lambda uow: uow.audit(_entry("started")))
    await upgraded.run(lambda uow: uow.audit(_entry("exported")))
    report = await upgraded.run(verify_audit)
    assert report.whole
    assert report.rows == before.rows + 2


@pytest.mark.parametrize("relinked", [False, True])
async def test_a_changed_row_of_before_is_found_also_where_all_that_follow_were_computed_anew(
    upgraded: SqlStore, relinked: bool
) -> None:
    await upgraded.run(lambda uow: uow.audit(_entry("started")))
    rows = await upgraded.run(lambda uow: uow.audit_page(0, 100))
    forged = [row._replace(actor="staff:vy") if row.seq == 2 else row for row in rows]
    if relinked:
        forged = _chained_anew(forged)
    report = await upgraded.run(lambda uow: _verified(uow.chain_key, forged))
    assert [finding.fault for finding in report.findings] == [Fault.CHANGED]


def _verified(key: bytes, rows: Sequence[StoredRow]) -> Report:
    walk = Verifying(key)
    walk.take(rows)
    return walk.end()


def _chained_anew(rows: Sequence[StoredRow]) -> list[StoredRow]:
    """What somebody without the key can do: compute all hashes anew that need none."""
    *unkeyed, keyed = rows
    previous, chained = GENESIS, []
    for row in unkeyed:
        said = {name: getattr(row, name) for name in ("seq", "request_id", "actor", "action")}
        assert row.moment is not None
        at = row.moment.isoformat(timespec="microseconds")
        text_of_row = canonical({**said, "at": at, "detail": json.loads(row.detail)})
        digest = hashlib.sha256(previous + text_of_row).digest()
        chained.append(row._replace(previous=previous, hash=digest))
        previous = digest
    return [*chained, keyed]
