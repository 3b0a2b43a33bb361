"""Wrong and right values, by the common phrases of both languages."""

from __future__ import annotations

import pytest

from core.recognition.corrections import find_corrections
from core.recognition.finding import Correction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "sửa tên em từ Nguyễn Văn An thành Nguyễn Văn Ân giúp em",
            Correction("name", "Nguyễn Văn An", "Nguyễn Văn Ân"),
        ),
        ('Chỉ cần sửa tên "Lỗ Thị Sen" thành "Lô Thị Sen".', Correction("name", "Lỗ Thị Sen", "Lô Thị Sen")),
        (
            'My name: "Vu Thanh Tru" → should be "Vu Thanh Truc".',
            Correction("name", "Vu Thanh Tru", "Vu Thanh Truc"),
        ),
        (
            "Please change my email from old@example.com to new@example.com.",
            Correction("email", "old@example.com", "new@example.com"),
        ),
        (
            "đổi số điện thoại từ 0905 550 231 sang 0905 550 877 nhé",
            Correction("phone", "0905 550 231", "0905 550 877"),
        ),
        (
            "Ngày sinh ghi 02/11/2002, đúng là 20/11/2002.",
            Correction("birth_date", "02/11/2002", "20/11/2002"),
        ),
        ('giới tính đổi từ "Nữ" thành "Nam"', Correction("gender", "Nữ", "Nam")),
        (
            'In my address please replace "9 Tamarind Steps" by "Villa 31".',
            Correction("address", "9 Tamarind Steps", "Villa 31"),
        ),
        ("update my email to new@example.com please", Correction("email", None, "new@example.com")),
        ("my date of birth should be 03/12/1991", Correction("birth_date", None, "03/12/1991")),
    ],
)
def test_a_correction_is_read_with_its_field(text: str, expected: Correction) -> None:
    assert find_corrections(text) == (expected,)


def test_several_corrections_come_in_the_order_of_the_text() -> None:
    found = find_corrections('họ tên từ "Vi Hoài" thành "Vi Nam", giới tính từ "Nữ" thành "Nam"')
    assert [(entry.field, entry.new) for entry in found] == [("name", "Vi Nam"), ("gender", "Nam")]


def test_a_text_that_names_no_value_gives_none() -> None:
    assert find_corrections("Tên em bị ghi sai, nhờ sửa giúp em") == ()
