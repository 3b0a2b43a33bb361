"""Staff hear of a mailbox that cannot be read: once, after a while; of a refused log-in at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailer.outage import Outage
from mailer.steps import MailboxError
from mailer.visit import LoginRefused
from mailer.watcher import Pace, Watcher
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, PASSWORDS, MemoryInbox, ScriptedImap, SettingsFor
from tests.mailer.test_receiving import GOOD, ONE
from tests.mailer.test_watcher import QUICK, watched

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LOST = MailboxError("the connection was lost")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outage(clock: Clock) -> Outage:
    return Outage(timedelta(minutes=15), clock)


async def test_staff_are_told_once_an_outage_and_once_when_it_is_over(
    outage: Outage, clock: Clock, inbox: MemoryInbox
) -> None:
    for _ in range(15):
        await outage.failed(inbox, LOST)
        clock.passes(1)
    assert inbox.told == []
    for _ in range(100):
        await outage.failed(inbox, LOST)
        clock.passes(1)
    assert inbox.told == [(NOON, "the connection was lost")]
    for _ in range(3):
        await outage.over(inbox)
    assert inbox.told[1:] == [(NOON, "")]


async def test_an_outage_that_ends_in_time_is_nobodys_business(
    outage: Outage, clock: Clock, inbox: MemoryInbox
) -> None:
    for _ in range(5):
        await outage.failed(inbox, LOST)
        clock.passes(14)
        await outage.over(inbox)
    assert inbox.told == []


async def test_a_refused_log_in_is_told_at_once(outage: Outage, inbox: MemoryInbox) -> None:
    await outage.failed(inbox, LoginRefused("the mail server refused to log in (AUTHENTICATIONFAILED)"))
    await outage.failed(inbox, LoginRefused("the mail server refused to log in (AUTHENTICATIONFAILED)"))
    assert inbox.told == [(NOON, "the mail server refused to log in (AUTHENTICATIONFAILED)")]


async def test_a_refused_password_is_told_in_plain_words_in_the_log_too(
    server: MailServer, settings_for: SettingsFor, inbox: MemoryInbox, capsys: pytest.CaptureFixture[str]
) -> None:
    watching = asyncio.create_task(Watcher(settings_for(server, password="old one"), QUICK).run(inbox))
    await inbox.until(lambda: inbox.told)
    watching.cancel()
    await asyncio.wait([watching])
    said = capsys.readouterr().out
    assert "mailbox_unreadable" in said
    assert "refused to log in (AUTHENTICATIONFAILED)" in said
    assert "old one" not in said


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", 1),
        (b"{tag} NO [EXPIRED] change your password\r\n", 1),
        (b"{tag} NO what?\r\n", 1),
        (b"{tag} NO [UNAVAILABLE] the directory is down\r\n", 0),
        (b"{tag} NO [INUSE] later\r\n", 0),
    ],
)
async def test_only_a_refusal_that_does_not_pass_by_itself_is_told_at_once(
    answer: bytes, times: int, inbox: MemoryInbox
) -> None:
    soon = Pace(first_pause=0.01, longest_pause=0.02, longest_refused=0.02)
    async with ScriptedImap(ONE | {"LOGIN": answer}) as imap:
        watching = asyncio.create_task(Watcher(imap.settings, soon).run(inbox))
        await imap.sees(f'LOGIN "{HELP}" "password"', times=3)
        assert len(inbox.told) == times
        imap.answers |= GOOD
        await inbox.holds(1)
        await inbox.until(lambda: len(inbox.told) == 2 * times)
        watching.cancel()
        await asyncio.wait([watching])


def test_after_refused_log_ins_the_pauses_grow_longer_than_after_lost_connections() -> None:
    pace = Pace()
    assert max(pace.pause(20, refused=True) for _ in range(200)) > pace.longest_pause
    assert all(pace.pause(20, refused=True) <= 300 for _ in range(200))


async def test_a_mailbox_that_cannot_be_read_for_long_is_told_whatever_the_reason(
    settings_for: SettingsFor, inbox: MemoryInbox
) -> None:
    async with MailServer(PASSWORDS) as server:
        settings = replace(settings_for(server), alarm_minutes=0)
        async with watched(settings, inbox):
            port = server.imap_port
    watching = asyncio.create_task(Watcher(settings, QUICK).run(inbox))
    await inbox.until(lambda: inbox.told)
    watching.cancel()
    await asyncio.wait([watching])
    assert inbox.told[0][1] == f"no connection to 127.0.0.1:{port}: nobody listens there"
