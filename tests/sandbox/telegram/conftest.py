"""A Telegram with one bot and one customer, and the clients that drive it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from sandbox.telegram import BotAccount, Group, Person, TelegramServer

if TYPE_CHECKING:
    from aiogram import Bot

TOKEN = "4242:example-secret"
Call = Callable[..., Awaitable[dict[str, Any]]]


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def telegram(clock: Clock) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(clock) as server:
        yield server


@pytest.fixture
def account(telegram: TelegramServer) -> BotAccount:
    return telegram.add_bot(TOKEN, "example_bot")


@pytest.fixture
def stranger(telegram: TelegramServer, account: BotAccount) -> Person:
    """Somebody who has never written to the bot."""
    return telegram.add_user("Minh")


@pytest.fixture
async def lan(telegram: TelegramServer, account: BotAccount) -> Person:
    """A customer who has started the bot; nothing of it is left to fetch."""
    person = telegram.add_user("Lan", "Trần", language_code="vi")
    await person.start(account)
    account.queue.clear()
    return person


@pytest.fixture
def group(telegram: TelegramServer, account: BotAccount, lan: Person) -> Group:
    """A group in which the bot is a mere member."""
    return telegram.add_group("Staff", members=[lan, account])


@pytest.fixture
async def http(telegram: TelegramServer, account: BotAccount) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(telegram.base) as session:
        yield session


@pytest.fixture
def call(http: aiohttp.ClientSession) -> Call:
    """Calls a method with JSON; the status of the answer is the error's code."""

    async def call_method(method: str, token: str = TOKEN, **values: Any) -> dict[str, Any]:
        async with http.post(f"/bot{token}/{method}", json=values) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == body.get("error_code", 200)
            return body

    return call_method


@pytest.fixture
async def bot(telegram: TelegramServer, account: BotAccount) -> AsyncIterator[Bot]:
    from tests.sandbox.telegram.aiogram_client import client

    bot = client(telegram)
    yield bot
    await bot.session.close()
