"""A staff group for the desk under measurement, in the sandbox's Telegram; or none, as in a desk for mail alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sandbox.telegram import TelegramServer

_TOKEN = "424242:sandbox-token-of-nobody"

_SETTINGS = """
[telegram]
staff_chat = {chat}
api_base = "{base}"

[[staff]]
name = "An"
telegram = {person}
role = "approver"
"""


@dataclass(frozen=True, slots=True)
class Staff:
    """What the desk must be told of its staff: more settings, and the bot's token."""

    settings: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def no_staff() -> AsyncIterator[Staff]:
    yield Staff()


@asynccontextmanager
async def staff_chat() -> AsyncIterator[Staff]:
    """A group with one person and the bot; the server runs in this process, and costs of its CPU."""
    async with TelegramServer() as server:
        bot = server.add_bot(_TOKEN, "bench_privacy_bot")
        an = server.add_user("An", language_code="vi")
        group = server.add_group("Privacy", members=[an], admins=[bot])
        settings = _SETTINGS.format(chat=group.id, base=server.base, person=an.id)
        yield Staff(settings, {"PRIVACYDESK_TELEGRAM__TOKEN": _TOKEN})
