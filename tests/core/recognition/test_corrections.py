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
        (
            "số t là 0856 555 209 chứ hk phải 0856 555 290",
            Correction("phone", "0856 555 290", "0856 555 209"),
        ),
        ("mở app thấy ghi mình sinh năm 1897, sửa lại 1997 hộ", Correction("birth_date", "1897", "1997")),
        ("Điểm trên hệ thống ghi 6,2 nhưng bảng điểm gốc là 8,2", Correction("score", "6,2", "8,2")),
        ("My record says I got 62 on the final; the paper says 82.", Correction("score", "62", "82")),
        (
            "địa chỉ cũ: 22 Ngõ Lá Sen, địa chỉ mới: 9 Phố Mộc Lan",
            Correction("address", "22 Ngõ Lá Sen", "9 Phố Mộc Lan"),
        ),
        (
            "it's 14 Marram Lane, Seabrook now, not 3 Gull Court",
            Correction("address", "3 Gull Court", "14 Marram Lane, Seabrook"),
        ),
        ("hồ sơ ghi Nam mà mình là Nữ", Correction("gender", "Nam", "Nữ")),
        ("my profile says i'm 52, i'm 25 lol", Correction("other", "52", "25")),
        ("số dt mới của tui là 0888 555 913 nha", Correction("phone", None, "0888 555 913")),
        ("doi dia chi trong ho so thanh 12 Le Loi, Hue", Correction("address", None, "12 Le Loi, Hue")),
        ("update my email to new@example.com please", Correction("email", None, "new@example.com")),
        ("my date of birth should be 03/12/1991", Correction("birth_date", None, "03/12/1991")),
        (
            "My date of birth is shown as 19 August 1986, but I was born on 9 August 1986.",
            Correction("birth_date", "19 August 1986", "9 August 1986"),
        ),
        (
            "The phone number appears as 0113 496 0121 instead of 0113 496 0186.",
            Correction("phone", "0113 496 0121", "0113 496 0186"),
        ),
        (
            "Please replace +1 202 555 0117 in my alumni record with +1 202 555 0164.",
            Correction("phone", "+1 202 555 0117", "+1 202 555 0164"),
        ),
        ("My name is no longer Clara Voss but Clara Ibsen.", Correction("name", "Clara Voss", "Clara Ibsen")),
        (
            "Kindly substitute 14 Ferry Lane for 41 Ferry Lane.",
            Correction("address", "41 Ferry Lane", "14 Ferry Lane"),
        ),
        ("Trên thẻ ghi giới tính Nam, tôi là Nữ.", Correction("gender", "Nam", "Nữ")),
        (
            "Tình trạng hôn nhân đang lưu là độc thân, tôi đã kết hôn.",
            Correction("other", "độc thân", "đã kết hôn"),
        ),
        (
            "đã đổi từ Long Xuyên, An Giang sang Cái Răng, Cần Thơ, cập nhật nơi cư trú giúp",
            Correction("address", "Long Xuyên, An Giang", "Cái Răng, Cần Thơ"),
        ),
        (
            "địa chỉ còn ghi là Tổ 4, ấp Bình Hòa, nay xin sửa thành Tổ 11, khu phố Tân Lập",
            Correction("address", "Tổ 4, ấp Bình Hòa", "Tổ 11, khu phố Tân Lập"),
        ),
        ("Nhóm máu trong hồ sơ ghi O+, kết quả xét nghiệm lại là B+.", Correction("other", "O+", "B+")),
    ],
)
def test_a_correction_is_read_with_its_field(text: str, expected: Correction) -> None:
    assert find_corrections(text) == (expected,)


def test_several_corrections_come_in_the_order_of_the_text() -> None:
    found = find_corrections('họ tên từ "Vi Hoài" thành "Vi Nam", giới tính từ "Nữ" thành "Nam"')
    assert [(entry.field, entry.new) for entry in found] == [("name", "Vi Nam"), ("gender", "Nam")]


def test_the_sender_and_the_addressee_are_no_values() -> None:
    text = "Kính gửi Bệnh viện Hòa Vang,\n\nNgày sinh ghi 02/11/2002, đúng là 20/11/2002.\n\nTrần Thị Liễu"
    assert find_corrections(text) == (Correction("birth_date", "02/11/2002", "20/11/2002"),)


@pytest.mark.parametrize(
    "text",
    [
        "Tên em bị ghi sai, nhờ sửa giúp em",
        "My address is wrong, please correct it.",
        "",
        "sửa giúp em với ạ",
    ],
)
def test_a_text_that_names_no_value_gives_none(text: str) -> None:
    assert find_corrections(text) == ()
