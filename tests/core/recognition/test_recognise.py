"""Messages in, findings out: what people ask for, in both languages, and what they do not ask for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recognition import Act, Decision, recognise
from core.requests import OnBehalf, Right

RIGHTS = {
    Right.ACCESS: [
        "Tôi muốn xin bản sao dữ liệu cá nhân của tôi",
        "cho em xem thong tin cua em dang luu",
        "bên mình lưu gì về em vậy",
        "Where did you get my number?",
        "what data do you have on me",
        "Please send me a copy of all personal data you hold about me",
    ],
    Right.CORRECTION: [
        "sửa lại tên giúp em, từ Nguyễn Văn An thành Nguyễn Văn Ân",
        "ngay sinh bi sai, sua giup em",
        "my date of birth is wrong, please fix it",
        "change my email from a@example.com to b@example.com",
    ],
    Right.DELETION: [
        "xoa tai khoan giup e",
        "xoá tài khoản giúp em",
        "Tôi yêu cầu xóa dữ liệu cá nhân của tôi",
        "Delete my account",
        "Please remove my personal data from your system",
    ],
    Right.OBJECTION: [
        "Đừng gửi quảng cáo nữa",
        "dung gui quang cao nua",
        "đừng xóa, chỉ ngưng gửi tin",
        "Unsubscribe",
        "stop sending me marketing emails",
        "I object to the processing of my data for direct marketing",
    ],
    Right.RESTRICTION: [
        "Tạm ngưng sử dụng thông tin của tôi, đừng xóa",
        "han che xu ly du lieu cua toi",
        "keep my data but do not use it until the dispute is over",
    ],
    Right.PORTABILITY: [
        "xuất dữ liệu cho em ra file Excel",
        "cho em xin file json dữ liệu của em",
        "export my data as CSV",
        "I want my data in a machine-readable format",
    ],
    Right.WITHDRAWAL: ["tôi rút lại sự đồng ý", "rut lai su dong y", "I withdraw my consent"],
    Right.STOP_SHARING: [
        "Ngừng chia sẻ thông tin của tôi cho bên thứ ba",
        "gỡ ảnh của con tôi trên fanpage",
        "Stop sharing my data with third parties",
    ],
    Right.INQUIRY: [
        "How long do you keep customer data?",
        "dữ liệu khách hàng lưu ở đâu, bao lâu?",
        "dữ liệu có chuyển ra nước ngoài không?",
    ],
    Right.COMPLAINT: [
        "thông tin của tôi bị lộ, tôi sẽ báo công an",
        "I want to make a complaint about how you handle my data",
    ],
}


@pytest.mark.parametrize(
    ("right", "text"), [(right, text) for right, texts in RIGHTS.items() for text in texts]
)
def test_a_plain_request_is_understood(right: Right, text: str) -> None:
    found = recognise(text)
    assert (found.act, found.rights) == (Act.NEW, (right,))
    assert found.decision is not Decision.IGNORE


@pytest.mark.parametrize(
    "text",
    [
        "gửi em dữ liệu rồi xóa luôn",
        "gui em du lieu roi xoa luon",
        "send me a copy of my data, then delete it",
    ],
)
def test_two_rights_in_one_sentence_are_both_found(text: str) -> None:
    assert set(recognise(text).rights) == {Right.ACCESS, Right.DELETION}


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (Act.CANCEL, "Thôi không xóa nữa"),
        (Act.CANCEL, "em doi y roi, khong can xoa nua"),
        (Act.CANCEL, "I changed my mind, please cancel my deletion request"),
        (Act.STATUS, "Yêu cầu của tôi đến đâu rồi?"),
        (Act.STATUS, "What is the status of my request?"),
        (Act.MORE, "em gửi bổ sung mã học viên ạ: MC-20417"),
        (Act.MORE, "here is the customer number you asked for: KH-20881"),
        (Act.CODE, "4821 9077"),
        (Act.CODE, "Mã của em là 4821 9077 ạ"),
    ],
)
def test_what_a_text_does_is_understood(act: Act, text: str) -> None:
    assert recognise(text).act is act


@pytest.mark.parametrize(
    "text",
    [
        "I want a refund for order 8812",
        "quên mật khẩu",
        "hoàn tiền giúp em",
        "reset my password please",
        "please send me the invoice",
        "khóa học này giá bao nhiêu?",
        "cảm ơn shop",
    ],
)
def test_other_business_is_left_alone(text: str) -> None:
    assert recognise(text).decision is Decision.IGNORE


@pytest.mark.parametrize("text", ["Je veux supprimer mes données personnelles", "请删除我的个人数据"])
def test_another_language_goes_to_a_person(text: str) -> None:
    found = recognise(text)
    assert (found.language, found.decision) == ("other", Decision.TRIAGE)


def test_a_message_that_only_quotes_goes_to_a_person() -> None:
    found = recognise("On Mon, 23 Nov 2026, Help <help@example.com> wrote:\n> Delete my account")
    assert (found.act, found.decision, found.new_text) == (Act.NONE, Decision.TRIAGE, "")


def test_a_code_in_the_quotation_is_none() -> None:
    found = recognise("Chưa nhận được ạ\n\n> Mã của bạn là 4821 9077")
    assert found.code == ""


def test_a_code_beside_a_request_is_kept_but_is_not_the_act() -> None:
    found = recognise("Mã là 4821 9077. Tôi yêu cầu xóa tài khoản và xóa dữ liệu cá nhân của tôi.")
    assert (found.act, found.code) == (Act.NEW, "48219077")
    assert Right.DELETION in found.rights


def test_the_subject_of_an_answer_asks_for_nothing() -> None:
    assert recognise("Cảm ơn bạn", "Re: Yêu cầu xóa tài khoản").rights == ()


def test_a_subject_of_the_senders_own_is_read() -> None:
    assert recognise("Hello", "Delete my account and all my data").rights == (Right.DELETION,)


UNCLEAR = "Em thấy không ổn về chuyện hồ sơ của em ở bên mình."


def test_in_doubt_a_chat_is_asked_and_a_letter_is_read_by_a_person() -> None:
    assert recognise(UNCLEAR, channel="telegram").decision is Decision.ASK
    assert recognise(UNCLEAR, channel="email").decision is Decision.TRIAGE


def test_a_parent_speaks_for_a_child() -> None:
    found = recognise(
        "Con trai tôi 10 tuổi tự đăng ký tài khoản. Tôi là phụ huynh, yêu cầu xóa tài khoản của cháu."
    )
    assert found.on_behalf is OnBehalf.CHILD


def test_what_is_done_alone_needs_no_reasons_and_the_rest_keeps_them() -> None:
    sure, doubtful = "Tôi muốn rút lại sự đồng ý cho quảng cáo.", "em muốn hỏi về thông tin"
    assert recognise(sure).decision is Decision.ACT
    assert recognise(sure, explain_sure=False).reasons == ()
    assert recognise(doubtful).decision is not Decision.ACT
    assert recognise(doubtful, explain_sure=False) == recognise(doubtful)
    assert recognise(doubtful).reasons


def test_the_reasons_are_pieces_of_the_new_text() -> None:
    found = recognise("Xin chào, tôi rút lại sự đồng ý nhé")
    assert found.reasons
    assert all(reason.text in found.new_text for reason in found.reasons)
    assert {reason.speaks_for for reason in found.reasons} == {"withdrawal"}


def test_a_correction_carries_its_values_and_its_identifiers() -> None:
    found = recognise("change my email from a@example.com to b@example.com")
    assert [(entry.old, entry.new) for entry in found.corrections] == [("a@example.com", "b@example.com")]
    assert found.identifiers.emails == ("a@example.com", "b@example.com")


def test_a_contact_in_the_signature_identifies_its_sender() -> None:
    found = recognise("Please delete my account.\n\nKind regards,\nJane Roe\njane@example.org")
    assert found.identifiers.emails == ("jane@example.org",)
    assert "jane" not in found.new_text


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=400), st.text(alphabet=st.characters(), max_size=60))
def test_no_text_raises(body: str, subject: str) -> None:
    found = recognise(body, subject)
    assert 0 <= found.confidence <= 1


PIECES = [
    "xóa",
    "Vào",
    "đã viết:",
    "> ",
    "\n",
    "-- ",
    "From: a",
    "Sent: b",
    "4821 9077",
    "\ud800",
    "“",
    "từ",
    "thành",
    "@",
    "0905",
    "Trân trọng,",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_mixture_of_telling_pieces_raises(pieces: list[str]) -> None:
    recognise(" ".join(pieces), "".join(pieces))


@pytest.mark.parametrize(
    "piece", ["xóa dữ liệu của tôi ", "> a\n", "On a\n", "a@b.", "1 ", '"a" ', "\n", "ten ", "\ud800"]
)
def test_of_a_megabyte_only_the_first_part_is_read(piece: str) -> None:
    assert len(recognise(piece * (1_000_000 // len(piece))).new_text) <= 20_000


def test_what_was_not_read_to_its_end_is_not_left_alone() -> None:
    assert recognise("I want a refund. " * 100_000).decision is not Decision.IGNORE
    assert recognise("\n" * 1_000_000 + "Delete my account").decision is not Decision.IGNORE


def test_an_empty_message_is_left_alone() -> None:
    assert recognise(" \n").decision is Decision.IGNORE


def test_a_code_in_the_shape_that_the_policy_names_is_an_account() -> None:
    text = "Please delete everything that you keep about zebra/77."
    assert recognise(text).identifiers.accounts == ()
    assert recognise(text, codes=(re.compile(r"zebra/\d{2}"),)).identifiers.accounts == ("zebra/77",)
