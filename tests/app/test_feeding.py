"""`privacydesk feed`: real processes, a real database, and mail servers only where something is to be sent."""

from __future__ import annotations

import asyncio
import json
import mailbox
import os
from pathlib import Path

import pytest

from core.messages import ChannelName
from sandbox.mail import MailServer
from sandbox.people_on_file import CUSTOMERS, HELP
from storage.sealing import load_master_key
from storage.store import open_store
from storage.tables import OUTBOX
from tests.app.desk import PASSWORD, Ended, RunningDesk, command

CUSTOMER = CUSTOMERS[0]
KEYS = ["read", "stored", "requests", "silent", "bounces", "quarantined", "duplicates"]
BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx.example.org>
To: {help}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

It could not be delivered.
--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; somebody@example.org
Action: failed
Status: 5.1.1

--=b--
"""


def mail(text: str, number: int, more: str = "", sender: str = CUSTOMER.email) -> bytes:
    return (
        f"From: {sender}\nTo: {HELP}\nSubject: My data\nMessage-ID: <{number}@customer.example>\n{more}\n{text}\n"
    ).encode()


WISH = "Please stop sending me marketing messages."
NEWS = mail("Our news of this month.", 2, "List-Id: <news.example.org>\n")
REFUND = mail("When do I get my refund for course K12-A?", 3)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two files, an mbox and a Maildir: eight mails, one of them twice."""
    folder = tmp_path / "old mail"
    folder.mkdir()
    (folder / "wish.eml").write_bytes(mail(WISH, 1))
    (folder / "garbage.eml").write_bytes(b"\x00\xff\x00 this is no mail at all")
    box = mailbox.mbox(folder / "archive.mbox")
    for raw in (NEWS, REFUND, BOUNCE.format(help=HELP).encode()):
        box.add(raw)
    box.close()
    maildir = mailbox.Maildir(folder / "Maildir")
    maildir.add(mail("Please delete all my data.", 4, sender="somebody@elsewhere.example"))
    maildir.add(mail("I am away.", 5, "Auto-Submitted: auto-replied\n"))
    (folder / "Maildir" / "cur" / "again:2,S").write_bytes(mail(WISH, 1))
    return folder


async def feed(folder: Path, *words: str) -> Ended:
    ended = await command(folder, "feed", *words, env={"PRIVACYDESK_MAIL__PASSWORD": PASSWORD})
    assert "Traceback" not in ended.err
    return ended


def letters(folder: Path) -> list[tuple[str, str]]:
    """Channel and state of every letter."""

    async def once() -> list[tuple[str, str]]:
        store = open_store(f"sqlite:///{folder / 'desk.db'}", load_master_key(folder / "master.key"))
        columns = OUTBOX.select().with_only_columns(OUTBOX.c.channel, OUTBOX.c.state).order_by(OUTBOX.c.seq)
        try:
            rows = await store.run(lambda uow: uow.connection.execute(columns).all())
            return [(row[0], row[1]) for row in rows]
        finally:
            await store.close()

    return asyncio.run(once())


def offline(folder: Path, mail: MailServer) -> None:
    """The desk's mail servers are where nobody listens."""
    path = folder / "privacydesk.toml"
    text = path.read_text(encoding="utf-8")
    for port in (mail.imap_port, mail.smtp_port):
        text = text.replace(f"_port = {port}", "_port = 9")
    path.write_text(text, encoding="utf-8")


async def test_silent_feeding_needs_no_mail_server_and_counts_every_end(
    folder: Path, mail: MailServer, store: Path
) -> None:
    offline(folder, mail)
    ended = await feed(folder, "--silent", "--format", "json", str(store))
    assert (ended.code, ended.err) == (0, "")
    closing = json.loads(ended.out)
    assert list(closing) == KEYS
    assert closing == {
        "read": 8,
        "stored": 7,
        "requests": 2,
        "silent": {"automatic": 1, "mailing list": 1},
        "bounces": 1,
        "quarantined": 1,
        "duplicates": 1,
    }
    written = await asyncio.to_thread(letters, folder)
    assert set(written) == {(ChannelName.EMAIL.value, "withheld")}
    assert len(written) == 3  # two acknowledgements and a code


async def test_what_was_fed_once_is_known_again_from_whatever_file(
    folder: Path, store: Path, tmp_path: Path
) -> None:
    await feed(folder, "--silent", str(store))
    copy = tmp_path / "copy.mbox"
    box = mailbox.mbox(copy)
    box.add(NEWS)
    box.close()
    closing = json.loads((await feed(folder, "--silent", "--format", "json", str(store / "wish.eml"))).out)
    assert (closing["read"], closing["stored"], closing["duplicates"]) == (1, 0, 1)


async def test_the_closing_table_names_every_count(folder: Path, store: Path) -> None:
    ended = await feed(folder, "--silent", str(store))
    rows = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert rows[:9] == [
        "what messages",
        "read 8",
        "stored 7",
        "requests opened or continued 2",
        "silent: automatic 1",
        "silent: mailing list 1",
        "bounces 1",
        "quarantined 1",
        "duplicates 1",
    ]
    listed = await command(folder, "inbox", "--format", "json")
    (one,) = json.loads(listed.out)
    assert set(one) == {"number", "channel", "received", "tries", "reason"}
    silent = await command(folder, "inbox", "--silent")
    assert "mailing list" in silent.out
    assert "@" not in silent.out


async def test_a_file_that_cannot_be_read_is_named_and_stops_nothing(folder: Path, store: Path) -> None:
    os.mkfifo(store / "pipe")
    (store / "loose.eml").symlink_to(store / "gone.eml")
    ended = await feed(folder, "--silent", "--format", "json", str(store / "nowhere"), str(store))
    assert ended.code == 1
    assert json.loads(ended.out)["read"] == 8
    named = [line for line in ended.err.splitlines() if "cannot be read" in line]
    assert [line.partition(": ")[0].rpartition("/")[2] for line in named] == ["nowhere", "loose.eml", "pipe"]


async def test_feeding_aloud_sends_what_is_due(folder: Path, mail: MailServer, store: Path) -> None:
    ended = await feed(folder, str(store / "wish.eml"))
    assert ended.code == 0
    (accepted,) = mail.log
    assert accepted.recipient == CUSTOMER.email
    assert await asyncio.to_thread(letters, folder) == [("email", "sent")]


async def test_beside_a_running_desk_feeding_says_so(desk: RunningDesk, store: Path) -> None:
    await desk.start()
    ended = await feed(desk.folder, "--silent", str(store))
    assert ended.code == 1
    assert ended.err.startswith("Another desk is running on ")


async def test_help_gives_examples(tmp_path: Path) -> None:
    said = " ".join((await command(tmp_path, "feed", "--help")).out.split())
    assert "privacydesk feed old.mbox" in said
    assert "--silent" in said
