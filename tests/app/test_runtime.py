"""The desk as a process: it stops, dies and starts again without losing a message or answering one twice."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from email.utils import make_msgid
from pathlib import Path

from core.messages import ChannelName, RawMessage
from sandbox.mail import MailServer
from sandbox.mail_person import MailPerson
from sandbox.people_on_file import CUSTOMERS, HELP, Customer
from sandbox.telegram import TelegramServer
from storage.migrate import migrate
from storage.sealing import load_master_key
from storage.store import open_store
from tests.app.desk import PATIENCE, RunningDesk, command, write_desk

LAN = CUSTOMERS[0]
#: An objection needs no proof: the desk answers it once, with an acknowledgement.
SUBJECT = "Tin khuyến mãi"
STOP_ADVERTISING = "Ngừng gửi tin khuyến mãi cho tôi nhé."


def _mail_from(writer: Customer) -> bytes:
    head = f"From: {writer.email}\r\nTo: {HELP}\r\nSubject: {SUBJECT}\r\nMessage-ID: {make_msgid(domain='example.com')}"
    return f"{head}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{STOP_ADVERTISING}\r\n".encode()


def _waiting(folder: Path) -> tuple[int, int]:
    """Messages that are not handled, and letters that are neither sent nor given up."""
    with sqlite3.connect(folder / "desk.db") as database:
        (inbox,) = database.execute("SELECT count(*) FROM inbox WHERE disposition = 'pending'").fetchone()
        (outbox,) = database.execute(
            "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'leased', 'handing')"
        ).fetchone()
    database.close()
    return inbox, outbox


async def test_sigterm_ends_the_desk_with_nothing_half_done(desk: RunningDesk, mail: MailServer) -> None:
    await desk.start()
    writers = [MailPerson(mail, customer.email, customer.name) for customer in CUSTOMERS]
    for writer in writers:
        await writer.write(SUBJECT, STOP_ADVERTISING)
    await desk.until("mail_received")
    assert await desk.stop() == 0
    assert desk.log[-1]["event"] == "stopped"
    assert _waiting(desk.folder) == (0, 0)
    await desk.start()
    for writer in writers:
        await writer.reads(PATIENCE)
    assert await desk.stop() == 0
    assert [len(desk.answers(writer)) for writer in writers] == [1] * len(writers)


async def test_what_was_stored_and_not_handled_is_handled_after_the_next_start(
    desk: RunningDesk, mail: MailServer
) -> None:
    database = f"sqlite:///{desk.folder / 'desk.db'}"
    migrate(database)
    store = open_store(database, load_master_key(desk.folder / "master.key"))
    now = datetime.now(UTC)
    arrival = RawMessage("1:1", _mail_from(LAN), now)
    await store.run(lambda uow: uow.accept(ChannelName.EMAIL, "imap:elsewhere", [arrival], "1:1", now))
    await store.close()
    await desk.start("ready")
    answer = await MailPerson(mail, LAN.email, LAN.name).reads(PATIENCE)
    assert answer.reference
    assert await desk.stop() == 0
    assert _waiting(desk.folder) == (0, 0)


async def _uncertain(folder: Path) -> set[str]:
    """Whose letter may have arrived or not: a person must look."""
    store = open_store(f"sqlite:///{folder / 'desk.db'}", load_master_key(folder / "master.key"))
    letters = await store.run(lambda uow: uow.unsettled())
    await store.close()
    return {letter.to.value for letter, state, _ in letters if state == "uncertain"}


async def test_a_kill_in_the_middle_loses_nothing_and_writes_nobody_two_letters(
    desk: RunningDesk, mail: MailServer
) -> None:
    """What was being handed over at the kill is not sent again: it is marked as uncertain."""
    writers = [MailPerson(mail, customer.email, customer.name) for customer in CUSTOMERS]
    early, late = writers[:5], writers[5:]
    for writer in early:
        await writer.write(SUBJECT, STOP_ADVERTISING)
    await desk.start()
    await early[0].reads(PATIENCE)
    await desk.kill()
    for writer in late:
        await writer.write(SUBJECT, STOP_ADVERTISING)
    await desk.start()
    for writer in late:
        await writer.reads(PATIENCE)
    assert await desk.stop() == 0
    counts = {writer.address: len(desk.answers(writer)) for writer in writers}
    assert set(counts.values()) <= {0, 1}
    assert {address for address, count in counts.items() if not count} <= await _uncertain(desk.folder)
    assert _waiting(desk.folder) == (0, 0)


async def test_a_full_disk_is_waited_for(desk: RunningDesk, mail: MailServer) -> None:
    await desk.start()
    desk.fill_disk()
    writer = MailPerson(mail, LAN.email, LAN.name)
    await writer.write(SUBJECT, STOP_ADVERTISING)
    failure = await desk.until("store_failed")
    assert failure["level"] == "error"
    await desk.until("store_failed")
    desk.empty_disk()
    assert (await writer.reads(PATIENCE)).reference
    assert await desk.stop() == 0
    assert len(desk.answers(writer)) == 1


async def test_a_mailbox_that_goes_away_is_found_again(desk: RunningDesk, mail: MailServer) -> None:
    await desk.start()
    await mail.disconnect_everybody()
    await desk.until("mailbox_lost")
    await desk.until("mailbox_open")
    writer = MailPerson(mail, LAN.email, LAN.name)
    await writer.write(SUBJECT, STOP_ADVERTISING)
    assert (await writer.reads(PATIENCE)).reference
    assert await desk.stop() == 0


async def test_a_refused_token_ends_the_desk_in_plain_words(tmp_path: Path, mail: MailServer) -> None:
    async with TelegramServer() as telegram:
        write_desk(tmp_path, mail, f'[telegram]\nstaff_chat = -1\napi_base = "{telegram.base}"\n')
        secrets = {
            "PRIVACYDESK_MAIL__PASSWORD": "sandbox",
            "PRIVACYDESK_TELEGRAM__TOKEN": "77:of-no-bot-that-there-is",
        }
        ended = await command(tmp_path, "run", env=secrets)
    assert ended.code == 1
    assert ended.err.splitlines()[-1].startswith("Telegram refuses the bot's token.")
    assert "Traceback" not in ended.err
    assert '"event": "stopped"' in ended.err
    assert "of-no-bot" not in ended.err + ended.out
