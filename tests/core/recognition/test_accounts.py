"""Customer codes and user names by the words before them; numbers of orders and papers are none."""

from __future__ import annotations

import pytest

from core.recognition.accounts import find_accounts
from core.recognition.normalise import clean


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("mã KH 60-11825", "60-11825"),
        ("Mã hồ sơ khám của tôi: BN 2209-17", "BN 2209-17"),
        ("số thẻ thành viên như bạn hỏi: LV 8820 1175", "LV 8820 1175"),
        ("Thẻ tích điểm PC07 0052 118", "PC07 0052 118"),
        ("Mã người tham gia: GN-058", "GN-058"),
        ("student ID cho cái access request: MC-92210 ạ", "MC-92210"),
        ("Tenant ref. CG/7/0318", "CG/7/0318"),
        ("cand. no. R-5081", "R-5081"),
        ("customer number there is CU 40 118", "CU 40 118"),
        ("I'm donor 5-40-118.", "5-40-118"),
        ("Participant 90, with thanks", "90"),
        ("wallet handle: @heronfeather", "@heronfeather"),
        ("xoá nick của mình (sutudautien) nhé", "sutudautien"),
        ("tự mở tài khoản congchuabapcai mà không hỏi", "congchuabapcai"),
        ("my dating profile (user saltandvin)", "saltandvin"),
        ("nickname: its captain_noodle, for the deletion", "captain_noodle"),
        ("kéo sang acc mới của e (xoai.nonmuoi) nha", "xoai.nonmuoi"),
        ("handle: Grumblethorpe#0071", "Grumblethorpe#0071"),
        ("Delete it all, please.\n\nLan Tran, 20-44712", "20-44712"),
    ],
)
def test_a_code_or_user_name_is_found_by_what_stands_before_it(text: str, account: str) -> None:
    assert find_accounts(clean(text)) == [account]


@pytest.mark.parametrize(
    "text",
    [
        "số hợp đồng của tôi: BH-2023-7781",
        "Kiện hàng VC8821-04 trễ 6 ngày",
        "where is my complaint #A-2291",
        "mã yêu cầu: 24-1180",
        "Ma cua em la 482190",
        "the code is 508713",
        "ảnh thẻ 3x4 của em",
        "Số máy trên tem là WD-8810-552",
        "My account is closed",
        "Is there a user manual in English?",
        "please refund 19.90 to my card",
        "Nghị định 356/2025/NĐ-CP",
        "xem https://example.com/my_profile_2",
        "Hello {first_name}, welcome",
    ],
)
def test_other_numbers_and_words_are_no_accounts(text: str) -> None:
    assert find_accounts(clean(text)) == []


def test_the_one_time_code_is_no_account() -> None:
    assert find_accounts("dạ 33-1094 ạ", code="331094") == []


def test_many_numbers_are_read_without_end() -> None:
    assert len(find_accounts("mã khách hàng AB-1234 " * 5_000)) <= 300


@pytest.mark.parametrize(
    "text", ["new address for my club membership: 48 Fennel Road", "hồ sơ khách ghi là 45/7 Lê Đình Cẩn"]
)
def test_the_number_of_a_house_is_no_account(text: str) -> None:
    assert find_accounts(text) == []


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("chán game r, xoá acc t đi ad, tên thucsinhbaby99", "thucsinhbaby99"),
        ("I sold cards on your market as quill.and.ink until spring", "quill.and.ink"),
        ("Please correct the entry. My number is P-77103.", "P-77103"),
    ],
)
def test_a_coined_name_and_a_parted_number_name_their_holder(text: str, account: str) -> None:
    assert find_accounts(text) == [account]
