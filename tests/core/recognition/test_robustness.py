"""Whatever arrives is answered: reasons stand in the text, and no text is slow or fatal."""

from __future__ import annotations

import pytest

from core.recognition import Decision, recognise


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "xóa",
        "😀😀",
        "> xóa tài khoản",
        "\ud800 xoa \udfff",
        "\x00",
        "a" * 30_000,
        "ế" * 30_000,
        "İ" * 30_000,
        "a@b.co " * 20_000,
        "m" + "ơ" * 300,
        "a1" + "a" * 300 + "ế",
        "GDPRに基づき私の個人情報をすべて削除してください" * 20,
    ],
    ids=[
        "empty",
        "blank",
        "word",
        "emoji",
        "quote",
        "surrogates",
        "null",
        "letters",
        "vowels",
        "dotted",
        "addresses",
        "one word half in ASCII",
        "one code and a vowel",
        "letters of two scripts",
    ],
)
def test_every_text_gets_a_decision(text: str) -> None:
    assert recognise(text, text[:500]).decision in Decision


def test_reasons_are_words_of_the_text() -> None:
    text = "Chào anh chị, nhờ anh chị xóa tài khoản của em giúp ạ. Số của em là 0903 555 123."
    reasons = recognise(text).reasons
    assert any("xóa" in one.text for one in reasons)
    assert all(one.text in text for one in reasons)
    assert {one.speaks_for for one in reasons} == {"deletion"}


def test_a_very_long_text_is_read_by_a_person_unless_its_beginning_is_clear() -> None:
    assert recognise("lorem ipsum " * 90_000).decision is Decision.TRIAGE
