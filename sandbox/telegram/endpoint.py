"""Telegram's Bot API on a real socket: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.telegram.calls import Call, read_values
from sandbox.telegram.faults import Fault, Faults, FloodControl
from sandbox.telegram.methods import METHODS, Method
from sandbox.telegram.records import ApiCall, Chat, Json, Upload
from sandbox.telegram.refusals import (
    Refusal,
    Violation,
    entity_too_large,
    malformed,
    method_not_found,
    not_found,
    unauthorized,
)
from sandbox.telegram.sending import UPLOAD_LIMIT
from sandbox.telegram.world import BotAccount, World

_BODY_LIMIT = UPLOAD_LIMIT + 2**20
#: Seconds that calls under way may take when the server stops.
_LAST_CALLS = 1.0

#: The name under which a fault is ordered for the download of a file.
DOWNLOAD = "file"


class Dropped(Exception):
    """The connection is to be cut without an answer."""


class Endpoint:
    """Serves a World over HTTP; it can stop and start again on the same port, as a service that was away."""

    def __init__(self, world: World, faults: Faults, flood: FloodControl) -> None:
        self._world = world
        self._faults = faults
        self._flood = flood
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, port: int) -> None:
        app = web.Application(client_max_size=_BODY_LIMIT)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.on_shutdown.append(self._release_polls)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_CALLS, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port or self.port).start()
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _release_polls(self, _app: web.Application) -> None:
        for bot in self._world.bots.values():
            bot.queue.release()

    def _bot(self, request: web.Request) -> BotAccount:
        token = request.match_info["token"]
        number, _, secret = token.partition(":")
        if not number.isdigit() or not secret:
            raise not_found()
        if token not in self._world.bots:
            raise unauthorized()
        return self._world.bots[token]

    async def _file(self, request: web.Request) -> web.Response:
        try:
            return web.Response(body=await self._content(request), content_type="application/octet-stream")
        except Refusal as refusal:
            return _refused(refusal)
        except Dropped:
            return _cut(request)

    async def _content(self, request: web.Request) -> bytes:
        self._bot(request)
        fault = self._faults.take(DOWNLOAD, None) or Fault(DOWNLOAD, 1)
        fault.refuse()
        await fault.keep_waiting()
        if fault.drop_before_effect or fault.drop_after_effect:
            raise Dropped
        for stored in self._world.files.values():
            if stored.path == request.match_info["path"]:
                return stored.content
        raise not_found()

    async def _method(self, request: web.Request) -> web.Response:
        name = request.match_info["method"].lower()
        try:
            return web.json_response({"ok": True, "result": await self._answer(request, name)})
        except Violation as violation:
            self._world.violations.append(f"{name}: {violation.description}")
            return _refused(violation)
        except Refusal as refusal:
            return _refused(refusal)
        except Dropped:
            return _cut(request)

    async def _answer(self, request: web.Request, name: str) -> Any:
        bot = self._bot(request)
        method = METHODS.get(name)
        if method is None:
            raise method_not_found()
        raw, uploads = await _body(request)
        chat = self._chat(bot, raw)
        fault = self._faults.take(name, chat.id if chat else None) or Fault(name, 1)
        try:
            result = await self._perform(Attempt(bot, name, method, raw, uploads, chat), fault)
        except Refusal as refusal:
            self._record(name, chat, raw, uploads, refusal.description)
            raise
        self._record(name, chat, raw, uploads, "")
        await fault.keep_waiting()
        if fault.drop_after_effect:
            raise Dropped
        return result

    async def _perform(self, attempt: Attempt, fault: Fault) -> Any:
        fault.refuse()
        if fault.drop_before_effect:
            raise Dropped
        values = read_values(attempt.method.parameters, attempt.raw, attempt.uploads)
        if attempt.method.counted and attempt.chat is not None:
            self._flood.count(attempt.chat, self._world.clock())
        return await attempt.method.handler(Call(self._world, attempt.bot, attempt.name, values))

    def _chat(self, bot: BotAccount, raw: Json) -> Chat | None:
        """The chat that a call is about, as far as its raw parameters tell."""
        if tap := self._world.taps.get(str(raw.get("callback_query_id", ""))):
            return tap.message.chat
        chat_id = str(raw.get("chat_id", "")).strip()
        return self._world.find_chat(bot, int(chat_id)) if chat_id.lstrip("-").isdigit() else None

    def _record(
        self, name: str, chat: Chat | None, raw: Json, uploads: Mapping[str, Upload], error: str
    ) -> None:
        if name == "getupdates":
            return
        now = self._world.clock()
        self._world.calls.append(ApiCall(now, name, chat, raw, tuple(uploads.values()), error))
        self._world.bell.ring()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call as it came in, before anything about it is checked."""

    bot: BotAccount
    name: str
    method: Method
    raw: Json
    uploads: Mapping[str, Upload]
    chat: Chat | None


def _cut(request: web.Request) -> web.Response:
    """Break the connection off; the response is for aiohttp, and goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _refused(refusal: Refusal) -> web.Response:
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.code)


async def _body(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """The parameters from the query and the body, whatever its form, and the files in it."""
    raw: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            raw |= _json_object(await request.text())
        else:
            _sort(await request.post(), raw, uploads)
    except web.HTTPRequestEntityTooLarge:
        raise entity_too_large() from None
    return raw, uploads


def _json_object(text: str) -> Json:
    try:
        decoded = json.loads(text or "{}")
    except ValueError:
        decoded = None
    if not isinstance(decoded, dict):
        raise malformed("can't parse request body as a JSON object")
    return decoded


def _sort(
    form: Mapping[str, str | bytes | bytearray | web.FileField], raw: Json, uploads: dict[str, Upload]
) -> None:
    for name, value in form.items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            raw[name] = value if isinstance(value, str) else value.decode()
