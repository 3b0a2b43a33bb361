"""How long a single mail waits for its acknowledgement, on a desk that has nothing else to do."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.clear import clear_mails
from bench.desk import BenchDesk
from bench.letters import BenchMail
from bench.people import Writer
from sandbox.peers.dovecot import Dovecot
from sandbox.peers.proxy import Proxy
from sandbox.peers.smtp_sink import SmtpSink
from sandbox.people_on_file import HELP

#: Seconds that one mail may take, and between an acknowledgement and the next mail.
PATIENCE, PAUSE = 20.0, 0.1
#: Mails before the first that counts.
WARMING = 5

_EXISTS = re.compile(rb"^\* \d+ EXISTS\r\n", re.MULTILINE)
_END_OF_DATA = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until the acknowledgement was accepted: since the delivery, and since the server told of it."""

    from_delivery: float
    from_exists: float


@dataclass(slots=True)
class _Watch:
    """Listens on both sides of the desk while one mail is on its way."""

    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    exists_at: float = 0.0
    accepted_at: float = 0.0
    _awaited: bytes = b""
    _said: bytes = b""

    def begin(self, mail: BenchMail) -> None:
        self.exists_at = self.accepted_at = 0.0
        self._awaited, self._said = f"In-Reply-To: {mail.message_id}".encode(), b""
        self.acknowledged.clear()

    def mail_server(self, data: bytes) -> None:
        if not self.exists_at and _EXISTS.search(data):
            self.exists_at = time.perf_counter()

    def desk(self, data: bytes) -> None:
        """A letter goes out; only one is under way at a time, to one person."""
        self._said += data

    def sink(self, data: bytes) -> None:
        """The answer to the end of a letter that holds the awaited line says that it is accepted."""
        if not self.accepted_at and data.startswith(b"250") and self._said.endswith(_END_OF_DATA):
            if self._awaited in self._said:
                self.accepted_at = time.perf_counter()
                self.acknowledged.set()
            self._said = b""


async def single_mails(people: Sequence[Writer], seed: int, policy: str) -> list[Wait]:
    """One mail after the other, each delivered when the last has been acknowledged; some first, to warm up."""
    watch = _Watch()
    clear = clear_mails(people, seed, len(people))
    async with (
        Dovecot(HELP) as dovecot,
        SmtpSink() as sink,
        Proxy(dovecot.imap_port, hears_server=watch.mail_server) as imap,
        Proxy(sink.port, hears_client=watch.desk, hears_server=watch.sink) as smtp,
        BenchDesk(imap.port, smtp.port, people, policy) as desk,
    ):
        await desk.start()
        waits = [await _wait(mail, dovecot, watch) for mail in clear]
    return waits[WARMING:]


async def _wait(mail: BenchMail, dovecot: Dovecot, watch: _Watch) -> Wait:
    await asyncio.sleep(PAUSE)
    watch.begin(mail)
    await dovecot.deliver([mail.raw])
    delivered_at = time.perf_counter()
    await asyncio.wait_for(watch.acknowledged.wait(), PATIENCE)
    assert watch.exists_at, "the mail server did not tell of the mail"
    return Wait(watch.accepted_at - delivered_at, watch.accepted_at - watch.exists_at)
