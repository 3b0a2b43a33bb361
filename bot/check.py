"""Looks whether the bot can work, and says in plain words what to mend."""

from __future__ import annotations

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramMigrateToChat
from aiogram.utils.chat_member import ADMINS

from bot.sending import describe
from bot.session import UNKNOWN_TOKEN, TokenRefused, open_bot
from bot.settings import TelegramSettings

#: What was looked at, whether it is well, and what to do where it is not.
Finding = tuple[str, bool, str]


async def check_telegram(settings: TelegramSettings) -> list[Finding]:
    """Token, webhook and staff group. Changes nothing at Telegram, and takes no update from a running desk."""
    try:
        bot = open_bot(settings)
    except TokenRefused as error:
        return [("Telegram token", False, str(error))]
    try:
        token = await _token(bot)
        return (
            [token, await _webhook(bot), await _staff_chat(bot, settings.staff_chat)] if token[1] else [token]
        )
    finally:
        await bot.session.close()


async def _token(bot: Bot) -> Finding:
    what = "Telegram token"
    try:
        me = await bot.me()
    except UNKNOWN_TOKEN:
        return what, False, str(TokenRefused())
    except TelegramAPIError as error:
        words = "Telegram does not answer. Look at the network, a proxy, and api_base in the settings"
        return what, False, f"{words} ({type(error).__name__})."
    return what, True, f"The bot is @{me.username}."


async def _webhook(bot: Bot) -> Finding:
    what = "Telegram webhook"
    try:
        info = await bot.get_webhook_info()
    except TelegramAPIError as error:
        return what, False, f"Telegram did not say whether a webhook is set ({describe(error)}). Try again."
    if info.url:
        words = (
            "Another program has set a webhook for this bot, and PrivacyDesk takes it away when it starts."
        )
        return what, False, f"{words} If that program is still needed, give it a bot of its own."
    return what, True, f"None is set; {info.pending_update_count} updates are waiting."


async def _staff_chat(bot: Bot, chat_id: int) -> Finding:
    what = "Telegram staff group"
    if not chat_id:
        return what, False, "No staff group is set. Put the group's id, a negative number, into the settings."
    try:
        member = await bot.get_chat_member(chat_id, bot.id)
    except TelegramMigrateToChat as moved:
        words = "The group has become a supergroup. Put its new id into the settings"
        return what, False, f"{words}: {moved.migrate_to_chat_id}."
    except TelegramAPIError as error:
        words = "The bot cannot see the group. Add it to the group, and compare the id in the settings"
        return what, False, f"{words} ({describe(error)})."
    if not isinstance(member, ADMINS):
        words = "The bot is no administrator of the group, and so cannot see who leaves it."
        return what, False, f"{words} Make it one; it needs no special rights."
    return what, True, "The bot is an administrator."
