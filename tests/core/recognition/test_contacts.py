"""Contacts of offices, lawyers and machines name nobody; the writer's own do."""

from __future__ import annotations

import pytest

from core.recognition.identifiers import find_identifiers
from core.recognition.normalise import clean

LETTER = "Dear team,\n\nplease delete my records.\n\n"


@pytest.mark.parametrize(
    "signature",
    [
        "Văn phòng luật sư Triết & Cộng sự\nĐiện thoại VP: 028 5550 9000",
        "LS. Hồ Sĩ Nguyên\nTel: 024 5550 6120 – Email: hosi@dongnguyen.example",
        "Grace Whitfield\nWhitfield Lane Solicitors\nTel. +44 20 5550 1187 | office@whitfieldlane.example",
        "Pettigrew Aluko LLP\nTel 020 7946 0331 · a.aluko@pettigrew.example",
        "Trịnh Bá Quyền\nCông ty TNHH Gỗ Ván Thôn\nLô B4 · ĐT 0274 555 0330",
        "Phòng Kinh doanh\nHotline 024 5550 8811",
        "Kế toán Lệ\nCông ty Gỗ Mun – MST 0399999123",
        "Haven Lodge Care Ltd – duty office 01502 555 330",
    ],
)
def test_an_office_in_a_signature_identifies_nobody(signature: str) -> None:
    found = find_identifiers(clean(LETTER + signature))
    assert (found.emails, found.phones) == ((), ())


@pytest.mark.parametrize(
    ("signature", "phone"),
    [
        ("Bà Nhữ Thị Khuê\n024 5555 0863", "024 5555 0863"),
        ("Ông Tư Chánh\nSố máy bàn 0274 555 6120", "0274 555 6120"),
        ("Bình An Tech – 0918 555 702", "0918 555 702"),
        ("Bồ Xuân Luật\nĐT: 0911-55-52-90", "0911-55-52-90"),
        ("Jane Roe, tel. 07700 900 111", "07700 900 111"),
    ],
)
def test_the_own_number_in_a_signature_is_found(signature: str, phone: str) -> None:
    assert find_identifiers(clean(LETTER + signature)).phones == (phone,)


@pytest.mark.parametrize(
    "text",
    [
        "I have written to privacy@example.com on 3 November.",
        "Please answer to requests@agency.example within 45 days.",
        "chuyển hồ sơ sang phòng khám mới (ho-so@dasuoi.example) giúp em",
        "They can receive it at onboarding@newbank.example.",
        "Delivery has failed to these recipients or groups:\n\nhoa@example.com\nThe mailbox is full.",
        "địa chỉ hoa@example.com không tồn tại hoặc hộp thư đã đầy",
        "I am out of office until Monday. For urgent matters write to gemma@example.com",
    ],
)
def test_an_address_of_a_company_or_in_a_bounce_identifies_nobody(text: str) -> None:
    assert find_identifiers(clean(text)).emails == ()


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("thông báo cho tôi qua thư điện tử hoang.oanh@example.com", "hoang.oanh@example.com"),
        ("remove my address info.homestay@example.com", "info.homestay@example.com"),
        ("Tài khoản của bà Diệp: ngocdiep.ho@example.com", "ngocdiep.ho@example.com"),
    ],
)
def test_the_address_of_a_person_is_found(text: str, email: str) -> None:
    assert find_identifiers(clean(text)).emails == (email,)


@pytest.mark.parametrize(
    "text",
    [
        "người lạ gọi từ số 028 5550 4040 biết tên em",
        "đổi chứng minh thư số 012345555 sang căn cước 001088555123",
        "sai mã số thuế, đúng là 0319990001",
        "VAY NONG DUYET 5 PHUT, LL ZALO 0987 000 999",
    ],
)
def test_numbers_of_callers_and_papers_are_not_the_own(text: str) -> None:
    assert find_identifiers(clean(text)).phones == ()


def test_an_american_number_is_found() -> None:
    assert find_identifiers("your customer under the number (415) 555-0148.").phones == ("(415) 555-0148",)


def test_the_address_of_who_signs_is_the_own_even_for_the_answer() -> None:
    text = "Please send your response to j.marchetti@example.net in writing.\n\nYours\nJulia Marchetti"
    assert find_identifiers(text).emails == ("j.marchetti@example.net",)
    assert find_identifiers(text.replace("Marchetti", "Brown")).emails == ()


@pytest.mark.parametrize(
    "text", ["Call +1 202 555 0190 now to keep your cover.", "My bag is lost, tag number 0220 448812."]
)
def test_a_number_to_call_and_a_tag_are_not_the_own(text: str) -> None:
    assert find_identifiers(text).phones == ()
