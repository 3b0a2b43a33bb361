"""What a sender names to be found by, as written; one-time codes."""

from __future__ import annotations

import re

import pytest

from core.recognition.identifiers import find_code, find_identifiers


def test_an_e_mail_address_is_found_as_written() -> None:
    assert find_identifiers("mail em là Hoa.Tran@example.com.").emails == ("Hoa.Tran@example.com",)


@pytest.mark.parametrize(
    "number",
    [
        "0905 550 631",
        "0905550631",
        "0908.555.632",
        "0934-555-781",
        "+84 905 550 631",
        "84905550631",
        "+44 7911 555 870",
    ],
)
def test_a_phone_number_is_found_as_written(number: str) -> None:
    assert find_identifiers(f"số của em là {number} ạ").phones == (number,)


@pytest.mark.parametrize("text", ["ngày 12/03/2026", "giá 12.500.000 đồng", "từ 2015 2016", "mã 4821 9077"])
def test_dates_amounts_and_codes_are_no_phone_numbers(text: str) -> None:
    assert find_identifiers(text).phones == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mã khách hàng: TRM-60412", "TRM-60412"),
        ("mã học viên của em là NL-8180", "NL-8180"),
        ("ma hv MC20417 a", "MC20417"),
        ("MSSV 20210457", "20210457"),
        ("mã bệnh nhân BN-11840", "BN-11840"),
        ("my customer number is KH-20881", "KH-20881"),
        ("Student 88-41072", "88-41072"),
        ("Membership AE-77031", "AE-77031"),
        ("username: meo_map_92", "meo_map_92"),
        ('tên đăng nhập là "meo.luoi.1412"', "meo.luoi.1412"),
        ("acc: huyenmy.99", "huyenmy.99"),
    ],
)
def test_an_account_code_is_found_by_its_cue(text: str, code: str) -> None:
    assert find_identifiers(text).accounts == (code,)


@pytest.mark.parametrize(
    "text",
    [
        "order 88213",
        "đơn hàng số DH-5512",
        "ticket 8812",
        "hóa đơn 0002217",
        "số CCCD 001199001234",
        "mã yêu cầu YC-3317",
    ],
)
def test_numbers_of_orders_tickets_and_papers_are_no_accounts(text: str) -> None:
    assert find_identifiers(text).accounts == ()


def test_the_own_addresses_and_numbers_identify_nobody() -> None:
    own = frozenset({"help@example.com", "+84 28 5550 0100"})
    found = find_identifiers("help@example.com, HELP@example.com, 028 5550 0100, hoa@example.com", own)
    assert (found.emails, found.phones) == (("hoa@example.com",), ())


def test_the_organisation_s_own_codes_need_no_word_before_them() -> None:
    assert find_identifiers("xin xem QQ77x giup em", codes=[re.compile(r"QQ\d+x")]).accounts == ("QQ77x",)


@pytest.mark.parametrize(
    "text",
    [
        "48219077",
        "4821 9077",
        "4821-9077",
        "Mã của em là 4821 9077 ạ",
        "The code is 4821 9077.",
        "otp: 48-21-90-77",
    ],
)
def test_a_code_of_eight_digits_is_found_however_it_is_grouped(text: str) -> None:
    assert find_code(text) == "48219077"


@pytest.mark.parametrize(
    "text", ["482190", "mã 482 190", "my code: 482-190", "ma xac thuc e nhan dc la 48 21 90 a", "4 8 2 1 9 0"]
)
def test_a_code_of_six_digits_is_found(text: str) -> None:
    assert find_code(text) == "482190"


@pytest.mark.parametrize(
    "text",
    [
        "số của em là 0905 550 631",
        "call me on +84 905 550 631",
        "ngày sinh 12032001",
        "mã khách hàng 482190",
        "đơn hàng 482190 của em đâu",
        "Dear Sirs, I was your customer from the year of the great flood until the branch on the hill closed, 482190 is what they paid.",
        "no digits",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert find_code(text) == ""
