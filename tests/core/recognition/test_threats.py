"""A threat for the case of no answer is no complaint yet."""

from __future__ import annotations

import pytest

from core.recognition import recognise
from core.recognition.threats import without_threats
from core.requests import Right

CLOSING = (
    "If you do not answer my request within the stated period, I am reserving the right to take legal action "
    "against you and to lodge a complaint with the responsible supervisory authority."
)
VIETNAMESE = "Nếu quý công ty không phản hồi trong thời hạn, tôi sẽ khiếu nại lên cơ quan có thẩm quyền."


@pytest.mark.parametrize("text", [CLOSING, VIETNAMESE, "Should you fail to reply, I shall go to court."])
def test_a_threat_alone_is_blanked_out_and_all_else_stays(text: str) -> None:
    letter = f"Please send me a copy of my data.\n\n{text}\n\nYours"
    calm = without_threats(letter)
    assert len(calm) == len(letter)
    assert calm.split() == ["Please", "send", "me", "a", "copy", "of", "my", "data.", ".", "Yours"]


@pytest.mark.parametrize(
    "threat",
    [
        "In case of silence I may take the matter to the authority.",
        "Without an answer within a month I reserve all legal steps.",
        "If nothing happens I shall consider going to the supervisory authority.",
        "Should I hear nothing I keep open the road to the courts.",
    ],
)
def test_a_threat_may_be_worded_otherwise(threat: str) -> None:
    assert without_threats(f"Please delete my data. {threat}").split() == [
        "Please",
        "delete",
        "my",
        "data.",
        ".",
    ]


def test_that_recipients_be_told_is_part_of_an_erasure() -> None:
    told = "If you have shared the data, kindly notify every recipient. Also tell me about those recipients."
    assert "recipient" not in without_threats(f"Erase my data. {told}")
    assert without_threats(f"I wonder about my data. {told}").endswith(told)


@pytest.mark.parametrize(
    "text",
    [
        f"You have not answered my request of 3 March. {CLOSING}",
        f"Đã 30 ngày tôi chưa nhận được trả lời. {VIETNAMESE}",
        "I want to complain about how you handled my request.",
        "Please delete my data.",
    ],
)
def test_with_a_grievance_or_without_a_threat_a_text_stays_as_it_is(text: str) -> None:
    assert without_threats(text) == text


@pytest.mark.parametrize(
    ("wish", "right"),
    [
        (
            "I am hereby requesting access to all personal data concerning me pursuant to Art. 15 GDPR.",
            Right.ACCESS,
        ),
        (
            "I am hereby requesting erasure of all personal data concerning me under Art. 17 GDPR.",
            Right.DELETION,
        ),
        ("I object to the processing of my data for direct marketing, Article 21(2) GDPR.", Right.OBJECTION),
        ("Tôi yêu cầu xóa toàn bộ dữ liệu cá nhân của tôi.", Right.DELETION),
    ],
)
def test_a_letter_that_closes_with_a_threat_asks_for_what_it_asks_for(wish: str, right: Right) -> None:
    closing = VIETNAMESE if wish.startswith("Tôi") else CLOSING
    assert recognise(f"To whom it may concern:\n\n{wish}\n\n{closing}\n\nJane Roe").rights == (right,)


def test_a_salutation_asks_for_no_recipients() -> None:
    letter = "To whom it may concern:\n\nI demand the rectification of my phone number, Article 16 GDPR."
    assert recognise(letter).rights == (Right.CORRECTION,)
