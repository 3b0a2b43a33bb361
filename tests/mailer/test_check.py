"""The check names what is wrong, and what would help."""

from __future__ import annotations

from dataclasses import replace

from mailer.check import check_mail
from mailer.imap import as_folder
from mailer.settings import Filing, MailSettings, Tls
from mailer.visit import open_mailbox
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, PASSWORDS, Certificate, ScriptedImap, SettingsFor


async def test_good_settings_are_good_on_every_count(server: MailServer, settings: MailSettings) -> None:
    await server.deliver(HELP, b"Subject: one\r\n\r\n")
    findings = await check_mail(settings)
    assert [ok for _, ok, _ in findings] == [True, True, True]
    reading, learning, sending = (message for *_, message in findings)
    assert reading.startswith("logged in by password; INBOX holds 1 messages (UIDVALIDITY ")
    assert (learning, sending) == ("mail is announced at once (IDLE)", "connected, tls = none, logged in")


async def test_a_server_without_idle_is_usable_and_said_to_be_slower(settings_for: SettingsFor) -> None:
    async with MailServer(PASSWORDS, idle=False) as server:
        findings = await check_mail(settings_for(server))
    assert [ok for _, ok, _ in findings] == [True, True, True]
    assert "every 30 seconds" in findings[1][2]


async def test_a_wrong_password_is_named_on_both_sides(server: MailServer, settings_for: SettingsFor) -> None:
    imap, smtp = await check_mail(settings_for(server, password="wrong"))
    assert (imap[1], smtp[1]) == (False, False)
    assert all("Check user and password" in finding[2] for finding in (imap, smtp))


async def test_a_server_that_is_not_there_is_named_with_its_ports(settings_for: SettingsFor) -> None:
    async with MailServer(PASSWORDS) as server:
        settings = settings_for(server)
    imap, smtp = await check_mail(settings)
    assert imap[0] == f"read mail from 127.0.0.1:{settings.imap.port}"
    assert "993 for IMAP" in imap[2]
    assert (imap[1], smtp[1]) == (False, False)


async def test_an_untrusted_certificate_is_named(settings_for: SettingsFor, certificate: Certificate) -> None:
    async with MailServer(PASSWORDS, tls=certificate.context) as server:
        imap, smtp = await check_mail(settings_for(server, Tls.IMPLICIT, Tls.STARTTLS))
    assert all("ca_file" in finding[2] for finding in (imap, smtp))


async def test_clear_text_to_another_machine_is_named_and_not_tried(settings: MailSettings) -> None:
    remote = replace(settings.imap, host="mail.example.com")
    imap, smtp = await check_mail(replace(settings, imap=remote, smtp=remote))
    assert "clear text" in imap[2]
    assert "clear text" in smtp[2]


async def test_a_server_without_starttls_is_named(server: MailServer, settings_for: SettingsFor) -> None:
    *_, smtp = await check_mail(settings_for(server, smtp_tls=Tls.STARTTLS))
    assert not smtp[1]
    assert "STARTTLS" in smtp[2]


async def test_a_folder_to_move_to_must_be_there(server: MailServer, settings: MailSettings) -> None:
    moving = replace(settings, filing=Filing(folder="Đã xử lý"))
    *_, missing, _ = await check_mail(moving)
    assert missing[:2] == ("move acknowledged mail to Đã xử lý", False)
    assert "Make it in the mailbox" in missing[2]
    async with open_mailbox(settings.imap) as mailbox:
        await mailbox._command("make a folder", "CREATE", as_folder("Đã xử lý"))
    *_, found, _ = await check_mail(moving)
    assert found == ("move acknowledged mail to Đã xử lý", True, "the folder is there")


async def test_a_server_that_cannot_move_is_named(settings: MailSettings) -> None:
    async with ScriptedImap({}) as imap:
        moving = replace(settings, imap=imap.server, filing=Filing(folder="Processed"))
        *_, finding, _ = await check_mail(moving)
    assert not finding[1]
    assert "MOVE" in finding[2]
