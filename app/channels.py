"""Opens the channels that the settings name, each imported only where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.settings import CommandTexts
from bot.settings import TelegramSettings as BotSettings
from core.messages import Address, ChannelName
from core.policy import Policy
from mailer.oauth import (
    GOOGLE,
    MICROSOFT,
    MICROSOFT_APPLICATION,
    MICROSOFT_PERSON,
    Tokens,
    TokenSettings,
)
from mailer.settings import Filing, MailSettings, Server

if TYPE_CHECKING:
    from pydantic import SecretStr

    from app.settings import Settings
    from app.settings_mail import OAuthSettings
    from flows.ports import Channel, Clock, Renderer

#: The commands that a chat's menu describes.
_COMMANDS = ("start", "status", "cancel", "language", "help", "privacy", "queue")


def mail_settings(settings: Settings, policy: Policy) -> MailSettings:
    """What the mail channel needs; only where [mail] is set. Raises mailer.settings.SettingsError."""
    mail = settings.mail
    assert mail is not None
    password, smtp_password = _secret(mail.password), _secret(mail.smtp_password)
    smtp_user = mail.smtp_user if mail.smtp_login else ""
    ca_file = str(mail.ca_file or "")
    tokens = Tokens(token_settings(mail.oauth, ca_file)) if mail.oauth else None
    kept, _, folder = mail.after_acknowledged.partition(":")
    return MailSettings(
        help_address=mail.address,
        organisation=policy.name,
        imap=Server(mail.imap_host, mail.imap_port, mail.user, password, mail.imap_tls, ca_file, tokens),
        smtp=Server(mail.smtp_host, mail.smtp_port, smtp_user, smtp_password, mail.smtp_tls, ca_file, tokens),
        start=mail.start,
        authserv_id=mail.authserv_id,
        check_dkim=mail.check_dkim,
        filing=Filing(kept == "flag", folder.strip()),
        alarm_minutes=mail.alarm_minutes,
        connections=mail.smtp_connections,
    )


def token_settings(oauth: OAuthSettings, ca_file: str) -> TokenSettings:
    """What is asked of a provider's token server; what the operator sets wins."""
    usual_url = {"google": GOOGLE, "microsoft": MICROSOFT.format(tenant=oauth.tenant)}
    in_own_name = oauth.refresh_token is None
    microsoft = MICROSOFT_APPLICATION if in_own_name else MICROSOFT_PERSON
    return TokenSettings(
        token_url=oauth.token_url or usual_url[oauth.provider],
        client_id=oauth.client_id,
        client_secret=_secret(oauth.client_secret),
        refresh_token=_secret(oauth.refresh_token),
        refresh_token_file=oauth.refresh_token_file,
        scope=oauth.scope or (microsoft if oauth.provider == "microsoft" else ""),
        ca_file=ca_file if oauth.provider == "custom" else "",
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


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
