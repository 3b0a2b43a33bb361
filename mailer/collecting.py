"""Brings messages from the mailbox into the inbox: each whole, each once, one batch fetched while one is stored."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import structlog

from core.messages import ChannelName, RawMessage
from flows.ports import Inbox
from mailer.mailbox import Mailbox, Waiting
from mailer.parse import NOT_FETCHED
from mailer.position import Position
from mailer.steps import MailboxError

T = TypeVar("T")

log = structlog.get_logger()

#: So many messages are asked for at once: their sizes, and their bodies.
SIZES = 200
BATCH = 50
#: So many bytes are asked for at once; two batches are in memory at a time, one fetched and one stored.
BATCH_BYTES = 4_000_000
#: A message that is larger is fetched alone, in pieces; of one that is larger still only the header is kept.
LARGE = 1_000_000
TOO_LARGE = 25_000_000
#: A message that could not be fetched so often is left to a person.
FETCH_TRIES = 5
#: So many keys are asked for at once.
KEYS = 500


@dataclass(slots=True)
class Collector:
    """Hands messages of one numbering over to the inbox; remembers which ones, as long as the process lives."""

    source: str
    uidvalidity: int
    now: Callable[[], datetime]
    #: How many messages are fetched at once: fewer after a failure, until the one that broke it is found.
    batch: int = BATCH
    _known: set[int] = field(default_factory=set)
    _failures: Counter[int] = field(default_factory=Counter)

    async def catch_up(self, mailbox: Mailbox, inbox: Inbox, position: Position) -> Position:
        """Hand over all that lies behind `position`; returns the new one."""
        return await self._hand_over(mailbox, inbox, position, await mailbox.search_after(position.uid))

    async def reconcile(self, mailbox: Mailbox, inbox: Inbox, position: Position) -> None:
        """Hand over what lies before `position` all the same unknown, whatever was the reason."""
        present = [uid for uid in await mailbox.search_after(position.floor) if uid <= position.uid]
        self._known &= set(present)
        doubtful = [uid for uid in present if uid not in self._known]
        missing: list[int] = []
        for uids in _parts(doubtful, KEYS):
            keys = {position.key(uid): uid for uid in uids}
            unknown = await inbox.unknown(ChannelName.EMAIL, self.source, list(keys))
            missing += [keys[key] for key in unknown]
        self._known.update(set(doubtful) - set(missing))
        if missing:
            log.warning("mail_was_missed", count=len(missing))
            await self._hand_over(mailbox, inbox, position, sorted(missing))

    async def _hand_over(
        self, mailbox: Mailbox, inbox: Inbox, position: Position, uids: Sequence[int]
    ) -> Position:
        async with aclosing(_ahead(self._fetched(mailbox, position, uids))) as batches:
            async for batch, arrivals in batches:
                position = position.reached(batch[-1].uid)
                new = await inbox.accept(ChannelName.EMAIL, self.source, arrivals, str(position))
                self._known.update(_uid(arrival) for arrival in arrivals)
                log.info("mail_received", fetched=len(arrivals), new=new)
        self.batch = BATCH
        return position

    # --- fetching --------------------------------------------------------------------------------

    async def _fetched(
        self, mailbox: Mailbox, position: Position, uids: Sequence[int]
    ) -> AsyncGenerator[tuple[list[Waiting], list[RawMessage]], None]:
        """The messages in batches, each with all that was asked for, whether it is there or not."""
        for some in _parts(uids, SIZES):
            for batch in _by_weight(await _sizes(mailbox, some), self.batch):
                wanted = [waiting for waiting in batch if position.concerns(waiting)]
                self._known.update(w.uid for w in batch if not position.concerns(w))
                bodies = await self._bodies(mailbox, wanted) if wanted else {}
                yield batch, [self._raw(position, w, bodies[w.uid]) for w in wanted if w.uid in bodies]

    def _raw(self, position: Position, waiting: Waiting, body: bytes) -> RawMessage:
        return RawMessage(position.key(waiting.uid), body, waiting.arrived_at or self.now())

    async def _bodies(self, mailbox: Mailbox, batch: Sequence[Waiting]) -> dict[int, bytes]:
        """What to store for each message; nothing for those that somebody deleted in the meantime."""
        if len(batch) == 1 and self._failures[batch[0].uid] >= FETCH_TRIES:
            return {batch[0].uid: NOT_FETCHED + b"the mail server does not hand this message out\r\n\r\n"}
        try:
            return await _bodies(mailbox, batch)
        except MailboxError:
            # One message that breaks every connection must not stop the others: find it, one by one.
            self.batch = 1
            if len(batch) == 1:
                self._failures[batch[0].uid] += 1
            raise


async def _ahead(source: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """The items of `source`: while one is worked on the next is already under way."""
    coming = asyncio.ensure_future(anext(source, None))
    try:
        while (item := await coming) is not None:
            coming = asyncio.ensure_future(anext(source, None))
            yield item
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await source.aclose()


def _parts(uids: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    yield from (uids[start : start + most] for start in range(0, len(uids), most))


def _uid(arrival: RawMessage) -> int:
    return int(arrival.key.rpartition(":")[2])


async def _sizes(mailbox: Mailbox, uids: Sequence[int]) -> list[Waiting]:
    """Size and arrival of each, in the order of `uids`; one that is gone by now counts as empty."""
    found = {waiting.uid: waiting for waiting in await mailbox.sizes(uids)}
    return [found.get(uid, Waiting(uid, 0, None)) for uid in uids]


async def _bodies(mailbox: Mailbox, batch: Sequence[Waiting]) -> dict[int, bytes]:
    first = batch[0]
    if first.size > TOO_LARGE:
        header = await mailbox.header(first.uid)
        return {} if header is None else {first.uid: _too_large(first.size) + header}
    if first.size > LARGE:
        body = await mailbox.large_body(first, TOO_LARGE)
        return {} if body is None else {first.uid: body}
    bodies = await mailbox.bodies([waiting.uid for waiting in batch])
    await _check_missing(mailbox, [w.uid for w in batch if w.size and w.uid not in bodies])
    return bodies


async def _check_missing(mailbox: Mailbox, missing: Sequence[int]) -> None:
    """Raise MailboxError where messages that the server did not hand out are still there."""
    if missing and set(missing) & set(await mailbox.search_after(missing[0] - 1)):
        raise MailboxError("the mail server did not hand out all that was asked for")


def _too_large(size: int) -> bytes:
    return NOT_FETCHED + f"the message is too large ({size // 1_000_000} MB)\r\n".encode()


def _by_weight(waiting: Sequence[Waiting], most: int) -> Iterator[list[Waiting]]:
    """Cut into batches of `most` messages and BATCH_BYTES at most; what is large goes alone."""
    batch: list[Waiting] = []
    weight = 0
    for one in waiting:
        if batch and (
            one.size > LARGE or batch[0].size > LARGE or len(batch) == most or weight + one.size > BATCH_BYTES
        ):
            yield batch
            batch, weight = [], 0
        batch.append(one)
        weight += one.size
    if batch:
        yield batch
