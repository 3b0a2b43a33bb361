"""What receiving promises (the mail reference, section 4, 1 to 8), on a real Dovecot behind a proxy that misbehaves."""

from __future__ import annotations

import asyncio
import imaplib
import re
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.messages import ChannelName, RawMessage
from flows.arrivals import StoredInbox
from flows.store import InboxItem
from mailer import steps
from mailer.settings import Filing, MailSettings, Server, Start, Tls
from mailer.watcher import Pace, Watcher
from sandbox.peers.dovecot import PASSWORD, Dovecot
from sandbox.peers.process import give
from sandbox.peers.proxy import Proxy
from storage.store import SqlStore, open_store
from tests.mailer.conftest import HELP, MemoryInbox
from tests.servers import DOVECOT, require

#: IDLE is as long as in life: nothing below is received only because it was asked for again.
QUICK = Pace(first_pause=0.01, longest_pause=0.1)
STAYS = Filing()


@pytest.fixture
async def dovecot() -> AsyncIterator[Dovecot]:
    require(DOVECOT)
    async with Dovecot(HELP) as running:
        yield running


def mail(number: int, size: int = 0) -> bytes:
    text = f"{'x' * 70}\r\n" * (size // 72)
    return f"From: lan@example.org\r\nSubject: {number}\r\n\r\n{text}end\r\n".encode()


def settings(port: int, filing: Filing = STAYS) -> MailSettings:
    server = Server("127.0.0.1", port, HELP, PASSWORD, Tls.NONE)
    return MailSettings(HELP, "MentraCere", server, server, Start.ALL, filing=filing)


@asynccontextmanager
async def watched(
    port: int, inbox: MemoryInbox | StoredInbox, pace: Pace = QUICK, filing: Filing = STAYS
) -> AsyncIterator[None]:
    watching = asyncio.create_task(Watcher(settings(port, filing), pace).run(inbox))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])


@asynccontextmanager
async def store() -> AsyncIterator[SqlStore]:
    opened = open_store("sqlite://", bytes(range(32)))
    try:
        yield opened
    finally:
        await opened.close()


async def by_hand(dovecot: Dovecot, work: Callable[[imaplib.IMAP4], object], folder: str = "INBOX") -> object:
    """Do something in the mailbox as a person with another mail program."""

    def visit() -> object:
        with imaplib.IMAP4(dovecot.host, dovecot.imap_port) as client:
            client.login(HELP, PASSWORD)
            client.select(folder)
            return work(client)

    return await asyncio.to_thread(visit)


def flags(client: imaplib.IMAP4) -> list[str]:
    """What is said of the flags of each message."""
    _, answer = client.fetch("1:*", "(FLAGS)")
    return [line.decode() for line in answer if isinstance(line, bytes)]


def received(inbox: MemoryInbox, *mails: bytes) -> bool:
    """Whether exactly these were received, each with what the server wrote above it."""
    return len(inbox.raws) == len(mails) and all(
        raw.endswith(one) for raw, one in zip(sorted(inbox.raws, key=_number), mails, strict=True)
    )


def _number(raw: bytes) -> int:
    return int(raw.partition(b"Subject: ")[2].partition(b"\r\n")[0])


# --- 2, 3: stored first, PEEK only -----------------------------------------------------------------


async def test_mail_on_dovecot_is_received_whole_and_stays_unread(
    dovecot: Dovecot, inbox: MemoryInbox
) -> None:
    mails = [mail(0), mail(1, 300_000), mail(2, 3_000_000)]
    await dovecot.deliver(mails)
    async with watched(dovecot.imap_port, inbox):
        await inbox.holds(3)
        await dovecot.deliver([mail(3)])
        await inbox.holds(4)
    assert received(inbox, *mails, mail(3))
    assert not any("Seen" in flag for flag in await by_hand(dovecot, flags))  # type: ignore[attr-defined]


