"""The Bot API's methods about the bot itself, its updates and commands, and about chats, members and files."""

from __future__ import annotations

import json
import re

from sandbox.telegram.calls import Call
from sandbox.telegram.delivery import change_status
from sandbox.telegram.records import LEADING, Chat, Json, Status
from sandbox.telegram.refusals import bad_request, malformed, webhook_active
from sandbox.telegram.shapes import BOT_ABILITIES, file_json, full_chat_json, member_json, user_json

DOWNLOAD_LIMIT = 20 * 2**20  # bytes (Bot API, getFile)
BATCH = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


async def get_me(call: Call) -> Json:
    reads = {"can_read_all_group_messages": call.bot.reads_everything}
    return user_json(call.bot.user) | BOT_ABILITIES | reads


async def get_updates(call: Call) -> list[Json]:
    if call.bot.webhook:
        raise webhook_active()
    if "allowed_updates" in call.values:
        call.bot.queue.allow(call.values["allowed_updates"])
    limit = min(max(call.integer("limit", BATCH), 1), BATCH)
    return await call.bot.queue.poll(call.integer("offset"), limit, float(call.integer("timeout")))


async def set_webhook(call: Call) -> bool:
    """Remembers the address, so that getUpdates is refused; nothing is ever posted to it: the desk polls."""
    url = call.text("url")
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    _forget_updates(call)
    call.bot.webhook = url
    return True


async def delete_webhook(call: Call) -> bool:
    _forget_updates(call)
    call.bot.webhook = ""
    return True


def _forget_updates(call: Call) -> None:
    if call.flag("drop_pending_updates"):
        call.bot.queue.clear()


async def get_webhook_info(call: Call) -> Json:
    return {
        "url": call.bot.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(call.bot.queue),
    }


async def get_file(call: Call) -> Json:
    stored = call.world.files.get(call.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return file_json(stored) | {"file_path": stored.path}


# --- commands --------------------------------------------------------------------------------------


async def set_my_commands(call: Call) -> bool:
    commands: list[Json] = call.values["commands"]
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise malformed("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise malformed("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[_scope(call)] = commands
    return True


async def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_scope(call), [])


async def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_scope(call), None)
    return True


def _scope(call: Call) -> tuple[str, str]:
    scope: Json = call.values.get("scope", {"type": "default"})
    if scope.get("type") not in SCOPES:
        raise malformed("unsupported type of the bot command scope specified")
    if "chat_id" in scope:
        call.world.chat_of(call.bot, int(scope["chat_id"]))
    return scope_key(scope), call.text("language_code")


def scope_key(scope: Json) -> str:
    """One writing for a scope, whatever the order of its fields and the writing of its chat id."""
    return json.dumps({name: str(value) for name, value in scope.items()}, sort_keys=True)


# --- chats and members -----------------------------------------------------------------------------


async def get_chat(call: Call) -> Json:
    return full_chat_json(call.chat())


async def get_chat_member(call: Call) -> Json:
    """Of others only where the bot is an administrator: elsewhere Telegram promises nothing."""
    chat, user_id = call.chat(), call.integer("user_id")
    user = call.world.users.get(user_id)
    if user is None:
        raise bad_request("member not found")
    if chat.type != "private" and user is not call.bot.user and chat.status(call.bot.user) not in LEADING:
        raise bad_request("member list is inaccessible")
    return member_json(user, chat.status(user))


async def get_chat_administrators(call: Call) -> list[Json]:
    chat = _group(call, "there are no administrators in the private chat")
    leading = [(user_id, status) for user_id, status in chat.members.items() if status in LEADING]
    users = call.world.users
    return [
        member_json(users[user_id], status)
        for user_id, status in leading
        if not users[user_id].is_bot or users[user_id] is call.bot.user
    ]


async def leave_chat(call: Call) -> bool:
    chat = _group(call, "chat member status can't be changed in private chats")
    change_status(call.world, chat, call.bot.user, call.bot.user, Status.LEFT)
    return True


def _group(call: Call, otherwise: str) -> Chat:
    chat = call.chat()
    if chat.type == "private":
        raise bad_request(otherwise)
    return chat
