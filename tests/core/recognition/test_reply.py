"""Quoted history, signatures and disclaimers come off; nothing that is new is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recognition.normalise import clean
from core.recognition.reply import split

NEW = "Em muốn xem dữ liệu của em ạ."

HISTORIES = {
    "gmail_vi": "Vào Th 2, 23 thg 11, 2026 vào lúc 10:12 Hỗ trợ <help@example.com> đã viết:\n> Chào bạn,\n> Bạn muốn xóa gì ạ?",
    "gmail_vi_wrapped": "Vào Th 6, 15 thg 11, 2026 vào lúc 13:30 Phòng Hỗ trợ Khách hàng\n<help@example.com> đã viết:\n\n> Chào bạn,",
    "gmail_vi_unquoted": "Vào 10:12, Th 2, 23 thg 11, 2026 Hỗ trợ <help@example.com> đã viết:\n\nChào bạn, bạn muốn xóa gì ạ?",
    "apple_vi": "> Vào 08:30, 20/05/2026, Phương <phuong@example.com> đã viết:\n> \n> Anh ơi, ảnh đã lên web.",
    "vi_with_day": "Vào ngày 10/02/2026, Hoài An <an@example.com> đã viết:\n> Chị gửi giúp em giấy tờ ạ.",
    "no_diacritics": "Vao Th 3, 12 thg 8, 2026 luc 09:20 CSKH <cskh@example.com> da viet:\n> Chao anh, anh gui giup em.",
    "outlook_vi": "-----Thư gốc-----\nTừ: Hỗ trợ\nGửi: Thứ Sáu, 30 tháng 1, 2026 9:41 SA\nChủ đề: Xác minh\n\nĐề nghị xóa hay sửa?",
    "outlook_vi_headers": "Từ: Hỗ trợ <help@example.com>\nĐã gửi: Thứ Tư, 19 Tháng Sáu 2026 9:09 SA\nĐến: Mai\nChủ đề: RE: Yêu cầu\n\nChào chị.",
    "outlook_line": "________________________________________\nFrom: Help <help@example.com>\nSent: Monday, May 13, 2026 8:31 AM\nTo: Kiem\nSubject: Hello\n\nDear customer",
    "gmail_en": "On Mon, 23 Nov 2026 at 10:12, Help <help@example.com> wrote:\n> Do you want to delete it?",
    "gmail_en_wrapped": "On Mon, 23 Nov 2026 at 10:12, The Help Desk of a Long Name\n<help@example.com> wrote:\n> Do you want to delete it?",
    "thunderbird": "On 23/11/2026 10:12, Help wrote:\n> Do you want to delete it?",
    "apple_en": "> On 9 Jun 2026, at 11:20, help@example.com wrote:\n> \n> To find your records we need the number.",
    "outlook_en": "-----Original Message-----\nFrom: Help <help@example.com>\nSent: Thursday, May 22, 2026 3:15 PM\nTo: x\nSubject: Verification\n\nReply please.",
    "yahoo": "Help wrote on Monday, 23 November 2026:\n> Hello",
    "forwarded": "---------- Forwarded message ---------\nFrom: Help <help@example.com>\nDate: Mon, Jun 10, 2026\nSubject: Your file\n\nHello",
    "forwarded_vi": "----- Thư chuyển tiếp -----\n> Em đề nghị xóa dữ liệu.",
    "own_marker": "--- Vui lòng trả lời phía trên dòng này ---\nMã yêu cầu MC-7K3F",
    "own_marker_en": "## Please reply above this line ##\nYour request MC-7K3F",
    "yahoo_vi": "Vào Thứ Hai, 23 tháng 11, 2026 lúc 10:12:00 GMT+7, Hỗ trợ <help@example.com> đã viết:\n\nChào bạn,\nBạn cần gì?",
    "gmail_vi_three_lines": "Vào Th 2, 23 thg 11, 2026 vào lúc 10:12 Phòng Chăm sóc khách hàng và Dữ liệu\ncá nhân của Công ty Ví dụ <\nhelp@example.com> đã viết:\n\n> Chào bạn",
    "outlook_vi_bold": "*Từ:* Hỗ trợ <help@example.com>\n*Đã gửi:* Thứ Tư, 19 Tháng Sáu 2026 9:09 SA\n*Đến:* Mai\n*Chủ đề:* RE\n\nChào chị.",
    "zimbra_vi": '----- Thư gốc -----\nTừ: "Hỗ trợ" <help@example.com>\nĐến: "Mai" <mai@example.org>\nGửi lúc: 23/11/2026\n\nChào',
    "zoho_vi": "---- Vào Th 4, 12 thg 6 2026 08:08:31 +0700 Hỗ trợ viết ----\n> Chào chị",
    "earlier_letter": "-----Thư trước-----\nTừ: Phòng Dữ liệu\n> Đã nhận.",
    "apple_vi_forward": "Bắt đầu thư được chuyển tiếp:\n\nTừ: Hỗ trợ <help@example.com>\nChủ đề: x\nNgày: 23 tháng 11\n\nChào",
    "outlook_mac": "From: Help <help@example.com>\nDate: Monday, 23 November 2026 at 10:12\nTo: Jane\nSubject: Re: x\nHi",
    "date_first": "Date: Mon, 23 Nov 2026 10:12:00 +0700\nFrom: help@example.com\nTo: jane@example.org\nSubject: x\n\nHi",
    "spark": "On 23 Nov 2026, 10:12 +0700, Help <help@example.com>, wrote:\n> Hi",
    "french_client": "Le lun. 23 nov. 2026 à 10:12, Help <help@example.com> a écrit :\n\n> Hi",
    "below_this_line": "## Please do not write below this line ##\nYour request (123) has been updated",
    "reminder": "Reminder from us, 7 Oct:\n> Your sensor expires in 5 days.",
    "numbers_first": "2026-11-23 10:12 GMT+07:00 Help <\nhelp@example.com>:\n\n> Hi",
    "no_verb": "2026/11/23 Help <help@example.com>\n\n> Hi",
    "between_rules": "---- Jane Roe wrote ----\n\n> Hi",
    "german_client": "Von: Help <help@example.com>\nGesendet: Montag, 23. November 2026 10:12\nAn: Jane\nBetreff: x\n\nHallo",
    "french_head": "De : Help <help@example.com>\nEnvoyé : lundi 23 novembre 2026 10:12\nÀ : Jane\nObjet : x\n\nBonjour",
    "polish_client": "W dniu 23.11.2026 o 10:12 Help <help@example.com>\nnapisał:\n\n> Hi",
    "norwegian_client": "På 23 november 2026 på 10:12, Help (help@example.com) skrev:\n\nHei",
    "danish_line": "-----Oprindelig meddelelse-----\nFra: Help\nEmne: x\n\nHej",
    "wrapped_at_the_address": "On Wed, Dec 9, The Help Desk\n<help@example.com>\nwrote:\n> Hi",
    "introduced": "Từ: Phòng Khách hàng\n> Kính gửi bà, bà có quyền khiếu nại.",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_the_history_comes_off_and_the_new_text_stays(history: str) -> None:
    parts = split(f"{NEW}\n\n{history}")
    assert parts.new == NEW
    assert parts.quoted


@pytest.mark.parametrize(
    "new", [NEW, "0905 550 231", "Ngày 12/3 em gửi rồi, xóa giúp em", "On Friday I moved"]
)
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_what_stands_right_above_the_history_is_new(history: str, new: str) -> None:
    assert split(f"{new}\n{history}").new == new


@pytest.mark.parametrize(
    "text",
    [
        "Please delete it. On Wed, Nov 4, 2026 at 3:59 PM, help@example.com wrote:\n> Hi",
        "Please delete it.--- On Wed, 4 Nov 2026, Help wrote:\n> Hi",
    ],
)
def test_what_stands_on_the_line_of_the_head_is_new(text: str) -> None:
    assert split(text).new == "Please delete it."


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_decomposed_history_comes_off_as_well(history: str) -> None:
    assert split(clean(unicodedata.normalize("NFD", f"{NEW}\n\n{history}"))).new == NEW


@pytest.mark.parametrize(
    "name", ["gmail_vi", "gmail_en", "outlook_vi", "outlook_en", "apple_en", "forwarded"]
)
def test_a_message_that_is_only_a_quotation_says_nothing_new(name: str) -> None:
    assert split(HISTORIES[name]).new == ""


def test_a_letter_that_begins_with_a_heading_is_kept_above_the_history() -> None:
    new = "From: Hoa\nDelete it.\n\nThank you"
    assert split(f"{new}\n\nFrom: Help <help@example.com>\nSent: Monday\nTo: Hoa\n\n> Hi").new.startswith(
        "From: Hoa\nDelete it."
    )


def test_answers_between_quoted_lines_are_kept() -> None:
    text = "On Mon, Help wrote:\n> Which number?\n0905 550 231\n> Which name?\nHoa\n"
    assert split(text).new == "0905 550 231\nHoa"


def test_an_answer_below_the_quotation_is_kept() -> None:
    assert split(f"On Mon, 23 Nov 2026, Help wrote:\n> Hello\n> Bye\n\n{NEW}").new == NEW


def test_a_letter_with_headings_of_its_own_is_no_quotation() -> None:
    text = "Từ: Nguyễn Thị Hoa\nKính gửi: Công ty\n\nTôi yêu cầu xóa dữ liệu."
    assert split(text).new == text


@pytest.mark.parametrize(
    "text",
    [
        "Cô giáo viết:\nbé rất ngoan. Nhưng em muốn xóa ảnh bé.",
        "Your clerk wrote:\n\nwe will call. I do not want calls, delete my number.",
        "Từ: 0905 550 231\nĐến: 0905 550 877\nĐổi số giúp em",
        "From: 12 Old Road\nTo: 14 New Road\nPlease change my address.",
        "As you said on Mon, 2 Nov 2026 you wrote:\nDelete it all.",
        "| Name | Hoa |\n| Phone | 0905 550 231 |",
        ">>> http://shop.example <<<\nDelete my account there.",
        "If you have received my last letter, delete my data now.",
        "Hi.\n\nSent from my old address, please delete that one too",
        "Hi.\n\nSent from my desk, it is easier than on my mobile.",
        "Hi.\n\nThe information in this mail is wrong, my name is Hoa.",
        "Hi.\n\n________\n\nThis is the second part of it.\n\nAnd a third",
    ],
)
def test_what_only_looks_like_a_head_is_no_quotation(text: str) -> None:
    assert split(text).new == text


@pytest.mark.parametrize(
    "signature",
    [
        "Trân trọng,\nNguyễn Thị Hoa\n0905 550 231",
        "Kind regards,\nJane Roe\nExample Ltd, 1 Sample Street",
        "-- \nJane Roe",
        "Sent from my iPhone",
        "Gửi từ iPhone của tôi",
        "Được gửi từ iPhone của tôi",
        "Get Outlook for Android",
        "Get Outlook for iOS<https://example.com/o0ukef>",
        "Đã gửi từ iPhone của tôi",
        "Gửi từ app Thư trên điện thoại",
        "Sent with Proton Mail secure email.",
        "Sent from my phone, please excuse any typos.",
        "Von meinem Telefon gesendet",
        "Envoyé depuis mon téléphone",
        "(sent from a phone)",
        "This communication may contain confidential information. If you have received it in error,\nplease notify the sender and delete it.",
        "--\nJane Roe\nThis message may contain confidential information. Should you have received it in error, erase it.",
    ],
)
def test_a_signature_comes_off_and_is_kept_apart(signature: str) -> None:
    parts = split(f"{NEW}\n\n{signature}")
    assert parts.new == NEW
    assert parts.signature == signature.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Cảm ơn,\nem muốn xóa luôn email cũ",
        "Thanks\nplease also delete the old address",
        "Xóa giúp em.\n\nTrân trọng,\nHoa\n\nP.S. Gửi em bản sao trước nhé",
        "Best,\nJane\nCould you confirm that it is done?",
        "Hello\n--\nplease also stop the calls",
        "1. Xóa dữ liệu\n---\n2. Ngừng gọi cho tôi\n---\n3. Gửi bản sao",
    ],
)
def test_a_request_below_a_closing_is_no_signature(text: str) -> None:
    assert split(text).new == text


@given(
    st.lists(st.sampled_from(["", "> x", "On a, b wrote:", "From: a", "Sent: b", "--", "Thanks,", "text"]))
)
def test_every_line_is_in_exactly_one_part(lines: list[str]) -> None:
    parts = split("\n".join(lines))
    kept = "\n".join((parts.new, parts.signature, parts.quoted)).split()
    assert sorted(kept) == sorted(" ".join(lines).split())


def test_a_line_of_blanks_is_no_head() -> None:
    text = "Please delete my data.\n" + " " * 20_000 + "she wrote"
    assert split(text).new == text
