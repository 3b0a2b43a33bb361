"""The outbox relay: lease letters, send them with no transaction open, write down how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from core.retry import REPEATABLE, next_after_doubt, next_attempt
from flows.desk import Desk
from flows.ports import Channel, Clock, Delivery, LeaseLost, Letter, Sent
from flows.store import Store, Tried, UnitOfWork
from flows.undelivered import tell_of_doubt, tell_staff

log = structlog.get_logger()

#: Longer than any one try can take: a lease that runs out means that its process has died.
LEASE = timedelta(minutes=5)
#: Letters under way at once, each to another address.
AT_ONCE = 8
#: Unless somebody has posted one, new letters are leased by this many at least.
FEW = 4
#: How long a turn waits for company while several letters are under way, in seconds: a commit for each of
#: them would cost more than the letters.
COMPANY = 0.003
#: How long a relay sleeps at most when nothing wakes it, in seconds.
NAP = 30.0
#: How often it is looked whether a killed desk has left letters half handed over.
SWEEP = timedelta(seconds=10)


@dataclass(slots=True)
class _Entries:
    """What the relay's next transaction writes down."""

    #: Letters that wait for the word that they may be handed over.
    handing: list[tuple[Letter, asyncio.Future[bool]]] = field(default_factory=list)
    done: list[tuple[Letter, Sent]] = field(default_factory=list)


@dataclass(slots=True)
class Relay:
    """Sends the letters of one channel until stopped."""

    store: Store
    desk: Desk
    channel: Channel
    clock: Clock
    _stopped: bool = False
    _posted: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _entries: _Entries = field(default_factory=_Entries)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _swept: datetime | None = None

    async def run(self) -> None:
        """Send what is due, whenever it is; returns after `stop`, with nothing half sent."""
        while not self._stopped:
            await self._send_while(lambda: not self._stopped)
            if not self._stopped:
                await self._rest()

    def stop(self) -> None:
        """Bring to its end what is under way, and take nothing new."""
        self._stopped = True
        self.wake()

    def wake(self) -> None:
        """There may be a new letter."""
        self._posted.set()
        self._news.set()

    async def send_due(self) -> int:
        """Send all that is due, and what becomes due meanwhile; returns how many letters were tried."""
        return await self._send_while(lambda: True)

    async def _send_while(self, taking: Callable[[], bool]) -> int:
        """Keep letters under way as long as there are any, and take more as long as `taking` says so."""
        tried = 0
        try:
            while True:
                if len(self._under_way) > 1:
                    await asyncio.sleep(COMPANY)
                self._news.clear()
                leased = await self._turn(self._room() if taking() else 0)
                tried += leased
                if not leased and not self._under_way and not self._entries.done:
                    return tried
                await _wait(self._news, NAP)
        finally:
            # Only where the process ends now: what was being handed over stays written down.
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _room(self) -> int:
        """How many letters to lease now: few at a time cost as much as many."""
        room, posted = AT_ONCE - len(self._under_way), self._posted.is_set()
        self._posted.clear()
        return room if posted or room >= FEW else 0

    async def _turn(self, room: int) -> int:
        """One transaction for all that has come together meanwhile; returns how many letters were leased."""
        entries, self._entries = self._entries, _Entries()
        write = partial(self._write, entries=entries, room=room, now=self.clock())
        try:
            ours, letters = await self.store.run(write)
        except BaseException:
            # Whether it was written nobody knows; that a letter was sent can be written twice.
            self._entries.done += [one for one in entries.done if one[1].result is Delivery.SENT]
            raise
        for letter, word in entries.handing:
            if not word.done():
                word.set_result(letter.id in ours)
        for letter in letters:
            task = asyncio.create_task(self._try(letter))
            self._under_way.add(task)
            task.add_done_callback(self._over)
        return len(letters)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._news.set()

    def _write(
        self, uow: UnitOfWork, entries: _Entries, room: int, now: datetime
    ) -> tuple[frozenset[str], list[Letter]]:
        self._settle(uow, entries.done, now)
        handing, until = [letter for letter, _ in entries.handing], now + LEASE
        ours = uow.hand_over(handing, until) if handing else frozenset()
        self._sweep(uow, now)
        return ours, uow.lease(self.channel.name, room, now, until) if room else []

    def _sweep(self, uow: UnitOfWork, now: datetime) -> None:
        if self._swept is not None and now - self._swept < SWEEP:
            return
        letters = uow.in_nobodys_hands(self.channel.name, now)
        if letters:
            log.warning("letters_in_doubt", channel=self.channel.name.value, count=len(letters))
            tell_of_doubt(uow, self.desk, letters, now)
        self._swept = now

    # --- one try --------------------------------------------------------------------------------

    async def _try(self, letter: Letter) -> None:
        handed = asyncio.Event()
        try:
            sent = await self.channel.send(letter, partial(self._handing, letter, handed))
        except LeaseLost:
            log.warning("lease_lost", letter=letter.id)
            return
        except Exception as error:  # noqa: BLE001 - one letter must not stop the others
            log.error("send_failed", letter=letter.id, error=type(error).__name__)
            result = Delivery.UNCERTAIN if handed.is_set() else Delivery.FAILED
            sent = Sent(result, detail=type(error).__name__)
        self._entries.done.append((letter, sent))

    async def _handing(self, letter: Letter, handed: asyncio.Event) -> None:
        """`flows.ports.Handing` of one letter: what must not arrive twice waits for the next commit."""
        if letter.kind not in REPEATABLE:
            word: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._entries.handing.append((letter, word))
            self._news.set()
            if not await word:
                raise LeaseLost
        handed.set()

    # --- how it ended ---------------------------------------------------------------------------

    def _settle(self, uow: UnitOfWork, done: Sequence[tuple[Letter, Sent]], now: datetime) -> None:
        tries = [Tried(letter.id, sent, next_try(letter, sent, now)) for letter, sent in done]
        uow.settle_letters(tries, now)
        for (letter, sent), tried in zip(done, tries, strict=True):
            log.info(
                "letter_tried", letter=letter.id, channel=self.channel.name.value, result=sent.result.value
            )
            if tried.next_try is None and sent.result is not Delivery.SENT:
                tell_staff(uow, self.desk, letter, sent, now)

    async def _rest(self) -> None:
        """Sleep until the next letter is due or somebody wakes us."""
        due = await self.store.run(lambda uow: uow.next_letter_at(self.channel.name))
        await _wait(self._posted, min(NAP, max(0.05, (due - self.clock()).total_seconds())) if due else NAP)


def next_try(letter: Letter, sent: Sent, now: datetime) -> datetime | None:
    """When a letter is tried again after this result; None: never."""
    attempts = letter.attempts + 1
    if sent.result is Delivery.RETRY:
        return next_attempt(attempts, letter.created_at, now, sent.retry_after)
    if sent.result is Delivery.UNCERTAIN:
        return next_after_doubt(letter.kind, attempts, letter.created_at, now)
    return None


async def _wait(event: asyncio.Event, seconds: float) -> None:
    # Unlike wait_for it makes no task of its own: whoever waits goes on at once.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def flush(relays: Sequence[Relay], seconds: float) -> None:
    """Before stopping: send what is due, for at most so long."""
    try:
        async with asyncio.timeout(seconds):
            for relay in relays:
                if await relay.send_due():
                    log.info("outbox_flushed", channel=relay.channel.name.value)
    except TimeoutError:
        log.warning("outbox_not_empty_at_stop")
