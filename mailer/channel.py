"""The mail channel: what the use cases ask of a channel, done by IMAP, SMTP and MIME."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.messages import Attachment, ChannelName, InboundMessage, Outbound, RawMessage, Unreadable
from flows.ports import FetchFailed, Handing, Inbox, Letter, Sent
from mailer.compose import compose
from mailer.evidence import Checks
from mailer.parse import open_attachment, parse_mail
from mailer.settings import MailSettings
from mailer.smtp import Sender
from mailer.watcher import Pace, Watcher


class MailChannel:
    """flows.ports.Channel for one help address. Raises SettingsError for settings that are not safe."""

    def __init__(self, settings: MailSettings, pace: Pace | None = None) -> None:
        self._settings = settings
        self._watcher = Watcher(settings, pace)
        self._sender = Sender(settings)

    @property
    def name(self) -> ChannelName:
        return ChannelName.EMAIL

    async def receive(self, inbox: Inbox) -> None:
        """Watch the mailbox until cancelled."""
        await self._watcher.run(inbox)

    @property
    def parser(self) -> Callable[[RawMessage], InboundMessage]:
        """What `parse` does, as a function without secrets that another process can be given."""
        checks = Checks(self._settings.authserv_id, self._settings.check_dkim)
        return partial(parse_mail, help_address=self._settings.help_address, checks=checks)

    def parse(self, raw: RawMessage) -> InboundMessage:
        """Read a stored mail. Raises Unreadable, and nothing else."""
        return self.parser(raw)

    def compose(self, message: Outbound) -> bytes:
        """The mail to keep and to send."""
        return compose(message, self._settings)

    async def send(self, letter: Letter, handing: Handing) -> Sent:
        """Try once to hand a letter to the mail server; the message itself is what `handing` comes before."""
        return await self._sender.send(letter, handing)

    def open(self, raw: RawMessage, attachment: Attachment) -> Attachment:
        """A file of a stored mail with its content. Raises FetchFailed."""
        try:
            return open_attachment(raw, attachment)
        except (LookupError, Unreadable) as error:
            raise FetchFailed(str(error)) from None

    async def fetch(self, attachment: Attachment) -> Attachment:
        """A mail brings its files with it: nothing is left to fetch."""
        return attachment

    async def close(self) -> None:
        await self._sender.close()
