"""Short texts find their language, with and without diacritics."""

from __future__ import annotations

import pytest

from core.recognition.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Tôi muốn xóa tài khoản", "vi"),
        ("xoa tai khoan giup e", "vi"),
        ("cho em xem thong tin cua em dang luu", "vi"),
        ("ngung gui quang cao", "vi"),
        ("k dùng nx xóa giùm", "vi"),
        ("4821 9077", "vi"),
        ("", "vi"),
        ("Delete my account", "en"),
        ("unsubscribe", "en"),
        ("what data do you have on me", "en"),
        ("Where did you get my number?", "en"),
        ("mình muốn xem data, please send me a copy of my file nhé", "mixed"),
        ("Je veux supprimer mes données personnelles", "other"),
        ("Ich möchte, dass Sie meine Daten löschen", "other"),
        ("Quiero que eliminen mis datos de su sistema", "other"),
        ("Удалите мои данные", "other"),
        ("请删除我的个人数据", "other"),
        ("ลบบัญชีของฉัน", "other"),
    ],
)
def test_the_language_of_a_short_text(text: str, language: str) -> None:
    assert detect(text) == language
