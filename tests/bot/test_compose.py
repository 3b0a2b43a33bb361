"""From an outgoing message to the bytes that are kept and sent."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compose import TAP_LIMIT, TEXT_LIMIT, compose, split, utf16_units
from core.messages import Address, Attachment, Button, ChannelName, Kind, Outbound

MESSAGE = Outbound(
    id="m1",
    to=Address(ChannelName.TELEGRAM, "5000000001"),
    kind=Kind.TALK,
    created_at=datetime(2026, 11, 23, tzinfo=UTC),
    text="Xin chào",
)


def calls(message: Outbound) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(compose(message))["calls"]
    return found


def test_a_text_goes_without_markup_and_without_previews() -> None:
    (call,) = calls(replace(MESSAGE, text='<b>&"{}%s https://a.example'))
    assert call == {
        "method": "sendMessage",
        "chat_id": 5000000001,
        "text": '<b>&"{}%s https://a.example',
        "link_preview_options": {"is_disabled": True},
    }


def test_the_same_message_gives_the_same_bytes() -> None:
    message = replace(MESSAGE, attachments=(Attachment("a.csv", "text/csv", b"\x00\xff"),))
    assert compose(message) == compose(replace(message))


def test_buttons_stand_under_the_last_part() -> None:
    rows = ((Button("Có", "o:yes"), Button("Không", "o:no")), (Button("Thôi", "o:cancel"),))
    first, last = calls(replace(MESSAGE, text="word " * 1000, buttons=rows))
    assert "reply_markup" not in first
    keyboard = last["reply_markup"]["inline_keyboard"]
    assert [[one["callback_data"] for one in row] for row in keyboard] == [["o:yes", "o:no"], ["o:cancel"]]


def test_files_follow_the_text_and_need_none() -> None:
    file = Attachment("dữ liệu.csv", "text/csv", b"a,b")
    assert [call["method"] for call in calls(replace(MESSAGE, attachments=(file,)))] == [
        "sendMessage",
        "sendDocument",
    ]
    (call,) = calls(replace(MESSAGE, text=" \n", attachments=(file,)))
    assert (call["name"], call["content"]) == ("dữ liệu.csv", "YSxi")


def test_a_file_that_is_not_here_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="content"):
        compose(replace(MESSAGE, attachments=(Attachment("a", "text/csv", remote="x"),)))


@pytest.mark.parametrize(
    ("text", "html", "alert"),
    [("Đã ghi nhận", "", False), ("", "", False), ("x" * 61, "", True), ("Ngắn", "alert", True)],
)
def test_an_answer_to_a_tap_is_an_alert_where_it_must_be_read(text: str, html: str, alert: bool) -> None:
    (call,) = calls(replace(MESSAGE, kind=Kind.TAP, in_reply_to="77", text=text, html=html))
    assert call == {
        "method": "answerCallbackQuery",
        "callback_query_id": "77",
        "text": text,
        "show_alert": alert,
    }


def test_a_long_answer_to_a_tap_is_cut() -> None:
    (call,) = calls(replace(MESSAGE, kind=Kind.TAP, in_reply_to="77", text="x" * 300))
    assert len(call["text"]) == TAP_LIMIT
    assert call["text"].endswith("…")


def test_half_a_surrogate_pair_does_not_stop_a_message() -> None:
    (call,) = calls(replace(MESSAGE, text="a\ud83db"))
    assert call["text"] == "a?b"


def test_a_text_is_cut_between_lines_before_words() -> None:
    assert split("aaaa bbbb\ncccc dddd", 12) == ["aaaa bbbb", "cccc dddd"]
    assert split("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]


def test_a_word_without_end_is_cut_where_it_must() -> None:
    assert split("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_a_line_near_the_start_does_not_make_a_tiny_part() -> None:
    assert split("Hi\nword word word", 11) == ["Hi\nword", "word word"]


def test_wide_characters_count_twice_and_stay_whole() -> None:
    parts = split("😀" * 5000)
    assert [utf16_units(part) for part in parts] == [TEXT_LIMIT, TEXT_LIMIT, 10_000 - 2 * TEXT_LIMIT]


@settings(deadline=None)
@given(st.text(alphabet="ab😀ế \n", max_size=300), st.integers(min_value=2, max_value=40))
def test_splitting_loses_nothing_but_blanks_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.strip() == part != "" and utf16_units(part) <= limit for part in parts)
