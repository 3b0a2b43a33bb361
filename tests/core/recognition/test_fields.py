"""The field of a corrected value: by its shape, else by the words around it."""

from __future__ import annotations

import pytest

from core.recognition.corrections import find_corrections
from core.recognition.normalise import clean


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("email sai: a.b@example.com, đúng là ab@example.com", "email"),
        ("đổi số cũ 0905 550 231 thành 0905 550 877", "phone"),
        ("căn cước đổi từ 024755500 sang 079155500318", "other"),
        ("ngày sinh ghi 02/11/2002, đúng là 20/11/2002", "birth_date"),
        ("hồ sơ ghi giới tính Nam, đúng là Nữ", "gender"),
        ("điểm môn Toán ghi 5,8, đúng là 8,5", "score"),
        ("địa chỉ từ 15 Trần Não sang 88 Lương Định Của", "address"),
        ('nơi sinh từ "Hà Giang" thành "Hậu Giang"', "other"),
        ('nghề nghiệp ghi "nội trợ", đúng là "thợ may"', "other"),
        ("its Mairead not Maureen", "name"),
    ],
)
def test_the_field_of_a_value(text: str, field: str) -> None:
    assert [correction.field for correction in find_corrections(clean(text))] == [field]
