"""A company's own service with its people on file: it checks the signature as docs/operations.md says."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SECRET = "0123456789abcdef0123456789abcdef"
LAN = {
    "key": "K1",
    "emails": ["Lan@example.com", "lan.work@example.org"],
    "phones": ["0901 234 567"],
    "accounts": ["HV-0001"],
    "telegram": 700100,
    "language": "vi",
    "birth_year": 2012,
}
MINH = {"key": "K2", "emails": ["minh@example.com"], "accounts": ["HV-0002"]}


@dataclass(slots=True)
class Service:
    """Listens on this machine; an async context manager. `asked` are the questions whose signature is good."""

    people: list[dict[str, Any]] = field(default_factory=lambda: [LAN, MINH])
    tls: ssl.SSLContext | None = None
    #: What is answered in place of the people who fit.
    answer: web.Response | None = None
    #: Until this is set, nobody is answered.
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    #: Set once four have asked.
    crowded: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Service:
        self.gate.set()
        app = web.Application()
        app.router.add_post("/people", self._handle)
        app.router.add_post("/elsewhere", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{port}/people"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.gate.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not is_signed(request.headers, body, time.time()):
            return web.Response(status=401)
        question = json.loads(body)
        self.asked.append(question)
        self.connections.add(id(request.transport))
        if len(self.asked) == 4:
            self.crowded.set()
        await self.gate.wait()
        return self.answer or web.json_response({"people": [p for p in self.people if fits(p, question)]})


def is_signed(headers: Any, body: bytes, now: float) -> bool:
    """What a company's developers write on their side."""
    stamp = headers.get("X-PrivacyDesk-Timestamp", "")
    if not stamp.isdigit() or abs(now - int(stamp)) > 300:
        return False
    digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={digest}", headers.get("X-PrivacyDesk-Signature", ""))


def fits(person: dict[str, Any], question: dict[str, list[str]]) -> bool:
    return (
        any(email.lower() in question["email"] for email in person.get("emails", []))
        or any("+84" + phone.replace(" ", "")[1:] in question["phone"] for phone in person.get("phones", []))
        or any(code.replace("-", "").lower() in question["account"] for code in person.get("accounts", []))
        or str(person.get("telegram")) in question["telegram"]
    )
