"""Receiving from a real Bot API server: nothing is confirmed before it is stored, nothing is lost."""

import asyncio
import logging

import pytest
import structlog
from structlog.typing import EventDict

from bot.channel import TelegramChannel
from bot.check import check_telegram
from bot.session import TokenRefused
from bot.settings import TelegramSettings
from core.messages import ChannelName, InboundMessage, Membership, StaffAction, Unreadable
from sandbox.telegram import BotAccount, Group, Person, TelegramServer
from tests.bot.conftest import NOW, TOKEN, MemoryInbox, Receiving


def texts(channel: TelegramChannel, inbox: MemoryInbox) -> list[str]:
    found = [channel.parse(raw) for raw in inbox.arrivals]
    return [message.text for message in found if isinstance(message, InboundMessage)]


async def test_an_update_is_stored_before_it_is_confirmed(
    account: BotAccount,
    lan: Person,
    settings: TelegramSettings,
    inbox: MemoryInbox,
    receiving: Receiving,
) -> None:
    inbox.gate.clear()
    await lan.start(account)
    async with receiving():
        await asyncio.wait_for(inbox.reached.wait(), 10)
        await check_telegram(settings)  # three calls to the server: time enough for a hasty confirmation
        assert len(account.queue) == 1
        assert inbox.arrivals == []
        inbox.gate.set()
        (arrival,) = await inbox.until(1)
    assert arrival.received_at == NOW
    assert inbox.calls == [(ChannelName.TELEGRAM, "telegram:4242", arrival.key)]


async def test_a_store_that_fails_is_tried_again_and_nothing_is_lost(
    account: BotAccount, lan: Person, channel: TelegramChannel, inbox: MemoryInbox, receiving: Receiving
) -> None:
    await lan.start(account)
    for number in range(5):
        await lan.say(account, f"message {number}")
    inbox.failures = 4
    with structlog.testing.capture_logs() as logs:
        async with receiving():
            await inbox.until(6)
    assert texts(channel, inbox)[1:] == [f"message {number}" for number in range(5)]
    failed = [entry for entry in logs if entry["event"] == "update_not_stored"]
    assert len(failed) == 4
    assert "message" not in str(failed)


async def test_stopping_while_the_store_fails_leaves_the_update_with_telegram(
    account: BotAccount, lan: Person, inbox: MemoryInbox, receiving: Receiving
) -> None:
    inbox.failures = 1_000_000
    await lan.start(account)
    async with receiving():
        await asyncio.wait_for(inbox.reached.wait(), 10)
    assert len(account.queue) == 1
    inbox.failures = 0
    async with receiving():
        assert len(await inbox.until(1)) == 1


async def test_a_malformed_update_is_kept_and_its_neighbours_arrive(
    server: TelegramServer,
    account: BotAccount,
    lan: Person,
    channel: TelegramChannel,
    inbox: MemoryInbox,
    receiving: Receiving,
) -> None:
    await lan.start(account)
    server.push_raw({"message": {"message_id": "no number", "secret": "a text"}})
    server.push_raw({"message": ["a list"]})
    server.push_raw({"something_new": {"id": 1}})
    await lan.say(account, "after")
    async with receiving():
        await inbox.until(5)
    assert isinstance(channel.parse(inbox.arrivals[0]), InboundMessage)
    for odd in inbox.arrivals[1:4]:
        with pytest.raises(Unreadable) as caught:
            channel.parse(odd)
        assert "a text" not in str(caught.value)
    last = channel.parse(inbox.arrivals[4])
    assert isinstance(last, InboundMessage)
    assert last.text == "after"


async def test_what_a_group_says_among_itself_is_not_even_stored(
    account: BotAccount,
    minh: Person,
    staff: Group,
    channel: TelegramChannel,
    inbox: MemoryInbox,
    receiving: Receiving,
) -> None:
    await minh.say(staff, "lunch at noon?")
    await minh.send_document(staff, "list.pdf", b"%PDF", caption="the list")
    await minh.say(staff, "/queue")
    async with receiving():
        (arrival,) = await inbox.until(1)
    assert isinstance(channel.parse(arrival), StaffAction)


async def test_somebody_who_leaves_the_staff_group_is_reported(
    account: BotAccount,
    minh: Person,
    staff: Group,
    channel: TelegramChannel,
    inbox: MemoryInbox,
    receiving: Receiving,
) -> None:
    async with receiving():
        await minh.start(account)
        await inbox.until(1)
        await staff.remove(minh)
        _, arrival = await inbox.until(2)
    found = channel.parse(arrival)
    assert isinstance(found, Membership)
    assert (found.person.value, found.chat.value, found.present) == (str(minh.id), str(staff.id), False)


async def test_a_webhook_is_removed_and_what_waits_is_kept(
    account: BotAccount, lan: Person, channel: TelegramChannel, inbox: MemoryInbox, receiving: Receiving
) -> None:
    account.webhook = "https://other.example/hook"
    await lan.start(account, "payload-1")
    async with receiving():
        (arrival,) = await inbox.until(1)
    assert account.webhook == ""
    found = channel.parse(arrival)
    assert isinstance(found, InboundMessage)
    assert (found.command, found.text) == ("start", "payload-1")


async def test_a_second_poller_is_reported_loudly_and_receiving_goes_on(
    server: TelegramServer, account: BotAccount, lan: Person, inbox: MemoryInbox, receiving: Receiving
) -> None:
    server.inject("getUpdates", error=(409, "Conflict: terminated by other getUpdates request", {}))
    await lan.start(account)
    with structlog.testing.capture_logs() as logs:
        async with receiving():
            await inbox.until(1)
    assert [entry["log_level"] for entry in logs if entry["event"].startswith("another_program")] == [
        "critical"
    ]


