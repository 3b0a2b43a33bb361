"""Signs of a child's or another person's data."""

from __future__ import annotations

import pytest

from core.recognition.language import detect
from core.recognition.normalise import clean, fold, lowered
from core.recognition.on_behalf import _IN_ENGLISH, _MARKED, _UNMARKED, NAMES, _present, signs
from training.corpus import load


def names(text: str) -> set[str]:
    text = clean(text)
    return {sign.name for sign in signs(text, detect(text))}


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Con gái tôi 8 tuổi tự tạo tài khoản", "child.mine"),
        ("Con gái tôi 8 tuổi tự tạo tài khoản", "child.age"),
        ("be nha minh hoc lop 3, go hinh giup", "child.mine"),
        ("Xin gỡ ảnh của cháu\n\nMẹ cháu Hân", "child.signed"),
        ("please delete my son's account", "child.mine"),
        ("Take the picture down.\n\nCaspian's dad", "child.signed"),
        ("Mẹ tôi nhờ tôi viết thư này", "agent.relative"),
        ("Mẹ tôi nhờ tôi viết thư này", "agent.asked"),
        ("được ông Khánh Duy ủy quyền", "agent.acts"),
        ("hồ sơ bệnh án của bà ngoại em", "agent.data"),
        ("We act for Ms Pham under a power of attorney", "agent.acts"),
        ("my late husband was a customer", "agent.relative"),
        ("con trai tôi (26 tuổi) nằm viện", "child.grown"),
        ("xóa tài khoản của em giúp", "self.own"),
        ("delete my data", "self.own"),
    ],
)
def test_a_sign_is_seen(text: str, sign: str) -> None:
    assert sign in names(text)


@pytest.mark.parametrize(
    "text", ["xoá nick của mình", "tôi còn nhớ mật khẩu", "Delete my account", "tell me what you hold"]
)
def test_a_text_about_oneself_shows_no_child_and_no_agent(text: str) -> None:
    assert not {name for name in names(text) if not name.startswith("self.")}


def test_names_with_marks_do_not_hide_a_text_without() -> None:
    assert "agent.relative" in names("cho xem ho so cua ba ngoai minh nha, ba ten Trần Thị Sáu")


def test_signs_come_in_reading_order_each_once_with_its_place() -> None:
    text = "Con tôi học lớp 3. Con tôi ở nhà."
    found = signs(text, "vi")
    assert [sign.start for sign in found] == sorted(sign.start for sign in found)
    assert len({sign.name for sign in found}) == len(found)
    assert {sign.name for sign in found} <= set(NAMES)
    assert text[found[0].start : found[0].end] == "Con tôi"


def test_the_words_a_sign_needs_hide_none_that_its_pattern_finds() -> None:
    """Over every fourth text of the corpus, also in capitals and without marks."""
    for text in (body for labelled in load()[::4] for body in _typings(labelled.body[:2_000])):
        words = _present(lowered(text))
        for name, needed, as_written, search in (*_MARKED, *_UNMARKED, *_IN_ENGLISH):
            if needed and needed.isdisjoint(words):
                assert not search(text if as_written else lowered(text), 0, len(text)), (name, text)


def _typings(text: str) -> tuple[str, str, str]:
    return text, text.upper(), fold(text)
