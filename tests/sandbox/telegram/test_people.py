"""The human side: what people press, see, and cannot do."""

from __future__ import annotations

import pytest

from sandbox.telegram import BotAccount, Person, TelegramServer
from tests.sandbox.telegram.conftest import Call


async def test_a_person_presses_what_is_or_was_there_or_anything_at_all(call: Call, lan: Person) -> None:
    markup = {"inline_keyboard": [[{"text": "Approve", "callback_data": "c:1"}]]}
    sent = await call("sendMessage", chat_id=lan.id, text="Card", reply_markup=markup)
    await call("editMessageText", chat_id=lan.id, message_id=sent["result"]["message_id"], text="Done")
    card = await lan.next_message()
    with pytest.raises(LookupError):
        await lan.tap(card, "Approve")
    await lan.tap(card, "Approve", version=0)
    await lan.tap(card, data="forged")
    updates = (await call("getUpdates"))["result"]
    assert [update["callback_query"]["data"] for update in updates] == ["c:1", "forged"]


async def test_a_tap_under_a_deleted_message_comes_with_an_inaccessible_one(call: Call, lan: Person) -> None:
    sent = await call("sendMessage", chat_id=lan.id, text="Card")
    card = await lan.next_message()
    await call("deleteMessage", chat_id=lan.id, message_id=sent["result"]["message_id"])
    await lan.tap(card, data="x")
    message = (await call("getUpdates"))["result"][-1]["callback_query"]["message"]
    assert (message["date"], message["message_id"]) == (0, card.id)


async def test_a_person_cannot_write_where_they_are_not(
    telegram: TelegramServer, account: BotAccount, lan: Person
) -> None:
    group = telegram.add_group("Staff", admins=[account])
    with pytest.raises(PermissionError):
        await lan.say(group, "Hello")
    await lan.block(account)
    with pytest.raises(PermissionError):
        await lan.say(account, "Hello")
    with pytest.raises(PermissionError):
        telegram.add_user("Minh").sees(account)


async def test_everything_that_reached_a_group_can_be_searched(
    telegram: TelegramServer, call: Call, account: BotAccount, lan: Person
) -> None:
    group = telegram.add_group("Staff", members=[lan], admins=[account])
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]]}
    sent = await call("sendMessage", chat_id=group.id, text="Card", reply_markup=markup)
    card = await lan.next_message(group)
    tap = await lan.tap(card, "Go")
    await call("answerCallbackQuery", callback_query_id=tap.id, text="leaked@example.com")
    await call("editMessageText", chat_id=group.id, message_id=sent["result"]["message_id"], text="Done")
    await call("sendMessage", chat_id=lan.id, text="in private")
    assert [entry.method for entry in group.traffic] == [
        "sendmessage",
        "answercallbackquery",
        "editmessagetext",
    ]
    assert [entry.values.get("text") for entry in group.traffic] == ["Card", "leaked@example.com", "Done"]
    assert [version.text for version in card.versions] == ["Card", "Done"]
