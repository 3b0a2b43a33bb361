"""Stored messages are handled, each once; what cannot be handled ends where a person sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial

import structlog

from core.messages import Attachment, ChannelName, Ignored, Inbound, InboundMessage, Membership, StaffAction
from core.recognition import Act, Decision
from core.retry import next_handling, next_lookup, next_reading
from flows import cards, conversation, correspondence, membership, oversize, review, unasked
from flows.ahead import Work, batches
from flows.desk import Desk
from flows.known import File, Needed, Person
from flows.ports import Clock, FetchFailed, Packed
from flows.reading import Reader, Reading
from flows.store import Disposition, InboxItem, Store, UnitOfWork

log = structlog.get_logger()

#: Look-ups that one message may need, one after the other.
_ROUNDS = 5


class ReadingFailed(Exception):
    """A message could not be read this time; the text says how, without quoting it."""


async def handle(
    store: Store, desk: Desk, reader: Reader, clock: Clock, handled: Callable[[], None] = lambda: None
) -> int:
    """Handle what waits, oldest first, one transaction a batch; returns how many messages were taken up.

    `handled` is called after each batch. What only the outside knows (a person on file, a file at the channel)
    is brought between two transactions, and what waits for it keeps back the later messages of the same sender.
    """
    count = 0
    async with aclosing(batches(store, reader, clock)) as ahead:
        async for works in ahead:
            await _foresee(desk, works)
            await _handle_batch(store, desk, works, clock)
            count += len(works)
            handled()
            # Whoever has waited for this goes first: an answer before the next question.
            await asyncio.sleep(0)
    return count


async def _foresee(desk: Desk, works: Sequence[Work]) -> None:
    """Ask who is on file for what looks like a request, before the transaction that will need it.

    A directory that fails is asked again by the message that needs it.
    """
    questions = [(work, question) for work in works if (question := _first_question(work.reading))]
    asked = (_bring(desk, work, question) for work, question in questions)
    await asyncio.gather(*asked, return_exceptions=True)


def _first_question(reading: Reading) -> Person | None:
    message, finding = reading.inbound, reading.finding
    if (
        not isinstance(message, InboundMessage)
        or finding is None
        or message.silence
        or message.sender.is_chat
    ):
        return None
    is_new = finding.act is Act.NEW and finding.decision is not Decision.IGNORE
    return Person(finding.known_by, message.sender) if is_new else None


async def _handle_batch(store: Store, desk: Desk, works: list[Work], clock: Clock) -> None:
    for _ in range(_ROUNDS):
        if not works:
            break
        needs = await store.run(partial(_handle_all, desk=desk, works=works, now=clock()))
        works = [work for work, needed in needs if await _brought(store, desk, work, needed, clock)]


async def _brought(store: Store, desk: Desk, work: Work, needed: Needed | None, clock: Clock) -> bool:
    """Bring what a message needs; where that fails, the message is put back and tried later.

    A directory that is silent for minutes counts as one that finds nobody: no customer waits for it.
    """
    try:
        if needed is not None:
            await _bring(desk, work, needed.what)
    except Exception as error:  # noqa: BLE001 - a directory that is down is a staff matter
        if needed and isinstance(needed.what, Person) and work.item.attempts + 1 >= unasked.LOOKUPS:
            work.known.give_up(needed.what)
            return True
        failed = partial(_failed, desk=desk, work=work, error=error, now=clock(), next_try=next_lookup)
        await store.run(failed)
        return False
    return True


def _handle_all(
    uow: UnitOfWork, desk: Desk, works: Sequence[Work], now: datetime
) -> list[tuple[Work, Needed | None]]:
    """Handle what can be handled; returns the rest, each with what it needs or None if it waits its turn."""
    claimed = uow.claim([work.item.id for work in works])
    works = [work for work in works if work.item.id in claimed]
    _find_twins(uow, works)
    if len(works) > 1 and _handle_at_once(uow, desk, works, now):
        return []
    return _handle_each(uow, desk, works, now)


def _handle_at_once(uow: UnitOfWork, desk: Desk, works: Sequence[Work], now: datetime) -> bool:
    """Handle all with one savepoint, which costs least; False, and nothing is done, where any of them fails."""
    try:
        with uow.savepoint():
            for work in works:
                _handle_one(uow, desk, work, now)
    except Exception:  # noqa: BLE001 - whatever it was: it comes again, where each is undone by itself
        return False
    return True


def _handle_each(
    uow: UnitOfWork, desk: Desk, works: Sequence[Work], now: datetime
) -> list[tuple[Work, Needed | None]]:
    """Handle each with a savepoint of its own; what fails is undone and put back, the rest stays."""
    rest: list[tuple[Work, Needed | None]] = []
    held: set[str] = set()
    for work in works:
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


def _find_twins(uow: UnitOfWork, works: Sequence[Work]) -> None:
    """Tell apart the mails whose Message-ID an earlier one bears: one question for all of them."""
    mails = {work.item.id: work.reading.inbound for work in works if work.item.channel is ChannelName.EMAIL}
    ids = {item: m.message_id for item, m in mails.items() if isinstance(m, InboundMessage) and m.message_id}
    bearers = uow.bearers(ids)
    for work in works:
        work.known.has_twin = bearers.get(work.item.id, work.item.id) != work.item.id


def _sender(inbound: Inbound | None) -> str:
    if isinstance(inbound, InboundMessage):
        return inbound.sender.normal
    return inbound.actor.normal if isinstance(inbound, StaffAction) else ""


def _handle_one(uow: UnitOfWork, desk: Desk, work: Work, now: datetime) -> None:
    inbound, finding = work.reading.inbound, work.reading.finding
    if work.reading.failure:
        raise ReadingFailed(work.reading.failure)
    if inbound is None:
        if work.reading.header is not None:
            oversize.tell_sender(uow, desk, work.reading.header, now)
        _park(uow, desk, work.item, work.reading.problem, now)
    elif isinstance(inbound, Ignored):
        uow.settle(work.item.id, Disposition.IGNORED, inbound.reason)
    elif isinstance(inbound, Membership):
        uow.settle(work.item.id, Disposition.IGNORED, membership.changed(uow, desk, inbound, now))
    elif isinstance(inbound, StaffAction):
        review.decide(uow, desk, inbound, now)
        uow.settle(work.item.id, Disposition.STAFF, inbound.verb.value)
    elif finding is not None:
        work.known.item = work.item.id
        flow = conversation.converse if inbound.sender.is_chat else correspondence.read
        disposition, reason, request_id = flow(uow, desk, inbound, finding, work.known, now)
        if work.known.unasked:
            unasked.tell(uow, desk, request_id, now)
            reason = f"{reason}; {unasked.REASON}"
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


async def _bring(desk: Desk, work: Work, what: Person | File | tuple[File, ...]) -> None:
    if isinstance(what, Person):
        work.known.people[what] = await desk.directory.find(what.identifiers, what.sender)
        return
    for file in what if isinstance(what, tuple) else (what,):
        try:
            work.known.files[file] = await _content(desk, work, file)
        except FetchFailed:
            # Whoever sent it is told; without its content it is nothing.
            work.known.files[file] = file.attachment


async def _content(desk: Desk, work: Work, file: File) -> Attachment:
    channel = desk.channels[file.sender.channel]
    if isinstance(channel, Packed):
        return await asyncio.to_thread(channel.open, work.item.raw, file.attachment)
    return await channel.fetch(file.attachment)
