"""The HTTP session with the Bot API: updates stay as they came, errors say nothing they should not."""

from __future__ import annotations

import json
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Update
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ClientTimeout, ConnectionTimeoutError

from bot.settings import TelegramSettings

#: Seconds to wait for a connection.
CONNECT = 10.0


#: How Telegram answers to a token that it does not know, and to one that cannot be any.
UNKNOWN_TOKEN = (TelegramUnauthorizedError, TelegramNotFound)


class TokenRefused(Exception):
    """Telegram does not know the bot's token: waiting will not help."""

    def __init__(self) -> None:
        super().__init__("Telegram refuses the bot's token. Get the valid one from @BotFather with /token.")


class Unanswered(TelegramServerError):
    """The server answered with something that is no Bot API answer: what it did is not known."""


class RawUpdate(Update):
    """An update that nobody has looked into: `raw` is as Telegram sent it, all other fields are empty."""

    raw: dict[str, Any]


class Session(AiohttpSession):
    """aiogram's session, made safe to log and unable to stumble over one odd update."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Ask once. Network errors carry the name of their cause only: its text may hold the token."""
        limit = ClientTimeout(total=self.timeout if timeout is None else timeout, sock_connect=CONNECT)
        try:
            return await super().make_request(bot, method, cast(int, limit))
        except TelegramNetworkError as error:
            if error.__cause__ is None:
                raise
            raise TelegramNetworkError(method, type(error.__cause__).__name__) from error.__cause__
        except UnicodeError:
            raise Unanswered(method, "the answer is no text") from None

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Read an answer. aiogram would refuse a whole batch of updates for a single one it cannot read."""
        try:
            if isinstance(method, GetUpdates) and status_code == 200:
                return cast("Response[TelegramType]", _unread(bot, method, content))
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError:
            if status_code >= 500:  # a gateway in between, in HTML
                raise TelegramServerError(method, f"status {status_code}") from None
            raise Unanswered(method, f"status {status_code} with an unreadable answer") from None

    async def close(self) -> None:
        """Close the connections. aiohttp waits until they are; aiogram would sleep on top of that."""
        if self._session is not None:
            await self._session.close()


def open_bot(settings: TelegramSettings) -> Bot:
    """The bot, with no markup by default: what people write is never more than text. Raises TokenRefused."""
    session = Session(api=TelegramAPIServer.from_base(settings.api_base), timeout=settings.answer_seconds)
    try:
        return Bot(settings.token, session=session)
    except TokenValidationError:
        raise TokenRefused from None


def never_sent(error: TelegramNetworkError) -> bool:
    """Whether no connection came about, so that the server cannot have seen the request."""
    return isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)


def _unread(bot: Bot, method: GetUpdates, content: str) -> Response[list[Update]]:
    try:
        entries = json.loads(content)["result"]
        updates = [_as_update(bot, entry) for entry in entries if isinstance(entry.get("update_id"), int)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unanswered(method, "unreadable updates") from None
    if entries and not updates:  # nothing to confirm: the same would come again at once
        raise Unanswered(method, "updates without numbers")
    return Response[list[Update]].model_construct(ok=True, result=updates)


def _as_update(bot: Bot, entry: dict[str, Any]) -> Update:
    return RawUpdate.model_construct(update_id=entry["update_id"], raw=entry).as_(bot)
