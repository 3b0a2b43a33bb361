"""Messages come in: stored first, then handled, each once; what cannot be handled ends where a person sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
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
    Unreadable,
)
from core.recognition import Act, Decision, Finding, recognise
from core.recognition.identifiers import find_code
from core.references import find_references
from core.retry import next_handling, next_lookup
from flows import cards, conversation, correspondence, membership, review
from flows.desk import Desk
from flows.known import File, Known, Needed, Person
from flows.ports import Clock, FetchFailed, Wake
from flows.store import Disposition, InboxItem, Store, UnitOfWork

log = structlog.get_logger()

#: Messages handled in one commit.
BATCH = 50
#: What may stand below a subject that holds a code without being what the mail is about.
_BESIDE_A_CODE = frozenset({Act.CODE, Act.MORE, Act.NONE})
#: Look-ups that one message may need, one after the other.
_ROUNDS = 5


@dataclass(slots=True)
class Work:
    """One stored message on its way through handling."""

    item: InboxItem
    inbound: Inbound | None
    problem: str = ""
    finding: Finding | None = None
    known: Known = field(default_factory=Known)


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


async def handle(store: Store, desk: Desk, clock: Clock) -> int:
    """Handle the oldest waiting messages in one transaction; returns how many were settled.

    What only the outside knows (a person on file, a file at the channel) is brought between two
    transactions, and what waits for it keeps back the later messages of the same sender.
    """
    waiting = await store.run(lambda uow: uow.pending(BATCH, clock()))
    works = [_read(desk, item) for item in waiting]
    for _ in range(_ROUNDS):
        if not works:
            break
        needs = await store.run(partial(_handle_all, desk=desk, works=works, now=clock()))
        works = [work for work, needed in needs if await _brought(store, desk, work, needed, clock)]
    return len(waiting)


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


def _read(desk: Desk, item: InboxItem) -> Work:
    """Parse and recognise, outside any transaction."""
    if item.channel not in desk.channels:
        return Work(item, None, "its channel is not set up any more")
    try:
        inbound = desk.channels[item.channel].parse(item.raw)
    except Unreadable as problem:
        return Work(item, None, str(problem))
    if not isinstance(inbound, InboundMessage):
        return Work(item, inbound)
    kind = "email" if item.channel is ChannelName.EMAIL else "chat"
    finding = recognise(inbound.text, _own_subject(desk, inbound.subject), kind, desk.own, desk.codes)
    return Work(item, inbound, finding=_with_code(desk, inbound.subject, finding))


def _with_code(desk: Desk, subject: str, finding: Finding) -> Finding:
    """Some people write the code into the subject, above nothing or a word of thanks."""
    answers = bool(find_references(subject, desk.policy.prefix)) and finding.act in _BESIDE_A_CODE
    if finding.code or (finding.new_text.strip() and not answers):
        return finding
    code = find_code(subject)
    return replace(finding, act=Act.CODE, decision=Decision.ACT, code=code) if code else finding


def _own_subject(desk: Desk, subject: str) -> str:
    """The subject where the sender wrote it; in an answer to one of our notices its words are ours."""
    named = find_references(subject, desk.policy.prefix)
    return "" if any(f"[{reference}]" in subject for reference in named) else subject


def _handle_all(
    uow: UnitOfWork, desk: Desk, works: Sequence[Work], now: datetime
) -> list[tuple[Work, Needed | None]]:
    """Handle what can be handled; returns the rest, each with what it needs or None if it waits its turn."""
    rest: list[tuple[Work, Needed | None]] = []
    held: set[str] = set()
    claimed = uow.claim([work.item.id for work in works])
    for work in (work for work in works if work.item.id in claimed):
        sender = _sender(work.inbound)
        if sender in held:
            rest.append((work, None))
            continue
        try:
            with uow.savepoint():
                _handle_one(uow, desk, work, now)
        except Needed as needed:
            held.add(sender)
            rest.append((work, needed))
        except Exception as error:  # noqa: BLE001 - whatever a message brings, the loop goes on
            _failed(uow, desk, work, error, now)
    return rest


def _sender(inbound: Inbound | None) -> str:
    if isinstance(inbound, InboundMessage):
        return inbound.sender.normal
    return inbound.actor.normal if isinstance(inbound, StaffAction) else ""


def _handle_one(uow: UnitOfWork, desk: Desk, work: Work, now: datetime) -> None:
    inbound = work.inbound
    if inbound is None:
        _park(uow, desk, work.item, work.problem, now)
    elif isinstance(inbound, Ignored):
        uow.settle(work.item.id, Disposition.IGNORED, inbound.reason)
    elif isinstance(inbound, Membership):
        uow.settle(work.item.id, Disposition.IGNORED, membership.changed(uow, desk, inbound, now))
    elif isinstance(inbound, StaffAction):
        review.decide(uow, desk, inbound, now)
        uow.settle(work.item.id, Disposition.STAFF, inbound.verb.value)
    elif work.finding is not None:
        flow = conversation.converse if inbound.sender.is_chat else correspondence.read
        disposition, reason, request_id = flow(uow, desk, inbound, work.finding, work.known, now)
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
        _park(uow, desk, work.item, f"{type(error).__name__} at {where}", now)
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
