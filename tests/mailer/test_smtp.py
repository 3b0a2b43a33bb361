"""Every end that a try to send can come to, on a real SMTP server that goes wrong on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from core.messages import Address, ChannelName, Kind, Outbound
from flows.ports import Delivery, Handing, LeaseLost, Letter, Sent
from mailer.compose import compose
from mailer.settings import MailSettings, Server, SettingsError, Tls
from mailer.smtp import NotEncrypted, Sender, Step, result_of
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, LAN, PASSWORDS, Certificate, SettingsFor

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def a_letter(
    settings: MailSettings, number: int = 1, to: str = LAN, token: str = "0k3n", text: str = "Xin chào"
) -> Letter:
    address = Address(ChannelName.EMAIL, to)
    message = Outbound(f"letter-{number}", address, Kind.NOTICE, NOON, text, "Chào", reply_token=token)
    return Letter(message.id, address, compose(message, settings), 0, NOON)


async def no_entry() -> None:
    """Nothing is written down: these tests are about the server."""


async def send(sender: Sender, letter: Letter, handing: Handing = no_entry) -> Sent:
    return await sender.send(letter, handing)


@asynccontextmanager
async def a_sender(settings: MailSettings) -> AsyncIterator[Sender]:
    sender = Sender(settings, answer_limit=2.0)
    try:
        yield sender
    finally:
        await sender.close()


@pytest.fixture
async def sender(settings: MailSettings) -> AsyncIterator[Sender]:
    async with a_sender(settings) as sender:
        yield sender


async def test_a_letter_arrives_byte_for_byte_from_its_plus_address(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    letter = a_letter(settings, text=".\n..\n.dots at the beginning of lines\n")
    assert await send(sender, letter) == Sent(Delivery.SENT, "<letter-1@example.com>")
    mail = await server.next_mail(to=LAN)
    assert (mail.content, mail.sender) == (letter.body, "help+0k3n@example.com")


async def test_without_a_token_the_help_address_is_the_sender(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    await send(sender, a_letter(settings, token=""))
    assert (await server.next_mail()).sender == HELP


@pytest.mark.parametrize(
    ("at", "code", "text", "result"),
    [
        ("mail", 451, "4.3.0 later", Sent(Delivery.RETRY, detail="451 4.3.0 at sender")),
        ("mail", 552, "5.3.4 too big", Sent(Delivery.FAILED, detail="552 5.3.4 at sender")),
        ("mail", 530, "5.7.0 log in first", Sent(Delivery.RETRY, detail="530 5.7.0 at sender")),
        (
            "rcpt",
            450,
            "4.2.0 lan@example.org is greylisted",
            Sent(Delivery.RETRY, detail="450 4.2.0 at recipient"),
        ),
        ("rcpt", 421, "closing", Sent(Delivery.RETRY, detail="421 at recipient")),
        (
            "rcpt",
            550,
            "5.1.1 lan@example.org is unknown",
            Sent(Delivery.UNREACHABLE, detail="550 5.1.1 at recipient"),
        ),
        ("data", 452, "4.3.1 full", Sent(Delivery.RETRY, detail="452 4.3.1 at body")),
        ("data", 554, "5.6.0 refused", Sent(Delivery.FAILED, detail="554 5.6.0 at body")),
    ],
)
async def test_a_refusal_is_told_by_its_codes_and_the_next_letter_goes(
    server: MailServer, settings: MailSettings, sender: Sender, at: str, code: int, text: str, result: Sent
) -> None:
    server.refuse_with(code, text, at=at)
    assert await send(sender, a_letter(settings, 1)) == result
    assert (await send(sender, a_letter(settings, 2))).result is Delivery.SENT
    assert len(server.log) == 1


async def test_an_unknown_mailbox_is_unreachable(settings: MailSettings, sender: Sender) -> None:
    sent = await send(sender, a_letter(settings, to="nobody@example.org"))
    assert sent == Sent(Delivery.UNREACHABLE, detail="550 5.1.1 at recipient")


async def test_a_cut_before_the_message_is_a_retry(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    server.drop_before_data()
    assert (await send(sender, a_letter(settings))).result is Delivery.RETRY
    assert server.log == []


async def test_handing_comes_after_the_recipient_is_accepted_and_before_the_message(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    handed: list[int] = []

    async def handing() -> None:
        handed.append(len(server.log))

    server.refuse_with(550, "5.1.1 unknown", at="rcpt")
    assert (await send(sender, a_letter(settings, 1), handing)).result is Delivery.UNREACHABLE
    assert handed == []
    assert (await send(sender, a_letter(settings, 2), handing)).result is Delivery.SENT
    assert handed == [0]


async def test_a_letter_that_is_not_ours_any_more_is_not_handed_over_and_the_next_one_goes(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    async def handing() -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        await send(sender, a_letter(settings, 1), handing)
    assert (await send(sender, a_letter(settings, 2))).result is Delivery.SENT
    assert [mail.content for mail in server.log] == [a_letter(settings, 2).body]


async def test_a_cut_after_the_message_is_uncertain(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    server.drop_after_data()
    assert (await send(sender, a_letter(settings))).result is Delivery.UNCERTAIN
    assert len(server.log) == 1


async def scripted(answers: list[bytes], settings: MailSettings) -> Sent:
    """Send to a server that says these things in turn, and then nothing more."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for answer in answers:
                writer.write(answer)
                await (reader.readuntil(b"\r\n.\r\n") if answer.startswith(b"354") else reader.readline())
            await reader.read()
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        smtp = Server("127.0.0.1", port, tls=Tls.NONE)
        sender = Sender(MailSettings(HELP, "MentraCere", settings.imap, smtp), answer_limit=0.2)
        return await send(sender, a_letter(settings))


