"""aiogram, the client that the desk uses, in conversation through the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    Message,
)

from sandbox.telegram import BotAccount, Person, TelegramServer
from tests.sandbox.telegram.aiogram_client import keyboard


def desk() -> Router:
    """A small bot that uses what the desk uses."""
    router = Router()

    @router.message(F.text.startswith("/start"))
    async def greet(message: Message) -> None:
        await message.answer(f"Xin chào {message.text}", reply_markup=keyboard(Yes="d:yes", No="d:no"))

    @router.message(F.document)
    async def read(message: Message, bot: Bot) -> None:
        content = await bot.download(message.document)
        name = f"copy of {message.document.file_name}"
        await message.answer_document(BufferedInputFile(content.read().upper(), name), caption="Here")

    @router.message(F.text)
    async def echo(message: Message) -> None:
        await message.reply(message.text)

    @router.callback_query()
    async def decide(query: CallbackQuery) -> None:
        await query.message.edit_text(f"{query.from_user.first_name}: {query.data}")
        await query.answer("Noted", show_alert=True)

    @router.chat_member()
    async def left(change: ChatMemberUpdated, bot: Bot) -> None:
        await bot.send_message(change.chat.id, f"status {change.new_chat_member.status}")

    return router


@pytest.fixture
async def polling(bot: Bot) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher()
    dispatcher.include_router(desk())
    task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    yield dispatcher
    await dispatcher.stop_polling()
    await task


@pytest.mark.usefixtures("polling")
async def test_a_person_talks_presses_and_sees_the_edit(lan: Person, account: BotAccount) -> None:
    await lan.start(account, payload="REF-123")
    greeting = await lan.next_message()
    answer = await lan.press(greeting, "No")
    assert (greeting.versions[0].text, greeting.text) == ("Xin chào /start REF-123", "Lan: d:no")
    assert (answer.text, answer.alert) == ("Noted", True)
    assert (greeting.labels, greeting.edited) == ([], True)


@pytest.mark.usefixtures("polling")
async def test_a_document_goes_both_ways(lan: Person, account: BotAccount) -> None:
    await lan.start(account)
    await lan.next_message()
    await lan.send_document(account, "letter.txt", b"my data", media_type="text/plain")
    reply = await lan.next_message(account)
    assert await lan.download(reply) == b"MY DATA"
    assert (reply.content["document"]["file_name"], reply.text) == ("copy of letter.txt", "Here")


async def test_idle_polling_is_one_long_call(
    telegram: TelegramServer, account: BotAccount, lan: Person, polling: Dispatcher
) -> None:
    await lan.start(account)
    await lan.next_message()
    for number in range(3):
        await lan.say(account, f"line {number}")
        assert (await lan.next_message()).text == f"line {number}"
    assert account.queue.polls <= 6
    assert telegram.violations == []


@pytest.mark.usefixtures("polling")
async def test_two_people_who_press_at_once_are_both_answered(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    minh = telegram.add_user("Minh")
    group = telegram.add_group("Staff", members=[lan, minh], admins=[account])
    await bot.send_message(group.id, "Card", reply_markup=keyboard(Approve="c:ok"))
    card = await group.until(lambda message: message.text == "Card")
    answers = await asyncio.gather(lan.press(card, "Approve"), minh.press(card, "Approve"))
    assert [answer.text for answer in answers] == ["Noted", "Noted"]
    assert {version.text for version in card.versions} == {"Card", "Lan: c:ok", "Minh: c:ok"}


@pytest.mark.usefixtures("polling")
async def test_a_member_who_is_removed_is_reported_to_the_administrator(
    telegram: TelegramServer, account: BotAccount, lan: Person
) -> None:
    group = telegram.add_group("Staff", members=[lan], admins=[account])
    await telegram.polled()
    await group.remove(lan)
    await group.until(lambda message: message.text == "status kicked")
