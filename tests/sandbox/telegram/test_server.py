"""The server as a whole: another process, an outage, its accounts."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import pytest

from sandbox.telegram import BotAccount, Person, TelegramServer
from tests.sandbox.telegram.conftest import TOKEN, Call


async def test_a_bot_in_another_process_is_served(telegram: TelegramServer, account: BotAccount) -> None:
    script = (
        f"import urllib.request as u; print(u.urlopen('{telegram.base}/bot{TOKEN}/getMe').read().decode())"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", script, stdout=asyncio.subprocess.PIPE, env={"no_proxy": "*"}
    )
    output, _ = await process.communicate()
    assert b'"username": "example_bot"' in output


async def test_a_server_that_was_away_comes_back_with_everything(
    telegram: TelegramServer, call: Call, account: BotAccount, lan: Person
) -> None:
    port = telegram.port
    waiting = asyncio.create_task(call("getUpdates", offset=2**31, timeout=30))
    await telegram.polled()
    await telegram.stop()
    assert (await waiting)["result"] == []
    with pytest.raises(aiohttp.ClientConnectionError):
        await call("getMe")
    await lan.say(account, "while you were away")
    await telegram.start()
    assert telegram.port == port
    (update,) = (await call("getUpdates"))["result"]
    assert update["message"]["text"] == "while you were away"


async def test_a_token_has_a_number_and_a_secret(telegram: TelegramServer) -> None:
    with pytest.raises(ValueError, match="a colon and a secret"):
        telegram.add_bot("secret", "example_bot")


async def test_a_file_that_is_not_there_is_not_found(http: aiohttp.ClientSession) -> None:
    async with http.get(f"/file/bot{TOKEN}/documents/file_1.pdf") as response:
        assert response.status == 404
