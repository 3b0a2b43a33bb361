"""The watcher against real IMAP connections: nothing is lost, nothing is marked, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from mailer import collecting
from mailer.parse import NOT_FETCHED
from mailer.position import Position
from mailer.settings import MailSettings, SettingsError, Start, Tls
from mailer.watcher import Pace, Watcher
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, PASSWORDS, MemoryInbox, ScriptedImap, SettingsFor

QUICK = Pace(idle=30.0, poll=0.01, first_pause=0.01, longest_pause=0.05)


def mail(number: int, size: int = 0) -> bytes:
    return f"From: lan@example.org\r\nSubject: {number}\r\n\r\n{'x' * size}\r\n".encode()


@asynccontextmanager
async def watched(settings: MailSettings, inbox: MemoryInbox, pace: Pace = QUICK) -> AsyncIterator[None]:
    """The block runs while the mailbox is watched, from the moment its position is known."""
    watching = asyncio.create_task(Watcher(settings, pace).run(inbox))
    try:
        await inbox.has_cursor()
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])


async def test_mail_that_lay_there_before_the_first_start_is_left_alone(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    await server.deliver(HELP, mail(1))
    async with watched(settings, inbox):
        await server.deliver(HELP, mail(2))
        assert await inbox.holds(1) == [mail(2)]


async def test_a_mailbox_can_be_read_from_its_beginning(
    server: MailServer, settings_for: SettingsFor, inbox: MemoryInbox
) -> None:
    for number in range(120):
        await server.deliver(HELP, mail(number))
    async with watched(settings_for(server, start=Start.ALL), inbox):
        assert await inbox.holds(120) == [mail(number) for number in range(120)]


async def test_mail_wakes_an_idle_watcher_and_stays_unread(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(settings, inbox):
        for number in range(1, 4):
            await server.deliver(HELP, mail(number))
            assert await inbox.holds(number) == [mail(n) for n in range(1, number + 1)]
    assert await server.flags(HELP) == [frozenset()] * 3


async def test_key_and_cursor_name_uidvalidity_and_uid(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(settings, inbox):
        await server.deliver(HELP, mail(1))
        await inbox.holds(1)
    source, key = next(iter(inbox.kept))
    assert source == "imap:help@example.com/INBOX"
    position = Position.parse(inbox.cursors[source])
    assert position is not None
    assert key == position.key(position.uid) == f"{position.uidvalidity}:{position.uid}"


async def test_a_message_is_received_when_the_mail_server_took_it(
    server: MailServer, settings_for: SettingsFor, inbox: MemoryInbox
) -> None:
    before = datetime.now(UTC)
    await server.deliver(HELP, mail(1))
    async with watched(settings_for(server, start=Start.ALL), inbox):
        await inbox.holds(1)
    (message,) = inbox.kept.values()
    assert before - timedelta(seconds=1) <= message.received_at <= datetime.now(UTC)
    assert message.received_at.utcoffset() == timedelta(0)


async def test_a_watcher_that_starts_again_reads_on_where_it_was(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(settings, inbox):
        await server.deliver(HELP, mail(1))
        await inbox.holds(1)
    await server.deliver(HELP, mail(2))
    async with watched(settings, inbox):
        assert await inbox.holds(2) == [mail(1), mail(2)]


async def test_a_dropped_connection_is_made_anew_and_no_mail_is_missed(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(settings, inbox):
        await server.deliver(HELP, mail(1))
        await inbox.holds(1)
        await server.disconnect_everybody()
        await server.deliver(HELP, mail(2))
        assert await inbox.holds(2) == [mail(1), mail(2)]
        await server.deliver(HELP, mail(3))
        await inbox.holds(3)


async def test_a_mailbox_that_is_numbered_anew_is_read_whole(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(settings, inbox):
        await server.deliver(HELP, mail(1))
        await inbox.holds(1)
    await server.recreate_inbox(HELP)
    await server.deliver(HELP, mail(1))
    await server.deliver(HELP, mail(2))
    async with watched(settings, inbox):
        assert await inbox.holds(3) == [mail(1), mail(1), mail(2)]


async def test_a_store_that_fails_for_a_while_loses_no_mail(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(settings, inbox):
        inbox.failures = 3
        await server.deliver(HELP, mail(1))
        assert await inbox.holds(1) == [mail(1)]
        assert inbox.failures == 0


async def test_without_idle_the_mailbox_is_polled(settings_for: SettingsFor, inbox: MemoryInbox) -> None:
    async with MailServer(PASSWORDS, idle=False) as server, watched(settings_for(server), inbox):
        for number in (1, 2):
            await server.deliver(HELP, mail(number))
            await inbox.holds(number)


async def test_a_message_that_is_too_large_is_kept_as_its_header(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "TOO_LARGE", 3_000_000)
    async with watched(settings, inbox):
        await server.deliver(HELP, mail(1, size=4_000_000))
        await server.deliver(HELP, mail(2))
        large, small = await inbox.holds(2)
    assert (
        large
        == NOT_FETCHED + b"the message is too large (4 MB)\r\nFrom: lan@example.org\r\nSubject: 1\r\n\r\n"
    )
    assert small == mail(2)


async def test_clear_text_to_another_machine_is_refused_for_good(inbox: MemoryInbox) -> None:
    async with ScriptedImap({}) as imap:
        settings = imap.settings
    remote = type(settings.imap)("mail.example.com", 143, tls=Tls.NONE)
    settings = MailSettings(HELP, "MentraCere", remote, settings.smtp)
    with pytest.raises(SettingsError, match="clear text"):
        await Watcher(settings).run(inbox)


def record(uid: int, items: str) -> str:
    return f"* {uid - 100} FETCH (UID {uid} {items})\r\n"


def body(uid: int) -> str:
    raw = mail(uid).decode()
    return f"* {uid - 100} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n{raw})\r\n"


SIZES = "".join(record(uid, "RFC822.SIZE 40") for uid in (101, 102, 103))


async def test_one_message_that_breaks_every_connection_does_not_stop_the_others(inbox: MemoryInbox) -> None:
    script: dict[str, bytes | None] = {
        "UID SEARCH": b"* SEARCH 101 102 103\r\n{tag} OK done\r\n",
        "UID FETCH": f"{SIZES}{{tag}} OK done\r\n".encode(),
        "UID FETCH 101,102,103 (UID BODY": None,
        "UID FETCH 101 (UID BODY": f"{body(101)}{{tag}} OK done\r\n".encode(),
        "UID FETCH 102 (UID BODY": None,
        "UID FETCH 103 (UID BODY": f"{body(103)}{{tag}} OK done\r\n".encode(),
        "IDLE": b"+ idling\r\n",
    }
    async with ScriptedImap(script) as imap, watched(imap.settings, inbox):
        raws = await inbox.holds(3)
    assert raws == [
        mail(101),
        NOT_FETCHED + b"the mail server does not hand this message out\r\n\r\n",
        mail(103),
    ]


async def test_a_message_that_is_not_handed_out_is_asked_for_again(inbox: MemoryInbox) -> None:
    script: dict[str, bytes | None] = {
        "UID SEARCH": b"* SEARCH 101\r\n{tag} OK done\r\n",
        "UID FETCH": f"{record(101, 'RFC822.SIZE 40')}{{tag}} OK done\r\n".encode(),
        "UID FETCH 101 (UID BODY": f"{body(102)}{{tag}} OK done\r\n".encode(),
        "IDLE": b"+ idling\r\n",
    }
    async with ScriptedImap(script) as imap, watched(imap.settings, inbox):
        await imap.sees("UID SEARCH UID 101:*")
        assert inbox.raws == []
        imap.answers["UID FETCH 101 (UID BODY"] = f"{body(101)}{{tag}} OK done\r\n".encode()
        assert await inbox.holds(1) == [mail(101)]


async def test_mail_that_comes_during_a_search_is_fetched_before_idling(inbox: MemoryInbox) -> None:
    script: dict[str, bytes | None] = {
        "UID SEARCH UID 1:*": b"* SEARCH 101\r\n* 4 EXISTS\r\n{tag} OK done\r\n",
        "UID SEARCH UID 102:*": b"* SEARCH 103\r\n{tag} OK done\r\n",
        "UID SEARCH UID 104:*": b"* SEARCH 103\r\n{tag} OK done\r\n",
        "UID FETCH": f"{SIZES}{{tag}} OK done\r\n".encode(),
        "UID FETCH 101 (UID BODY": f"{body(101)}{{tag}} OK done\r\n".encode(),
        "UID FETCH 103 (UID BODY": f"{body(103)}{{tag}} OK done\r\n".encode(),
        "IDLE": b"+ idling\r\n",
    }
    async with ScriptedImap(script) as imap, watched(imap.settings, inbox):
        assert await inbox.holds(2) == [mail(101), mail(103)]
        assert "IDLE" not in imap.seen


def test_pauses_grow_and_stay_below_their_bound() -> None:
    pace = Pace(first_pause=1.0, longest_pause=60.0)
    assert all(0 <= pace.pause(0) <= 1 for _ in range(200))
    assert all(0 <= pace.pause(10_000) <= 60 for _ in range(200))
    assert max(pace.pause(20) for _ in range(200)) > 30
