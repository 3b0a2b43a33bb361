"""The real servers of the sandbox and the proxy before them, seen by clients that know nothing of them."""

from __future__ import annotations

import asyncio
import imaplib
import signal
import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import TypeVar

import pytest

from sandbox.peers.dovecot import PASSWORD, Dovecot
from sandbox.peers.lmtp import Undelivered
from sandbox.peers.looking import until
from sandbox.peers.process import NotInstalled, ServerProcess, free_port, program, server_folder
from sandbox.peers.proxy import Proxy
from sandbox.peers.smtp_sink import SmtpSink
from tests.servers import DOVECOT, SMTP_SINK, require

T = TypeVar("T")

HELP, LAN = "help@example.com", "lan@example.org"
MAIL = b"From: lan@example.org\r\nSubject: thu\r\n\r\nxin ch\xc3\xa0o\r\n.\r\n..\r\n"
ANSWER = b"Message-ID: <2@example.com>\r\nIn-Reply-To: <1@example.org>\r\nSubject: x\r\n\r\nhello\r\n"


@pytest.fixture
async def dovecot() -> AsyncIterator[Dovecot]:
    require(DOVECOT)
    async with Dovecot(HELP, LAN) as running:
        yield running


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    require(SMTP_SINK)
    async with SmtpSink() as running:
        yield running


async def read_all(port: int, address: str) -> list[bytes]:
    """Every message of a mailbox, as Python's own IMAP client reads them."""

    def visit(client: imaplib.IMAP4) -> list[bytes]:
        client.select("INBOX")
        _, answer = client.fetch("1:*", "(BODY.PEEK[])")
        return [item[1] for item in answer if isinstance(item, tuple)]

    return await with_imap(port, address, visit)


async def with_imap(port: int, address: str, work: Callable[[imaplib.IMAP4], T]) -> T:
    def visit() -> T:
        with imaplib.IMAP4("127.0.0.1", port) as client:
            client.login(address, PASSWORD)
            return work(client)

    return await asyncio.to_thread(visit)


async def send(port: int, *mails: bytes) -> None:
    def work() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for mail in mails:
                client.sendmail(HELP, [LAN], mail)

    await asyncio.to_thread(work)


# --- Dovecot --------------------------------------------------------------------------------------


async def test_a_mail_by_lmtp_lies_in_the_mailbox_byte_by_byte_plus_address_kept(dovecot: Dovecot) -> None:
    assert await dovecot.deliver([MAIL, MAIL], to="help+t0ken@example.com") == 2
    assert await dovecot.deliver([MAIL], to=LAN) == 1
    first, second = await read_all(dovecot.imap_port, HELP)
    assert first.endswith(MAIL)
    assert second.endswith(MAIL)
    assert b"Delivered-To: help+t0ken@example.com\r\n" in first
    assert len(await read_all(dovecot.imap_port, LAN)) == 1


async def test_mail_to_nobody_is_not_taken(dovecot: Dovecot) -> None:
    with pytest.raises(Undelivered, match="550"):
        await dovecot.deliver([MAIL], to="nobody@example.com")


async def test_a_restarted_dovecot_has_its_mail_and_its_numbers(dovecot: Dovecot) -> None:
    def uidvalidity(client: imaplib.IMAP4) -> bytes | None:
        client.select("INBOX")
        found: bytes | None = client.response("UIDVALIDITY")[1][0]
        return found

    await dovecot.deliver([MAIL])
    before = await with_imap(dovecot.imap_port, HELP, uidvalidity)
    await dovecot.stop(signal.SIGKILL)
    with pytest.raises(ConnectionRefusedError):
        await read_all(dovecot.imap_port, HELP)
    await dovecot.start()
    assert await with_imap(dovecot.imap_port, HELP, uidvalidity) == before
    assert len(await read_all(dovecot.imap_port, HELP)) == 1


async def test_a_stopped_dovecot_takes_leave_of_its_clients(dovecot: Dovecot) -> None:
    reader, writer = await asyncio.open_connection(dovecot.host, dovecot.imap_port)
    await reader.readline()
    writer.write(f'a LOGIN {HELP} "{PASSWORD}"\r\nb SELECT INBOX\r\nc IDLE\r\n'.encode())
    async with asyncio.timeout(5):
        await reader.readuntil(b"+ idling\r\n")
        await dovecot.stop()
        assert b"* BYE" in await reader.read()
    writer.close()


async def test_nothing_is_left_of_a_server_that_was_left(dovecot: Dovecot) -> None:
    async with Dovecot(HELP) as other:
        folder, port = other.folder, other.imap_port
        assert folder.exists()
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


# --- smtp-sink ------------------------------------------------------------------------------------


async def test_the_sink_keeps_what_it_accepted_with_recipient_and_thread(sink: SmtpSink) -> None:
    await send(sink.port, ANSWER, MAIL)
    second, first = sorted(sink.taken(), key=lambda mail: mail.message_id)
    assert (first.recipient, first.message_id, first.in_reply_to) == (
        LAN,
        "<2@example.com>",
        "<1@example.org>",
    )
    assert b"hello" in first.content
    assert (second.recipient, second.message_id) == (LAN, "")
    assert 0 <= second.accepted_at - first.accepted_at < 5


