"""Which bot gets which update: privacy mode in groups, membership, taps."""

from __future__ import annotations

from sandbox.telegram.records import LEADING, Chat, Json, Message, Status, Tap, User
from sandbox.telegram.required import check
from sandbox.telegram.shapes import member_json, membership_json, message_json, tap_json
from sandbox.telegram.texts import commands_in
from sandbox.telegram.world import BotAccount, World

_SERVICE = frozenset({"new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id"})


def deliver_message(world: World, message: Message, edited: bool = False) -> None:
    """Queue a person's message for every bot that may see it."""
    for bot in world.bots_in(message.chat):
        if may_see(bot, message):
            _emit(bot, "edited_message" if edited else "message", message_json(message))
    world.bell.ring()


def may_see(bot: BotAccount, message: Message) -> bool:
    """Privacy mode: in a group only commands, answers to the bot and service messages; admins see all."""
    chat = message.chat
    if chat.type == "private" or bot.reads_everything or chat.status(bot.user) in LEADING:
        return True
    if message.reply_to is not None and message.reply_to.sender is bot.user:
        return True
    return bool(_SERVICE & message.content.keys()) or _commands(bot, message.text)


def _commands(bot: BotAccount, text: str) -> bool:
    if not text.startswith("/") or not commands_in(text):
        return False
    _, at, addressee = text.split(maxsplit=1)[0].partition("@")
    return not at or addressee.lower() == bot.username.lower()


def deliver_tap(world: World, tap: Tap) -> None:
    """Queue a callback query for the bot whose button was pressed."""
    for bot in world.bots.values():
        if tap.message.sender is bot.user:
            _emit(bot, "callback_query", tap_json(tap))


def change_status(world: World, chat: Chat, actor: User, subject: User, after: Status) -> None:
    """Give somebody another place in a chat, and tell the bots that are told: itself, and administrators."""
    before = chat.status(subject)
    watchers = {bot.id: bot for bot in world.bots_in(chat) if chat.status(bot.user) in LEADING}
    chat.members[subject.id] = after
    changed = member_json(subject, before), member_json(subject, after)
    body = membership_json(chat, actor, int(world.clock().timestamp()), *changed)
    for bot in world.bots.values():
        if bot.user is subject:
            _emit(bot, "my_chat_member", body)
        elif bot.id in watchers and chat.type != "private":
            _emit(bot, "chat_member", body)
    world.bell.ring()


def _emit(bot: BotAccount, kind: str, body: Json) -> None:
    check("Update", {"update_id": 0, kind: body})
    bot.queue.put(kind, body)
