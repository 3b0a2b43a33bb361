"""What a stored update is to the desk."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import TelegramChannel
from bot.updates import Place, is_chatter, parse
from core.messages import (
    Address,
    ChannelName,
    Ignored,
    Inbound,
    InboundMessage,
    Membership,
    RawMessage,
    StaffAction,
    Unreadable,
    Verb,
)
from sandbox.telegram import BotAccount, Group, Person, TelegramServer
from sandbox.telegram.media import FILES, THINGS
from tests.bot.conftest import NOW, MemoryInbox, Receiving

STAFF, OTHER = -1001, -1002
PLACE = Place(STAFF, "desk_bot", {-1009: STAFF})
LAN = {"id": 7, "is_bot": False, "first_name": "Lan", "last_name": "Trần", "language_code": "vi-VN"}
SENT = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)
HEAD = {"message_id": 11, "date": int(SENT.timestamp()), "from": LAN}
PRIVATE = {"id": 7, "type": "private", "first_name": "Lan"}


def read(update: Mapping[str, Any], place: Place = PLACE) -> Inbound:
    return parse(RawMessage("1", json.dumps({"update_id": 1, **update}).encode(), NOW), place)


def said(text: str, **fields: Any) -> Inbound:
    return read({"message": {**HEAD, "chat": PRIVATE, "text": text, **fields}})


def said_in(chat: int, text: str, **fields: Any) -> Inbound:
    group = {"id": chat, "type": "supergroup", "title": "G"}
    return read({"message": {**HEAD, "chat": group, "text": text, **fields}})


def pressed(data: str, chat: Mapping[str, Any] = PRIVATE) -> Inbound:
    under = {"message_id": 3, "date": 0, "chat": chat}
    return read(
        {"callback_query": {"id": "99", "from": LAN, "chat_instance": "1", "message": under, "data": data}}
    )


def chat(value: int) -> Address:
    return Address(ChannelName.TELEGRAM, str(value))


def test_a_private_text() -> None:
    assert said("Cho tôi xin dữ liệu") == InboundMessage(
        sender=chat(7),
        received_at=SENT,
        text="Cho tôi xin dữ liệu",
        message_id="11",
        name="Lan Trần",
        language="vi",
    )


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/start", "start", ""),
        ("/start REF-123", "start", "REF-123"),
        ("/STATUS@Desk_Bot", "status", ""),
        ("/help\nhow?", "help", "how?"),
        ("/path/to/file", "", "/path/to/file"),
        ("/ start", "", "/ start"),
        ("start", "", "start"),
        (" /start", "", " /start"),
    ],
)
def test_a_private_command(text: str, command: str, rest: str) -> None:
    found = said(text)
    assert isinstance(found, InboundMessage)
    assert (found.command, found.text) == (command, rest)


def test_a_dialogue_button() -> None:
    found = pressed("o:right.access")
    assert isinstance(found, InboundMessage)
    assert (found.sender, found.option, found.tap, found.text) == (chat(7), "right.access", "99", "")
    assert (found.received_at, found.language) == (NOW, "vi")


@pytest.mark.parametrize("data", ["", "x", "o:", "v1:old:button", "c:Z:abc:1"])
def test_an_unknown_button_in_private_goes_to_the_dialogue_to_be_answered(data: str) -> None:
    found = pressed(data)
    assert isinstance(found, InboundMessage)
    assert (found.option, found.tap) == (data, "99")


def test_a_card_button() -> None:
    group = {"id": STAFF, "type": "supergroup", "title": "G"}
    assert pressed("c:r:abc123:4:legal_duty", group) == StaffAction(
        chat(7), chat(STAFF), Verb.REFUSE, "abc123", 4, "legal_duty", "99"
    )
    assert pressed("c:i:abc123:4") == StaffAction(chat(7), chat(7), Verb.DETAILS, "abc123", 4, "", "99")


def test_a_button_in_a_group_that_became_a_supergroup_is_in_the_staff_group() -> None:
    found = pressed("c:a:abc:1", {"id": -1009, "type": "supergroup", "title": "G"})
    assert isinstance(found, StaffAction)
    assert found.chat == chat(STAFF)


@pytest.mark.parametrize("data", ["", "o:yes", "c:a:abc", "c:a:abc:1:x:y"])
def test_a_tampered_button_in_a_group_is_on_no_card_and_can_be_answered(data: str) -> None:
    found = pressed(data, {"id": STAFF, "type": "supergroup", "title": "G"})
    assert isinstance(found, StaffAction)
    assert (found.card, found.verb, found.tap) == ("", Verb.BACK, "99")


def test_a_button_of_an_inline_message_is_ignored() -> None:
    query = {"id": "99", "from": LAN, "chat_instance": "1", "inline_message_id": "x", "data": "o:yes"}
    assert isinstance(read({"callback_query": query}), Ignored)


@pytest.mark.parametrize(
    ("text", "verb"), [("/queue", Verb.QUEUE), ("/Queue@desk_bot", Verb.QUEUE), ("/help x", Verb.HELP)]
)
def test_a_staff_command(text: str, verb: Verb) -> None:
    assert said_in(STAFF, text) == StaffAction(chat(7), chat(STAFF), verb)


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (STAFF, "good morning", "group chatter"),
        (STAFF, "/queue@other_bot", "a command for another bot"),
        (STAFF, "/status", "a command that staff do not have"),
        (OTHER, "/queue", "a command in a group"),
        (OTHER, "/start", "a command in a group"),
        (OTHER, "hello", "group chatter"),
    ],
)
def test_other_talk_in_groups_is_ignored(place: int, text: str, reason: str) -> None:
    assert said_in(place, text) == Ignored(reason)


def test_an_anonymous_administrator_commands_nothing() -> None:
    anonymous = {"id": STAFF, "type": "supergroup", "title": "G"}
    assert said_in(STAFF, "/queue", sender_chat=anonymous) == Ignored("a command from somebody anonymous")


def test_an_edited_message_is_ignored() -> None:
    edited = {**HEAD, "chat": PRIVATE, "text": "x", "edit_date": 1}
    assert read({"edited_message": edited}) == Ignored("edited message")


def test_another_bot_is_ignored() -> None:
    assert said("hi", **{"from": {**LAN, "is_bot": True}}) == Ignored("not from a person")


def test_what_telegram_itself_reports_in_a_chat_is_ignored() -> None:
    pinned = {**HEAD, "chat": PRIVATE, "message_auto_delete_timer_changed": {"message_auto_delete_time": 60}}
    found = read({"message": pinned})
    assert found == Ignored("service message: message_auto_delete_timer_changed")


def test_content_newer_than_this_program_is_some_medium() -> None:
    found = read({"message": {**HEAD, "chat": PRIVATE, "hologram": {"id": 1}}})
    assert isinstance(found, InboundMessage)
    assert found.media == "unknown"


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"[" * 100_000, b"{}", b'{"update_id":1}', b'{"update_id":1,"news":{}}'],
)
def test_what_is_no_update_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(RawMessage("1", body, NOW), PLACE)


def test_a_kind_of_update_that_was_not_asked_for_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read({"channel_post": {**HEAD, "chat": {"id": OTHER, "type": "channel", "title": "C"}, "text": "x"}})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member", "other")
WHOLE: Mapping[str, Any] = {
    **HEAD,
    "chat": PRIVATE,
    "text": "x",
    "id": "9",
    "chat_instance": "1",
    "data": "o:a",
}


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(sorted(WHOLE)), JSON, max_size=3))
def test_whatever_comes_is_read_or_unreadable(kind: str, broken: dict[str, Any]) -> None:
    update = {"update_id": 1, kind: {**WHOLE, **broken}}
    assert is_chatter(update) in {True, False}
    try:
        result = str(type(read(update)))
    except Unreadable as error:
        result = str(error)
    assert result
    assert "Lan" not in result


@settings(deadline=None)
@given(JSON)
def test_looking_for_chatter_never_fails(anything: Any) -> None:
    assert is_chatter({"message": anything}) in {True, False}


# --- what a real client sends ----------------------------------------------------------------------


async def test_every_kind_of_media_has_its_name(
    account: BotAccount, lan: Person, channel: TelegramChannel, inbox: MemoryInbox, receiving: Receiving
) -> None:
    kinds = sorted({*FILES, *THINGS})
    await lan.start(account)
    for kind in kinds:
        await lan.send_media(account, kind)
    async with receiving():
        _, *arrivals = await inbox.until(len(kinds) + 1)
    found = [channel.parse(arrival) for arrival in arrivals]
    assert [one.media for one in found if isinstance(one, InboundMessage)] == kinds
    assert [bool(one.attachments) for one in found if isinstance(one, InboundMessage)] == [
        kind in {"document", "photo"} for kind in kinds
    ]


async def test_blocking_and_coming_back_are_reported(
    account: BotAccount, lan: Person, channel: TelegramChannel, inbox: MemoryInbox, receiving: Receiving
) -> None:
    async with receiving():
        await lan.start(account)
        await inbox.until(1)
        await lan.block(account)
        await lan.unblock(account)
        _, gone, back = await inbox.until(3)
    assert channel.parse(gone) == Membership(chat(lan.id), chat(lan.id), present=False)
    assert channel.parse(back) == Membership(chat(lan.id), chat(lan.id), present=True)


async def test_coming_into_the_staff_group_is_reported(
    server: TelegramServer,
    account: BotAccount,
    lan: Person,
    staff: Group,
    channel: TelegramChannel,
    inbox: MemoryInbox,
    receiving: Receiving,
) -> None:
    newcomer = server.add_user("Hoa")
    async with receiving():
        await lan.start(account)
        await inbox.until(1)
        await staff.add(newcomer)
        _, arrival = await inbox.until(2)
    assert channel.parse(arrival) == Membership(chat(newcomer.id), chat(staff.id), present=True)


async def test_a_tap_and_an_edit_of_a_real_client_are_read(
    account: BotAccount,
    lan: Person,
    minh: Person,
    staff: Group,
    channel: TelegramChannel,
    inbox: MemoryInbox,
    receiving: Receiving,
) -> None:
    async with receiving():
        first = await lan.start(account)
        await lan.edit(first, "/start again")
        await minh.say(staff, "/queue@desk_bot")
        await minh.say(staff, "/queue", anonymously=True)
        started, edited, queue, anonymous = await inbox.until(4)
    began = channel.parse(started)
    assert isinstance(began, InboundMessage)
    assert (began.name, began.language, began.command) == ("Lan Trần", "vi", "start")
    assert abs(began.received_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert channel.parse(edited) == Ignored("edited message")
    assert channel.parse(queue) == StaffAction(chat(minh.id), chat(staff.id), Verb.QUEUE)
    assert channel.parse(anonymous) == Ignored("a command from somebody anonymous")


@pytest.mark.parametrize(
    ("contact", "shared"),
    [
        ({"phone_number": "84903555018", "user_id": 7}, "+84903555018"),
        ({"phone_number": "+84 903 555 018", "user_id": 7}, "+84903555018"),
        ({"phone_number": "84903555018", "user_id": 8}, ""),  # somebody else's
        ({"phone_number": "84903555018"}, ""),  # nobody says whose
        ({"phone_number": "12", "user_id": 7}, ""),
    ],
)
def test_a_shared_contact_brings_its_number_only_where_it_is_the_senders_own(
    contact: Mapping[str, Any], shared: str
) -> None:
    found = read({"message": {**HEAD, "chat": PRIVATE, "contact": {"first_name": "Lan", **contact}}})
    assert isinstance(found, InboundMessage)
    assert (found.media, found.shared_phone, found.text) == ("contact", shared, "")
