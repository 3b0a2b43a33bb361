"""Messages, edits and answers to taps: what Telegram takes and what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    ChatMemberBanned,
    ReplyParameters,
)

from sandbox.telegram import BotAccount, Person, TelegramServer
from tests.sandbox.telegram.aiogram_client import client, keyboard
from tests.sandbox.telegram.conftest import Call, Clock


async def test_a_wrong_token_is_unauthorized(telegram: TelegramServer) -> None:
    thief = client(telegram, "4242:another-secret")
    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
        await thief.get_me()
    await thief.session.close()


async def test_a_bot_cannot_write_first(stranger: Person, bot: Bot) -> None:
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.id, "Hello")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "Hello")


async def test_a_blocked_bot_is_told_and_refused_until_the_next_start(
    account: BotAccount, lan: Person, bot: Bot
) -> None:
    await lan.block(account)
    change = (await bot.get_updates(allowed_updates=["message", "my_chat_member"]))[-1].my_chat_member
    assert isinstance(change.new_chat_member, ChatMemberBanned)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(lan.id, "Hello")
    await lan.start(account)
    assert (await bot.send_message(lan.id, "Hello")).text == "Hello"


async def test_an_edit_that_changes_nothing_is_refused(account: BotAccount, lan: Person, bot: Bot) -> None:
    message = await bot.send_message(lan.id, "Card", reply_markup=keyboard(Go="x"))
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content"):
        await message.edit_text("Card", reply_markup=keyboard(Go="x"))
    assert (await message.edit_text("Card")).reply_markup is None
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Card", chat_id=lan.id, message_id=message.message_id + 1)


WRONG_TEXTS = {
    "": "message text is empty",
    " \x00\n": "message text is empty",
    "x" * 4097: "message is too long",
    "😀" * 2049: "message is too long",
}


async def test_a_text_must_have_a_length_that_telegram_takes(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    for text, words in WRONG_TEXTS.items():
        with pytest.raises(TelegramBadRequest, match=words):
            await bot.send_message(lan.id, text)
    assert telegram.violations == [f"sendmessage: Bad Request: {words}" for words in WRONG_TEXTS.values()]
    assert (await bot.send_message(lan.id, "😀" * 2048)).text == "😀" * 2048


async def test_callback_data_ends_at_64_bytes(account: BotAccount, lan: Person, bot: Bot) -> None:
    await bot.send_message(lan.id, "Card", reply_markup=keyboard(Go="x" * 64))
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(lan.id, "Card", reply_markup=keyboard(Go="é" * 33))


async def test_html_becomes_entities_in_utf16_units(account: BotAccount, lan: Person, bot: Bot) -> None:
    message = await bot.send_message(lan.id, "😀 <b>bold &lt;<i>both</i></b>", parse_mode="HTML")
    assert message.text == "😀 bold <both"
    assert [(e.type, e.extract_from(message.text)) for e in message.entities] == [
        ("bold", "bold <both"),
        ("italic", "both"),
    ]
    with pytest.raises(TelegramBadRequest, match="can't parse entities: Unsupported start tag"):
        await bot.send_message(lan.id, "<blink>x</blink>", parse_mode="HTML")


async def test_an_expired_tap_cannot_be_answered(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    await bot.send_message(lan.id, "Card", reply_markup=keyboard(Go="x"))
    tap = await lan.tap(await lan.next_message(), "Go")
    telegram.expire_taps()
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await bot.answer_callback_query(tap.id)
    with pytest.raises(TimeoutError):
        await lan.press(lan.sees()[-1], "Go", timeout=0.01)


async def test_messages_are_deleted_answered_and_kept_for_the_record(
    telegram: TelegramServer, account: BotAccount, lan: Person, bot: Bot
) -> None:
    secret = await lan.say(account, "my number is 000000000000")
    reply = await bot.send_message(lan.id, "Noted", reply_parameters=ReplyParameters(message_id=secret.id))
    assert reply.reply_to_message.text == "my number is 000000000000"
    await bot.delete_message(lan.id, secret.id)
    assert [message.text for message in lan.sees()] == ["/start", "Noted"]
    assert secret.deleted
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(lan.id, "Late", reply_parameters=ReplyParameters(message_id=secret.id))
    assert [(call.method, call.chat.id, call.values.get("text")) for call in telegram.traffic] == [
        ("sendmessage", lan.id, "Noted"),
        ("deletemessage", lan.id, None),
        ("sendmessage", lan.id, "Late"),
    ]


async def test_a_file_is_sent_again_by_its_id(account: BotAccount, lan: Person, bot: Bot) -> None:
    sent = await bot.send_document(lan.id, BufferedInputFile(b"data", "data.csv"))
    again = await bot.send_document(lan.id, sent.document.file_id)
    assert (again.document.file_name, await lan.download(lan.sees()[-1])) == ("data.csv", b"data")


async def test_a_tap_can_be_answered_for_fifteen_seconds(call: Call, lan: Person, clock: Clock) -> None:
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]]}
    await call("sendMessage", chat_id=lan.id, text="Card", reply_markup=markup)
    card = await lan.next_message()
    early, late = await lan.tap(card, "Go"), await lan.tap(card, "Go")
    clock.now += timedelta(seconds=15)
    assert (await call("answerCallbackQuery", callback_query_id=early.id, text="In time"))["ok"]
    clock.now += timedelta(seconds=1)
    refused = await call("answerCallbackQuery", callback_query_id=late.id)
    assert refused["description"].startswith("Bad Request: query is too old")
    assert (early.answer.text, late.answer) == ("In time", None)


async def test_a_message_can_be_deleted_for_two_days(call: Call, lan: Person, clock: Clock) -> None:
    sent = await call("sendMessage", chat_id=lan.id, text="Code")
    clock.now += timedelta(hours=49)
    refused = await call("deleteMessage", chat_id=lan.id, message_id=sent["result"]["message_id"])
    assert refused["description"] == "Bad Request: message can't be deleted"
