"""Registers the bot's menus of commands: each language its words, each kind of chat its commands."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from bot.settings import CommandTexts

log = structlog.get_logger()

CUSTOMERS = ("start", "status", "cancel", "language", "help", "privacy")
STAFF = ("queue", "help")


async def set_commands(bot: Bot, staff_chat: int, texts: CommandTexts) -> None:
    """Tell Telegram the menus; the first language also serves everybody whose own is not there.

    A menu is a comfort: what cannot be set is logged, and the bot works on.
    """
    scopes: list[tuple[BotCommandScopeUnion, tuple[str, ...]]] = [
        (BotCommandScopeAllPrivateChats(), CUSTOMERS)
    ]
    if staff_chat:
        scopes.append((BotCommandScopeChat(chat_id=staff_chat), STAFF))
    for scope, names in scopes:
        for position, (language, words) in enumerate(texts.items()):
            commands = [BotCommand(command=name, description=words[name]) for name in names if name in words]
            for code in (None, language) if position == 0 else (language,):
                await _set(bot, commands, scope, code)


async def _set(
    bot: Bot, commands: list[BotCommand], scope: BotCommandScopeUnion, language: str | None
) -> None:
    try:
        await bot.set_my_commands(commands, scope=scope, language_code=language)
    except TelegramAPIError as error:
        log.warning("commands_not_set", scope=scope.type, language=language, error=type(error).__name__)
