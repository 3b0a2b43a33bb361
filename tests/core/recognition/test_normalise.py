"""Cleaning, folding, and short forms."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recognition.normalise import clean, fold, has_diacritics, modern_tones, words


def typed(text: str, vietnamese: bool = True) -> list[str]:
    return [word.plain for word in words(clean(text), vietnamese)]


def test_decomposed_text_becomes_composed() -> None:
    text = "Xóa tài khoản, hủy đồng ý"
    assert clean(unicodedata.normalize("NFD", text)) == text


def test_what_cannot_be_seen_is_taken_out() -> None:
    assert clean("x\u200bóa\ufeff d\u00adữ\u00a0liệu\x00\ud800") == "xóa dữ liệu"


def test_full_width_letters_and_digits_become_plain() -> None:
    assert clean("Ｄｅｌｅｔｅ ４８２１") == "Delete 4821"


def test_line_ends_of_every_system_become_one() -> None:
    assert clean("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_folding_a_clean_text_keeps_every_position(text: str) -> None:
    cleaned = clean(text)
    assert len(fold(cleaned)) == len(cleaned)


def test_folding_takes_off_tones_and_the_bar_of_the_d() -> None:
    assert fold("Đừng XÓA Dữ Liệu") == "dung xoa du lieu"


@pytest.mark.parametrize(
    ("old", "new"),
    [("xoá", "xóa"), ("huỷ", "hủy"), ("khoẻ", "khỏe"), ("hoà", "hòa"), ("thuỳ", "thùy")],
)
def test_the_old_tone_placement_becomes_the_new_one(old: str, new: str) -> None:
    assert modern_tones(old) == new


@pytest.mark.parametrize("word", ["quý", "hoán", "toán", "xoài", "khoảng", "quỹ"])
def test_a_tone_that_stands_right_stays(word: str) -> None:
    assert modern_tones(word) == word


def test_diacritics_are_seen_in_upper_case_too() -> None:
    assert has_diacritics("XÓA")
    assert not has_diacritics("xoa tai khoan")


def test_short_forms_of_chats_are_written_out() -> None:
    assert typed("ad xoá tk e vs, k dùng nx") == [
        *("ad", "xóa", "tài", "khoản", "em", "với", ","),
        *("không", "dùng", "nữa"),
    ]


def test_english_contractions_are_written_out() -> None:
    assert typed("I don’t want it, can't u?", vietnamese=False) == [
        *("i", "do", "not", "want", "it", ",", "can", "not", "you", "?", "."),
    ]


def test_an_empty_line_ends_a_sentence_and_a_line_break_does_not() -> None:
    assert typed("one\ntwo\n\nthree", vietnamese=False) == ["one", "two", ".", "three"]


def test_a_word_knows_where_it_stood_in_the_text() -> None:
    text = clean("Xin xoá tk của em")
    spans = {text[word.start : word.end] for word in words(text, vietnamese=True)}
    assert spans == {"Xin", "xoá", "tk", "của", "em"}


def test_letters_of_mathematics_become_plain() -> None:
    assert clean("\U0001d41d\U0001d41e\U0001d425\U0001d41e\U0001d42d\U0001d41e") == "delete"


@pytest.mark.parametrize("mark", [".", ",", ";", ":", "!", "?", "…", "?!", "..."])
def test_a_mark_stands_for_itself_wherever_it_is_written(mark: str) -> None:
    assert typed(f"xin ạ{mark} nhé") == typed(f"xin ạ {mark} nhé")


@given(st.text(alphabet="aáxoà1'’-. ,?\n\tİe", max_size=60))
def test_the_words_between_blanks_are_those_of_the_whole_text(text: str) -> None:
    apart = [
        (word.plain, word.folded, start + word.start, start + word.end)
        for start, part in ((found.start(), found[0]) for found in re.finditer(r"\S+|\n\s*\n", text))
        for word in words(part, vietnamese=True)
    ]
    assert [tuple(word) for word in words(text, vietnamese=True)] == apart
