"""The inbox, on every database."""

from __future__ import annotations

from core.messages import ChannelName, RawMessage
from flows.store import Disposition, InboxItem
from storage.store import SqlStore
from tests.storage.samples import MINUTE, NOON, a_raw

SOURCE = "help/INBOX"


async def accept(store: SqlStore, *arrivals: RawMessage, source: str = SOURCE, cursor: str = "") -> int:
    return await store.run(lambda uow: uow.accept(ChannelName.EMAIL, source, arrivals, cursor, NOON))


async def pending(store: SqlStore, limit: int = 100) -> list[InboxItem]:
    return await store.run(lambda uow: uow.pending(limit, 10**9, NOON))


async def test_messages_come_out_as_they_went_in_and_in_order(store: SqlStore) -> None:
    arrivals = [a_raw(str(n)) for n in (3, 1, 2)]
    assert await accept(store, *arrivals) == 3
    items = await pending(store)
    assert [item.raw for item in items] == arrivals
    assert {(item.channel, item.source, item.attempts) for item in items} == {(ChannelName.EMAIL, SOURCE, 0)}
    assert items[0].raw.received_at.utcoffset() is not None


async def test_a_limit_takes_the_oldest(store: SqlStore) -> None:
    await accept(store, *[a_raw(str(n)) for n in range(5)])
    assert [item.raw.key for item in await pending(store, 2)] == ["0", "1"]


async def test_a_known_key_is_skipped(store: SqlStore) -> None:
    await accept(store, a_raw("1"))
    assert await accept(store, a_raw("1", b"other bytes"), a_raw("2"), a_raw("2", b"more")) == 1
    assert [item.raw for item in await pending(store)] == [a_raw("1"), a_raw("2")]


async def test_the_same_content_under_a_new_key_is_stored_once(store: SqlStore) -> None:
    await accept(store, a_raw("100/1", b"content"))
    assert await accept(store, a_raw("200/1", b"content"), a_raw("200/2", b"content")) == 0
    assert len(await pending(store)) == 1


async def test_the_same_content_in_another_source_is_another_message(store: SqlStore) -> None:
    await accept(store, a_raw("1", b"content"))
    assert await accept(store, a_raw("1", b"content"), source="privacy/INBOX") == 1


async def test_the_cursor_moves_with_the_messages_of_its_source(store: SqlStore) -> None:
    assert await store.run(lambda uow: uow.cursor(SOURCE)) == ""
    await accept(store, a_raw("1"), cursor="100:1")
    await accept(store, cursor="100:7")
    await accept(store, source="other", cursor="5")
    assert await store.run(lambda uow: uow.cursor(SOURCE)) == "100:7"


async def test_a_settled_message_waits_no_longer(store: SqlStore) -> None:
    await accept(store, a_raw("1"), a_raw("2"))
    first, second = await pending(store)
    await store.run(lambda uow: uow.settle(first.id, Disposition.REQUEST, "", "r-1"))
    assert [item.id for item in await pending(store)] == [second.id]


async def test_a_message_that_was_put_back_waits_for_its_next_try(store: SqlStore) -> None:
    await accept(store, a_raw("1"))
    (item,) = await pending(store)
    await store.run(lambda uow: uow.put_back(item.id, "the directory does not answer", NOON + MINUTE))
    assert await pending(store) == []
    (again,) = await store.run(lambda uow: uow.pending(1, 10**9, NOON + MINUTE))
    assert (again.id, again.attempts) == (item.id, 1)


async def test_parked_messages_are_listed_with_their_reason(store: SqlStore) -> None:
    await accept(store, a_raw("1"), a_raw("2"))
    first, _ = await pending(store)
    await store.run(lambda uow: uow.settle(first.id, Disposition.PARKED, "no MIME"))
    assert await store.run(lambda uow: uow.parked()) == [(first, "no MIME")]


async def test_only_messages_that_still_wait_can_be_claimed(store: SqlStore) -> None:
    await accept(store, a_raw("1"), a_raw("2"))
    first, second = await pending(store)
    await store.run(lambda uow: uow.settle(first.id, Disposition.IGNORED, ""))
    claimed = await store.run(lambda uow: uow.claim([first.id, second.id, 99]))
    assert claimed == {second.id}
    assert await store.run(lambda uow: uow.claim([])) == frozenset()


async def test_a_parked_message_is_replayed_from_the_start(store: SqlStore) -> None:
    await accept(store, a_raw("1"))
    (item,) = await pending(store)
    await store.run(lambda uow: uow.put_back(item.id, "ValueError", NOON + MINUTE))
    await store.run(lambda uow: uow.settle(item.id, Disposition.PARKED, "ValueError"))
    assert await store.run(lambda uow: uow.replay(item.id, NOON))
    assert await pending(store) == [item]
    assert await store.run(lambda uow: uow.parked()) == []


async def test_only_a_parked_message_can_be_replayed(store: SqlStore) -> None:
    await accept(store, a_raw("1"))
    (item,) = await pending(store)
    assert not await store.run(lambda uow: uow.replay(item.id, NOON))
    assert not await store.run(lambda uow: uow.replay(99, NOON))
