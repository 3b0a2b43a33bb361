"""Two processes on one PostgreSQL: neither gets what the other holds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from threading import Event

import pytest
from sqlalchemy import text

from core.conversation import Conversation
from core.messages import Address, ChannelName, Kind
from flows.ports import Letter
from flows.store import InboxItem
from storage.store import SqlStore, open_store
from storage.tables import DATA_KEY
from storage.unit_of_work import SqlUnitOfWork
from storage.upsert import insert_or_skip
from storage.verifying import verify_audit
from tests.storage.conftest import PostgreSQL
from tests.storage.samples import CHAT, MASTER_KEY, MINUTE, NOON, a_raw, an_entry, an_outbound, post

SECONDS = 10

WAITS_FOR_A_LOCK = text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
async def stores(postgresql: PostgreSQL) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    url = postgresql.ready()
    one, two = open_store(url, MASTER_KEY), open_store(url, MASTER_KEY)
    yield one, two
    await one.close()
    await two.close()


async def until_a_lock_is_awaited(store: SqlStore, waiting: asyncio.Future[list[Letter]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not waiting.done():
            if await store.run(lambda uow: uow.connection.scalar(WAITS_FOR_A_LOCK)):
                return


async def entered(event: Event) -> None:
    assert await asyncio.to_thread(event.wait, SECONDS)


async def test_no_letter_is_leased_twice(stores: tuple[SqlStore, SqlStore]) -> None:
    letters = [an_outbound(Address(ChannelName.TELEGRAM, str(n))) for n in range(60)]
    await stores[0].run(lambda uow: post(uow, *letters))

    async def take_all(store: SqlStore) -> list[Letter]:
        taken: list[Letter] = []
        while some := await store.run(lambda uow: uow.lease(CHAT.channel, 3, NOON, NOON + MINUTE)):
            taken += some
        return taken

    shares = await asyncio.gather(*[take_all(store) for store in stores for _ in range(2)])
    counts = Counter(letter.id for share in shares for letter in share)
    assert counts == Counter({letter.id: 1 for letter in letters})
    assert sum(1 for share in shares if share) > 1


async def test_a_lane_is_leased_once_even_across_ranks(stores: tuple[SqlStore, SqlStore]) -> None:
    one, two = stores
    tap, card = an_outbound(kind=Kind.TAP), an_outbound(kind=Kind.CARD)
    inside, go_on = Event(), Event()
    await one.run(lambda uow: post(uow, card))

    def hold(uow: SqlUnitOfWork) -> list[Letter]:
        letters = uow.lease(CHAT.channel, 9, NOON, NOON + MINUTE)
        inside.set()
        assert go_on.wait(SECONDS)
        return letters

    first = asyncio.ensure_future(one.run(hold))
    await entered(inside)
    await two.run(lambda uow: post(uow, tap))
    second = asyncio.ensure_future(two.run(lambda uow: uow.lease(CHAT.channel, 9, NOON, NOON + MINUTE)))
    await until_a_lock_is_awaited(two, second)
    go_on.set()
    assert [letter.id for letter in await first] == [card.id]
    assert await second == []


async def test_messages_that_are_being_handled_are_passed_over(stores: tuple[SqlStore, SqlStore]) -> None:
    one, two = stores
    inside, go_on = Event(), Event()
    arrivals = [a_raw(str(n)) for n in range(4)]
    await one.run(lambda uow: uow.accept(ChannelName.EMAIL, "help", arrivals, "", NOON))
    everything = [item.id for item in await one.run(lambda uow: uow.pending(9, 10**9, NOON))]

    def hold(uow: SqlUnitOfWork) -> list[InboxItem]:
        items = uow.pending(2, 10**9, NOON)
        inside.set()
        assert go_on.wait(SECONDS)
        return items

    first = asyncio.ensure_future(one.run(hold))
    await entered(inside)
    second = await two.run(lambda uow: uow.pending(9, 10**9, NOON))
    claimed = await two.run(lambda uow: uow.claim(everything))
    go_on.set()
    assert [item.raw.key for item in await first] == ["0", "1"]
    assert [item.raw.key for item in second] == ["2", "3"]
    assert claimed == {item.id for item in second}


async def test_the_same_mail_taken_in_by_two_is_stored_once(stores: tuple[SqlStore, SqlStore]) -> None:
    arrivals = [a_raw(str(n)) for n in range(20)]
    counts = await asyncio.gather(
        *[
            store.run(lambda uow: uow.accept(ChannelName.EMAIL, "help", arrivals, "20", NOON))
            for store in stores
            for _ in range(2)
        ]
    )
    assert sorted(counts) == [0, 0, 0, 20]


async def test_the_audit_chain_has_one_end_for_all(stores: tuple[SqlStore, SqlStore]) -> None:
    def append(uow: SqlUnitOfWork) -> None:
        uow.audit(an_entry())
        uow.audit(an_entry())

    await asyncio.gather(*[store.run(append) for store in stores for _ in range(20)])
    assert (await stores[0].run(verify_audit)).whole
    assert len(await stores[0].run(lambda uow: uow.audit_trail("r-1"))) == 80


async def test_an_insert_that_was_skipped_says_so(stores: tuple[SqlStore, SqlStore]) -> None:
    def put(uow: SqlUnitOfWork) -> int:
        row = {"id": "conversation:1", "wrapped": b"wrapped"}
        return uow.connection.execute(insert_or_skip(uow.connection, DATA_KEY), row).rowcount

    assert [await store.run(put) for store in stores] == [1, 0]


async def test_one_conversation_put_by_two_has_one_key(stores: tuple[SqlStore, SqlStore]) -> None:
    talk = Conversation(details="Everything about my daughter")
    await asyncio.gather(
        *[store.run(lambda uow: uow.put_conversation(CHAT, talk, NOON)) for store in stores * 5]
    )
    assert await stores[0].run(lambda uow: uow.conversation(CHAT)) == talk
