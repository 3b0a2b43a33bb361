"""Phrases are found as concepts, in both spellings, with negation."""

from __future__ import annotations

import pytest

from core.recognition.lexicon import find_hits
from core.recognition.normalise import clean, words


def concepts(text: str, language: str = "vi") -> set[str]:
    return {hit.concept for hit in find_hits(list(words(clean(text), language != "en")), language)}


@pytest.mark.parametrize("text", ["xóa dữ liệu", "xoá dữ liệu", "xoa du lieu", "XÓA DỮ LIỆU"])
def test_every_spelling_of_a_phrase_is_found(text: str) -> None:
    assert {"DELETE", "DATA"} <= concepts(text)


def test_a_word_with_another_tone_is_another_word() -> None:
    assert "SHARE" in concepts("công ty bán thông tin")
    assert "SHARE" not in concepts("công ty bạn thông tin")


def test_a_negated_verb_is_marked() -> None:
    assert "not:DELETE" in concepts("đừng xóa tài khoản")
    assert "not:DELETE" in concepts("please do not delete it", "en")
    assert "DELETE" not in concepts("đừng xóa tài khoản")


def test_negation_ends_with_the_sentence() -> None:
    assert "DELETE" in concepts("do not. delete it", "en")


def test_a_phrase_may_have_words_between_but_not_a_sentence_end() -> None:
    assert "TAKE_DOWN" in concepts("take that picture down", "en")
    assert "TAKE_DOWN" not in concepts("take it. sit down", "en")


def test_an_ending_in_brackets_is_one_of_several() -> None:
    assert {"DELETE"} <= concepts("deleting", "en")
    assert {"DELETE"} <= concepts("erased", "en")


def test_a_hit_points_at_its_place_in_the_text() -> None:
    text = clean("Xin xoá tk của em")
    hits = find_hits(list(words(text, vietnamese=True)), "vi")
    assert {text[hit.start : hit.end] for hit in hits if hit.concept == "ACCOUNT"} == {"tk"}