async def test_a_mail_that_is_cut_off_is_not_taken_and_what_was_taken_survives_a_kill(sink: SmtpSink) -> None:
    await send(sink.port, ANSWER)
    reader, writer = await asyncio.open_connection(sink.host, sink.port)
    writer.write(b"EHLO a\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
    async with asyncio.timeout(5):
        await reader.readuntil(b"354 ")
    writer.write(b"Subject: half\r\n\r\n" + b"x" * 70 + b"\r\n")
    await writer.drain()
    await sink.stop(signal.SIGKILL)
    assert [mail.message_id for mail in sink.taken()] == ["<2@example.com>"]
    await sink.start()
    await send(sink.port, MAIL)
    assert len(sink.taken()) == 2
    writer.close()


# --- the processes ----------------------------------------------------------------------------------


def test_a_missing_program_names_its_package() -> None:
    with pytest.raises(NotInstalled, match="apt install some-package"):
        program("no-such-server", "some-package")


async def test_a_server_that_ends_at_once_is_reported_with_its_words() -> None:
    folder = server_folder("broken")
    server = ServerProcess(("/bin/sh", "-c", "echo wrong setting; exit 3"), (free_port(),), folder / "log")
    with pytest.raises(RuntimeError, match="wrong setting"):
        await server.start()
    (folder / "log").unlink()
    folder.rmdir()


async def test_looking_ends_with_what_is_seen_or_in_time() -> None:
    seen = iter(("", "", "here"))
    assert await until(lambda: next(seen), 1, every=0.001) == "here"
    with pytest.raises(TimeoutError):
        await until(lambda: "", 0.01, every=0.001)


# --- the proxy ------------------------------------------------------------------------------------


class Echo:
    """A server that says back what it is told."""

    async def __aenter__(self) -> Echo:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
        except ConnectionError:
            return
        finally:
            writer.close()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with Echo() as running:
        yield running


@asynccontextmanager
async def open_to(proxy: Proxy) -> AsyncIterator[Ends]:
    reader, writer = await asyncio.open_connection(proxy.host, proxy.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def says(ends: Ends, words: bytes) -> bytes:
    """Say something, and read as much."""
    reader, writer = ends
    writer.write(words)
    async with asyncio.timeout(5):
        return await reader.readexactly(len(words))


async def is_cut(ends: Ends) -> bool:
    async with asyncio.timeout(5):
        try:
            await ends[0].read()
        except ConnectionResetError:
            return True
    return ends[0].at_eof()


async def test_words_pass_the_proxy_both_ways_and_are_heard(echo: Echo) -> None:
    asked: list[bytes] = []
    answered: list[bytes] = []
    async with (
        Proxy(echo.port, hears_client=asked.append, hears_server=answered.append) as proxy,
        open_to(proxy) as ends,
    ):
        assert await says(ends, b"hello") == b"hello"
        assert (asked, answered) == ([b"hello"], [b"hello"])


async def test_a_cut_resets_every_connection_and_new_ones_pass(echo: Echo) -> None:
    async with Proxy(echo.port) as proxy, open_to(proxy) as first, open_to(proxy) as second:
        await says(first, b"1")
        await says(second, b"2")
        assert proxy.cut() == 2
        assert await is_cut(first)
        assert await is_cut(second)
        async with open_to(proxy) as third:
            assert await says(third, b"3") == b"3"
        assert proxy.connections == 3


async def test_a_stall_holds_everything_back_and_loses_nothing(echo: Echo) -> None:
    async with Proxy(echo.port) as proxy, open_to(proxy) as ends:
        await says(ends, b"1")
        proxy.stall()
        ends[1].write(b"2")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ends[0].read(1), 0.1)
        proxy.flow()
        async with asyncio.timeout(5):
            assert await ends[0].readexactly(1) == b"2"


async def test_a_cut_can_come_in_the_middle_of_what_the_server_says(echo: Echo) -> None:
    async with Proxy(echo.port) as proxy, open_to(proxy) as ends:
        proxy.cut_after(3)
        assert await says(ends, b"12") == b"12"
        ends[1].write(b"34")
        assert await is_cut(ends)


async def test_refused_connections_end_at_once_until_the_proxy_is_healed(echo: Echo) -> None:
    async with Proxy(echo.port) as proxy:
        proxy.refuse()
        async with open_to(proxy) as ends:
            assert await is_cut(ends)
        proxy.heal()
        async with open_to(proxy) as ends:
            assert await says(ends, b"1") == b"1"


async def test_a_delay_comes_before_each_word_of_the_server(echo: Echo) -> None:
    async with Proxy(echo.port, delay=0.1) as proxy, open_to(proxy) as ends:
        began = monotonic()
        await says(ends, b"1")
        assert monotonic() - began >= 0.1


async def test_a_server_that_is_not_there_is_a_reset() -> None:
    async with Proxy(free_port()) as proxy, open_to(proxy) as ends:
        assert await is_cut(ends)
