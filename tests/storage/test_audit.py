"""The audit log, on every database: whole, append-only, and able to tell when it is not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.audit import audit_head, verify_audit
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import NOON, an_entry

WITHOUT_TRIGGERS = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": ("ALTER TABLE audit DISABLE TRIGGER ALL",),
}


def append(uow: SqlUnitOfWork) -> None:
    for action in ("opened", "verified", "approved", "completed"):
        uow.audit(an_entry(action, rights="access, deletion"))


def tamper(uow: SqlUnitOfWork, statement: str) -> None:
    for trigger in WITHOUT_TRIGGERS[uow.connection.dialect.name]:
        uow.connection.execute(text(trigger))
    uow.connection.execute(text(statement))


async def test_the_trail_of_a_request_is_told_in_order(store: SqlStore) -> None:
    mine, other = an_entry("opened", "r-1", channel="email", ngày="một"), an_entry("opened", "r-2")

    def work(uow: SqlUnitOfWork) -> None:
        for entry in (mine, other, replace(mine, action="closed")):
            uow.audit(entry)

    await store.run(work)
    assert await store.run(lambda uow: uow.audit_trail("r-1")) == [mine, replace(mine, action="closed")]


async def test_an_untouched_log_is_whole(store: SqlStore) -> None:
    assert await store.run(verify_audit) is None
    await store.run(append)
    saigon = timezone(timedelta(hours=7))
    await store.run(lambda uow: uow.audit(replace(an_entry(), at=NOON.astimezone(saigon))))
    assert await store.run(verify_audit) is None


async def test_the_head_names_the_last_row(store: SqlStore) -> None:
    assert await store.run(audit_head) == (0, "00" * 32)
    await store.run(append)
    head = await store.run(audit_head)
    await store.run(append)
    assert head[0] == 4
    assert await store.run(audit_head) != head


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'nobody'",
        "action = 'refused'",
        "request_id = 'r-9'",
        "detail = '{}'",
        "detail = 'no json'",
        "detail = '7'",
        "at = '2026-11-24 12:00:00.000000'",
        "hash = previous",
        "previous = hash",
    ],
)
async def test_a_changed_row_is_found(store: SqlStore, change: str) -> None:
    await store.run(append)
    await store.run(lambda uow: tamper(uow, f"UPDATE audit SET {change} WHERE seq = 3"))
    assert await store.run(verify_audit) == 3


async def test_a_missing_row_is_found(store: SqlStore) -> None:
    await store.run(append)
    await store.run(lambda uow: tamper(uow, "DELETE FROM audit WHERE seq = 2"))
    assert await store.run(verify_audit) == 2


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_the_log(store: SqlStore, statement: str) -> None:
    await store.run(append)
    with pytest.raises(DBAPIError, match="append-only"):
        await store.run(lambda uow: uow.connection.execute(text(statement)))
    assert len(await store.run(lambda uow: uow.audit_trail("r-1"))) == 4


def append_in_vain(uow: SqlUnitOfWork) -> None:
    with suppress(ZeroDivisionError), uow.savepoint():
        append(uow)
        raise ZeroDivisionError


async def test_an_entry_that_was_undone_leaves_no_gap(store: SqlStore) -> None:
    for work in (append, append_in_vain, append):
        await store.run(work)
    assert await store.run(verify_audit) is None
    assert (await store.run(audit_head))[0] == 8
