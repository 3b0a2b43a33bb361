"""aiogram pointed at the sandbox; its import takes seconds, so only the tests that need it import this."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.telegram import TelegramServer
from tests.sandbox.telegram.conftest import TOKEN


class PlainSession(AiohttpSession):
    """Closes at once: aiogram's own waits a quarter of a second for TLS, which is not spoken here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def client(telegram: TelegramServer, token: str = TOKEN) -> Bot:
    return Bot(token, session=PlainSession(api=TelegramAPIServer.from_base(telegram.base), timeout=5))


def keyboard(**buttons: str) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=label, callback_data=data) for label, data in buttons.items()]
    return InlineKeyboardMarkup(inline_keyboard=[row])
