"""Answers that are none, and what errors may say."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramNetworkError, TelegramServerError
from aiogram.methods import GetMe, GetUpdates
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.session import RawUpdate, Unanswered, open_bot
from bot.settings import TelegramSettings


@pytest.fixture
def bot() -> Bot:
    return open_bot(TelegramSettings("42:secret"))


def test_updates_are_handed_on_unread(bot: Bot) -> None:
    content = '{"ok":true,"result":[{"update_id":5,"message":{"odd":1}},{"update_id":6,"news":[]}]}'
    updates = bot.session.check_response(bot, GetUpdates(), 200, content).result
    assert updates is not None
    assert [update.raw for update in updates if isinstance(update, RawUpdate)] == [
        {"update_id": 5, "message": {"odd": 1}},
        {"update_id": 6, "news": []},
    ]


def test_an_update_without_a_number_is_left_out(bot: Bot) -> None:
    content = '{"ok":true,"result":[{"message":{}},{"update_id":6}]}'
    updates = bot.session.check_response(bot, GetUpdates(), 200, content).result
    assert updates is not None
    assert [update.update_id for update in updates] == [6]


@pytest.mark.parametrize(
    "content",
    ["<html>", "[]", "{}", '{"result":5}', '{"result":[7]}', '{"ok":true,"result":[{"message":{}}]}'],
)
def test_no_updates_at_all_are_an_error_that_quotes_nothing(bot: Bot, content: str) -> None:
    with pytest.raises(Unanswered) as caught:
        bot.session.check_response(bot, GetUpdates(), 200, content)
    assert content not in str(caught.value)


def test_errors_on_asking_for_updates_keep_their_kind(bot: Bot) -> None:
    content = '{"ok":false,"error_code":409,"description":"Conflict"}'
    with pytest.raises(TelegramConflictError):
        bot.session.check_response(bot, GetUpdates(), 409, content)


def test_a_page_from_a_gateway_is_a_server_error(bot: Bot) -> None:
    with pytest.raises(TelegramServerError) as caught:
        bot.session.check_response(bot, GetMe(), 502, "<html>An Nguyen</html>")
    assert not isinstance(caught.value, Unanswered)
    assert "Nguyen" not in str(caught.value)


async def test_a_network_error_does_not_tell_the_address_with_the_token() -> None:
    async def astray(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(request.path)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", astray)
    async with TestServer(app) as server:
        lost = open_bot(TelegramSettings("42:secret", api_base=str(server.make_url(""))))
        with pytest.raises(TelegramNetworkError) as caught:
            await lost.get_me()
        await lost.session.close()
    assert "TooManyRedirects" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_success_with_an_unreadable_answer_is_no_failure(bot: Bot) -> None:
    with pytest.raises(Unanswered) as caught:
        bot.session.check_response(bot, GetMe(), 200, '{"ok":true,"result":{"name":"An Nguyen"}}')
    assert "Nguyen" not in str(caught.value)
