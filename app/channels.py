"""Opens the channels that the settings name, each imported only where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.settings import CommandTexts
from bot.settings import TelegramSettings as BotSettings
from core.messages import Address, ChannelName
from core.policy import Policy
from mailer.settings import MailSettings, Server

if TYPE_CHECKING:
    from app.settings import Settings
    from flows.ports import Channel, Clock, Renderer

#: The commands that a chat's menu describes.
_COMMANDS = ("start", "status", "cancel", "language", "help", "privacy", "queue")


def mail_settings(settings: Settings, policy: Policy) -> MailSettings:
    """What the mail channel needs; only where [mail] is set."""
    mail = settings.mail
    assert mail is not None
    password = mail.password.get_secret_value() if mail.password else ""
    smtp_password = mail.smtp_password.get_secret_value() if mail.smtp_password else ""
    ca_file = str(mail.ca_file or "")
    return MailSettings(
        help_address=mail.address,
        organisation=policy.name,
        imap=Server(mail.imap_host, mail.imap_port, mail.user, password, mail.imap_tls, ca_file),
        smtp=Server(mail.smtp_host, mail.smtp_port, mail.smtp_user, smtp_password, mail.smtp_tls, ca_file),
        start=mail.start,
    )


def bot_settings(settings: Settings) -> BotSettings:
    """What the Telegram channel needs; only where [telegram] is set."""
    telegram = settings.telegram
    assert telegram is not None
    token = telegram.token.get_secret_value() if telegram.token else ""
    return BotSettings(token, telegram.staff_chat, telegram.api_base)


def open_channels(
    settings: Settings, policy: Policy, texts: Renderer, clock: Clock
) -> Mapping[ChannelName, Channel]:
    """A channel for each section there is. Raises TokenRefused for a token that cannot be one."""
    channels: dict[ChannelName, Channel] = {}
    if settings.mail:
        from mailer.channel import MailChannel

        channels[ChannelName.EMAIL] = MailChannel(mail_settings(settings, policy))
    if settings.telegram:
        # aiogram takes seconds to import: only where Telegram is configured.
        from bot.channel import TelegramChannel

        channels[ChannelName.TELEGRAM] = TelegramChannel(bot_settings(settings), clock, _menus(policy, texts))
    return channels


def _menus(policy: Policy, texts: Renderer) -> CommandTexts:
    return {
        language: {name: texts.phrase(f"command.{name}", language) for name in _COMMANDS}
        for language in policy.languages
    }


def staff_chat(settings: Settings) -> Address | None:
    """The group in which staff work, if there is one."""
    if settings.telegram is None or not settings.telegram.staff_chat:
        return None
    return Address(ChannelName.TELEGRAM, str(settings.telegram.staff_chat))
