"""The sandbox's mail server, seen by clients that know nothing of it."""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
from collections.abc import AsyncIterator

import aiosmtplib
import pytest

from sandbox.mail import MailServer

HELP, LAN = "help@example.com", "lan@example.org"
MAIL = b"From: lan@example.org\r\nSubject: thu\r\n\r\nxin ch\xc3\xa0o\r\n.\r\n..\r\n"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer({HELP: "one", LAN: "two"}) as running:
        yield running


async def send(server: MailServer, to: str = HELP, mail: bytes = MAIL) -> None:
    await aiosmtplib.send(
        mail, sender=LAN, recipients=[to], hostname=server.host, port=server.smtp_port, start_tls=False
    )


def read_all(server: MailServer, user: str, password: str) -> list[bytes]:
    """Every message of a mailbox, as Python's own IMAP client reads them."""
    with imaplib.IMAP4(server.host, server.imap_port) as client:
        client.login(user, password)
        client.select("INBOX")
        _, answer = client.fetch("1:*", "(BODY.PEEK[])")
        return [item[1] for item in answer if isinstance(item, tuple)]


async def test_mail_to_a_plus_address_lies_in_the_mailbox_with_its_recipient_kept(server: MailServer) -> None:
    await send(server, "help+t0ken@example.com")
    (raw,) = await asyncio.to_thread(read_all, server, HELP, "one")
    assert raw == b"Return-Path: <lan@example.org>\r\nDelivered-To: help+t0ken@example.com\r\n" + MAIL


async def test_an_unknown_recipient_is_refused_with_550(server: MailServer) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refusal:
        await send(server, "nobody@example.com")
    assert refusal.value.recipients[0].code == 550
    assert server.log == []


async def test_the_log_tells_who_sent_what_to_whom_and_when(server: MailServer) -> None:
    waiting = asyncio.create_task(server.next_mail(to=HELP))
    await send(server, LAN)
    await send(server)
    mail = await waiting
    assert (mail.sender, mail.recipient, mail.content) == (LAN, HELP, MAIL)
    assert server.log[0].monotonic <= server.log[1].monotonic
    assert (await server.next_mail(after=0)).recipient == LAN
    with pytest.raises(TimeoutError):
        await server.next_mail(to=HELP, after=2, timeout=0.01)


async def test_a_mailbox_that_is_added_later_takes_mail_and_can_be_read(server: MailServer) -> None:
    await server.add_mailbox("Minh@example.org", "three")
    await send(server, "minh@example.org")
    assert len(await asyncio.to_thread(read_all, server, "minh@example.org", "three")) == 1


async def test_flags_show_whether_somebody_has_read_a_message(server: MailServer) -> None:
    await send(server)
    assert await server.flags(HELP) == [frozenset()]

    def read() -> None:
        with imaplib.IMAP4(server.host, server.imap_port) as client:
            client.login(HELP, "one")
            client.select("INBOX")
            client.fetch("1", "(BODY[])")

    await asyncio.to_thread(read)
    assert await server.flags(HELP) == [frozenset({"\\Seen"})]


async def test_a_wrong_password_is_refused_on_both_sides(server: MailServer) -> None:
    def by_imap() -> None:
        with imaplib.IMAP4(server.host, server.imap_port) as client:
            client.login(HELP, "wrong")

    def by_smtp() -> None:
        with smtplib.SMTP(server.host, server.smtp_port) as client:
            client.login(HELP, "wrong")

    with pytest.raises(imaplib.IMAP4.error):
        await asyncio.to_thread(by_imap)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await asyncio.to_thread(by_smtp)


async def test_a_cut_after_data_leaves_the_sender_without_an_answer_and_the_mail_delivered(
    server: MailServer,
) -> None:
    server.drop_after_data()
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(server)
    assert len(server.log) == 1
    await send(server)
    assert len(server.log) == 2


async def test_a_cut_before_data_delivers_nothing(server: MailServer) -> None:
    server.drop_before_data()
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(server)
    assert server.log == []


@pytest.mark.parametrize(
    ("at", "error"),
    [
        ("mail", aiosmtplib.SMTPSenderRefused),
        ("rcpt", aiosmtplib.SMTPRecipientsRefused),
        ("data", aiosmtplib.SMTPDataError),
    ],
)
async def test_a_refusal_on_demand_comes_as_often_as_asked_for(
    server: MailServer, at: str, error: type[Exception]
) -> None:
    server.refuse_with(451, "4.7.1 later", times=2, at=at)
    for _ in range(2):
        with pytest.raises(error):
            await send(server)
    await send(server)
    assert len(server.log) == 1


async def test_disconnecting_everybody_ends_every_connection(server: MailServer) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.imap_port)
    await reader.readline()
    client = aiosmtplib.SMTP(hostname=server.host, port=server.smtp_port, start_tls=False)
    await client.connect()
    await server.disconnect_everybody()
    async with asyncio.timeout(5):
        assert await reader.read() == b""
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await client.noop()
    writer.close()
