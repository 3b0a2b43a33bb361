"""The raw steps of the road one by one, on the same mails and the same libraries: what their sum allows."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from bench.letters import BenchMail
from core.messages import Address, ChannelName, InboundMessage, Kind, Outbound, RawMessage
from core.notices import Line
from core.recognition import recognise
from flows.ports import Delivery, Letter
from mailer.compose import compose
from mailer.parse import parse_mail
from mailer.settings import MailSettings, Server, Tls
from mailer.smtp import Sender
from mailer.visit import open_mailbox
from policies.load import load_policy
from sandbox.peers.dovecot import PASSWORD, Dovecot
from sandbox.peers.smtp_sink import SmtpSink
from sandbox.people_on_file import HELP
from templates.render import Texts

BATCH = 50

_SCHEMA = "CREATE TABLE inbox (id INTEGER PRIMARY KEY, key TEXT UNIQUE, received TEXT, sender TEXT, raw BLOB)"
_INSERT = "INSERT INTO inbox (key, received, sender, raw) VALUES (?, ?, ?, ?)"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")

_FIELDS: dict[str, object] = {
    "reference": "MC-7K3F-9Q2X",
    "lines": (Line("access", date(2026, 12, 3)), Line("deletion", date(2026, 12, 11))),
    "received": date(2026, 11, 23),
    "proof_needed": True,
    "code_hours": 24,
    "on_behalf": "self",
}


@dataclass(slots=True)
class StepTimes:
    """Seconds of each step for all messages together, by wall clock and by CPU of this process."""

    messages: int
    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measured(self, step: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[step] = time.perf_counter() - wall
        self.cpu[step] = time.process_time() - cpu

    def a_message(self, step: str) -> float:
        """Microseconds."""
        return 1e6 * self.wall[step] / self.messages

    @property
    def sum(self) -> float:
        """All steps for one message, one after the other, in microseconds."""
        return sum(map(self.a_message, self.wall))


async def raw_steps(mails: Sequence[BenchMail], policy: str, folder: Path) -> StepTimes:
    """Take the mails through every step, all of them through one before the next begins."""
    times = StepTimes(len(mails))
    async with Dovecot(HELP) as dovecot, SmtpSink() as sink:
        await dovecot.deliver(mail.raw for mail in mails)
        settings = _settings(dovecot.imap_port, sink.port)
        raws = await _fetch(times, settings)
        messages = _parse(times, raws)
        _recognise(times, messages)
        _commit(times, folder / "steps.db", raws, messages)
        letters = _compose(times, settings, policy, messages)
        await _send(times, settings, letters)
    return times


def _settings(imap_port: int, smtp_port: int) -> MailSettings:
    imap = Server("127.0.0.1", imap_port, HELP, PASSWORD, Tls.NONE)
    return MailSettings(HELP, "MentraCere", imap, Server("127.0.0.1", smtp_port, tls=Tls.NONE))


async def _fetch(times: StepTimes, settings: MailSettings) -> list[RawMessage]:
    now, raws = datetime.now(UTC), []
    async with open_mailbox(settings.imap) as mailbox:
        await mailbox.select("INBOX")
        with times.measured("fetch"):
            uids = await mailbox.search_after(0)
            for start in range(0, len(uids), BATCH):
                bodies = await mailbox.bodies(uids[start : start + BATCH])
                raws += [RawMessage(str(uid), body, now) for uid, body in bodies.items()]
    assert len(raws) == times.messages, "the mail server did not hand out every mail"
    return raws


def _parse(times: StepTimes, raws: Sequence[RawMessage]) -> list[InboundMessage]:
    with times.measured("parse"):
        return [parse_mail(raw, HELP) for raw in raws]


def _recognise(times: StepTimes, messages: Sequence[InboundMessage]) -> None:
    own = frozenset((HELP,))
    recognise("", "")  # loads the model
    with times.measured("recognise"):
        for message in messages:
            recognise(message.text, message.subject, "email", own, ())


def _commit(
    times: StepTimes, file: Path, raws: Sequence[RawMessage], messages: Sequence[InboundMessage]
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for pragma in _PRAGMAS:
            database.execute(f"PRAGMA {pragma}")
        database.execute(_SCHEMA)
        rows = [
            (raw.key, raw.received_at.isoformat(), message.sender.value, raw.raw)
            for raw, message in zip(raws, messages, strict=True)
        ]
        with times.measured("commit"):
            for start in range(0, len(rows), BATCH):
                database.execute("BEGIN IMMEDIATE")
                database.executemany(_INSERT, rows[start : start + BATCH])
                database.execute("COMMIT")


def _compose(
    times: StepTimes, settings: MailSettings, policy: str, messages: Sequence[InboundMessage]
) -> list[Letter]:
    texts, now = Texts(load_policy(policy)), datetime.now(UTC)
    texts.notice("acknowledgement", "vi", _FIELDS, chat=False)  # compiles the template
    with times.measured("compose"):
        return [_letter(number, message, texts, settings, now) for number, message in enumerate(messages)]


def _letter(
    number: int, message: InboundMessage, texts: Texts, settings: MailSettings, now: datetime
) -> Letter:
    text = texts.notice("acknowledgement", ("vi", "en")[number % 2], _FIELDS, chat=False)
    outbound = Outbound(
        id=f"bench{number}",
        to=message.sender,
        kind=Kind.NOTICE,
        created_at=now,
        text=text.text,
        subject=text.subject,
        html=text.html,
        in_reply_to=message.message_id,
        references=(message.message_id,),
        reply_token="0123456789abcdefghjk",
        language="vi",
    )
    to = Address(ChannelName.EMAIL, message.sender.value)
    return Letter(outbound.id, to, compose(outbound, settings), 0, now)


async def _send(times: StepTimes, settings: MailSettings, letters: Sequence[Letter]) -> None:
    sender, waiting = Sender(settings), iter(letters)

    async def worker() -> None:
        for letter in waiting:
            sent = await sender.send(letter, _nothing_to_note)
            assert sent.result is Delivery.SENT, f"the sink did not take a letter: {sent.detail}"

    with times.measured("send"):
        await asyncio.gather(*(worker() for _ in range(settings.connections)))
    await sender.close()


async def _nothing_to_note() -> None:
    """What the relay writes down before it hands a letter over is no part of this step."""
