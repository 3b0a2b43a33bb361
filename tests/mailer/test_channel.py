"""The whole channel against a whole mail server: a wish comes in, an answer goes out, the reply finds its way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import aiosmtplib
import pytest

from core.messages import Address, Attachment, ChannelName, Kind, Outbound, RawMessage
from flows.ports import Channel, Delivery, FetchFailed, Letter
from mailer.channel import MailChannel
from mailer.settings import MailSettings
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, LAN, PASSWORDS, MemoryInbox

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


async def write(server: MailServer, to: str, *headers: str, text: str) -> None:
    """A customer's own mail program sends a mail."""
    mail = "\r\n".join([f"From: Lan <{LAN}>", f"To: {to}", *headers, "", text, ""]).encode()
    await aiosmtplib.send(
        mail,
        sender=LAN,
        recipients=[to],
        hostname=server.host,
        port=server.smtp_port,
        username=LAN,
        password=PASSWORDS[LAN],
        start_tls=False,
    )


async def nothing_to_note() -> None:
    """No outbox stands behind this channel."""


async def test_a_wish_an_answer_and_the_reply_to_it_make_the_round(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    channel = MailChannel(settings)
    promised: Channel = channel
    receiving = asyncio.create_task(promised.receive(inbox))
    await inbox.has_cursor()
    await write(server, HELP, "Subject: Wish", "Message-ID: <m1@example.org>", text="Please delete my data.")
    await inbox.holds(1)
    (wish,) = [channel.parse(raw) for raw in inbox.kept.values()]
    assert wish.sender == Address(ChannelName.EMAIL, LAN)
    assert (wish.subject, wish.text, wish.silence) == ("Wish", "Please delete my data.", "")

    answer = Outbound(
        "n1",
        wish.sender,
        Kind.NOTICE,
        NOON,
        "We got it.",
        "Your request",
        in_reply_to=wish.message_id,
        reply_token="0k3n",
    )
    letter = Letter(answer.id, answer.to, channel.compose(answer), 0, NOON)
    assert (await channel.send(letter, nothing_to_note)).result is Delivery.SENT
    mail = await server.next_mail(to=LAN)
    assert b"In-Reply-To: <m1@example.org>\r\n" in mail.content

    await write(server, "help+0k3n@example.com", "In-Reply-To: <n1@example.com>", text="Thank you.")
    await inbox.holds(2)
    _, reply = [channel.parse(raw) for raw in inbox.kept.values()]
    assert (reply.reply_token, reply.references) == ("0k3n", ("<n1@example.com>",))

    assert await server.flags(HELP) == [frozenset(), frozenset()]
    receiving.cancel()
    await asyncio.wait([receiving])
    await channel.close()


async def test_a_file_of_a_mail_is_there_without_fetching(settings: MailSettings) -> None:
    channel = MailChannel(settings)
    attachment = Attachment("a.csv", "text/csv", b"1,2", size=3)
    assert channel.name is ChannelName.EMAIL
    assert await channel.fetch(attachment) is attachment
    await channel.close()


async def test_a_file_of_a_stored_mail_is_opened_from_it(settings: MailSettings) -> None:
    channel = MailChannel(settings)
    mail = EmailMessage()
    mail["From"], mail["To"] = LAN, HELP
    mail.set_content("Here it is.")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="scan.pdf")
    raw = RawMessage("1", mail.as_bytes(), NOON)
    (file,) = channel.parse(raw).attachments
    assert file.content is None
    assert channel.open(raw, file).content == b"%PDF-1.7"
    with pytest.raises(FetchFailed, match="no such file"):
        channel.open(raw, replace(file, remote="2"))
    await channel.close()
