"""Answers the calls of the one-time page: which there are, what each does, and nothing beside them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qs

import structlog
from aiohttp import StreamReader
from aiohttp.web import BaseRequest, Response

from app.logs import where
from app.web.headers import disposition, security_headers
from app.web.window import Window
from core.hand_over import typed_code
from core.messages import Attachment
from flows import one_time_page
from flows.desk import Desk
from flows.one_time_page import View
from flows.ports import Clock, Wake
from flows.store import Store, UnitOfWork
from templates.pages import Pages

log = structlog.get_logger()

T = TypeVar("T")

#: Bytes of a form; the longest that a page of ours sends has about thirty.
MOST_BODY = 4096
#: How long a form may take to arrive, and the store to answer, in seconds.
PATIENCE = 10.0

#: Longer than any token of ours: what is longer is nobody's.
_LINK = re.compile(r"/h/([0-9A-Za-z_-]{1,64})")
_FORM = "application/x-www-form-urlencoded"


class TooLarge(Exception):
    """A form is larger than any of ours."""


class TooSlow(Exception):
    """A form trickles in."""


@dataclass(slots=True)
class Site:
    """The page over one store. The caller's address is neither kept nor logged."""

    desk: Desk
    store: Store
    pages: Pages
    clock: Clock
    wake: Wake = lambda: None
    window: Window = field(default_factory=Window)
    headers: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = security_headers(self.pages.style_hash)

    async def answer(self, request: BaseRequest) -> Response:
        """One call. Never raises: what fails is logged by its place, and answered without a detail."""
        try:
            return await self._answer(request)
        except TooLarge:
            return self.plain(413)
        except TooSlow:
            return self.plain(408)
        except Exception as error:  # noqa: BLE001 - nobody outside may see what went wrong
            log.error("page_failed", error=type(error).__name__, where=where(error))
            return self._html("trouble", 503)

    async def _answer(self, request: BaseRequest) -> Response:
        path = request.rel_url.raw_path
        if path == "/healthz":
            return await self._health() if request.method == "GET" else self._not_allowed("GET")
        link = _LINK.fullmatch(path)
        if link is None:
            return self.plain(404)
        if request.method not in ("GET", "POST"):
            return self._not_allowed("GET, POST")
        if not self.window.admits(link[1], self.clock()):
            return self._html("busy", 429)
        wanted = await _wanted(request) if request.method == "POST" else {"do": "look"}
        deed = _DEEDS.get(wanted.get("do", ""))
        return await deed(self, link[1], wanted) if deed else self.plain(400)

    async def _health(self) -> Response:
        """Whether the store answers; a proxy or a watchdog asks."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.store.run(lambda uow: uow.cursor("healthz"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the store does not answer
            log.warning("store_does_not_answer", error=type(error).__name__)
            return self.plain(503, "unavailable")
        return self.plain(200, "ok")

    # --- what a visitor can do ----------------------------------------------------------------------

    async def look(self, token: str, _: Mapping[str, str]) -> Response:
        """Show the page; nothing happens, since mail scanners and previews follow links."""
        return self._page(await self._run(one_time_page.look, token))

    async def send(self, token: str, _: Mapping[str, str]) -> Response:
        view = await self._run(one_time_page.send_code, token)
        self.wake()
        return self._page(view)

    async def open(self, token: str, wanted: Mapping[str, str]) -> Response:
        code = typed_code(wanted.get("code", ""))
        found = await self._run(partial(_open, code=code), token)
        return self._download(found) if isinstance(found, Attachment) else self._page(found)

    async def ask_again(self, token: str, _: Mapping[str, str]) -> Response:
        """The same answer whether there is anything under the link or not."""
        await self._run(one_time_page.ask_again, token)
        self.wake()
        return self._html("asked", 200)

    async def _run(self, work: Callable[[UnitOfWork, Desk, str, datetime], T], token: str) -> T:
        async with asyncio.timeout(PATIENCE):
            return await self.store.run(lambda uow: work(uow, self.desk, token, self.clock()))

    # --- answers ------------------------------------------------------------------------------------

    def _page(self, view: View | None) -> Response:
        if view is None:
            return self._html("gone", 404)
        return self._text(self.pages.page(view.language, asdict(view)), 200)

    def _html(self, name: str, status: int) -> Response:
        return self._text(self.pages.fixed(name), status)

    def _text(self, html: str, status: int) -> Response:
        return Response(
            text=html, status=status, content_type="text/html", charset="utf-8", headers=self.headers
        )

    def _download(self, file: Attachment) -> Response:
        headers = {**self.headers, "Content-Disposition": disposition(file.name)}
        return Response(body=file.content, headers={**headers, "Content-Type": file.media_type})

    def plain(self, status: int, text: str = "") -> Response:
        """An answer without a word of detail."""
        return Response(text=text, status=status, headers=self.headers)

    def _not_allowed(self, methods: str) -> Response:
        return Response(status=405, headers={**self.headers, "Allow": methods})


def _open(uow: UnitOfWork, desk: Desk, token: str, now: datetime, code: str) -> Attachment | View | None:
    return one_time_page.open_it(uow, desk, token, code, now)


async def _wanted(request: BaseRequest) -> Mapping[str, str]:
    """The fields of a form; empty where it is none. Raises TooLarge and TooSlow."""
    if request.content_type != _FORM:
        return {}
    if (request.content_length or 0) > MOST_BODY:
        raise TooLarge
    try:
        async with asyncio.timeout(PATIENCE):
            body = await _limited(request.content)
    except TimeoutError:
        raise TooSlow from None
    try:
        fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=4)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


async def _limited(content: StreamReader) -> bytes:
    body = bytearray()
    while chunk := await content.readany():
        body += chunk
        if len(body) > MOST_BODY:
            raise TooLarge
    return bytes(body)


Deed = Callable[[Site, str, Mapping[str, str]], Awaitable[Response]]

#: What the button of a form says under "do"; to look is no form's.
_DEEDS: Mapping[str, Deed] = {
    "look": Site.look,
    "send": Site.send,
    "open": Site.open,
    "again": Site.ask_again,
}
