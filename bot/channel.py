"""Telegram as one of the desk's channels."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram.utils.backoff import BackoffConfig

from bot import compose, files, polling, updates
from bot.commands import set_commands
from bot.sending import Sender
from bot.session import open_bot
from bot.settings import CommandTexts, TelegramSettings
from core.messages import Attachment, ChannelName, Inbound, Outbound, RawMessage
from flows.ports import Clock, Handing, Inbox, Letter, Sent


class TelegramChannel:
    """Implements flows.ports.Channel with one bot, by long polling.

    Raises session.TokenRefused when it is made with a token that cannot be one.
    """

    def __init__(
        self,
        settings: TelegramSettings,
        clock: Clock,
        commands: CommandTexts | None = None,
        backoff: BackoffConfig = polling.BACKOFF,
    ) -> None:
        self._settings, self._clock, self._backoff = settings, clock, backoff
        self._commands: Mapping[str, Mapping[str, str]] = commands or {}
        self._bot = open_bot(settings)
        self._sender = Sender(self._bot)
        self._username = ""

    @property
    def name(self) -> ChannelName:
        return ChannelName.TELEGRAM

    async def receive(self, inbox: Inbox) -> None:
        """Poll until cancelled. Raises session.TokenRefused."""
        self._username = await polling.prepare(self._bot, self._backoff)
        await set_commands(self._bot, self._settings.staff_chat, self._commands)
        await polling.poll(self._bot, inbox, self._clock, self._settings.poll_seconds, self._backoff)

    def parse(self, raw: RawMessage) -> Inbound:
        """Read a stored update. Raises Unreadable, and nothing else."""
        place = updates.Place(self._settings.staff_chat, self._username, self._sender.former)
        return updates.parse(raw, place)

    def compose(self, message: Outbound) -> bytes:
        """The Bot API calls that say the message."""
        return compose.compose(message)

    async def send(self, letter: Letter, handing: Handing) -> Sent:
        """Try once; the reference is "chat id:message id" of the last message sent."""
        return await self._sender.send(letter, handing)

    async def fetch(self, attachment: Attachment) -> Attachment:
        """Bring a file of at most 20 MB. Raises FetchFailed."""
        return await files.fetch(self._bot, attachment)

    async def close(self) -> None:
        await self._bot.session.close()
