"""The forms in which a call may come, and the calls that no client should make."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from sandbox.telegram import Person, TelegramServer
from tests.sandbox.telegram.conftest import TOKEN, Call


async def test_a_call_may_come_as_query_form_or_json(http: aiohttp.ClientSession, lan: Person) -> None:
    where = f"/bot{TOKEN}/sendMessage"
    values = {"chat_id": str(lan.id), "text": "Hello"}
    for answer in (
        http.get(where, params=values),
        http.post(where, data=values),
        http.post(where, json=values),
    ):
        async with answer as response:
            assert (await response.json())["result"]["text"] == "Hello"
    assert [message.text for message in lan.sees()] == ["/start", "Hello", "Hello", "Hello"]


@pytest.mark.parametrize(("document", "part"), [("attach://x1", "x1"), (None, "document")])
async def test_a_file_may_be_attached_or_be_the_parameter_itself(
    http: aiohttp.ClientSession, call: Call, lan: Person, document: str | None, part: str
) -> None:
    form = aiohttp.FormData({"chat_id": str(lan.id)})
    form.add_field(part, b"content", filename="a.txt", content_type="text/plain")
    if document:
        form.add_field("document", document)
    async with http.post(f"/bot{TOKEN}/sendDocument", data=form) as response:
        sent = (await response.json())["result"]["document"]
    assert (sent["file_name"], sent["mime_type"], sent["file_size"]) == ("a.txt", "text/plain", 7)
    found = await call("getFile", file_id=sent["file_id"])
    async with http.get(f"/file/bot{TOKEN}/{found['result']['file_path']}") as response:
        assert await response.read() == b"content"


VIOLATIONS: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "an unknown method": ("sendSmoke", {}, 404, "Not Found: method not found"),
    "an unknown parameter": ("getMe", {"deep": 1}, 400, "Bad Request: unknown parameter deep"),
    "no chat": ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
    "no message id": (
        "deleteMessage",
        {"chat_id": 1},
        400,
        "Bad Request: message identifier is not specified",
    ),
    "a word for a number": ("getChat", {"chat_id": "x"}, 400, "Bad Request: can't read chat_id as integer"),
    "a broken object": (
        "sendMessage",
        {"chat_id": 1, "text": "x", "reply_markup": "{"},
        400,
        "Bad Request: can't read reply_markup as object",
    ),
    "an unknown mode": (
        "sendMessage",
        {"chat_id": 1, "text": "x", "parse_mode": "Wiki"},
        400,
        "Bad Request: unsupported parse_mode",
    ),
    "a long caption": (
        "sendDocument",
        {"chat_id": 1, "document": "x", "caption": "x" * 1025},
        400,
        "Bad Request: message caption is too long",
    ),
    "a long answer": (
        "answerCallbackQuery",
        {"callback_query_id": "1", "text": "x" * 201},
        400,
        "Bad Request: MESSAGE_TOO_LONG",
    ),
    "an action that is none": (
        "sendChatAction",
        {"chat_id": 1, "action": "dancing"},
        400,
        "Bad Request: wrong parameter action in request",
    ),
    "a button that is none": (
        "sendMessage",
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [["Go"]]}},
        400,
        "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object",
    ),
    "an entity beyond the text": (
        "sendMessage",
        {"chat_id": 1, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
        400,
        "Bad Request: can't parse entities: an entity does not fit the text",
    ),
    "a button without action": (
        "sendMessage",
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "Go"}]]}},
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
}


@pytest.mark.parametrize("case", VIOLATIONS)
async def test_a_call_that_no_client_should_make_is_refused_and_noted(
    telegram: TelegramServer, call: Call, case: str
) -> None:
    method, values, code, description = VIOLATIONS[case]
    assert await call(method, **values) == {"ok": False, "error_code": code, "description": description}
    assert telegram.violations == [f"{method.lower()}: {description}"]


async def test_a_body_that_is_no_object_is_refused(http: aiohttp.ClientSession) -> None:
    for body in (b"{", b"[1]"):
        headers = {"Content-Type": "application/json"}
        async with http.post(f"/bot{TOKEN}/getMe", data=body, headers=headers) as response:
            assert response.status == 400


@pytest.mark.parametrize(("token", "code"), [("4242:wrong", 401), ("4242", 404), ("x:y", 404)])
async def test_a_token_is_checked_before_anything_else(
    telegram: TelegramServer, http: aiohttp.ClientSession, call: Call, token: str, code: int
) -> None:
    assert (await call("sendSmoke", token=token))["error_code"] == code
    async with http.get(f"/file/bot{token}/documents/file_1.pdf") as response:
        assert response.status == code
    assert telegram.violations == []
