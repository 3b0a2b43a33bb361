"""Watches a mailbox: hands every message to the inbox once, and loses none whatever the connection does."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import structlog

from core.messages import ChannelName
from flows.ports import Inbox
from mailer.collecting import Collector
from mailer.filing import Files
from mailer.mailbox import Mailbox, Selected
from mailer.outage import Outage
from mailer.position import Position
from mailer.settings import MailSettings, SettingsError, Start
from mailer.steps import MailboxError
from mailer.visit import LoginRefused, open_mailbox

log = structlog.get_logger()

FOLDER = "INBOX"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the watcher waits, in seconds."""

    #: Servers and routers end a silent IDLE after five minutes and more.
    idle: float = 240.0
    #: Between two looks where the server cannot IDLE.
    poll: float = 30.0
    #: Between two comparisons of the whole mailbox with the inbox.
    reconcile: float = 600.0
    #: The bounds of the pause before a new connection; the last one after a refused log-in: servers lock
    #: out who asks too often.
    first_pause: float = 1.0
    longest_pause: float = 60.0
    longest_refused: float = 300.0

    def pause(self, failures: int, refused: bool = False) -> float:
        """Exponential back-off with full jitter, so that a crowd does not come back all at once."""
        longest = self.longest_refused if refused else self.longest_pause
        return random.uniform(0, min(longest, self.first_pause * 2.0 ** min(failures, 16)))


class Watcher:
    """Reads one mailbox for ever. Without `filing` nothing is changed: mail stays unread where it is."""

    def __init__(
        self,
        settings: MailSettings,
        pace: Pace | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.source = f"imap:{settings.help_address}/{FOLDER}"
        self._settings = settings
        self._pace = pace or Pace()
        self._now = now
        self._outage = Outage(timedelta(minutes=settings.alarm_minutes), now)
        self._files = Files(self.source, settings.filing)
        self._collector = Collector(self.source, 0, now)
        self._reconcile_at = 0.0
        self._failures = 0

    async def run(self, inbox: Inbox) -> None:
        """Watch until cancelled. Raises SettingsError; a lost connection is made anew."""
        while True:
            refused = False
            try:
                refused = await self._visit(inbox)
            except SettingsError:
                raise
            except Exception as error:  # noqa: BLE001 - a store that fails: the mail waits where it is
                log.error("mail_not_stored", error=type(error).__name__)
            self._failures += 1
            await asyncio.sleep(self._pace.pause(self._failures, refused))

    async def _visit(self, inbox: Inbox) -> bool:
        """Watch as long as the connection lasts; returns whether the log-in was refused."""
        try:
            async with open_mailbox(self._settings.imap) as mailbox:
                await self._watch(mailbox, inbox)
        except MailboxError as error:
            await self._outage.failed(inbox, error)
            return isinstance(error, LoginRefused)

    async def _watch(self, mailbox: Mailbox, inbox: Inbox) -> NoReturn:
        selected = await mailbox.select(FOLDER)
        position = await self._begin(mailbox, inbox, selected)
        log.info("mailbox_open", idle=mailbox.can_idle)
        while True:
            mailbox.take_grown()
            position = await self._collector.catch_up(mailbox, inbox, position)
            self._failures = 0
            await self._outage.over(inbox)
            if time.monotonic() >= self._reconcile_at:
                await self._collector.reconcile(mailbox, inbox, position)
                self._files.again()
                self._reconcile_at = time.monotonic() + self._pace.reconcile
            await self._files.file_answered(mailbox, inbox, position)
            await self._wait(mailbox)

    async def _begin(self, mailbox: Mailbox, inbox: Inbox, selected: Selected) -> Position:
        """Where to read on."""
        if self._collector.uidvalidity != selected.uidvalidity:
            self._collector = Collector(self.source, selected.uidvalidity, self._now)
        position = Position.parse(await inbox.cursor(self.source))
        if position is None:
            position = await self._at_first(mailbox, selected)
        elif position.uidvalidity != selected.uidvalidity:
            log.warning("mailbox_numbered_anew")
            position = position.numbered_anew(selected.uidvalidity, await mailbox.last_uid(selected))
        else:
            return position
        await inbox.accept(ChannelName.EMAIL, self.source, (), str(position))
        return position

    async def _at_first(self, mailbox: Mailbox, selected: Selected) -> Position:
        if self._settings.start is Start.ALL:
            return Position(selected.uidvalidity, 0)
        last = await mailbox.last_uid(selected)
        return Position(selected.uidvalidity, last, last, int(self._now().timestamp()))

    async def _wait(self, mailbox: Mailbox) -> None:
        """Return when there may be mail, or when the mailbox is to be compared again."""
        if mailbox.take_grown():
            return
        until_reconcile = max(0.0, self._reconcile_at - time.monotonic())
        if mailbox.can_idle:
            await mailbox.idle(min(self._pace.idle, until_reconcile))
            return
        await asyncio.sleep(min(self._pace.poll, until_reconcile))
        await mailbox.refresh()
