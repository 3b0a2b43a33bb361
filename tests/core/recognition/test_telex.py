"""Left-overs of Telex and VNI are typed out, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recognition.normalise import clean
from core.recognition.telex import repaired


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xoas taif khoanr giups em", "xóa tài khoản giúp em"),
        ("em khoong dduwowcj xem duwx lieeuj cuar minhf", "em không được xem dữ liệu của mình"),
        ("Dduwngf guwir quangr caos nuwax", "Đừng gửi quảng cáo nữa"),
        ("xo1a ta2i khoa3n giu1p em", "xóa tài khoản giúp em"),
        ("ho6m nay em muo61n xo1a du74 lie65u", "hôm nay em muốn xóa dữ liệu"),
        ("xoas taif khoanr hoa.tran@example.com nhes", "xóa tài khoản hoa.tran@example.com nhé"),
    ],
)
def test_left_overs_are_typed_out(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Toi muon xoa tai khoan",
        "Xóa tài khoản giúp em với ạ",
        "please delete this for us, it was off",
        "as far as I see, the taxes were for us",
        "born 3 march 1988",
        "lop 12 mp3 v2 a1 b2 c3",
        "I refuse, boss says keep off",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert repaired(text) == text


@given(st.text(max_size=200))
def test_every_text_can_be_repaired(text: str) -> None:
    assert isinstance(repaired(clean(text)), str)


def test_vni_is_told_from_telex() -> None:
    typed = "xoa1 he61t du74 lie65u ca1 nha6n cu3a to6i giu1p"
    assert repaired(typed) == "xóa hết dữ liệu cá nhân của tôi giúp"
