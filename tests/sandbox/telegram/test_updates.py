"""What a bot fetches: long polls, confirmations, conflicts, and every kind of message."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
)
from aiogram.types import (
    Update,
)

from sandbox.telegram import BotAccount, Person, TelegramServer
from sandbox.telegram.media import FILES, THINGS
from tests.sandbox.telegram.conftest import Call


@pytest.mark.parametrize("kind", sorted([*FILES, *THINGS]))
async def test_aiogram_reads_every_kind_of_message(
    account: BotAccount, lan: Person, bot: Bot, kind: str
) -> None:
    await lan.send_media(account, kind)
    (update,) = await bot.get_updates()
    assert update.message.content_type == kind


async def test_a_second_poller_ends_the_first_with_a_conflict(
    telegram: TelegramServer, account: BotAccount, bot: Bot
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await telegram.polled()
    assert await bot.get_updates() == []
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first


async def test_an_update_that_nobody_can_read_spoils_its_batch(
    telegram: TelegramServer, account: BotAccount, bot: Bot
) -> None:
    telegram.push_raw({"message": {"message_id": 1, "date": "yesterday"}})
    with pytest.raises(Exception, match="Failed to deserialize object"):
        await bot.get_updates()
    assert len(account.queue) == 1


async def test_confirmed_updates_can_be_delivered_again(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    await lan.say(account, "Hello")
    (first,) = await bot.get_updates()
    assert await bot.get_updates(offset=first.update_id + 1) == []
    telegram.repeat_updates()
    assert await bot.get_updates(offset=first.update_id + 1) == [first]


async def test_an_edited_message_keeps_its_date(account: BotAccount, lan: Person, bot: Bot) -> None:
    said = await lan.say(account, "delet my data")
    await lan.edit(said, "delete my data")
    update: Update = (await bot.get_updates())[-1]
    assert (update.edited_message.text, update.edited_message.message_id) == ("delete my data", said.id)
    assert update.edited_message.edit_date >= int(said.versions[0].at.timestamp())


async def test_polling_is_refused_while_a_webhook_is_set(account: BotAccount, bot: Bot) -> None:
    await bot.set_webhook("https://bot.example.com/hook", secret_token="example")
    assert (await bot.get_webhook_info()).url == "https://bot.example.com/hook"
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_only_wanted_updates_are_kept(call: Call, account: BotAccount, lan: Person) -> None:
    await lan.say(account, "before")
    await call("getUpdates", allowed_updates=["callback_query"])
    await lan.say(account, "unwanted")
    updates = (await call("getUpdates", allowed_updates=[]))["result"]
    assert [update["message"]["text"] for update in updates] == ["before"]
    await lan.say(account, "wanted again")
    assert len((await call("getUpdates"))["result"]) == 2