POLITE = [b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"]


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ([], Delivery.RETRY),
        ([b"554 go away\r\n"], Delivery.RETRY),
        (POLITE[:3], Delivery.RETRY),
        (POLITE[:4], Delivery.RETRY),
        (POLITE, Delivery.UNCERTAIN),
        ([*POLITE, b"nonsense\r\n"], Delivery.UNCERTAIN),
    ],
)
async def test_a_silence_counts_by_how_far_the_letter_had_come(
    settings: MailSettings, answers: list[bytes], result: Delivery
) -> None:
    async with asyncio.timeout(5):
        assert (await scripted(answers, settings)).result is result


async def test_nobody_listening_is_a_retry(settings_for: SettingsFor) -> None:
    async with MailServer(PASSWORDS) as server:
        settings = settings_for(server)
    async with a_sender(settings) as sender:
        assert await send(sender, a_letter(settings)) == Sent(
            Delivery.RETRY, detail="SMTPConnectError at connect"
        )


async def test_a_wrong_password_keeps_the_letter(server: MailServer, settings_for: SettingsFor) -> None:
    settings = settings_for(server, password="wrong")
    async with a_sender(settings) as sender:
        sent = await send(sender, a_letter(settings))
    assert (sent.result, sent.detail[:3]) == (Delivery.RETRY, "535")


async def test_connections_are_kept_and_no_more_than_four_are_made(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    results = await asyncio.gather(*(send(sender, a_letter(settings, number)) for number in range(40)))
    assert {sent.result for sent in results} == {Delivery.SENT}
    assert len({mail.content for mail in server.log}) == 40
    assert server.smtp_connections == 4


async def test_a_kept_connection_that_died_costs_no_letter(
    server: MailServer, settings: MailSettings, sender: Sender
) -> None:
    await send(sender, a_letter(settings, 1))
    await server.disconnect_everybody()
    assert (await send(sender, a_letter(settings, 2))).result is Delivery.SENT


@pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
async def test_letters_go_encrypted_to_a_server_that_is_trusted(
    settings_for: SettingsFor, certificate: Certificate, tls: Tls
) -> None:
    implicit = tls is Tls.IMPLICIT
    async with MailServer(PASSWORDS, tls=certificate.context, smtp_implicit=implicit) as server:
        trusting = settings_for(server, smtp_tls=tls, ca_file=certificate.ca_file)
        async with a_sender(trusting) as sender:
            assert (await send(sender, a_letter(trusting))).result is Delivery.SENT
        distrusting = settings_for(server, smtp_tls=tls)
        async with a_sender(distrusting) as sender:
            assert (await send(sender, a_letter(distrusting))).result is Delivery.RETRY
        assert len(server.log) == 1


async def test_a_server_without_starttls_gets_no_mail_and_the_error_is_clear(
    server: MailServer, settings_for: SettingsFor
) -> None:
    settings = settings_for(server, smtp_tls=Tls.STARTTLS)
    async with a_sender(settings) as sender:
        sent = await send(sender, a_letter(settings))
        assert sent == Sent(Delivery.RETRY, detail="NotEncrypted at connect")
        with pytest.raises(NotEncrypted, match="offers no encryption"):
            await sender.connect()
    assert server.log == []


def test_clear_text_to_another_machine_is_refused() -> None:
    remote = Server("mail.example.com", 25, tls=Tls.NONE)
    with pytest.raises(SettingsError, match="clear text"):
        Sender(MailSettings(HELP, "MentraCere", remote, remote))


@pytest.mark.parametrize("to", ["đặng@example.org", "lan\r\nRCPT TO:<x@example.org>@example.org", ""])
async def test_an_address_that_mail_cannot_go_to_is_unreachable(
    server: MailServer, settings: MailSettings, sender: Sender, to: str
) -> None:
    sent = await send(sender, a_letter(settings, to=to))
    assert sent.result is Delivery.UNREACHABLE
    assert server.log == []


async def test_an_address_in_vietnamese_letters_is_announced(settings_for: SettingsFor) -> None:
    async with MailServer(PASSWORDS | {"đặng@example.org": "x"}) as server:
        settings = settings_for(server)
        async with a_sender(settings) as sender:
            assert (await send(sender, a_letter(settings, to="đặng@example.org"))).result is Delivery.SENT
        assert server.log[0].recipient == "đặng@example.org"


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("code", [None, -1, 200, 421, 450, 530, 535, 550, 554])
def test_only_after_the_message_can_a_result_be_uncertain(step: Step, code: int | None) -> None:
    lost = code in (None, -1, 200)
    assert (result_of(step, code) is Delivery.UNCERTAIN) == (lost and step is Step.BODY)
    assert (result_of(step, code) is Delivery.UNREACHABLE) == (code in (550, 554) and step is Step.RECIPIENT)
