"""A word chooses the same however it is typed; a sentence that merely contains it chooses nothing."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import keywords
from core.requests import Right

TEXTS = Path(__file__).parents[2] / "templates" / "phrases"
PHRASES = {
    language: tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))
    for language in ("vi", "en")
}
LABELS = [(language, right) for language in PHRASES for right in Right]


def ways_to_type(text: str) -> set[str]:
    decomposed = unicodedata.normalize("NFD", text)
    return {text, text.upper(), decomposed, keywords.folded(text), f"  {text}! "}


@pytest.mark.parametrize(("language", "right"), LABELS)
def test_the_label_of_a_button_typed_chooses_its_right(language: str, right: Right) -> None:
    for text in ways_to_type(PHRASES[language]["button"][right.value]):
        assert keywords.right_named(text) is right, text


@pytest.mark.parametrize("language", PHRASES)
def test_the_labels_of_yes_and_no_typed_are_yes_and_no(language: str) -> None:
    dialogue = PHRASES[language]["dialogue"]
    for text in ways_to_type(dialogue["yes"]):
        assert (keywords.says_yes(text), keywords.says_no(text)) == (True, False), text
    for text in ways_to_type(dialogue["no"]):
        assert (keywords.says_yes(text), keywords.says_no(text)) == (False, True), text


@pytest.mark.parametrize("name", ["vi", "en"])
def test_the_name_of_a_language_typed_chooses_it(name: str) -> None:
    for text in ways_to_type(PHRASES["vi"]["dialogue"][f"language_{name}"]):
        assert keywords.language_named(text) == name, text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("xoa du lieu", Right.DELETION),
        ("Xoá dữ liệu của em với ạ", Right.DELETION),
        ("delete", Right.DELETION),
        ("Delete my data please", Right.DELETION),
        ("access", Right.ACCESS),
        ("xem", Right.ACCESS),
        ("I want to withdraw my consent", Right.WITHDRAWAL),
        ("khiếu nại", Right.COMPLAINT),
        ("đừng xóa dữ liệu", None),
        ("do not delete my data", None),
        ("xem phim", None),
        ("", None),
        ("please", None),
    ],
)
def test_a_right_is_named_by_its_own_words(text: str, right: Right | None) -> None:
    assert keywords.right_named(text) is right


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Có",
        "co",
        "đồng ý",
        "Dong y nhe",
        "ok",
        "OK gửi đi ạ",
        "vâng ạ",
        "dạ",
        "đúng rồi",
        "Yes please",
    ],
)
def test_these_are_a_yes(text: str) -> None:
    assert keywords.says_yes(text)
    assert not keywords.says_no(text)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "Không",
        "khong",
        "không đúng",
        "chưa đúng",
        "đừng gửi",
        "dung gui",
        "Đừng",
        "thôi",
        "No, thanks",
        "sai rồi",
    ],
)
def test_these_are_a_no(text: str) -> None:
    assert keywords.says_no(text)
    assert not keywords.says_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "tôi có câu hỏi",
        "yes, but change the address",
        "có phải đợi lâu không anh ơi, tôi đang vội lắm",
        "đồng nghiệp",
        "đừng quên gửi cho mẹ tôi",
        "",
        "please",
        "yes " * 500,
    ],
)
def test_a_sentence_is_neither(text: str) -> None:
    assert not keywords.says_yes(text)
    assert not keywords.says_no(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("thôi", "cancel"),
        ("Huỷ", "cancel"),
        ("hủy giúp em", "cancel"),
        ("trợ giúp với ạ", "help"),
        ("cancel", "cancel"),
        ("tình trạng", "status"),
        ("help me please", "help"),
        ("trợ giúp", "help"),
        ("menu", "menu"),
        ("ngôn ngữ", "language"),
        ("cancel my subscription", ""),
        ("", ""),
    ],
)
def test_a_word_stands_for_a_command(text: str, name: str) -> None:
    assert keywords.command_named(text) == name


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("2.", 2),
        ("2)", 2),
        (" 10 ", 10),
        ("số 3", 3),
        ("3️⃣", 3),
        ("0", 0),
        ("", 0),
        ("2 3", 0),
        ("00000002", 0),
        ("9" * 5000, 0),
        ("²", 0),
        ("-1", 1),
    ],
)
def test_a_number_is_short_and_alone(text: str, number: int) -> None:
    assert keywords.number_named(text) == number


@pytest.mark.parametrize("text", ["Xin chào", "xin chao", "Hello!", "hi shop", "chào bạn", "alo"])
def test_these_greet(text: str) -> None:
    assert keywords.greets(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("Cảm ơn bạn nhé", True), ("thank you", True), ("bạn ơi", False)]
)
def test_thanks_are_thanks_alone(text: str, meant: bool) -> None:
    assert keywords.thanks(text) is meant


@given(st.text(max_size=300))
def test_no_text_raises_and_none_is_yes_and_no_at_once(text: str) -> None:
    keywords.right_named(text), keywords.command_named(text), keywords.language_named(text)
    assert 0 <= keywords.number_named(text) <= 99
    assert not (keywords.says_yes(text) and keywords.says_no(text))
