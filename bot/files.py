"""Brings the files that people send: only when somebody wants one, and never more than the Bot API gives."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiohttp import ClientError

from core.messages import Attachment
from flows.ports import FetchFailed

#: Bot API, getFile: bytes.
LARGEST = 20 * 1024 * 1024


async def fetch(bot: Bot, attachment: Attachment) -> Attachment:
    """The attachment with its content. Raises FetchFailed."""
    if attachment.content is not None:
        return attachment
    if attachment.size > LARGEST:
        raise FetchFailed("the file is larger than 20 MB")
    try:
        content = await _download(bot, attachment.remote)
    except (TelegramAPIError, ClientError, TimeoutError) as error:
        # The error's own text may hold the address of the file, and with it the token.
        raise FetchFailed(f"Telegram did not hand the file over: {type(error).__name__}") from None
    return replace(attachment, content=content, size=len(content))


async def _download(bot: Bot, file_id: str) -> bytes:
    file = await bot.get_file(file_id)
    url = bot.session.api.file_url(bot.token, file.file_path or "")
    content = bytearray()
    async with aclosing(bot.session.stream_content(url, timeout=60)) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > LARGEST:
                raise FetchFailed("the file is larger than 20 MB")
    return bytes(content)
