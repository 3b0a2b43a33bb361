"""Group commit on SQLite: what waits at the same time shares one durable commit, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from threading import Event

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from core.requests import Request
from storage import committing
from storage.committing import GroupCommit
from storage.store import SqlStore, open_store
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import MASTER_KEY, a_note, a_request, an_entry

SECONDS = 10


class Held:
    """A store whose thread is kept busy until all that a test hands over waits behind it."""

    def __init__(self, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self._store, self._monkeypatch = store, monkeypatch
        self._inside, self._go_on = Event(), Event()
        self.commits = 0

    async def all_at_once(self, *works: Callable[[SqlUnitOfWork], object]) -> list[object]:
        """What each came to, a result or an exception, when all were committed together."""
        self._monkeypatch.setattr(committing, "GROUP_SECONDS", 0.0)
        first = asyncio.ensure_future(self._store.run(self._hold))
        assert await asyncio.to_thread(self._inside.wait, SECONDS)
        event.listen(self._store._engine, "commit", self._count)
        waiting = [asyncio.ensure_future(self._store.run(work)) for work in works]
        # Each task has to be given the chance to hand its work over.
        await asyncio.sleep(0)
        committer = self._store._committer
        assert isinstance(committer, GroupCommit)
        assert len(committer._waiting) == len(works)
        self._monkeypatch.setattr(committing, "GROUP_SECONDS", 60.0)
        self._go_on.set()
        await first
        return await asyncio.gather(*waiting, return_exceptions=True)

    def _hold(self, _: SqlUnitOfWork) -> None:
        self._inside.set()
        assert self._go_on.wait(SECONDS)

    def _count(self, _: object) -> None:
        self.commits += 1


def adding(request: Request) -> Callable[[SqlUnitOfWork], str]:
    def work(uow: SqlUnitOfWork) -> str:
        uow.add(request)
        uow.add_note(request.id, a_note())
        uow.audit(an_entry(request_id=request.id))
        return request.id

    return work


def failing(request: Request) -> Callable[[SqlUnitOfWork], str]:
    def work(uow: SqlUnitOfWork) -> str:
        adding(request)(uow)
        raise ZeroDivisionError

    return work


@pytest.fixture
async def store(file_url: str) -> AsyncIterator[SqlStore]:
    opened = open_store(file_url, MASTER_KEY)
    yield opened
    await opened.close()


@pytest.fixture
def held(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(store, monkeypatch)


async def stored(store: SqlStore) -> set[str]:
    return {request.id for request in await store.run(lambda uow: uow.every_request())}


async def test_units_that_wait_together_share_one_commit(store: SqlStore, held: Held) -> None:
    requests = [a_request() for _ in range(10)]
    results = await held.all_at_once(*map(adding, requests))
    assert results == [request.id for request in requests]
    assert held.commits == 1 + 1  # one was under way already
    assert await stored(store) == {request.id for request in requests}


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_unit_that_fails_is_undone_alone(store: SqlStore, held: Held, place: int) -> None:
    bad, good = a_request(), [a_request(), a_request()]
    works = [adding(request) for request in good]
    works.insert(place, failing(bad))
    results = await held.all_at_once(*works)
    assert isinstance(results.pop(place), ZeroDivisionError)
    assert results == [request.id for request in good]
    assert await stored(store) == {request.id for request in good}
    rows = await store.run(lambda uow: [len(uow.audit_trail(one.id)) for one in (bad, *good)])
    assert rows == [0, 1, 1]


async def test_what_was_only_pending_fails_in_its_own_unit(store: SqlStore, held: Held) -> None:
    """A note on a request that is not there is refused when it is written, at the end of its unit."""
    good = a_request()

    def orphan(uow: SqlUnitOfWork) -> None:
        uow.keys.make(["request:nowhere"])
        uow.add_note("nowhere", a_note())

    results = await held.all_at_once(adding(good), orphan, adding(a_request()))
    assert [type(result) for result in results] == [str, IntegrityError, str]


async def test_where_the_commit_fails_everybody_is_told(store: SqlStore, held: Held) -> None:
    def refuse(_: object) -> None:
        raise OperationalError(None, None, Exception("the disk is full"))

    def spoil(uow: SqlUnitOfWork) -> None:
        event.listen(store._engine, "commit", refuse)

    results = await held.all_at_once(spoil, adding(a_request()), adding(a_request()))
    assert {type(result) for result in results} == {OperationalError}
    event.remove(store._engine, "commit", refuse)
    assert await stored(store) == set()


@pytest.mark.parametrize("swallowed", [True, False])
async def test_a_transaction_that_the_database_has_undone_is_never_told_as_done(
    store: SqlStore, held: Held, swallowed: bool
) -> None:
    """As SQLite does where its disk is full: no error must make a lost unit look stored."""

    def full(uow: SqlUnitOfWork) -> None:
        uow.add(a_request())
        uow.connection.exec_driver_sql("ROLLBACK")
        if not swallowed:
            raise OSError("no space left on device")

    results = await held.all_at_once(adding(a_request()), full, adding(a_request()))
    assert all(isinstance(result, Exception) for result in results[:2])
    kept = {result for result in results if isinstance(result, str)}
    assert await stored(store) == kept


async def test_a_unit_that_nobody_waits_for_any_more_is_not_begun(store: SqlStore) -> None:
    inside, go_on, begun = Event(), Event(), Event()

    def hold(uow: SqlUnitOfWork) -> None:
        inside.set()
        assert go_on.wait(SECONDS)

    first = asyncio.ensure_future(store.run(hold))
    assert await asyncio.to_thread(inside.wait, SECONDS)
    second = asyncio.ensure_future(store.run(lambda uow: begun.set()))
    await asyncio.sleep(0)
    second.cancel()
    with suppress(asyncio.CancelledError):
        await second
    go_on.set()
    await first
    await store.run(lambda uow: None)
    assert not begun.is_set()


async def test_a_result_is_told_only_when_another_process_can_read_it(file_url: str) -> None:
    """Nobody is told before the commit: whoever is told finds it on a connection of their own."""
    one, other = open_store(file_url, MASTER_KEY), open_store(file_url, MASTER_KEY)
    requests = [a_request() for _ in range(30)]

    async def add_and_look(request: Request) -> bool:
        await one.run(adding(request))
        return request.id in await stored(other)

    assert all(await asyncio.gather(*map(add_and_look, requests)))
    await one.close()
    await other.close()
