"""Keyboards under messages: what Telegram takes and what it refuses."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.records import Json
from sandbox.telegram.refusals import malformed

DATA_LIMIT = 64  # bytes of callback data (Bot API, InlineKeyboardButton)
BUTTON_LIMIT = 100
#: What an inline button may do: exactly one of these.
ACTIONS = frozenset({"callback_data", "url", "copy_text"})
LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")


def check_markup(markup: Json, inline_only: bool) -> Json:
    """The markup as it came. Raises Violation with Telegram's words for what it does not take."""
    if not markup:
        return {}
    kind = next((name for name in KINDS if name in markup), "")
    if not kind or (inline_only and kind != "inline_keyboard"):
        raise malformed("inline keyboard expected")
    if kind == "inline_keyboard":
        return _inline(markup[kind])
    if kind == "keyboard":
        _check_rows(markup[kind])
    return markup


def _inline(rows: Any) -> Json:
    _check_rows(rows)
    for row in rows:
        for button in row:
            _check_button(button)
    filled = [row for row in rows if row]
    return {"inline_keyboard": filled} if filled else {}


def _check_rows(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise malformed("field of the keyboard must be an Array of Arrays")
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise malformed("reply markup is too long")


def _check_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise malformed("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    actions = ACTIONS & button.keys()
    if not button.get("text"):
        raise malformed('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if unknown := button.keys() - ACTIONS - LOOKS:
        raise malformed(f"unknown field {min(unknown)} of an inline button")
    if len(actions) != 1:
        raise malformed(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in actions and not 1 <= len(str(button["callback_data"]).encode()) <= DATA_LIMIT:
        raise malformed("BUTTON_DATA_INVALID")
