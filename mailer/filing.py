"""Moves or flags the originals of mails whose acknowledgement was sent, where the settings ask for it."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from core.messages import ChannelName
from flows.ports import Inbox
from mailer.mailbox import Mailbox
from mailer.position import Position
from mailer.settings import Filing
from mailer.steps import Refused

log = structlog.get_logger()

#: So many mails are filed at once.
BATCH = 200


@dataclass(slots=True)
class Files:
    """Files originals of one source; what was refused is tried again after `again`."""

    source: str
    filing: Filing
    _resting: bool = False

    def again(self) -> None:
        """Try anew what failed: a folder may be there by now."""
        self._resting = False

    async def file_answered(self, mailbox: Mailbox, inbox: Inbox, position: Position) -> None:
        """File what was answered since. Only mails that the store has for good can be among them.

        A mail that somebody has moved or deleted by now counts as filed. Raises MailboxError for a lost
        connection; a refusal is logged.
        """
        while self.filing and not self._resting:
            keys = await inbox.answered(ChannelName.EMAIL, self.source, position.keys, BATCH)
            if not keys:
                return
            try:
                await self._file(mailbox, [int(key.removeprefix(position.keys)) for key in keys])
            except Refused as refusal:
                log.warning("mail_not_filed", reason=str(refusal), count=len(keys))
                self._resting = True
            else:
                await inbox.filed(ChannelName.EMAIL, self.source, keys)
                log.info("mail_filed", count=len(keys))

    async def _file(self, mailbox: Mailbox, uids: list[int]) -> None:
        if self.filing.flag:
            await mailbox.flag(uids)
        else:
            await mailbox.move(uids, self.filing.folder)
