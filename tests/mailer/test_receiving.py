"""What receiving promises (the mail reference, section 4), on scripted servers that do their worst."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailer import steps
from mailer.position import Position
from mailer.settings import MailSettings, Start
from mailer.visit import open_mailbox
from mailer.watcher import Pace, Watcher
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, PASSWORDS, MemoryInbox, ScriptedImap, SettingsFor
from tests.mailer.test_watcher import QUICK, body, mail, record, watched

RECONCILING = Pace(idle=30.0, poll=0.01, reconcile=0.05, first_pause=0.01, longest_pause=0.05)
ONE: dict[str, bytes | None] = {
    "UID SEARCH": b"* SEARCH 101\r\n{tag} OK done\r\n",
    "UID FETCH": f"{record(101, 'RFC822.SIZE 40')}{{tag}} OK done\r\n".encode(),
    "UID FETCH 101 (UID BODY": f"{body(101)}{{tag}} OK done\r\n".encode(),
    "IDLE": b"+ idling\r\n",
}


# --- 3: PEEK, and no flags ------------------------------------------------------------------------


async def test_only_peek_is_used_and_progress_never_depends_on_seen(inbox: MemoryInbox) -> None:
    async with ScriptedImap(ONE) as imap, watched(imap.settings, inbox, RECONCILING):
        await inbox.holds(1)
        await imap.sees("UID SEARCH UID 1:*", times=3)
    said = "\n".join(imap.seen)
    assert "BODY.PEEK[]" in said
    assert not re.search(
        r"BODY\[|RFC822(?!\.SIZE)|STORE|SEEN|FLAGS|EXPUNGE|MOVE|COPY|CLOSE", said, re.IGNORECASE
    )


async def test_mail_that_a_colleague_has_read_is_received_all_the_same(
    server: MailServer, settings_for: SettingsFor, inbox: MemoryInbox
) -> None:
    await server.deliver(HELP, mail(1))
    settings = settings_for(server, start=Start.ALL)
    async with open_mailbox(settings.imap) as colleague:
        await colleague.select("INBOX")
        await colleague._command("read", "STORE", "101", r"+FLAGS (\Seen)", by_uid=True)
    async with watched(settings, inbox):
        assert await inbox.holds(1) == [mail(1)]
    assert await server.flags(HELP) == [frozenset({"\\Seen"})]


# --- 4: UIDVALIDITY -------------------------------------------------------------------------------


async def test_after_a_change_of_uidvalidity_mail_of_before_the_first_start_is_still_left_alone(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox
) -> None:
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    watching = Watcher(settings, QUICK, now=lambda: in_an_hour)
    task = asyncio.create_task(watching.run(inbox))
    await inbox.has_cursor()
    first = Position.parse(inbox.cursors[watching.source])
    # All that is delivered now is older than the first start, to judge by its date.
    await server.recreate_inbox(HELP)
    for number in (1, 2):
        await server.deliver(HELP, mail(number))
    await server.disconnect_everybody()
    await inbox.until(lambda: str(first) != inbox.cursors[watching.source])
    await inbox.until(lambda: (Position.parse(inbox.cursors[watching.source]) or first).uid == 102)
    await server.deliver(HELP, mail(3))
    assert await inbox.holds(1) == [mail(3)]
    task.cancel()
    await asyncio.wait([task])


# --- 5 and 7: what wakes a search -----------------------------------------------------------------


async def test_idle_is_renewed_and_the_mailbox_searched_though_nothing_was_said(inbox: MemoryInbox) -> None:
    often = Pace(idle=0.02, first_pause=0.01)
    script = ONE | {"DONE": b"", "UID SEARCH UID 102:*": b"* SEARCH 101\r\n{tag} OK done\r\n"}
    async with ScriptedImap(script) as imap, watched(imap.settings, inbox, often):
        imap.ends_idling()
        await imap.sees("UID SEARCH UID 102:*", times=3)
    assert imap.seen.count("IDLE") >= 2


def test_idle_is_renewed_within_five_minutes_and_the_mailbox_reconciled_within_ten() -> None:
    assert Pace().idle <= 300
    assert Pace().reconcile <= 600


@pytest.mark.parametrize("push", ["* OK Still here", "* 1 RECENT", "* 3 EXISTS", "* 1 FETCH (FLAGS ())"])
async def test_a_push_of_any_kind_wakes_a_search(push: str, inbox: MemoryInbox) -> None:
    script = ONE | {
        "IDLE": f"+ idling\r\n{push}\r\n".encode(),
        "UID SEARCH UID 102:*": b"* SEARCH 101\r\n{tag} OK done\r\n",
    }
    async with ScriptedImap(script) as imap, watched(imap.settings, inbox):
        imap.ends_idling()
        await imap.sees("UID SEARCH UID 102:*", times=2)


async def test_without_idle_the_mailbox_is_reconciled_too(
    settings_for: SettingsFor, inbox: MemoryInbox
) -> None:
    async with MailServer(PASSWORDS, idle=False) as server:
        async with watched(settings_for(server), inbox, RECONCILING):
            await server.deliver(HELP, mail(1))
            await inbox.holds(1)
            inbox.kept.clear()  # as if it had never been stored
        async with watched(settings_for(server), inbox, RECONCILING):
            assert await inbox.holds(1) == [mail(1)]


async def test_the_reconcile_fetches_what_is_in_the_mailbox_and_unknown_to_the_store(
    inbox: MemoryInbox,
) -> None:
    gone: dict[str, bytes | None] = {
        "UID SEARCH UID 1:*": b"* SEARCH 101 103\r\n{tag} OK done\r\n",
        "UID SEARCH UID 104:*": b"* SEARCH 103\r\n{tag} OK done\r\n",
        "UID FETCH": "".join(record(uid, "RFC822.SIZE 40") for uid in (101, 102, 103)).encode()
        + b"{tag} OK done\r\n",
        "UID FETCH 101,103 (UID BODY": f"{body(101)}{body(103)}{{tag}} OK done\r\n".encode(),
        "UID FETCH 102 (UID BODY": f"{body(102)}{{tag}} OK done\r\n".encode(),
        "IDLE": b"+ idling\r\n* OK Still here\r\n",
    }
    async with ScriptedImap(gone) as imap, watched(imap.settings, inbox, RECONCILING):
        imap.ends_idling()
        assert await inbox.holds(2) == [mail(101), mail(103)]
        # A server that counts by itself behind our back: a lower number turns up later.
        imap.answers["UID SEARCH UID 1:*"] = b"* SEARCH 101 102 103\r\n{tag} OK done\r\n"
        assert await inbox.holds(3) == [mail(101), mail(103), mail(102)]
        await imap.sees("UID SEARCH UID 1:*", times=imap.seen.count("UID SEARCH UID 1:*") + 2)
    fetched = [command for command in imap.seen if "BODY.PEEK" in command]
    assert fetched == ["UID FETCH 101,103 (UID BODY.PEEK[])", "UID FETCH 102 (UID BODY.PEEK[])"]
    (position,) = {Position.parse(cursor) for cursor in inbox.cursors.values()}
    assert position == Position(7, 103)


async def test_the_reconcile_leaves_alone_what_lay_there_before_the_first_start(inbox: MemoryInbox) -> None:
    script: dict[str, bytes | None] = {
        "UID SEARCH": b"* SEARCH 101 102 103 105\r\n{tag} OK done\r\n",
        "UID FETCH": f"{record(105, 'RFC822.SIZE 40')}{{tag}} OK done\r\n".encode(),
        "UID FETCH 105 (UID BODY": f"{body(105)}{{tag}} OK done\r\n".encode(),
        "IDLE": b"+ idling\r\n* OK Still here\r\n",
    }
    async with ScriptedImap(script) as imap:
        imap.ends_idling()
        from_now_on = replace(imap.settings, start=Start.NOW)
        async with watched(from_now_on, inbox, RECONCILING):
            assert await inbox.holds(1) == [mail(105)]
            await imap.sees("UID SEARCH UID 104:*", times=4)
    assert inbox.raws == [mail(105)]


# --- 6: connections that end, stall or lie --------------------------------------------------------

GOOD = ScriptedImap({}).answers | ONE
HALF_A_BODY = b"* 1 FETCH (UID 101 BODY[] {100}\r\nnot so much"
FAILING: dict[str, dict[str, bytes | None]] = {
    "a stall in a literal": ONE | {"UID FETCH 101 (UID BODY": HALF_A_BODY},
    "a stall between lines": ONE | {"UID FETCH 101 (UID BODY": f"{body(101)}".encode()},
    "a stall in a line": ONE | {"UID SEARCH": b"* SEARCH 10"},
    "silence after a command": ONE | {"SELECT": b""},
    "a refused log-in that never comes": ONE | {"LOGIN": b""},
    "a half-open socket while idle": ONE | {"IDLE": b""},
    "a half-open socket at the end of IDLE": ONE | {"DONE": b""},
    "a cut in a literal": ONE | {"UID FETCH 101 (UID BODY": None},
    "a cut while idle": ONE | {"IDLE": None},
    "BYE while idle": ONE | {"IDLE": b"+ idling\r\n* BYE going down\r\n"},
    "BYE instead of an answer": ONE | {"UID SEARCH": b"* BYE going down\r\n"},
    "a refusal": ONE | {"UID SEARCH": b"{tag} NO not now\r\n"},
    "nonsense": ONE | {"UID SEARCH": b"\xff\xfe\x00\r\n* {\r\n{tag} OK {99999999999}\r\n"},
}


@pytest.mark.parametrize("fault", FAILING)
async def test_a_connection_that_fails_is_given_up_in_time_and_made_anew(
    fault: str, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "STEP_LIMIT", 0.1)
    monkeypatch.setattr(steps, "FETCH_LIMIT", 0.1)
    before = asyncio.all_tasks()
    async with ScriptedImap(FAILING[fault]) as imap:
        soon = Pace(idle=0.05, first_pause=0.01, longest_pause=0.02)
        watching = asyncio.create_task(Watcher(imap.settings, soon).run(inbox))
        await imap.sees(f'LOGIN "{HELP}" "password"', times=2)
        imap.answers |= GOOD
        assert await inbox.holds(1) == [mail(101)]
        watching.cancel()
        await asyncio.wait([watching])
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_the_system_itself_looks_after_a_silent_connection(
    server: MailServer, settings: MailSettings
) -> None:
    async with open_mailbox(settings.imap) as mailbox:
        connection = mailbox._protocol.transport.get_extra_info("socket")
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


# --- 15 and 16 ------------------------------------------------------------------------------------


async def test_two_running_instances_on_one_mailbox_receive_each_mail_once(
    server: MailServer, settings_for: SettingsFor, inbox: MemoryInbox
) -> None:
    settings = settings_for(server, start=Start.ALL)
    async with watched(settings, inbox, RECONCILING), watched(settings, inbox, RECONCILING):
        for number in range(1, 30):
            await server.deliver(HELP, mail(number))
        await inbox.holds(29)
    assert inbox.raws == [mail(number) for number in range(1, 30)]


async def test_neither_password_nor_token_nor_text_appears_in_logs_at_any_level(
    inbox: MemoryInbox, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with (
            ScriptedImap(ONE | {"IDLE": b"private words\r\n+ idling\r\n"}) as imap,
            watched(imap.settings, inbox),
        ):
            await inbox.holds(1)
            await imap.sees("IDLE")
    said = caplog.text + "".join(capsys.readouterr())
    assert "mail_received" in said
    assert not re.search(r"password|private words|lan@example|Subject", said)
