"""The audit log, on every database: whole, append-only, and able to tell when it is not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.audit import audit_head
from storage.guards import missing_guards
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from storage.verifying import verify_audit
from tests.storage.samples import NOON, an_entry


def append(uow: SqlUnitOfWork) -> None:
    for action in ("opened", "verified", "approved", "completed"):
        uow.audit(an_entry(action, rights="access, deletion"))


async def test_the_trail_of_a_request_is_told_in_order(store: SqlStore) -> None:
    mine, other = an_entry("opened", "r-1", channel="email", ngày="một"), an_entry("opened", "r-2")

    def work(uow: SqlUnitOfWork) -> None:
        for entry in (mine, other, replace(mine, action="closed")):
            uow.audit(entry)

    await store.run(work)
    assert await store.run(lambda uow: uow.audit_trail("r-1")) == [mine, replace(mine, action="closed")]


async def test_an_untouched_log_is_whole(store: SqlStore) -> None:
    assert (await store.run(verify_audit)).whole
    await store.run(append)
    saigon = timezone(timedelta(hours=7))
    await store.run(lambda uow: uow.audit(replace(an_entry(), at=NOON.astimezone(saigon))))
    assert (await store.run(verify_audit)).whole


async def test_the_newest_entry_of_the_desk_itself_is_found(store: SqlStore) -> None:
    assert await store.run(lambda uow: uow.last_of_desk("started")) is None
    for entry in (
        an_entry("started", "", policy="a"),
        an_entry("started", "", policy="b"),
        an_entry("looked", ""),
    ):
        await store.run(partial(SqlUnitOfWork.audit, entry=entry))
    last = await store.run(lambda uow: uow.last_of_desk("started"))
    assert last is not None
    assert last.detail == {"policy": "b"}


async def test_the_head_names_the_last_row(store: SqlStore) -> None:
    assert await store.run(audit_head) == (0, "00" * 32)
    await store.run(append)
    head = await store.run(audit_head)
    await store.run(append)
    assert head[0] == 4
    assert await store.run(audit_head) != head


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_the_log(store: SqlStore, statement: str) -> None:
    await store.run(append)
    assert await store.run(missing_guards) == []
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
    assert (await store.run(verify_audit)).whole
    assert (await store.run(audit_head))[0] == 8
