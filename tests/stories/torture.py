"""A desk under attack: killed, cut off, stalled, its servers shot, while mail goes on coming; all by seed."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise

from bench.desk import BenchDesk
from bench.letters import BenchMail
from sandbox.peers.dovecot import Dovecot
from sandbox.peers.looking import until
from sandbox.peers.proxy import Proxy
from sandbox.peers.smtp_sink import SmtpSink

#: Once it is left alone, a desk must have brought everything to its end within so many starts: what has met a
#: fault waits for its next try, and that time comes with the next start. Each may take so many seconds.
STARTS, PATIENCE = 8, 20.0
#: Messages that it handles in one second at least, however busy the machine.
PACE = 30
#: Seconds that a desk is given to open its mailbox after it was killed, where it is not killed again at once.
OPEN = 5.0

#: As if the time had come for what waits for its next try: it would be half a minute and more.
_TIME_PASSES = (
    "UPDATE outbox SET next_try = created_at WHERE settled_at IS NULL AND state <> 'withheld'",
    "UPDATE inbox SET next_try = accepted_at WHERE disposition = 'pending'",
)
_HAS_TABLES = "SELECT name FROM sqlite_master WHERE name = 'outbox'"
_UNSETTLED = "SELECT count(*) FROM outbox WHERE settled_at IS NULL AND state <> 'withheld'"
#: How many messages are stored and how many of them wait; and the letters that are due now, with none
#: before them to the same address that waits for its time.
_DUE = """\
SELECT (SELECT count(*) FROM inbox),
       (SELECT count(*) FROM inbox WHERE disposition = 'pending'),
       (SELECT count(*) FROM outbox AS letter WHERE settled_at IS NULL AND state <> 'withheld' AND NOT EXISTS (
            SELECT 1 FROM outbox AS earlier
            WHERE earlier.lane = letter.lane AND earlier.seq <= letter.seq AND earlier.state = 'waiting'
              AND earlier.next_try > datetime('now')))"""


@dataclass(slots=True)
class Torture:
    """One desk between proxies, and the dice that decide what befalls it."""

    desk: BenchDesk
    dovecot: Dovecot
    sink: SmtpSink
    imap: Proxy
    smtp: Proxy
    seed: int
    #: How often each thing was done, for the record.
    done: dict[str, int] = field(default_factory=dict)
    #: Nothing is delivered while the mail server is shot: a mail that it took without saying so would be
    #: delivered twice, and rightly be two mails.
    _mail_server: asyncio.Lock = field(default_factory=asyncio.Lock)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    async def run(self, mails: Sequence[BenchMail], faults: int) -> None:
        """Deliver all mails while so many things happen; then leave the desk alone until it is done."""
        await self.desk.launch()
        for some in self._portions(mails, faults):
            async with asyncio.TaskGroup() as both:
                both.create_task(self._deliver(some))
                await asyncio.sleep(self.dice.uniform(0, 1.2))
                await self._something_happens()
        await self._come_to_rest(len(mails))

    def _portions(self, mails: Sequence[BenchMail], count: int) -> Iterator[Sequence[BenchMail]]:
        """Cut the mails into so many parts of any size."""
        cuts = sorted(self.dice.randint(0, len(mails)) for _ in range(count - 1))
        for start, end in pairwise((0, *cuts, len(mails))):
            yield mails[start:end]

    async def _deliver(self, mails: Sequence[BenchMail]) -> None:
        """One after the other, while other things happen."""
        for mail in mails:
            async with self._mail_server:
                await self.dovecot.deliver([mail.raw])

    async def _something_happens(self) -> None:
        (what,) = self.dice.choices(_FAULTS, weights=[weight for _, weight in _FAULTS])
        fault, _ = what
        name = fault.__name__.removeprefix("_")
        self.done[name] = self.done.get(name, 0) + 1
        await fault(self)

    async def _come_to_rest(self, messages: int) -> None:
        """Servers are well and time passes: everything must come to its end."""
        self.imap.heal()
        self.smtp.heal()
        await self.desk.stop()
        for _ in range(STARTS):
            self._let_time_pass()
            await self.desk.start()
            await until(lambda: self.desk.count(_DUE) == [(messages, 0, 0)], PATIENCE + messages / PACE, 0.1)
            await self.desk.stop()
            if self.desk.count(_UNSETTLED) == [(0,)]:
                return
        raise AssertionError(f"not at rest after {STARTS} starts; faults: {self.done}")

    def _let_time_pass(self) -> None:
        with closing(sqlite3.connect(self.desk.folder / "desk.db", timeout=10)) as database:
            # A desk that was killed at its very start has no tables yet.
            for statement in _TIME_PASSES if database.execute(_HAS_TABLES).fetchall() else ():
                database.execute(statement)
            database.commit()

    # --- what can happen --------------------------------------------------------------------------

    async def _the_desk_is_killed(self) -> None:
        await self.desk.kill()
        await asyncio.sleep(self.dice.uniform(0, 0.3))
        await self.desk.launch()
        # Most times it comes to work again before the next blow; how far, the dice decide.
        life = self.dice.uniform(0, 1.2)
        if self.dice.random() < 3 / 4:
            with suppress(TimeoutError):
                await until(lambda: self.desk.events("mailbox_open"), OPEN)
        await asyncio.sleep(life)

    async def _imap_is_cut(self) -> None:
        self.imap.cut()

    async def _imap_is_cut_in_a_message(self) -> None:
        self.imap.cut_after(self.dice.randint(1, 60_000))

    async def _imap_stalls(self) -> None:
        await self._stall(self.imap)

    async def _smtp_is_cut(self) -> None:
        self.smtp.cut()

    async def _smtp_is_cut_in_an_answer(self) -> None:
        self.smtp.cut_after(self.dice.randint(1, 2_000))

    async def _smtp_stalls(self) -> None:
        await self._stall(self.smtp)

    async def _stall(self, proxy: Proxy) -> None:
        proxy.stall()
        await asyncio.sleep(self.dice.uniform(0.2, 1.5))
        if self.dice.random() < 1 / 2:
            proxy.cut()
        proxy.flow()

    async def _dovecot_is_restarted(self) -> None:
        async with self._mail_server:
            await self.dovecot.stop(self.dice.choice((signal.SIGTERM, signal.SIGKILL)))
            await asyncio.sleep(self.dice.uniform(0, 0.5))
            await self.dovecot.start()

    async def _the_sink_is_restarted(self) -> None:
        await self.sink.stop(signal.SIGKILL)
        await asyncio.sleep(self.dice.uniform(0, 0.5))
        await self.sink.start()


Fault = Callable[[Torture], Awaitable[None]]

#: What can happen, and how often beside the others.
_FAULTS: Sequence[tuple[Fault, int]] = (
    (Torture._the_desk_is_killed, 6),
    (Torture._imap_is_cut, 1),
    (Torture._imap_is_cut_in_a_message, 2),
    (Torture._imap_stalls, 1),
    (Torture._smtp_is_cut, 2),
    (Torture._smtp_is_cut_in_an_answer, 3),
    (Torture._smtp_stalls, 1),
    (Torture._dovecot_is_restarted, 1),
    (Torture._the_sink_is_restarted, 1),
)