async def test_an_original_on_dovecot_is_moved_only_once_its_answer_was_sent(
    dovecot: Dovecot, inbox: MemoryInbox
) -> None:
    await dovecot.deliver([mail(0), mail(1)])
    pace = Pace(idle=0.1, first_pause=0.01, longest_pause=0.1)
    async with watched(dovecot.imap_port, inbox, pace, Filing(folder="Processed")):
        await inbox.holds(2)
        answered = next(key for key in inbox.kept if _number(inbox.kept[key].raw) == 1)[1]
        inbox.acknowledged.add(answered)
        await inbox.until(lambda: inbox.put_away)
    assert inbox.put_away == [answered]
    assert len(await by_hand(dovecot, flags)) == 1  # type: ignore[arg-type]
    assert len(await by_hand(dovecot, flags, "Processed")) == 1  # type: ignore[arg-type]


# --- 4: UIDVALIDITY -------------------------------------------------------------------------------


async def test_a_dovecot_mailbox_that_is_numbered_anew_is_read_again_without_a_duplicate(
    dovecot: Dovecot,
) -> None:
    async with store() as database:
        inbox = StoredInbox(database, lambda: datetime.now(UTC), lambda: None)
        await dovecot.deliver(mail(number) for number in range(20))
        async with watched(dovecot.imap_port, inbox):
            await _waiting(database, 20)
            before = await inbox.cursor(f"imap:{HELP}/INBOX")
            await dovecot.stop()
            _number_anew(dovecot)
            await dovecot.start()
            await dovecot.deliver([mail(20)])
            items = await _waiting(database, 21)
            after = await inbox.cursor(f"imap:{HELP}/INBOX")
    assert len({item.raw.raw for item in items}) == 21
    assert len(items) == 21
    assert before.partition(":")[0] != after.partition(":")[0]


def _number_anew(dovecot: Dovecot) -> None:
    """Another UIDVALIDITY, as a mailbox has that was restored from a copy; left alone Dovecot takes the second."""
    for index in dovecot.maildir().glob("dovecot.*"):
        index.unlink()
    numbers = dovecot.maildir() / "dovecot-uidlist"
    head, _, rest = numbers.read_text().partition("\n")
    head = re.sub(r" V(\d+)", lambda found: f" V{int(found[1]) + 7}", head)
    numbers.write_text(f"{head}\n{rest}")


async def _waiting(database: SqlStore, count: int) -> list[InboxItem]:
    """The stored messages as soon as there are so many."""
    async with asyncio.timeout(10):
        while True:
            items = await database.run(
                lambda uow: uow.pending(limit=100, most_bytes=10_000_000, now=datetime.now(UTC))
            )
            if len(items) >= count:
                return items
            await asyncio.sleep(0.05)


# --- 5: the EXISTS race ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", [b"UID SEARCH", b"BODY.PEEK[]"])
async def test_mail_that_comes_to_dovecot_during_a_search_or_fetch_is_received_within_10_seconds(
    dovecot: Dovecot, inbox: MemoryInbox, command: bytes
) -> None:
    asked = asyncio.Event()

    def hold(said: bytes) -> None:
        if command in said and not asked.is_set():
            asked.set()
            proxy.stall()

    # A second client on the mailbox: it is then that Dovecot tells nobody of the mail again.
    async with (
        Proxy(dovecot.imap_port, hears_client=hold) as proxy,
        watched(dovecot.imap_port, MemoryInbox()),
    ):
        await dovecot.deliver([mail(0)])
        async with watched(proxy.port, inbox):
            async with asyncio.timeout(5):
                await asked.wait()
            await dovecot.deliver([mail(1)])
            proxy.flow()
            async with asyncio.timeout(10):
                await inbox.until(lambda: len(inbox.kept) == 2)
    assert received(inbox, mail(0), mail(1))


# --- 6: lost connections ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["with a BYE", "without a word"])
async def test_a_dovecot_that_goes_away_and_comes_back_is_read_on(
    dovecot: Dovecot, inbox: MemoryInbox, how: signal.Signals
) -> None:
    async with watched(dovecot.imap_port, inbox):
        await dovecot.deliver([mail(0)])
        await inbox.holds(1)
        await dovecot.stop(how)
        await dovecot.start()
        await dovecot.deliver([mail(1)])
        await inbox.holds(2)
    assert received(inbox, mail(0), mail(1))


async def test_a_connection_that_is_reset_in_a_message_is_made_anew_and_the_message_is_whole(
    dovecot: Dovecot, inbox: MemoryInbox
) -> None:
    await dovecot.deliver([mail(0, 200_000)])
    async with Proxy(dovecot.imap_port) as proxy:
        proxy.cut_after(100_000)
        async with watched(proxy.port, inbox):
            await inbox.holds(1)
        assert proxy.connections == 2
    assert received(inbox, mail(0, 200_000))


