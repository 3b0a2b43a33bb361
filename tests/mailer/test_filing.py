"""Originals are put away where the settings ask for it: after the acknowledgement, never before, never else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from mailer.imap import as_folder
from mailer.settings import Filing, MailSettings, Start
from mailer.visit import open_mailbox
from mailer.watcher import Pace
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, MemoryInbox, ScriptedImap
from tests.mailer.test_receiving import ONE
from tests.mailer.test_watcher import mail, watched

#: Looks every moment, as if the server said something all the time.
LIVELY = Pace(idle=0.01, reconcile=0.05, first_pause=0.01, longest_pause=0.02)
MOVING = Filing(folder="Processed")


@pytest.fixture
async def moving(server: MailServer, settings: MailSettings) -> AsyncIterator[MailSettings]:
    """Settings that move originals to a folder that is there, in a mailbox with three mails."""
    for number in (1, 2, 3):
        await server.deliver(HELP, mail(number))
    async with folder_made(settings, "Processed"):
        yield replace(settings, start=Start.ALL, filing=MOVING)


@asynccontextmanager
async def folder_made(settings: MailSettings, folder: str) -> AsyncIterator[None]:
    async with open_mailbox(settings.imap) as mailbox:
        await mailbox._command("make a folder", "CREATE", as_folder(folder))
    yield


async def in_folder(settings: MailSettings, folder: str) -> list[bytes]:
    async with open_mailbox(settings.imap) as mailbox:
        await mailbox.select(folder)
        return list((await mailbox.bodies(await mailbox.search_after(0) or [1])).values())


def keys(inbox: MemoryInbox) -> list[str]:
    return [key for _, key in inbox.kept]


async def test_the_original_is_moved_once_its_acknowledgement_was_sent(
    server: MailServer, moving: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(moving, inbox, LIVELY):
        await inbox.holds(3)
        _, second, _ = keys(inbox)
        inbox.acknowledged.add(second)
        await inbox.until(lambda: inbox.put_away == [second])
    assert await in_folder(moving, "INBOX") == [mail(1), mail(3)]
    assert await in_folder(moving, "Processed") == [mail(2)]
    assert await server.flags(HELP) == [frozenset()] * 2


async def test_the_original_is_flagged_where_it_lies_and_stays_unread(
    server: MailServer, moving: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(replace(moving, filing=Filing(flag=True)), inbox, LIVELY):
        await inbox.holds(3)
        inbox.acknowledged.update(keys(inbox)[:2])
        await inbox.until(lambda: len(inbox.put_away) == 2)
    assert await server.flags(HELP) == [frozenset({"\\Flagged"})] * 2 + [frozenset()]


async def test_without_the_setting_originals_stay_as_they_are(
    server: MailServer, moving: MailSettings, inbox: MemoryInbox
) -> None:
    async with watched(replace(moving, filing=Filing()), inbox, LIVELY):
        await inbox.holds(3)
        inbox.acknowledged.update(keys(inbox))
        await server.deliver(HELP, mail(4))
        await inbox.holds(4)
    assert inbox.put_away == []
    assert await server.flags(HELP) == [frozenset()] * 4


async def test_nothing_is_moved_before_it_is_stored_and_acknowledged(inbox: MemoryInbox) -> None:
    script = ONE | {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE MOVE\r\n{tag} OK done\r\n",
        "IDLE": b"+ idling\r\n* OK Still here\r\n",
        "UID MOVE": b"{tag} OK done\r\n",
    }
    inbox.acknowledged.add("7:102")  # never stored: a number that somebody made up
    inbox.failures = 2
    async with ScriptedImap(script) as imap:
        imap.ends_idling()
        async with watched(replace(imap.settings, filing=MOVING), inbox, LIVELY):
            await inbox.holds(1)
            await imap.sees("UID SEARCH UID 102:*", times=3)
            assert not [command for command in imap.seen if "MOVE" in command]
            inbox.acknowledged.add("7:101")
            await inbox.until(lambda: inbox.put_away == ["7:101"])
            await imap.sees("UID SEARCH UID 102:*", times=imap.seen.count("UID SEARCH UID 102:*") + 2)
    assert [command for command in imap.seen if "MOVE" in command] == ['UID MOVE 101 "Processed"']


async def test_a_folder_that_is_missing_stops_nothing_and_is_tried_again_at_the_next_reconcile(
    moving: MailSettings, inbox: MemoryInbox, server: MailServer
) -> None:
    elsewhere = replace(moving, filing=Filing(folder="Đã xử lý & trả lời"))
    async with watched(elsewhere, inbox, LIVELY):
        await inbox.holds(3)
        inbox.acknowledged.update(keys(inbox))
        await server.deliver(HELP, mail(4))
        await inbox.holds(4)
        assert inbox.put_away == []
        async with folder_made(moving, "Đã xử lý & trả lời"):
            await inbox.until(lambda: len(inbox.put_away) == 3)
    assert await in_folder(moving, "Đã xử lý & trả lời") == [mail(1), mail(2), mail(3)]


async def test_a_server_that_cannot_move_is_not_asked_to(inbox: MemoryInbox) -> None:
    script = ONE | {"IDLE": b"+ idling\r\n* OK Still here\r\n"}
    async with ScriptedImap(script) as imap:
        imap.ends_idling()
        async with watched(replace(imap.settings, filing=MOVING), inbox, LIVELY):
            await inbox.holds(1)
            inbox.acknowledged.add("7:101")
            await imap.sees("UID SEARCH UID 102:*", times=4)
    assert not [command for command in imap.seen if re_is_change(command)]
    assert inbox.put_away == []


def re_is_change(command: str) -> bool:
    return any(word in command for word in ("MOVE", "COPY", "STORE", "EXPUNGE"))


async def test_a_mail_that_somebody_deleted_meanwhile_counts_as_put_away(
    moving: MailSettings, inbox: MemoryInbox, server: MailServer
) -> None:
    async with watched(moving, inbox, LIVELY):
        await inbox.holds(3)
        async with open_mailbox(moving.imap) as colleague:
            await colleague.select("INBOX")
            await colleague.move([101], "Processed")
        inbox.acknowledged.add(keys(inbox)[0])
        await inbox.until(lambda: len(inbox.put_away) == 1)
    assert await in_folder(moving, "Processed") == [mail(1)]


def test_folder_names_are_written_in_modified_utf_7() -> None:
    assert as_folder("Processed") == '"Processed"'
    assert as_folder("Đã xử lý") == '"&ARAA4w- x&Hu0- l&AP0-"'
    assert as_folder('R&D "old"') == '"R&-D \\"old\\""'
    assert as_folder("台北") == '"&U,BTFw-"'
