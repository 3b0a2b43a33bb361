"""How each try to send ends, at a real Bot API server that misbehaves on demand."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.exceptions import TelegramAPIError

from bot.channel import TelegramChannel
from bot.sending import RULES
from bot.settings import TelegramSettings
from core.messages import Address, Attachment, Button, ChannelName, Kind, Outbound
from flows.ports import Delivery, LeaseLost, Letter, Sent
from sandbox.telegram import BotAccount, Group, Person, TelegramServer
from tests.bot.conftest import NOW, TOKEN

ErrorBody = tuple[int, str, dict[str, Any]]


def message(chat_id: int, text: str = "Xin chào", **fields: Any) -> Outbound:
    to = Address(ChannelName.TELEGRAM, str(chat_id))
    return Outbound(
        "m1", to, fields.pop("kind", Kind.NOTICE), datetime(2026, 11, 23, tzinfo=UTC), text, **fields
    )


def letter(channel: TelegramChannel, outbound: Outbound, replaces: str = "") -> Letter:
    return Letter("m1", outbound.to, channel.compose(outbound), 0, NOW, replaces)


async def no_entry() -> None:
    """Nothing is written down: these tests are about the server."""


async def send(channel: TelegramChannel, chat_id: int, text: str = "Xin chào", **fields: Any) -> Sent:
    return await channel.send(letter(channel, message(chat_id, text, **fields)), no_entry)


async def test_a_message_arrives_with_its_buttons(
    account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    sent = await send(channel, lan.id, "Chọn <b>một</b>", buttons=((Button("Có", "o:yes"),),))
    seen = await lan.next_message()
    assert (seen.text, seen.labels, seen.now.entities) == ("Chọn <b>một</b>", ["Có"], ())
    assert sent == Sent(Delivery.SENT, f"{lan.id}:{seen.id}")


async def test_a_file_arrives_byte_for_byte(
    account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    content = bytes(range(256)) * 10
    files = (Attachment("dữ liệu.csv", "text/csv", content),)
    sent = await send(channel, lan.id, attachments=files)
    await lan.next_message()
    seen = await lan.next_message()
    assert await lan.download(seen) == content
    assert sent.reference == f"{lan.id}:{seen.id}"


async def test_a_long_text_arrives_in_parts(
    account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    text = "\n".join(f"Dòng {number}: " + "😀" * 20 for number in range(200))
    sent = await send(channel, lan.id, text)
    parts = [seen.text for seen in lan.sees() if seen.sender.is_bot]
    assert "\n".join(parts) == text
    assert sent.reference == f"{lan.id}:{lan.sees()[-1].id}"


ERRORS: list[tuple[ErrorBody, Sent]] = [
    ((429, "Too Many Requests: retry after 7", {"retry_after": 7}), Sent(Delivery.RETRY, retry_after=7.0)),
    ((429, "Too Many Requests", {}), Sent(Delivery.RETRY)),
    ((403, "Forbidden: bot was blocked by the user", {}), Sent(Delivery.UNREACHABLE)),
    ((403, "Forbidden: user is deactivated", {}), Sent(Delivery.UNREACHABLE)),
    ((400, "Bad Request: chat not found", {}), Sent(Delivery.UNREACHABLE)),
    ((400, "Bad Request: PEER_ID_INVALID", {}), Sent(Delivery.UNREACHABLE)),
    (
        (400, "Bad Request: not enough rights to send text messages to the chat", {}),
        Sent(Delivery.UNREACHABLE),
    ),
    ((400, "Bad Request: BUTTON_DATA_INVALID", {}), Sent(Delivery.FAILED)),
    ((413, "Request Entity Too Large", {}), Sent(Delivery.FAILED)),
    ((401, "Unauthorized", {}), Sent(Delivery.RETRY)),
    ((500, "Internal Server Error", {}), Sent(Delivery.RETRY)),
    ((502, "Bad Gateway", {}), Sent(Delivery.RETRY)),
]


async def test_each_error_has_its_meaning(
    server: TelegramServer, account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    for error, expected in ERRORS:
        server.inject("sendMessage", error=error)
        sent = await send(channel, lan.id)
        assert replace(sent, detail="") == expected, error
        assert sent.detail
        assert str(lan.id) not in sent.detail
        assert TOKEN not in sent.detail
    assert not [seen for seen in lan.sees() if seen.sender.is_bot]


async def test_handing_comes_before_the_first_call(
    account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    seen: list[int] = []

    async def handing() -> None:
        seen.append(len(lan.sees()))

    before = len(lan.sees())
    assert (await channel.send(letter(channel, message(lan.id)), handing)).result is Delivery.SENT
    assert seen == [before]


async def test_a_message_that_is_not_ours_any_more_is_not_sent(
    account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    async def handing() -> None:
        raise LeaseLost

    await lan.start(account)
    before = len(lan.sees())
    with pytest.raises(LeaseLost):
        await channel.send(letter(channel, message(lan.id)), handing)
    assert len(lan.sees()) == before


async def test_somebody_who_blocked_the_bot_is_unreachable(
    account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    await lan.block(account)
    assert (await send(channel, lan.id)).result is Delivery.UNREACHABLE


async def test_nobody_of_that_number_is_unreachable(account: BotAccount, channel: TelegramChannel) -> None:
    assert account.username
    assert (await send(channel, 999)).result is Delivery.UNREACHABLE


async def test_an_answer_that_gets_lost_is_uncertain(
    server: TelegramServer, account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    server.inject("sendMessage", drop_after_effect=True)
    assert (await send(channel, lan.id)).result is Delivery.UNCERTAIN
    assert len(lan.sees()) == 2


async def test_an_answer_that_does_not_come_in_time_is_uncertain(
    server: TelegramServer, account: BotAccount, lan: Person, settings: TelegramSettings
) -> None:
    await lan.start(account)
    hurried = TelegramChannel(replace(settings, answer_seconds=0.2), lambda: NOW)
    hold = asyncio.Event()
    server.inject("sendMessage", hold=hold)
    began = time.monotonic()
    sent = await send(hurried, lan.id)
    hold.set()
    await hurried.close()
    assert sent.result is Delivery.UNCERTAIN
    assert time.monotonic() - began < 5


async def test_a_server_that_cannot_be_reached_has_got_nothing(
    server: TelegramServer, lan: Person, channel: TelegramChannel
) -> None:
    await server.stop()
    sent = await send(channel, lan.id)
    assert sent == Sent(Delivery.RETRY, detail="TelegramNetworkError")


async def test_a_later_part_that_fails_makes_the_whole_uncertain(
    server: TelegramServer, account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    server.inject("sendDocument", error=(429, "Too Many Requests: retry after 3", {"retry_after": 3}))
    sent = await send(channel, lan.id, attachments=(Attachment("a.txt", "text/plain", b"a"),))
    assert (sent.result, sent.retry_after) == (Delivery.UNCERTAIN, 3.0)


# --- cards ---------------------------------------------------------------------------------------


async def test_a_card_is_replaced_where_it_stands(staff: Group, channel: TelegramChannel) -> None:
    first = await send(channel, staff.id, "Thẻ 1", kind=Kind.CARD, buttons=((Button("Duyệt", "c:a:abc:1"),),))
    again = letter(channel, message(staff.id, "Thẻ 2", kind=Kind.CARD), replaces=first.reference)
    assert await channel.send(again, no_entry) == first
    (card,) = staff.sees()
    assert (card.text, card.labels) == ("Thẻ 2", [])


async def test_a_card_that_did_not_change_counts_as_sent(staff: Group, channel: TelegramChannel) -> None:
    first = await send(channel, staff.id, "Thẻ", kind=Kind.CARD)
    sent = await channel.send(
        letter(channel, message(staff.id, "Thẻ", kind=Kind.CARD), first.reference), no_entry
    )
    assert (sent.result, sent.reference) == (Delivery.SENT, first.reference)
    assert len(staff.sees()) == 1


async def test_a_card_that_is_gone_is_sent_anew(staff: Group, channel: TelegramChannel) -> None:
    sent = await channel.send(
        letter(channel, message(staff.id, "Thẻ", kind=Kind.CARD), f"{staff.id}:999999"), no_entry
    )
    (card,) = staff.sees()
    assert sent == Sent(Delivery.SENT, f"{staff.id}:{card.id}")


async def test_a_card_too_old_to_edit_is_sent_anew(
    server: TelegramServer, staff: Group, channel: TelegramChannel
) -> None:
    first = await send(channel, staff.id, "Thẻ 1", kind=Kind.CARD)
    server.inject("editMessageText", error=(400, "Bad Request: message can't be edited", {}))
    sent = await channel.send(
        letter(channel, message(staff.id, "Thẻ 2", kind=Kind.CARD), first.reference), no_entry
    )
    assert sent.result is Delivery.SENT
    assert [card.text for card in staff.sees()] == ["Thẻ 1", "Thẻ 2"]


async def test_an_edit_whose_answer_gets_lost_can_be_repeated(
    server: TelegramServer, staff: Group, channel: TelegramChannel
) -> None:
    first = await send(channel, staff.id, "Thẻ 1", kind=Kind.CARD)
    again = letter(channel, message(staff.id, "Thẻ 2", kind=Kind.CARD), first.reference)
    server.inject("editMessageText", drop_after_effect=True)
    assert (await channel.send(again, no_entry)).result is Delivery.RETRY
    assert (await channel.send(again, no_entry)).result is Delivery.SENT
    assert [card.text for card in staff.sees()] == ["Thẻ 2"]


async def test_a_flooded_edit_waits_as_long_as_it_is_told(
    server: TelegramServer, staff: Group, channel: TelegramChannel
) -> None:
    first = await send(channel, staff.id, "Thẻ 1", kind=Kind.CARD)
    server.inject("editMessageText", error=(429, "Too Many Requests: retry after 9", {"retry_after": 9}))
    sent = await channel.send(
        letter(channel, message(staff.id, "Thẻ 2", kind=Kind.CARD), first.reference), no_entry
    )
    assert (sent.result, sent.retry_after) == (Delivery.RETRY, 9.0)


async def test_a_group_that_became_a_supergroup_is_followed(
    server: TelegramServer, account: BotAccount, minh: Person, settings: TelegramSettings
) -> None:
    group = server.add_group("Old", members=[minh], admins=[account], type_="group")
    channel = TelegramChannel(replace(settings, staff_chat=group.id), lambda: NOW)
    old = group.id
    first = await send(channel, old, "Thẻ 1", kind=Kind.CARD)
    await group.migrate()
    sent = await channel.send(
        letter(channel, message(old, "Thẻ 2", kind=Kind.CARD), first.reference), no_entry
    )
    await channel.close()
    card = await group.until(lambda seen: seen.text == "Thẻ 2")
    assert group.id != old
    assert sent == Sent(Delivery.SENT, f"{group.id}:{card.id}")


# --- taps ----------------------------------------------------------------------------------------


async def test_a_tap_is_answered(account: BotAccount, lan: Person, channel: TelegramChannel) -> None:
    await lan.start(account)
    await send(channel, lan.id, "Chọn", buttons=((Button("Có", "o:yes"),),))
    tap = await lan.tap(await lan.next_message(), "Có")
    sent = await send(channel, lan.id, "Đã ghi nhận", kind=Kind.TAP, in_reply_to=tap.id)
    assert sent == Sent(Delivery.SENT)
    assert tap.answer is not None
    assert (tap.answer.text, tap.answer.alert) == ("Đã ghi nhận", False)


async def test_a_tap_that_is_too_old_needs_no_answer_any_more(
    server: TelegramServer, account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    await send(channel, lan.id, "Chọn", buttons=((Button("Có", "o:yes"),),))
    tap = await lan.tap(await lan.next_message(), "Có")
    server.expire_taps()
    sent = await send(channel, lan.id, "Đã ghi nhận", kind=Kind.TAP, in_reply_to=tap.id)
    assert sent.result is Delivery.SENT


async def test_a_tap_whose_answer_gets_lost_can_be_repeated(
    server: TelegramServer, account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    await send(channel, lan.id, "Chọn", buttons=((Button("Có", "o:yes"),),))
    tap = await lan.tap(await lan.next_message(), "Có")
    server.inject("answerCallbackQuery", drop_after_effect=True)
    assert (await send(channel, lan.id, kind=Kind.TAP, in_reply_to=tap.id)).result is Delivery.RETRY


def test_every_error_of_the_library_has_a_rule() -> None:
    assert RULES[-1].error is TelegramAPIError
    assert RULES[-1].phrase == ""


@pytest.mark.parametrize("text", ['<b>&"{}%s', "\u202engược\u202c", "a\u200bb", "𝒳😀", "*_[]`"])
async def test_what_people_write_arrives_as_it_is(
    text: str, account: BotAccount, lan: Person, channel: TelegramChannel
) -> None:
    await lan.start(account)
    await send(channel, lan.id, text)
    assert (await lan.next_message()).text == text
