"""Corrections set out in lines: old above new, tables, lists of changes."""

from __future__ import annotations

import pytest

from core.recognition.corrections import find_corrections
from core.recognition.finding import Correction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Stored by you: 4 Beech Close, Ludlow\nCorrect: 29 Wye Street, Ludlow\nThank you.",
            [Correction("address", "4 Beech Close, Ludlow", "29 Wye Street, Ludlow")],
        ),
        (
            "Địa chỉ cũ: 12 Lê Lợi, Đà Nẵng\nĐịa chỉ mới: 40 Nguyễn Huệ, Đà Nẵng",
            [Correction("address", "12 Lê Lợi, Đà Nẵng", "40 Nguyễn Huệ, Đà Nẵng")],
        ),
        (
            "Correct data: John Smith\nIncorrect data: Jon Smyth",
            [Correction("name", "Jon Smyth", "John Smith")],
        ),
        (
            "Thông tin đang lưu: sinh năm 1978. Thông tin đề nghị sửa: sinh năm 1987.",
            [Correction("birth_date", "1978", "1987")],
        ),
        ("Field | On file | Correct\nSurname | Harker | Barker", [Correction("name", "Harker", "Barker")]),
        (
            "I ask you for the following corrections:\n- Last name: Lindqvist-Hale\n- Address: 7 Birch Road, Selby\n\n"
            "To identify me:\nE-mail: maria@example.com",
            [
                Correction("name", None, "Lindqvist-Hale"),
                Correction("address", None, "7 Birch Road, Selby"),
            ],
        ),
        ("Nghề nghiệp: công nhân → giáo viên", [Correction("other", "công nhân", "giáo viên")]),
    ],
)
def test_lines_say_what_is_wrong_and_what_is_right(text: str, expected: list[Correction]) -> None:
    assert list(find_corrections(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "My details are as follows:\nName: Paul Greer\nE-mail: paul@example.com",
        "Please put the record right.\nPaul Greer\nOld Mill House",
    ],
)
def test_lines_that_only_say_who_somebody_is_correct_nothing(text: str) -> None:
    assert find_corrections(text) == ()


@pytest.mark.parametrize("blank", [" ", "\t", "\n \t"])
def test_endless_blanks_correct_nothing(blank: str) -> None:
    assert find_corrections("please correct my name: " + blank * 20_000) == ()
