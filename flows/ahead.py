"""Stored messages in batches, read ahead of their handling, so that the reader never waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from flows.known import Known
from flows.ports import Clock
from flows.reading import Reader, Reading
from flows.store import InboxItem, Store

#: Messages of one batch, in number and in bytes.
BATCH = 25
MOST_BYTES = 16_000_000


@dataclass(slots=True)
class Work:
    """One stored message on its way through handling."""

    item: InboxItem
    reading: Reading
    known: Known = field(default_factory=Known)


async def batches(store: Store, reader: Reader, clock: Clock) -> AsyncGenerator[list[Work], None]:
    """What waits, oldest first, until nothing does.

    While one batch is handled, the next is read, and the one behind it fetched.
    """
    fetched = await _fetched(store, clock)
    reading = asyncio.ensure_future(_read(reader, fetched))
    fetching = asyncio.ensure_future(_behind(store, clock, [], fetched))
    try:
        while works := await reading:
            fetched = await fetching
            reading = asyncio.ensure_future(_read(reader, fetched))
            fetching = asyncio.ensure_future(_behind(store, clock, [work.item for work in works], fetched))
            yield works
    finally:
        reading.cancel()
        fetching.cancel()


async def _fetched(store: Store, clock: Clock, in_hand: Sequence[InboxItem] = ()) -> list[InboxItem]:
    """The oldest messages that wait, without those that are in hand."""
    ids = [item.id for item in in_hand]
    return await store.run(lambda uow: uow.pending(BATCH, MOST_BYTES, clock(), ids))


async def _behind(
    store: Store, clock: Clock, handled: list[InboxItem], last: list[InboxItem]
) -> list[InboxItem]:
    """The batch behind the last one; a last one that was not full had nothing behind it."""
    return await _fetched(store, clock, [*handled, *last]) if len(last) == BATCH else []


async def _read(reader: Reader, items: Sequence[InboxItem]) -> list[Work]:
    return [Work(item, read) for item, read in zip(items, await reader.read(items), strict=True)]
