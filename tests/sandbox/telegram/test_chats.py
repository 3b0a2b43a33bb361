"""Groups and their members, commands and files."""

from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    ChatMemberAdministrator,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberOwner,
)

from sandbox.telegram import BotAccount, Group, Person, Status, TelegramServer


async def texts(bot: Bot) -> list[str | None]:
    return [update.message.text for update in await bot.get_updates() if update.message]


async def test_privacy_mode_hides_chatter_from_a_member(
    account: BotAccount, lan: Person, bot: Bot, group: Group
) -> None:
    mine = await bot.send_message(group.id, "I am here")
    said = ["chatter", "/queue", "/queue@example_bot", "/queue@other_bot", "mail to/queue"]
    for text in said:
        await lan.say(group, text)
    await lan.say(group, "an answer", reply_to=group.chat.message(mine.message_id))
    assert await texts(bot) == ["/queue", "/queue@example_bot", "an answer"]


async def test_an_administrator_sees_everything(
    account: BotAccount, lan: Person, bot: Bot, group: Group
) -> None:
    await group.add(account, Status.ADMINISTRATOR)
    await lan.say(group, "chatter")
    await lan.say(group, "/queue", anonymously=True)
    first, second = [update.message for update in await bot.get_updates() if update.message]
    assert (first.text, first.from_user.first_name) == ("chatter", "Lan")
    assert (second.from_user.username, second.sender_chat.id) == ("GroupAnonymousBot", group.id)


async def test_members_come_in_the_shape_of_their_status(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    minh = telegram.add_user("Minh")
    group = telegram.add_group("Staff", members=[lan], admins=[account])
    kinds = {
        lan.id: ChatMemberMember,
        minh.id: ChatMemberLeft,
        account.id: ChatMemberAdministrator,
        group.owner.id: ChatMemberOwner,
    }
    for user_id, kind in kinds.items():
        assert isinstance(await bot.get_chat_member(group.id, user_id), kind)
    assert {m.user.id for m in await bot.get_chat_administrators(group.id)} == {account.id, group.owner.id}
    assert (await bot.get_chat(group.id)).title == "Staff"


async def test_a_group_that_became_a_supergroup_tells_its_new_id(
    telegram: TelegramServer, account: BotAccount, bot: Bot
) -> None:
    group = telegram.add_group("Staff", admins=[account], type_="group")
    old = group.id
    card = await bot.send_message(old, "Card")
    await group.migrate()
    with pytest.raises(TelegramMigrateToChat) as raised:
        await bot.send_message(old, "Again")
    assert raised.value.migrate_to_chat_id == group.id != old
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("New", chat_id=group.id, message_id=card.message_id)
    moved = [update.message.migrate_to_chat_id for update in await bot.get_updates()]
    assert moved == [group.id, None]


async def test_a_bot_that_was_thrown_out_is_forbidden(account: BotAccount, bot: Bot, group: Group) -> None:
    await group.remove(account)
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "Hello")


async def test_commands_are_kept_by_scope_and_language(bot: Bot, group: Group) -> None:
    scope = BotCommandScopeChat(chat_id=group.id)
    queue = [BotCommand(command="queue", description="Việc đang chờ")]
    await bot.set_my_commands(queue, scope=scope, language_code="vi")
    (kept,) = await bot.get_my_commands(scope=scope, language_code="vi")
    assert (kept.command, kept.description) == ("queue", "Việc đang chờ")
    assert await bot.get_my_commands() == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Not Good", description="x")])


async def test_a_file_of_more_than_20_mb_cannot_be_fetched(
    account: BotAccount, lan: Person, bot: Bot
) -> None:
    sent = await bot.send_document(lan.id, BufferedInputFile(bytes(20 * 2**20 + 1), "big.bin"))
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(sent.document.file_id)
