"""Messages come in: stored first, then handled, each once; what cannot be handled ends where a person sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from core.messages import (
    ChannelName,
    Ignored,
    Inbound,
    InboundMessage,
    Membership,
    RawMessage,
    StaffAction,
)
from core.retry import next_handling, next_lookup, next_reading
from flows import cards, conversation, correspondence, membership, review
from flows.desk import Desk
from flows.known import File, Known, Needed, Person
from flows.ports import Clock, FetchFailed, Wake
from flows.reading import Reader, Reading
from flows.store import Disposition, InboxItem, Store, UnitOfWork

log = structlog.get_logger()

#: Messages taken up at once, in number and in bytes, and those handled in one commit.
AT_ONCE = 200
MOST_BYTES = 32_000_000
BATCH = 50
#: Look-ups that one message may need, one after the other.
_ROUNDS = 5


@dataclass(slots=True)
class Work:
    """One stored message on its way through handling."""

    item: InboxItem
    reading: Reading
    known: Known = field(default_factory=Known)


class ReadingFailed(Exception):
    """A message could not be read this time; the text says how, without quoting it."""


@dataclass(frozen=True, slots=True)
class StoredInbox:
    """Where channels lay what they received: stored for good when `accept` returns."""

    store: Store
    clock: Clock
    wake: Wake

    async def cursor(self, source: str) -> str:
        return await self.store.run(lambda uow: uow.cursor(source))

    async def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str
    ) -> int:
        now = self.clock()
        new = await self.store.run(lambda uow: uow.accept(channel, source, arrivals, cursor, now))
        if new:
            self.wake()
        return new


async def handle(store: Store, desk: Desk, reader: Reader, clock: Clock) -> int:
    """Handle the oldest waiting messages, one transaction a batch; returns how many were taken up.

    While one batch is handled the next is read. What only the outside knows (a person on file, a file at
    the channel) is brought between two transactions, and what waits for it keeps back the later messages
    of the same sender.
    """
    waiting = await store.run(lambda uow: uow.pending(AT_ONCE, MOST_BYTES, clock()))
    batches = [waiting[start : start + BATCH] for start in range(0, len(waiting), BATCH)]
    readings = [asyncio.ensure_future(reader.read(batch)) for batch in batches]
    try:
        for batch, reading in zip(batches, readings, strict=True):
            works = [Work(item, read) for item, read in zip(batch, await reading, strict=True)]
            await _handle_batch(store, desk, works, clock)
    finally:
        for reading in readings:
            reading.cancel()
    return len(waiting)


async def _handle_batch(store: Store, desk: Desk, works: list[Work], clock: Clock) -> None:
    for _ in range(_ROUNDS):
        if not works:
            break
        needs = await store.run(partial(_handle_all, desk=desk, works=works, now=clock()))
        works = [work for work, needed in needs if await _brought(store, desk, work, needed, clock)]


async def _brought(store: Store, desk: Desk, work: Work, needed: Needed | None, clock: Clock) -> bool:
    """Bring what a message needs; where that fails, the message is put back and tried later."""
    try:
        if needed is not None:
            await _bring(desk, work, needed.what)
    except Exception as error:  # noqa: BLE001 - a directory that is down is a staff matter
        failed = partial(_failed, desk=desk, work=work, error=error, now=clock(), next_try=next_lookup)
        await store.run(failed)
        return False
    return True


def _handle_all(
    uow: UnitOfWork, desk: Desk, works: Sequence[Work], now: datetime
) -> list[tuple[Work, Needed | None]]:
    """Handle what can be handled; returns the rest, each with what it needs or None if it waits its turn."""
    rest: list[tuple[Work, Needed | None]] = []
    held: set[str] = set()
    claimed = uow.claim([work.item.id for work in works])
    for work in (work for work in works if work.item.id in claimed):
        sender = _sender(work.reading.inbound)
        if sender in held:
            rest.append((work, None))
            continue
        try:
            with uow.savepoint():
                _handle_one(uow, desk, work, now)
        except Needed as needed:
            held.add(sender)
            rest.append((work, needed))
        except ReadingFailed as failure:
            _failed(uow, desk, work, failure, now, next_reading)
        except Exception as error:  # noqa: BLE001 - whatever a message brings, the loop goes on
            _failed(uow, desk, work, error, now)
    return rest


def _sender(inbound: Inbound | None) -> str:
    if isinstance(inbound, InboundMessage):
        return inbound.sender.normal
    return inbound.actor.normal if isinstance(inbound, StaffAction) else ""


def _handle_one(uow: UnitOfWork, desk: Desk, work: Work, now: datetime) -> None:
    inbound, finding = work.reading.inbound, work.reading.finding
    if work.reading.failure:
        raise ReadingFailed(work.reading.failure)
    if inbound is None:
        _park(uow, desk, work.item, work.reading.problem, now)
    elif isinstance(inbound, Ignored):
        uow.settle(work.item.id, Disposition.IGNORED, inbound.reason)
    elif isinstance(inbound, Membership):
        uow.settle(work.item.id, Disposition.IGNORED, membership.changed(uow, desk, inbound, now))
    elif isinstance(inbound, StaffAction):
        review.decide(uow, desk, inbound, now)
        uow.settle(work.item.id, Disposition.STAFF, inbound.verb.value)
    elif finding is not None:
        flow = conversation.converse if inbound.sender.is_chat else correspondence.read
        disposition, reason, request_id = flow(uow, desk, inbound, finding, work.known, now)
        uow.settle(work.item.id, disposition, reason, request_id)


def _failed(
    uow: UnitOfWork,
    desk: Desk,
    work: Work,
    error: Exception,
    now: datetime,
    next_try: Callable[[int, datetime], datetime | None] = next_handling,
) -> None:
    # Only the kind of error and where it arose: its text may quote the message.
    trace, where = error.__traceback__, ""
    while trace is not None:
        where = f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"
        trace = trace.tb_next
    log.error("handling_failed", item=work.item.id, error=type(error).__name__, where=where)
    again = next_try(work.item.attempts + 1, now)
    if again is None:
        reason = str(error) if isinstance(error, ReadingFailed) else f"{type(error).__name__} at {where}"
        _park(uow, desk, work.item, reason, now)
    else:
        uow.put_back(work.item.id, type(error).__name__, again)


def _park(uow: UnitOfWork, desk: Desk, item: InboxItem, reason: str, now: datetime) -> None:
    uow.settle(item.id, Disposition.PARKED, reason)
    command = f"privacydesk inbox {item.id}"
    cards.alert(uow, desk, "parked", now, channel=item.channel, reason=reason, item=item.id, command=command)


async def _bring(desk: Desk, work: Work, what: Person | File) -> None:
    if isinstance(what, Person):
        work.known.people[what] = await desk.directory.find(what.identifiers, what.sender)
    else:
        try:
            work.known.files[what] = await desk.channels[what.sender.channel].fetch(what.attachment)
        except FetchFailed:
            # Whoever sent it is told; without its content it is nothing.
            work.known.files[what] = what.attachment
