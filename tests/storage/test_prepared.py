"""Statements that go straight to the driver behave as SQLAlchemy's own; rows that wait are never missed."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from storage.prepared import Prepared, run_as_text
from storage.store import SqlStore
from storage.tables import AUDIT, DATA_KEY, MESSAGE
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import NOON, a_note, a_request, an_entry

_BY_ACTION = Prepared(
    select(AUDIT.c.at, AUDIT.c.seq.label("number")).where(AUDIT.c.action == bindparam("it"))
)
_RENAME = Prepared(update(DATA_KEY).where(DATA_KEY.c.id == bindparam("old")), ["id"])


async def test_rows_have_names_and_aware_times(store: SqlStore) -> None:
    entry = an_entry("opened")

    def work(uow: SqlUnitOfWork) -> list[tuple[object, object]]:
        uow.audit(entry)
        uow.flush()
        return [(row.at, row.number) for row in _BY_ACTION.rows(uow.connection, {"it": "opened"})]

    assert await store.run(work) == [(NOON, 1)]


async def test_a_change_tells_how_many_rows_it_concerned(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> list[int]:
        uow.keys.make(["a", "b"])
        renames = ({"old": "a", "id": "c"}, {"old": "a", "id": "d"})
        return [_RENAME.change(uow.connection, rename) for rename in renames]

    assert await store.run(work) == [1, 0]


async def test_what_the_database_refuses_is_raised_as_elsewhere_and_quotes_no_value(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> None:
        uow.keys.make(["a-name-that-nobody-may-read", "b"])
        _RENAME.change(uow.connection, {"old": "b", "id": "a-name-that-nobody-may-read"})

    with pytest.raises(IntegrityError) as refused:
        await store.run(work)
    assert refused.value.params is None


async def test_wrong_sql_is_raised_as_elsewhere(store: SqlStore) -> None:
    with pytest.raises((OperationalError, ProgrammingError)):
        await store.run(lambda uow: run_as_text(uow.connection, "SAVE NOTHING"))


async def test_a_time_of_any_zone_is_found_again(store: SqlStore) -> None:
    later = Prepared(select(AUDIT.c.seq).where(AUDIT.c.at >= bindparam("since")))
    hanoi = NOON.astimezone(timezone(timedelta(hours=7)))

    def work(uow: SqlUnitOfWork) -> int:
        uow.audit(an_entry())
        return len(later.rows(uow.connection, {"since": hanoi}))

    assert await store.run(work) == 1


async def test_whoever_takes_the_connection_sees_what_was_only_pending(store: SqlStore) -> None:
    request = a_request()

    def work(uow: SqlUnitOfWork) -> int | None:
        uow.add(request)
        uow.add_note(request.id, a_note())
        uow.add_note(request.id, a_note())
        return uow.connection.scalar(select(func.count()).select_from(MESSAGE))

    assert await store.run(work) == 2


async def test_a_savepoint_whose_pending_rows_are_refused_is_undone_and_no_other(store: SqlStore) -> None:
    """They are written where the savepoint ends: the error arises there, and only there."""
    request, lost = a_request(), a_request()

    def work(uow: SqlUnitOfWork) -> None:
        uow.add(request)
        uow.add_note(request.id, a_note())
        with pytest.raises(IntegrityError):
            add_with_an_orphan(uow)
        uow.add_note(request.id, a_note())

    def add_with_an_orphan(uow: SqlUnitOfWork) -> None:
        with uow.savepoint():
            uow.add(lost)
            uow.keys.make(["request:nowhere"])
            uow.add_note("nowhere", a_note())
            uow.audit(an_entry("lost"))

    await store.run(work)
    assert await store.run(lambda uow: uow.every_request()) == [request]
    assert len(await store.run(lambda uow: uow.notes(request.id))) == 2
    assert await store.run(lambda uow: _BY_ACTION.rows(uow.connection, {"it": "lost"})) == []
