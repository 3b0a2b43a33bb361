"""Receives updates by long polling, so that each is stored before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
)
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import TelegramObject
from aiogram.utils.backoff import Backoff, BackoffConfig

from bot.session import UNKNOWN_TOKEN, RawUpdate, TokenRefused
from bot.updates import is_chatter
from core.messages import ChannelName, RawMessage
from flows.ports import Clock, Inbox

log = structlog.get_logger()

#: `chat_member` comes only when it is asked for by name (Bot API, getUpdates); it revokes staff at once.
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]

#: Seconds between tries when Telegram or the store does not answer.
BACKOFF = BackoffConfig(min_delay=1.0, max_delay=30.0, factor=2.0, jitter=0.2)


class Keeper(BaseMiddleware):
    """Stores an update and stops there. It returns only when the update is stored: then it is confirmed.

    aiogram confirms an update whose handler raised, too; so a store that fails is tried again for ever.
    """

    def __init__(self, inbox: Inbox, source: str, clock: Clock, backoff: BackoffConfig) -> None:
        self._inbox, self._source, self._clock, self._backoff = inbox, source, clock, backoff

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],  # noqa: ARG002 - nothing handles it here
        event: TelegramObject,
        data: dict[str, Any],  # noqa: ARG002
    ) -> None:
        """Keep one update; what a group says among itself is not even stored."""
        update = cast(RawUpdate, event)
        if is_chatter(update.raw):
            return
        body = json.dumps(update.raw, ensure_ascii=True, separators=(",", ":")).encode()
        arrival = RawMessage(str(update.update_id), body, self._clock())
        backoff = Backoff(self._backoff)
        while not await self._stored(arrival):
            await backoff.asleep()

    async def _stored(self, arrival: RawMessage) -> bool:
        try:
            await self._inbox.accept(ChannelName.TELEGRAM, self._source, [arrival], arrival.key)
        except Exception as error:  # noqa: BLE001 - whatever the store's trouble is, the update must not be lost
            log.error("update_not_stored", update=arrival.key, error=type(error).__name__)
            return False
        return True


class Watch(BaseRequestMiddleware):
    """Notices what aiogram's polling would only repeat for ever: a refused token, a second poller."""

    def __init__(self) -> None:
        self.refused = asyncio.Event()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Pass the request on and look at how it failed."""
        try:
            return await make_request(bot, method)
        except UNKNOWN_TOKEN:
            if isinstance(method, GetUpdates):
                self.refused.set()
            raise
        except TelegramConflictError:
            log.critical("another_program_polls_this_bot", mend="stop it, or give one of the two its own bot")
            raise


async def prepare(bot: Bot, backoff: BackoffConfig = BACKOFF) -> str:
    """Wait until Telegram answers, and take updates from the webhook, if one is set, dropping none.

    Returns the bot's user name. Raises TokenRefused.
    """
    waits = Backoff(backoff)
    while True:
        try:
            me = await bot.me()
            await bot.delete_webhook(drop_pending_updates=False)
            return me.username or ""
        except UNKNOWN_TOKEN:
            raise TokenRefused from None
        except TelegramAPIError as error:
            log.warning("telegram_not_reached", error=type(error).__name__)
            await waits.asleep()


async def poll(bot: Bot, inbox: Inbox, clock: Clock, seconds: int, backoff: BackoffConfig = BACKOFF) -> None:
    """Receive until cancelled; `seconds` is how long Telegram may hold a request. Raises TokenRefused."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(Keeper(inbox, f"telegram:{bot.id}", clock, backoff))
    watch = Watch()
    bot.session.middleware.register(watch)
    polling = asyncio.create_task(
        dispatcher.start_polling(
            bot,
            polling_timeout=seconds,
            handle_as_tasks=False,
            backoff_config=backoff,
            allowed_updates=list(UPDATES),
            handle_signals=False,
            close_bot_session=False,
        )
    )
    try:
        await _first_of(polling, watch.refused)
    finally:
        await _stop(dispatcher, polling)
        bot.session.middleware.unregister(watch)
    if watch.refused.is_set():
        raise TokenRefused


async def _first_of(polling: asyncio.Task[None], refused: asyncio.Event) -> None:
    waiting = asyncio.create_task(refused.wait())
    try:
        await asyncio.wait({polling, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if polling.done():
        polling.result()


async def _stop(dispatcher: Dispatcher, polling: asyncio.Task[None]) -> None:
    """End aiogram's polling with all its tasks: a mere cancel would leave the one that polls running."""
    with suppress(RuntimeError):  # not started yet
        await dispatcher.stop_polling()
    polling.cancel()
    await asyncio.wait({polling})
