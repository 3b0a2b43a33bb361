"""Turns an outgoing message into bytes: the Bot API calls that say it, in their order."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from core.messages import Attachment, Button, Kind, Outbound

#: Bot API, sendMessage: counted in UTF-16 units.
TEXT_LIMIT = 4096
#: Bot API, answerCallbackQuery.
TAP_LIMIT = 200
#: A longer answer to a button is gone before it is read, unless it waits to be closed.
GLANCE = 60

Call = Mapping[str, Any]


def compose(message: Outbound) -> bytes:
    """The same bytes for the same message. Raises ValueError for an attachment whose content is not here."""
    calls = [_tap(message)] if message.kind is Kind.TAP else [*_texts(message), *_documents(message)]
    return json.dumps({"calls": calls}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _tap(message: Outbound) -> Call:
    text = sendable(message.text)
    return {
        "method": "answerCallbackQuery",
        "callback_query_id": message.in_reply_to,
        "text": text if len(text) <= TAP_LIMIT else text[: TAP_LIMIT - 1] + "…",
        "show_alert": len(text) > GLANCE or message.html == "alert",
    }


def _texts(message: Outbound) -> list[Call]:
    """No parse mode: what people wrote is never markup. No previews: nobody fetches what they link to."""
    calls: list[dict[str, Any]] = [
        {
            "method": "sendMessage",
            "chat_id": int(message.to.value),
            "text": part,
            "link_preview_options": {"is_disabled": True},
        }
        for part in split(sendable(message.text))
    ]
    if calls and message.buttons:
        calls[-1]["reply_markup"] = {
            "inline_keyboard": [[_button(one) for one in row] for row in message.buttons]
        }
    return list(calls)


def _button(button: Button) -> Call:
    return {"text": sendable(button.label), "callback_data": button.token}


def _documents(message: Outbound) -> Iterator[Call]:
    for attachment in message.attachments:
        yield {
            "method": "sendDocument",
            "chat_id": int(message.to.value),
            "name": sendable(attachment.name),
            "content": base64.b64encode(_content(attachment)).decode("ascii"),
        }


def _content(attachment: Attachment) -> bytes:
    if attachment.content is None:
        raise ValueError("an attachment must have its content before it can be sent")
    return attachment.content


def sendable(text: str) -> str:
    """Text that UTF-8 can carry: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def utf16_units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, cut between lines, else words, else anywhere.

    No part is blank: Telegram refuses such a message.
    """
    parts, rest = [], text.strip()
    while rest:
        end = _end(rest, limit)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return parts


def _end(text: str, limit: int) -> int:
    """How many characters of a text without a blank at its start go into its first part."""
    if utf16_units(text) <= limit:
        return len(text)
    most = _fitting(text, limit)
    window = text[: most + 1]  # a border right behind the part is as good as one in it
    for border in ("\n", " "):
        if (found := window.rfind(border)) >= most // 2:
            return found
    return most


def _fitting(text: str, limit: int) -> int:
    units = 0
    for count, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return count
    return len(text)
