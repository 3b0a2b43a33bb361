"""Tells staff, once an outage, that the mailbox cannot be read, and once that it can be again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from core.messages import ChannelName
from flows.ports import Inbox
from mailer.steps import MailboxError
from mailer.visit import LoginRefused

log = structlog.get_logger()


@dataclass(slots=True)
class Outage:
    """Whether the mailbox is being read, and since when it is not."""

    patience: timedelta
    now: Callable[[], datetime]
    _since: datetime | None = None
    _told: bool = False

    async def failed(self, inbox: Inbox, error: MailboxError) -> None:
        """A visit ended badly. A refused log-in is told at once: waiting would not mend it."""
        self._since = self._since or self.now()
        log.warning("mailbox_lost", reason=str(error))
        late = self.now() - self._since >= self.patience
        if not self._told and (late or isinstance(error, LoginRefused)):
            log.error("mailbox_unreadable", reason=str(error), since=self._since.isoformat())
            await inbox.trouble(ChannelName.EMAIL, self._since, str(error))
            self._told = True

    async def over(self, inbox: Inbox) -> None:
        """The mailbox was read."""
        if self._told and self._since is not None:
            log.info("mailbox_readable_again", since=self._since.isoformat())
            await inbox.recovered(ChannelName.EMAIL, self._since)
        self._since, self._told = None, False
