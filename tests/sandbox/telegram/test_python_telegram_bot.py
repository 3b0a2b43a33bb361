"""python-telegram-bot, a client of other authors, against the sandbox's Telegram: the same words, unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from sandbox.telegram import BotAccount, Person, TelegramServer
from sandbox.telegram.media import FILES, THINGS

TOKEN = "4242:example-secret"
Context = ContextTypes.DEFAULT_TYPE


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
def account(telegram: TelegramServer) -> BotAccount:
    return telegram.add_bot(TOKEN, "example_bot")


@pytest.fixture
async def lan(telegram: TelegramServer, account: BotAccount) -> Person:
    return telegram.add_user("Lan", language_code="vi")


@pytest.fixture
async def bot(telegram: TelegramServer, account: BotAccount) -> AsyncIterator[Bot]:
    async with client(telegram) as bot:
        yield bot


def client(telegram: TelegramServer, token: str = TOKEN) -> Bot:
    places = {"base_url": f"{telegram.base}/bot", "base_file_url": f"{telegram.base}/file/bot"}
    requests = [HTTPXRequest(httpx_kwargs={"trust_env": False}) for _ in range(2)]
    return Bot(token, **places, request=requests[0], get_updates_request=requests[1])


def keyboard(label: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])


async def greet(update: Update, context: Context) -> None:
    await update.message.reply_text(f"Hello {context.args}", reply_markup=keyboard("Go", "go"))


async def press(update: Update, context: Context) -> None:
    await update.callback_query.answer("Done", show_alert=True)
    await update.callback_query.edit_message_text(f"<b>{update.callback_query.data}</b>", parse_mode="HTML")


async def copy(update: Update, context: Context) -> None:
    file = await update.message.document.get_file()
    content = bytes(await file.download_as_bytearray())
    await update.message.reply_document(content.upper(), filename="copy.txt", caption="Here")


@pytest.fixture
async def application(telegram: TelegramServer, account: BotAccount) -> AsyncIterator[Application]:
    application = ApplicationBuilder().bot(client(telegram)).build()
    application.add_handler(CommandHandler("start", greet))
    application.add_handler(CallbackQueryHandler(press))
    application.add_handler(MessageHandler(filters.Document.ALL, copy))
    async with application:
        await application.start()
        await application.updater.start_polling()
        yield application
        await application.updater.stop()
        await application.stop()


@pytest.mark.usefixtures("application")
async def test_a_whole_conversation_with_another_client(
    telegram: TelegramServer, account: BotAccount, lan: Person
) -> None:
    await lan.start(account, payload="REF-1")
    greeting = await lan.next_message()
    answer = await lan.press(greeting, "Go")
    edited = await lan.until(lambda message: message.edited)
    await lan.send_document(account, "letter.txt", b"my data", media_type="text/plain")
    reply = await lan.next_message()
    assert (greeting.versions[0].text, answer.text, answer.alert) == ("Hello ['REF-1']", "Done", True)
    assert (edited, edited.text, edited.now.entities) == (
        greeting,
        "go",
        ({"type": "bold", "offset": 0, "length": 2},),
    )
    assert (await lan.download(reply), reply.text) == (b"MY DATA", "Here")
    assert telegram.violations == []


async def test_every_kind_of_message_is_read(account: BotAccount, lan: Person, bot: Bot) -> None:
    await lan.start(account)
    kinds = [*FILES, *THINGS]
    for kind in kinds:
        await lan.send_media(account, kind)
    updates = await bot.get_updates(offset=-len(kinds))
    assert [bool(getattr(update.message, kind)) for update, kind in zip(updates, kinds, strict=True)] == [
        True
    ] * len(kinds)


async def test_a_second_poller_ends_the_first_with_a_conflict(
    telegram: TelegramServer, account: BotAccount, bot: Bot
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await telegram.polled()
    async with client(telegram) as second:
        assert await second.get_updates() == ()
    with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
        await first


async def test_confirmed_updates_are_gone_and_others_stay(account: BotAccount, lan: Person, bot: Bot) -> None:
    await lan.start(account)
    await lan.say(account, "second")
    first, second = await bot.get_updates()
    assert (await bot.get_updates(limit=1))[0].update_id == first.update_id
    assert [update.update_id for update in await bot.get_updates(offset=second.update_id)] == [
        second.update_id
    ]
    assert await bot.get_updates(offset=second.update_id + 1) == ()


async def test_refusals_become_the_exceptions_of_the_client(
    telegram: TelegramServer,
    account: BotAccount,
    lan: Person,
    bot: Bot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(lan.id, "Hello")
    await lan.start(account)
    sent = await bot.send_message(lan.id, "Hello")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("Hello")
    telegram.inject("sendMessage", error=(429, "Too Many Requests: retry after 7", {"retry_after": 7}))
    with pytest.raises(RetryAfter) as raised:
        await bot.send_message(lan.id, "Hello")
    assert raised.value.retry_after == timedelta(seconds=7)
    await lan.block(account)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(lan.id, "Hello")
    with pytest.raises(InvalidToken):
        await client(telegram, "4242:wrong").__aenter__()


async def test_groups_members_and_migration(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    group = telegram.add_group("Staff", members=[lan], admins=[account], type_="group")
    assert (await bot.get_chat(group.id)).title == "Staff"
    assert (await bot.get_chat_member(group.id, lan.id)).status == "member"
    assert {member.status for member in await bot.get_chat_administrators(group.id)} == {
        "creator",
        "administrator",
    }
    old = group.id
    await group.migrate()
    with pytest.raises(ChatMigrated) as raised:
        await bot.send_message(old, "Hello")
    assert raised.value.new_chat_id == group.id
    assert await bot.leave_chat(group.id)
    assert account.id not in group.member_ids


async def test_the_bot_sets_itself_up(telegram: TelegramServer, bot: Bot) -> None:
    assert (bot.username, bot.can_read_all_group_messages) == ("example_bot", False)
    assert await bot.set_my_commands([("start", "Begin")], language_code="en")
    assert [command.command for command in await bot.get_my_commands(language_code="en")] == ["start"]
    assert await bot.delete_my_commands(language_code="en")
    assert (await bot.get_webhook_info()).url == ""
    assert telegram.violations == []
