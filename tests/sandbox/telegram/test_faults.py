"""What goes wrong on order: errors, cut connections, late answers, floods."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from sandbox.telegram import BotAccount, Group, Person, TelegramServer
from tests.sandbox.telegram.conftest import TOKEN, Call, Clock


async def test_flood_control_counts_messages_and_edits_of_a_group(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot, group: Group
) -> None:
    telegram.flood.group_per_minute = 2
    await (await bot.send_message(group.id, "1")).edit_text("2")
    with pytest.raises(TelegramRetryAfter) as raised:
        await bot.send_message(group.id, "3")
    assert 55 <= raised.value.retry_after <= 60
    await bot.send_message(lan.id, "another chat")


async def test_faults_meet_as_many_calls_as_were_ordered(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    telegram.inject("sendMessage", error=(429, "Too Many Requests: retry after 3", {"retry_after": 3}))
    telegram.inject("sendMessage", error=(502, "Bad Gateway", {}), chat_id=lan.id)
    with pytest.raises(TelegramRetryAfter, match="retry after 3"):
        await bot.send_message(lan.id, "1")
    with pytest.raises(TelegramServerError, match="Bad Gateway"):
        await bot.send_message(lan.id, "2")
    await bot.send_message(lan.id, "3")
    assert [message.text for message in lan.sees()] == ["/start", "3"]


async def test_a_cut_connection_leaves_the_sender_in_doubt(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    telegram.inject("sendMessage", drop_before_effect=True)
    telegram.inject("sendMessage", drop_after_effect=True)
    for text in ("lost", "arrived"):
        with pytest.raises(TelegramNetworkError):
            await bot.send_message(lan.id, text)
    assert [message.text for message in lan.sees()] == ["/start", "arrived"]


async def test_an_answer_that_is_late_is_given_up_by_the_sender(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    telegram.inject("sendMessage", delay=30)
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(lan.id, "Hello", request_timeout=0.05)
    assert (await lan.next_message()).text == "Hello"


async def test_an_answer_can_be_held_back_after_its_effect(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    hold = asyncio.Event()
    telegram.inject("sendMessage", hold=hold)
    sending = asyncio.create_task(bot.send_message(lan.id, "Hello"))
    assert (await lan.next_message()).text == "Hello"
    assert not sending.done()
    hold.set()
    assert (await sending).text == "Hello"


async def test_flood_control_lets_go_after_the_time_it_named(
    telegram: TelegramServer, call: Call, lan: Person, clock: Clock
) -> None:
    telegram.flood.private_per_second = 1
    values = {"chat_id": lan.id, "text": "Hello"}
    assert (await call("sendMessage", **values))["ok"]
    refused = await call("sendMessage", **values)
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    clock.now += timedelta(seconds=1)
    assert (await call("sendMessage", **values))["ok"]


async def test_a_download_meets_faults_too(telegram: TelegramServer, http: aiohttp.ClientSession) -> None:
    stored = telegram.world.store_file("a.txt", "text/plain", b"content")
    telegram.inject("file", error=(502, "Bad Gateway", {}))
    telegram.inject("file", drop_after_effect=True, times=2)
    where = f"/file/bot{TOKEN}/{stored.path}"
    async with http.get(where) as response:
        assert response.status == 502
    with pytest.raises(aiohttp.ServerDisconnectedError):  # aiohttp asks twice where nothing changes by it
        await http.get(where)
    async with http.get(where) as response:
        assert await response.read() == b"content"
