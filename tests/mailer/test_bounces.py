"""Bounces are told as such, whoever wrote them, and say what they are about; people's mail is never taken for one."""

from __future__ import annotations

import pytest

from core.messages import Bounce, Unreadable
from tests.mailer.bounced import LAN, ORIGINAL, OURS, SAMPLES, TOKEN, Sample, group, mail, report
from tests.mailer.conftest import parsed


def bounce(raw: bytes) -> Bounce:
    message = parsed(raw)
    assert message.bounce is not None
    assert message.silence == "bounce"
    return message.bounce


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_23_a_bounce_is_told_and_never_answered_whatever_system_sent_it(sample: Sample) -> None:
    found = bounce(sample.raw)
    assert found.token == TOKEN
    assert found.recipients == sample.recipients
    assert found.message_ids == sample.message_ids


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_24_only_what_is_told_for_good_is_permanent(sample: Sample) -> None:
    found = bounce(sample.raw)
    assert (found.permanent, found.status) == (sample.permanent, sample.status)


@pytest.mark.parametrize("line_end", [b"\n", b"\r"])
def test_line_ends_of_other_systems_hide_no_bounce(line_end: bytes) -> None:
    for sample in SAMPLES:
        found = bounce(sample.raw.replace(b"\r\n", line_end))
        assert (found.token, found.permanent) == (TOKEN, sample.permanent), sample.name


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("From: <>\r\n", "mailer-daemon@mx.example.org"),
        ("", "mailer-daemon@mx.example.org"),
        ("From: MAILER-DAEMON\r\n", "mailer-daemon@mx.example.org"),
        ("From: Mail System <MAILER-DAEMON>\r\n", "mailer-daemon@mx.example.org"),
    ],
)
def test_a_bounce_without_a_usable_sender_is_not_lost(sender: str, address: str) -> None:
    raw = report("", group("failed", "5.1.1")).replace(
        b"From: MAILER-DAEMON@mx.example.org\r\n", sender.encode(), 1
    )
    message = parsed(raw)
    assert message.sender.value == address
    assert message.bounce is not None
    assert message.bounce.recipients == (LAN,)


def test_a_bounce_that_does_not_say_who_sends_it_comes_from_nobody() -> None:
    message = parsed(b"From: <>\r\nReturn-Path: <>\r\nSubject: Undeliverable\r\n\r\nno such user")
    assert message.sender.value == "mailer-daemon@unknown.invalid"
    with pytest.raises(Unreadable):
        parsed(b"From: <>\r\nSubject: data\r\n\r\nplease delete my data")


PEOPLE = {
    "a forwarded bounce": mail("Subject: Fwd: Undelivered Mail Returned to Sender", sender=LAN,
                               body=f"Your mail came back, why?\r\n\r\nThe mail could not be delivered: 550 no such user\r\n{ORIGINAL}"),
    "an answer to a bounce": mail("Subject: Re: Mail delivery failed: returning message to sender", sender=LAN,
                                  body=f"Dear desk, my mailbox works again.\r\n> 550 mailbox unavailable\r\n{ORIGINAL}"),
    "a complaint about a parcel": mail("Subject: Delivery failed", sender=LAN,
                                       body="My parcel was not delivered. Please delete my account, the address does not exist any more."),
    "a parcel, in Vietnamese": mail("Subject: Không giao được hàng", sender=LAN,
                                    body="Đơn hàng bị trả lại, không thể giao. Xóa giúp em dữ liệu cá nhân."),
    "an admin": mail("Subject: Request under the privacy law", sender="admin@shop.example",
                     body="Please send me a copy of all my data. Your form says error 550 when I try."),
    "a webmaster": mail("Subject: Xóa dữ liệu", sender="support@shop.example", body="Xóa giúp em dữ liệu cá nhân."),
    "a returns department": mail("Subject: Rejected order", sender="returns@shop.example", body="Please correct our address."),
    "an attached old mail": mail("Subject: my data", 'Content-Type: multipart/mixed; boundary="b"', sender=LAN,
                                 body=f"--b\r\n\r\nSee the mail below.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{ORIGINAL}\r\nx\r\n--b--\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("raw", PEOPLE.values(), ids=PEOPLE)
def test_what_people_write_is_not_taken_for_a_bounce(raw: bytes) -> None:
    message = parsed(raw)
    assert (message.bounce, message.silence) == (None, "")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_silent_and_no_bounce(action: str) -> None:
    message = parsed(report("It arrived.", group(action, "2.1.5")))
    assert (message.bounce, message.silence) == (None, "report")


@pytest.mark.parametrize("subject", ["Vắng mặt: Xóa dữ liệu", "Automatic reply: x", "Out of office"])
def test_an_absence_note_with_an_empty_envelope_is_no_bounce(subject: str) -> None:
    message = parsed(
        mail(
            "Return-Path: <>",
            f"Subject: {subject}",
            "Auto-Submitted: auto-replied",
            sender=LAN,
            body="back on Monday",
        )
    )
    assert message.bounce is None
    assert message.silence


def test_a_read_receipt_is_no_bounce() -> None:
    raw = mail(
        "Return-Path: <>",
        "Subject: Read: Your request",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
        sender=LAN,
        body="--b\r\n\r\nseen\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n",
    )
    message = parsed(raw)
    assert message.bounce is None
    assert message.silence == "report"


def test_a_complaint_that_only_its_subject_tells_is_told_as_well() -> None:
    raw = mail(
        "Subject: complaint about message from 192.0.2.22",
        "Content-Type: multipart/mixed; boundary=b",
        sender="reports@provider.example",
        body=f"--b\r\nContent-Type: message/rfc822\r\n\r\n{ORIGINAL}\r\n--b--\r\n",
    )
    found = bounce(raw)
    assert (found.permanent, found.token, found.message_ids) == (False, TOKEN, (OURS,))


def test_a_complaint_about_our_mail_is_attached_like_a_soft_bounce() -> None:
    raw = mail(
        "Subject: FW: Your request",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
        sender="feedback@provider.example",
        body="--b\r\n\r\nabuse report\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{ORIGINAL}\r\n--b--\r\n",
    )
    found = bounce(raw)
    assert (found.permanent, found.token, found.message_ids) == (False, TOKEN, (OURS,))


def test_the_token_is_found_in_the_returned_mail_where_the_bounce_went_elsewhere() -> None:
    raw = report("", group("failed", "5.1.1")).replace(
        f"To: help+{TOKEN}@example.com".encode(), b"To: help@example.com", 1
    )
    assert bounce(raw).token == TOKEN
    assert bounce(raw.replace(f"help+{TOKEN}@".encode(), b"help@")).token == ""


def test_a_bounce_that_only_answers_our_message_id_names_it() -> None:
    raw = mail(
        "Return-Path: <>",
        "Subject: Undeliverable",
        f"In-Reply-To: {OURS}",
        "Message-ID: <own@mx>",
        body="no such user",
    )
    assert bounce(raw).message_ids == (OURS,)