async def test_a_token_that_is_revoked_ends_receiving_with_a_clear_error(
    server: TelegramServer, inbox: MemoryInbox, channel: TelegramChannel
) -> None:
    server.inject("getUpdates", error=(401, "Unauthorized", {}))
    with pytest.raises(TokenRefused, match="BotFather"):
        await asyncio.wait_for(channel.receive(inbox), 10)


async def test_an_unknown_token_ends_receiving_with_a_clear_error(
    settings: TelegramSettings, inbox: MemoryInbox
) -> None:
    stranger = TelegramChannel(TelegramSettings("7:other", 0, settings.api_base), lambda: NOW)
    with pytest.raises(TokenRefused) as caught:
        await asyncio.wait_for(stranger.receive(inbox), 10)
    await stranger.close()
    assert "other" not in str(caught.value)


def test_a_token_of_the_wrong_form_is_refused_at_once() -> None:
    with pytest.raises(TokenRefused):
        TelegramChannel(TelegramSettings("nonsense"), lambda: NOW)


def test_settings_do_not_show_the_token() -> None:
    assert TOKEN not in repr(TelegramSettings(TOKEN))


async def test_a_server_that_is_away_at_first_is_waited_for(
    server: TelegramServer, account: BotAccount, lan: Person, inbox: MemoryInbox, receiving: Receiving
) -> None:
    await lan.start(account)
    await server.stop()
    failed = asyncio.Event()

    def notice(_logger: object, _method: str, entry: EventDict) -> EventDict:
        if entry["event"] == "telegram_not_reached":
            failed.set()
        return entry

    with structlog.testing.capture_logs(processors=[notice]) as logs:
        async with receiving():
            await asyncio.wait_for(failed.wait(), 10)
            await server.start()
            assert len(await inbox.until(1)) == 1
    assert TOKEN not in str(logs)


async def test_a_server_that_goes_away_and_comes_back_loses_nothing(
    server: TelegramServer, account: BotAccount, lan: Person, inbox: MemoryInbox, receiving: Receiving
) -> None:
    async with receiving():
        await lan.start(account)
        await inbox.until(1)
        await server.stop()
        await lan.say(account, "while it was away")
        await server.start()
        assert len(await inbox.until(2)) == 2


async def test_logs_at_their_most_talkative_hold_neither_token_nor_text(
    server: TelegramServer,
    account: BotAccount,
    lan: Person,
    inbox: MemoryInbox,
    receiving: Receiving,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.inject("getUpdates", drop_before_effect=True)
    server.inject("getUpdates", error=(500, "Internal Server Error", {}))
    inbox.failures = 1
    with structlog.testing.capture_logs() as logs:
        async with receiving():
            await lan.start(account)
            server.push_raw({"message": {"text": "a secret"}})
            await lan.say(account, "a secret")
            await inbox.until(3)
    written = caplog.text + str(logs)
    assert "Failed to fetch updates" in written
    assert "update_not_stored" in written
    for word in (TOKEN, "sandbox-secret", "a secret", "Lan"):
        assert word not in written


async def test_an_update_that_comes_twice_has_the_same_key(
    server: TelegramServer, account: BotAccount, lan: Person, inbox: MemoryInbox, receiving: Receiving
) -> None:
    async with receiving():
        await lan.start(account)
        await inbox.until(1)
        await lan.say(account, "second")
        await inbox.until(2)  # asking for the second has confirmed the first
        server.repeat_updates()
        await lan.say(account, "third")
        await inbox.until(3)
    first, second, third = (arrival.key for arrival in inbox.arrivals)
    keys = [cursor for _, _, cursor in inbox.calls]
    assert keys[:2] == [first, second]
    assert keys.count(third) == 1
    assert len(keys) == 4


async def test_cancelling_ends_every_task_of_the_polling(
    account: BotAccount, lan: Person, inbox: MemoryInbox, receiving: Receiving
) -> None:
    before = asyncio.all_tasks()
    async with receiving():
        await lan.start(account)
        await inbox.until(1)
    left = {task for task in asyncio.all_tasks() - before if "poll" in repr(task.get_coro())}
    assert left == set()


async def test_cancelling_before_polling_began_is_quiet(inbox: MemoryInbox, channel: TelegramChannel) -> None:
    task = asyncio.create_task(channel.receive(inbox))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_menus_are_registered_for_each_language_and_kind_of_chat(
    account: BotAccount, lan: Person, staff: Group, inbox: MemoryInbox, receiving: Receiving
) -> None:
    await lan.start(account)
    async with receiving():
        await inbox.until(1)
    menus = {
        (scope, language): [command["command"] for command in commands]
        for (scope, language), commands in account.commands.items()
    }
    for language in ("", "vi", "en"):
        private = next(
            names for (scope, code), names in menus.items() if "all_private" in scope and code == language
        )
        group = next(
            names for (scope, code), names in menus.items() if str(staff.id) in scope and code == language
        )
        assert private == ["start", "status", "help"]
        assert group == ["queue", "help"]


async def test_menus_that_cannot_be_set_do_not_stop_receiving(
    server: TelegramServer, account: BotAccount, lan: Person, inbox: MemoryInbox, receiving: Receiving
) -> None:
    server.inject("setMyCommands", error=(400, "Bad Request: chat not found", {}), times=6)
    await lan.start(account)
    async with receiving():
        assert len(await inbox.until(1)) == 1
