"""A Telegram of our own for every test, and a place where the channel lays what it receives."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest
from aiogram.utils.backoff import BackoffConfig

from bot.channel import TelegramChannel
from bot.settings import TelegramSettings
from core.messages import ChannelName, RawMessage
from sandbox.telegram import BotAccount, Group, Person, TelegramServer

TOKEN = "4242:sandbox-secret"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
QUICK = BackoffConfig(min_delay=0.01, max_delay=0.05, factor=2.0, jitter=0.0)
COMMANDS = {
    "vi": {"start": "Bắt đầu", "status": "Tình trạng", "help": "Trợ giúp", "queue": "Việc cần làm"},
    "en": {"start": "Begin", "status": "Status", "help": "Help", "queue": "What is to do"},
}


class MemoryInbox:
    """An inbox in memory: it can be slow, and it can be out of order for a while."""

    def __init__(self) -> None:
        self.arrivals: list[RawMessage] = []
        self.calls: list[tuple[ChannelName, str, str]] = []
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.reached = asyncio.Event()
        self._changed = asyncio.Condition()

    async def cursor(self, source: str) -> str:
        return next((cursor for _, known, cursor in reversed(self.calls) if known == source), "")

    async def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str
    ) -> int:
        self.reached.set()
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        known = {arrival.key for arrival in self.arrivals}
        fresh = [arrival for arrival in arrivals if arrival.key not in known]
        async with self._changed:
            self.calls.append((channel, source, cursor))
            self.arrivals.extend(fresh)
            self._changed.notify_all()
        return len(fresh)

    async def until(self, count: int) -> list[RawMessage]:
        """Wait until so many have arrived."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.arrivals) >= count)
        return self.arrivals


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running
        assert running.violations == []


@pytest.fixture
def account(server: TelegramServer) -> BotAccount:
    return server.add_bot(TOKEN, "desk_bot")


@pytest.fixture
def lan(server: TelegramServer) -> Person:
    return server.add_user("Lan", "Trần", language_code="vi-VN")


@pytest.fixture
def minh(server: TelegramServer) -> Person:
    return server.add_user("Minh", language_code="en")


@pytest.fixture
def staff(server: TelegramServer, account: BotAccount, minh: Person) -> Group:
    return server.add_group("Staff", members=[minh], admins=[account])


@pytest.fixture
def settings(server: TelegramServer, staff: Group) -> TelegramSettings:
    return TelegramSettings(TOKEN, staff.id, server.base, poll_seconds=5, answer_seconds=5)


@pytest.fixture
async def channel(settings: TelegramSettings) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(settings, lambda: NOW, COMMANDS, QUICK)
    yield made
    await made.close()


@pytest.fixture
async def inbox() -> MemoryInbox:
    return MemoryInbox()


Receiving = Callable[[], AbstractAsyncContextManager[asyncio.Task[None]]]


@pytest.fixture
def receiving(channel: TelegramChannel, inbox: MemoryInbox) -> Receiving:
    """`async with receiving():` runs the channel's receive, and ends it."""

    @asynccontextmanager
    async def run() -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(channel.receive(inbox))
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return run
