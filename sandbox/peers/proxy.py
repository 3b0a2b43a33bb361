"""A proxy before a server that is there to misbehave: it cuts, stalls, delays, refuses, and notes what passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Self

#: Bytes that are passed on at once.
CHUNK = 65_536

#: Sees what the server (or the client) says, before it is passed on.
Listener = Callable[[bytes], None]


class Proxy:
    """A port of its own before a server's port; an async context manager.

    `delay` in seconds comes before everything that the server says. `hears_server` and `hears_client` are
    called with every piece that passes.
    """

    def __init__(
        self,
        port: int,
        *,
        host: str = "127.0.0.1",
        delay: float = 0.0,
        hears_server: Listener | None = None,
        hears_client: Listener | None = None,
    ) -> None:
        self.host = host
        self.port = 0
        self.delay = delay
        #: How many connections there have been.
        self.connections = 0
        self._to = port
        self._hears = (hears_client, hears_server)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._refusing = False
        self._cut_after: int | None = None
        self._news = asyncio.Condition()
        self._open: dict[asyncio.Task[None], tuple[asyncio.StreamWriter, ...]] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, self.port, limit=CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._open, return_exceptions=True)

    # --- faults -----------------------------------------------------------------------------------

    def cut(self) -> int:
        """Reset every connection on both sides; returns how many there were."""
        for task, writers in self._open.items():
            for writer in writers:
                writer.transport.abort()
            task.cancel()
        return len(self._open)

    def cut_after(self, size: int) -> None:
        """Reset every connection once the server has said so many bytes more, all of them counted together."""
        self._cut_after = size

    def stall(self) -> None:
        """From now on nothing passes in either direction; connections stay open, as with a lost route."""
        self._flowing.clear()

    def flow(self) -> None:
        """Let pass what waits and what comes."""
        self._flowing.set()

    def refuse(self, refusing: bool = True) -> None:
        """Reset new connections at once, until told otherwise."""
        self._refusing = refusing

    def heal(self) -> None:
        """Behave from now on."""
        self._cut_after, self._refusing = None, False
        self._flowing.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something has come true that connections or their words bring about."""
        async with self._news:
            await self._news.wait_for(condition)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    # --- passing on -------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.connections += 1
        self._open[task] = (writer,)
        await self._tell()
        try:
            if not self._refusing:
                await self._join(task, reader, writer)
        except (OSError, asyncio.CancelledError):
            # The server is not there, or the connection was cut: either way this connection ends.
            return
        finally:
            writer.transport.abort()
            del self._open[task]

    async def _join(
        self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        from_server, to_server = await asyncio.open_connection(self.host, self._to, limit=CHUNK)
        self._open[task] = (writer, to_server)
        hears_client, hears_server = self._hears
        ways = [
            asyncio.ensure_future(self._pass(reader, to_server, hears_client, server=False)),
            asyncio.ensure_future(self._pass(from_server, writer, hears_server, server=True)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if ways[1].done():
                # What the server said last is still on its way to the client.
                with suppress(OSError):
                    await asyncio.wait_for(_finish(writer), 1)
        finally:
            to_server.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, hears: Listener | None, server: bool
    ) -> None:
        while data := await source.read(CHUNK):
            if server and self.delay:
                await asyncio.sleep(self.delay)
            await self._flowing.wait()
            if hears is not None:
                hears(data)
                await self._tell()
            target.write(data)
            if server:
                self._count(len(data))
            await target.drain()

    def _count(self, size: int) -> None:
        if self._cut_after is not None:
            self._cut_after -= size
            if self._cut_after <= 0:
                self._cut_after = None
                self.cut()


async def _finish(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()
