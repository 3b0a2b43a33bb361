"""The running desk: watches, handles, sends and keeps time until it is told to stop, then finishes what it began."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from app.logs import where
from app.patience import PatientStore
from flows import arrivals, intake, retention, timers
from flows.delivery import Relay, flush
from flows.desk import Desk
from flows.ports import Clock
from flows.reading import Reader
from flows.store import Store

if TYPE_CHECKING:
    from app.web.server import Door

log = structlog.get_logger()

#: How often what time brings is looked for, in seconds.
TICK = 60.0
#: How long each of the three steps of a stop may take to bring begun work to its end, in seconds.
GRACE = 7.0
#: How long handling rests at most when nothing wakes it, in seconds: retries are due without a wake-up.
NAP = 1.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Runtime:
    """The tasks of one process around one store."""

    store: Store
    desk: Desk
    reader: Reader
    clock: Clock = utc_now
    ready: Callable[[], None] = lambda: None
    #: The one-time page; None: there is none.
    door: Door | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _relays: list[Relay] = field(default_factory=list)

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises what a channel says is final: a refused token, say.

        A database that is lost or a disk that is full is waited for.
        """
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_unnoticed)
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stop.set)
        channels = list(self.desk.channels.values())
        patient = PatientStore(self.store)
        self._relays = [Relay(patient, self.desk, channel, self.clock) for channel in channels]
        inbox = arrivals.StoredInbox(patient, self.clock, self._arrived.set, self.desk)
        receiving = [asyncio.create_task(channel.receive(inbox)) for channel in channels]
        if self.door is not None:
            page = self.door.serve(self.desk, self.store, self.clock, self._wake_relays)
            receiving.append(asyncio.create_task(page))
        working = [asyncio.create_task(work) for work in (self._handle(), self._tick())]
        sending = [asyncio.create_task(relay.run()) for relay in self._relays]
        self.ready()
        try:
            await self._until_stopped([*receiving, *working, *sending])
        finally:
            await self._finish(receiving, working, sending)

    def stop(self) -> None:
        """Begin to stop, as a signal does."""
        self._stop.set()

    async def _until_stopped(self, tasks: list[asyncio.Task[None]]) -> None:
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in tasks:
            if task.done():
                task.result()

    async def _finish(self, *groups: list[asyncio.Task[None]]) -> None:
        """Stop taking in, handle what is stored, send what is due, close: in this order."""
        receiving, working, sending = groups
        log.info("stopping")
        await _cancel(receiving)
        await _cancel(working)
        await self._empty_inbox(GRACE)
        for relay in self._relays:
            relay.stop()
        # A letter that is just being handed over is not cut short: nobody could say whether it arrived.
        await asyncio.wait(sending, timeout=GRACE)
        await _cancel(sending)
        await flush(self._relays, GRACE)
        for channel in self.desk.channels.values():
            await channel.close()
        log.info("stopped")

    async def _empty_inbox(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while await _surviving("handling", self._handled):
                    log.info("handled_before_stop")
        except TimeoutError:
            log.warning("inbox_not_empty_at_stop")

    async def _handled(self) -> int:
        return await intake.handle(self.store, self.desk, self.reader, self.clock, self._wake_relays)

    async def _handle(self) -> None:
        while True:
            self._arrived.clear()
            if not await _surviving("handling", self._handled):
                await _wait(self._arrived, NAP)

    async def _tick(self) -> None:
        while True:
            if await _surviving("timers", self._run_timers):
                self._wake_relays()
            await _surviving("retention", self._keep_no_longer)
            await asyncio.sleep(TICK)

    async def _run_timers(self) -> int:
        return await self.store.run(lambda uow: timers.run_due(uow, self.desk, self.clock()))

    async def _keep_no_longer(self) -> int:
        return await retention.run_daily(self.store, self.desk.policy, self.clock())

    def _wake_relays(self) -> None:
        for relay in self._relays:
            relay.wake()


def _unnoticed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Something failed where nobody waits for it; the context's texts may quote a message."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.error("unnoticed_failure", error=type(error).__name__, where=where(error))
    else:
        log.error("unnoticed_failure")


async def _surviving(what: str, work: Callable[[], Awaitable[int]]) -> int:
    """Run one round of a loop; a failure is logged and the loop goes on after a rest."""
    try:
        return await work()
    except Exception as error:  # noqa: BLE001 - a full disk or a lost database must not end the process
        log.error("round_failed", what=what, error=type(error).__name__, where=where(error))
        await asyncio.sleep(NAP)
        return 0


async def _wait(event: asyncio.Event, seconds: float) -> None:
    # Unlike wait_for it makes no task of its own: whoever waits goes on at once.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
