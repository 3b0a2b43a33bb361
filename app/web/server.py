"""Serves the one-time page until it is told to stop, then finishes what it began."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp.web import BaseRequest, Response, Server, ServerRunner, StreamResponse, TCPSite
from aiohttp.web_protocol import RequestHandler

from app.web.site import Site
from flows.desk import Desk
from flows.ports import Clock, Wake
from flows.store import Store
from templates.pages import Pages

log = structlog.get_logger()

#: How long calls that have begun may take at a stop, in seconds.
GRACE = 5.0
#: How long a connection without a call stays open, in seconds.
IDLE = 15.0
#: Bytes of the request line and of one header line; how many of those.
LONGEST_LINE, MOST_HEADERS = 4096, 64


class CannotListen(Exception):
    """The address of the page cannot be used; the text says what to do."""


def _silent() -> logging.Logger:
    """aiohttp's own words name the caller's address: they go nowhere."""
    logger = logging.getLogger("privacydesk.page")
    logger.disabled = True
    return logger


class _Handler(RequestHandler):
    """A connection; what is no HTTP is refused without a word about why."""

    def __init__(self, site: Site, manager: Server, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self._site = site

    def handle_error(
        self,
        request: BaseRequest,  # noqa: ARG002
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002
        message: str | None = None,  # noqa: ARG002
    ) -> StreamResponse:
        refused: Response = self._site.plain(status)
        refused.force_close()
        return refused


class _Server(Server):
    """Makes a handler of ours for each connection."""

    def __init__(self, site: Site, **settings: Any) -> None:
        super().__init__(site.answer, **settings)
        self._site = site

    def __call__(self) -> RequestHandler:
        return _Handler(self._site, self, loop=self._loop, **self._kwargs)


@dataclass(frozen=True, slots=True)
class Door:
    """Where the page listens, and what it shows."""

    host: str
    port: int
    pages: Pages

    async def serve(
        self,
        desk: Desk,
        store: Store,
        clock: Clock,
        wake: Wake,
        opened: Callable[[int], None] = lambda port: None,
    ) -> None:
        """Listen until cancelled; calls that have begun are answered. Raises CannotListen."""
        site = Site(desk, store, self.pages, clock, wake)
        runner = ServerRunner(_settled(site), shutdown_timeout=GRACE)
        await runner.setup()
        try:
            await self._listen(runner)
            opened(runner.addresses[0][1])
            log.info("page_open")
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _listen(self, runner: ServerRunner) -> None:
        try:
            await TCPSite(runner, self.host, self.port).start()
        except OSError as error:
            raise CannotListen(_why_not(self.host, self.port, error)) from None


def _settled(site: Site) -> _Server:
    return _Server(
        site,
        logger=_silent(),
        access_log=None,
        keepalive_timeout=IDLE,
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_LINE,
        max_headers=MOST_HEADERS,
        lingering_time=2.0,
        auto_decompress=False,
    )


def can_listen(host: str, port: int) -> None:
    """Try the address for a moment. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family, reuse_port=False):
            return
    except OSError as error:
        raise CannotListen(_why_not(host, port, error)) from None


def _why_not(host: str, port: int, error: OSError) -> str:
    hint = "Another program may be listening there. Change `listen` in [web]."
    return f"The page cannot listen on {host}:{port}: {error.strerror}. {hint}"
