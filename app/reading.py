"""Reads mail in a process of its own: no message can hold up the desk, or bring it down."""

from __future__ import annotations

import asyncio
import pickle
import struct
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, runtime_checkable

import structlog

from core.messages import ChannelName
from flows.desk import Desk
from flows.reading import Parse, Reader, ReaderInPlace, Reading, Rules
from flows.store import InboxItem

log = structlog.get_logger()

#: Seconds that one message may take.
MESSAGE_LIMIT = 10.0
#: Seconds until a new process must be ready.
START_LIMIT = 60.0

LENGTH = struct.Struct(">Q")

_DIED = Reading(None, failure="it breaks the process that reads it")


class ReadingProcess:
    """A flows.reading.Reader that keeps one process, and replaces it when a message stalls or kills it."""

    def __init__(
        self, parsers: Mapping[ChannelName, Parse], rules: Rules, message_limit: float = MESSAGE_LIMIT
    ) -> None:
        self._set_up = pickle.dumps((dict(parsers), rules))
        self._limit = message_limit
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def read(self, items: Sequence[InboxItem]) -> list[Reading]:
        """Raises OSError where no process can be started."""
        async with self._turn:
            if self._process is None:
                await self._start()
            readings: list[Reading] = []
            while len(readings) < len(items):
                readings += await self._read_until_failure(items[len(readings) :])
            return readings

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _read_until_failure(self, items: Sequence[InboxItem]) -> list[Reading]:
        """Readings up to the first message that the process did not survive, that one included."""
        process = self._process or await self._start()
        readings: list[Reading] = []
        alive = False
        try:
            _send(process, [(item.channel, item.raw) for item in items])
            for _ in items:
                async with asyncio.timeout(self._limit):
                    readings.append(await _receive(process))
            alive = True
        except TimeoutError:
            readings.append(Reading(None, failure=f"reading it takes longer than {self._limit:.0f} seconds"))
        except (asyncio.IncompleteReadError, ConnectionError):
            readings.append(_DIED)
        finally:
            if not alive:
                log.error("reading_process_replaced", item=items[min(len(readings), len(items)) - 1].id)
                await self.close()
        return readings

    async def _start(self) -> asyncio.subprocess.Process:
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.reading_worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(frame(self._set_up))
        try:
            async with asyncio.timeout(START_LIMIT):
                await _receive(process)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            await self.close()
            raise OSError("the process that reads mail does not start") from None
        return process


@asynccontextmanager
async def open_reader(desk: Desk) -> AsyncIterator[Reader]:
    """The reader of a running desk; its process is there before the first mail comes. Raises OSError."""
    in_place = ReaderInPlace.of(desk)
    parsers = {name: channel.parser for name, channel in desk.channels.items() if isinstance(channel, Apart)}
    if not parsers:
        yield in_place
        return
    process = ReadingProcess(parsers, in_place.rules)
    try:
        await process.read([])
        yield MailInAProcess(process, in_place)
    finally:
        await process.close()


@runtime_checkable
class Apart(Protocol):
    """A channel whose messages are read in another process, by a function that can be sent there."""

    @property
    def parser(self) -> Parse: ...


class MailInAProcess:
    """Mail is read by `mail`, the short messages of chats by `chats`, where they are."""

    def __init__(self, mail: Reader, chats: Reader) -> None:
        self._mail, self._chats = mail, chats

    async def read(self, items: Sequence[InboxItem]) -> list[Reading]:
        mails = [item for item in items if item.channel is ChannelName.EMAIL]
        others = [item for item in items if item.channel is not ChannelName.EMAIL]
        read = {
            item.id: reading
            for part, reader in ((mails, self._mail), (others, self._chats))
            if part
            for item, reading in zip(part, await reader.read(part), strict=True)
        }
        return [read[item.id] for item in items]


def frame(content: bytes) -> bytes:
    """What goes over a pipe: the length in eight bytes, then the content."""
    return LENGTH.pack(len(content)) + content


def _send(process: asyncio.subprocess.Process, messages: Sequence[object]) -> None:
    assert process.stdin is not None
    for message in messages:
        process.stdin.write(frame(pickle.dumps(message, pickle.HIGHEST_PROTOCOL)))


async def _receive(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return pickle.loads(await process.stdout.readexactly(length))