async def test_a_stall_in_a_literal_is_given_up_in_time_and_the_message_is_whole(
    dovecot: Dovecot, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "FETCH_LIMIT", 0.3)
    stalled = asyncio.Event()

    def stall(said: bytes) -> None:
        if b"BODY[] {" in said and not stalled.is_set():
            proxy.stall()
            stalled.set()

    await dovecot.deliver([mail(0, 500_000)])
    async with Proxy(dovecot.imap_port, hears_server=stall) as proxy, watched(proxy.port, inbox):
        async with asyncio.timeout(5):
            await stalled.wait()
        await _until_cut(proxy)
        proxy.flow()
        await inbox.holds(1)
    assert received(inbox, mail(0, 500_000))


async def test_a_half_open_connection_is_given_up_in_time(
    dovecot: Dovecot, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "STEP_LIMIT", 0.3)
    async with Proxy(dovecot.imap_port) as proxy:
        pace = Pace(idle=0.2, first_pause=0.01, longest_pause=0.1)
        async with watched(proxy.port, inbox, pace):
            await inbox.has_cursor()
            proxy.stall()
            await dovecot.deliver([mail(0)])
            await _until_cut(proxy)
            proxy.flow()
            await inbox.holds(1)


async def _until_cut(proxy: Proxy) -> None:
    """Wait until the client gives up its first connection and makes another."""
    before = proxy.connections
    async with asyncio.timeout(5):
        await proxy.until(lambda: proxy.connections > before)


# --- 7: IDLE --------------------------------------------------------------------------------------


async def test_idle_on_dovecot_is_renewed_and_the_mailbox_searched_each_time(
    dovecot: Dovecot, inbox: MemoryInbox
) -> None:
    said: list[bytes] = []
    async with (
        Proxy(dovecot.imap_port, hears_client=said.append) as proxy,
        watched(proxy.port, inbox, Pace(idle=0.1)),
        asyncio.timeout(5),
    ):
        await proxy.until(lambda: b"".join(said).count(b" IDLE\r\n") >= 3)
    everything = b"".join(said)
    assert everything.count(b"DONE\r\n") >= 2
    assert everything.count(b"UID SEARCH") >= 3


async def test_a_dovecot_without_idle_is_polled(inbox: MemoryInbox) -> None:
    require(DOVECOT)
    async with (
        Dovecot(HELP, capabilities="IMAP4rev1 UIDPLUS MOVE") as dovecot,
        watched(dovecot.imap_port, inbox, Pace(poll=0.1)),
    ):
        await inbox.has_cursor()
        await dovecot.deliver([mail(0)])
        await inbox.holds(1)


# --- 8: many mails --------------------------------------------------------------------------------


async def test_5000_waiting_mails_on_dovecot_are_received_in_order_and_in_little_memory(
    dovecot: Dovecot,
) -> None:
    await dovecot.deliver([mail(0)])
    folder = dovecot.maildir() / "new"
    for number in range(1, 5_000):
        path = folder / f"{1_700_000_000 + number}.{number:05d}.example"
        path.write_bytes(mail(number, 4_000))
        give(path)
    inbox = _Counting(5_000)
    before = _resident()
    async with watched(dovecot.imap_port, inbox), asyncio.timeout(60):
        await inbox.full.wait()
    assert inbox.numbers[1:] == sorted(inbox.numbers[1:])
    assert set(inbox.numbers) == set(range(5_000))
    assert inbox.most_resident - before < 20_000_000


def _resident() -> int:
    """The memory of this process, in bytes."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)
    return 1024 * int(line.split()[1])


class _Counting(MemoryInbox):
    """Keeps of each mail only its number, in order of arrival."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.numbers: list[int] = []
        self.full = asyncio.Event()
        self.most_resident = 0
        self._count = count

    async def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str
    ) -> int:
        assert channel is ChannelName.EMAIL
        self.cursors[source] = cursor
        self.most_resident = max(self.most_resident, _resident())
        self.numbers += [_number(arrival.raw) for arrival in arrivals]
        if len(self.numbers) >= self._count:
            self.full.set()
        return len(arrivals)
