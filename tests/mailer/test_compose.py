"""What leaves the desk: the same bytes each time, readable by Python's strictest reader, safe whatever is in it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages import Address, Attachment, ChannelName, Kind, Outbound, RawMessage
from mailer.compose import compose, message_id
from mailer.parse import open_attachment, parse_mail
from mailer.settings import MailSettings, Server
from tests.mailer.conftest import HELP

SERVER = Server("127.0.0.1", 25)
SETTINGS = MailSettings(HELP, "MentraCere", SERVER, SERVER)
NOTICE = Outbound(
    id="0f3a7c",
    to=Address(ChannelName.EMAIL, "lan@example.org"),
    kind=Kind.NOTICE,
    created_at=datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    text="Chào bạn,\n\nYêu cầu của bạn đã đến.\n.\n",
    subject="Chúng tôi đã nhận được yêu cầu của bạn về dữ liệu cá nhân [MC-7K3F-9Q2X]",
    html="<p>Chào bạn,</p>\n<p>Yêu cầu của bạn đã đến.</p>",
    in_reply_to="<m2@mail.example.org>",
    references=("<m1@mail.example.org>", "<m2@mail.example.org>"),
    reply_token="0k3n",
    language="vi",
)
FILE = Attachment("dữ liệu.csv", "text/csv", "tên,số\r\nLan,1\r\n".encode())


def read(message: Outbound, settings: MailSettings = SETTINGS) -> EmailMessage:
    """The mail as Python's strict reader has it; any defect it finds is an error."""
    read = email.message_from_bytes(compose(message, settings), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert [part.defects for part in read.walk() if part.defects] == []
    return read


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_every_automatic_mail_carries_auto_submitted_a_loop_header_and_its_thread() -> None:
    mail = read(NOTICE)
    assert {name: str(mail[name]) for name in mail if name != "Content-Type"} == {
        "From": "MentraCere <help@example.com>",
        "To": "lan@example.org",
        "Reply-To": "help+0k3n@example.com",
        "Subject": NOTICE.subject,
        "Date": "Mon, 23 Nov 2026 05:00:00 +0000",
        "Message-ID": "<0f3a7c@example.com>",
        "In-Reply-To": "<m2@mail.example.org>",
        "References": "<m1@mail.example.org> <m2@mail.example.org>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "X-PrivacyDesk-Loop": "help@example.com",
        "Content-Language": "vi",
        "MIME-Version": "1.0",
    }
    assert mail.get_content_type() == "multipart/alternative"
    assert body(mail, "plain") == NOTICE.text
    assert body(mail, "html") == NOTICE.html + "\n"


def test_files_come_back_as_they_were_with_their_names() -> None:
    image = Attachment("a.png", "image/png", bytes(range(256)) * 20)
    mail = read(replace(NOTICE, attachments=(FILE, image)))
    assert mail.get_content_type() == "multipart/mixed"
    assert [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in mail.iter_attachments()
    ] == [
        (FILE.name, "text/csv", FILE.content),
        (image.name, "image/png", image.content),
    ]
    assert body(mail, "plain") == NOTICE.text


def test_text_alone_is_one_part() -> None:
    mail = read(replace(NOTICE, html="", text="Hello,\n\nwe got it.   \n" + "long " * 60))
    assert mail.get_content_type() == "text/plain"
    assert mail["Content-Transfer-Encoding"] == "quoted-printable"
    assert body(mail, "plain") == "Hello,\n\nwe got it.   \n" + ("long " * 60).rstrip() + "\n"


def test_the_same_message_is_the_same_bytes_and_another_is_not() -> None:
    message = replace(NOTICE, attachments=(FILE,))
    assert compose(message, SETTINGS) == compose(replace(message), SETTINGS)
    assert compose(message, SETTINGS) != compose(replace(message, id="0f3a7d"), SETTINGS)


def test_lines_end_in_crlf_and_stay_short_and_ascii() -> None:
    raw = compose(
        replace(NOTICE, attachments=(FILE,), references=tuple(f"<{n}@x>" for n in range(50))), SETTINGS
    )
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 100


def test_references_keep_the_first_four_and_the_last_six_of_a_long_thread() -> None:
    thread = tuple(f"<{n}@x.example>" for n in range(20))
    mail = read(replace(NOTICE, references=thread, in_reply_to="<last@x.example>"))
    assert str(mail["References"]).split() == [*thread[:4], *thread[-5:], "<last@x.example>"]


@pytest.mark.parametrize(
    "name", ["MentraCere", "Trợ giúp – NenCer", 'A "quoted", name; <x@y.example>', "=?utf-8?Q?x?="]
)
def test_the_organisation_is_shown_by_its_name(name: str) -> None:
    sender = read(NOTICE, replace(SETTINGS, organisation=name))["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (name, HELP)


@pytest.mark.parametrize(
    "subject", ["Short", "=?utf-8?Q?no?= word", "x" * 200, "một hai ba " * 30, "🔒" * 40, ""]
)
def test_every_subject_comes_back(subject: str) -> None:
    assert str(read(replace(NOTICE, subject=subject))["Subject"] or "") == subject.strip()


def test_an_address_in_vietnamese_letters_is_written_as_the_dns_has_it() -> None:
    to = Address(ChannelName.EMAIL, "lan@bưu-điện.example")
    assert b"\r\nTo: <lan@xn--bu-in-hsa7j7l.example>\r\n".split(b"--")[0] in compose(
        replace(NOTICE, to=to), SETTINGS
    )


def test_ids_that_are_no_good_in_a_message_id_are_replaced_for_good() -> None:
    assert message_id("0192-ab.c", "example.com") == "<0192-ab.c@example.com>"
    strange = message_id("a b>\r\nBcc: x", "example.com")
    assert (
        strange == message_id("a b>\r\nBcc: x", "example.com") != message_id("a b>\r\nBcc: y", "example.com")
    )
    assert len(strange) < 80


EVIL = "x\r\nBcc: victim@example.org\n\rX-Evil: 1\x00\x85\u2028<a@b.example>\"'();,=?utf-8?Q?=0ABcc?="
HEADER_NAMES = {
    "from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
    "x-auto-response-suppress", "x-privacydesk-loop", "content-language", "mime-version", "content-type",
    "content-transfer-encoding",
}  # fmt: skip


EVIL_FILES = (Attachment(EVIL, EVIL, b"x"), Attachment("", "message/rfc822", b"x"))


@pytest.mark.parametrize(
    "message",
    [
        replace(NOTICE, id=EVIL),
        replace(NOTICE, to=Address(ChannelName.EMAIL, EVIL)),
        replace(NOTICE, subject=EVIL),
        replace(NOTICE, in_reply_to=EVIL),
        replace(NOTICE, references=(EVIL,)),
        replace(NOTICE, reply_token=EVIL),
        replace(NOTICE, language=EVIL),
        replace(NOTICE, attachments=EVIL_FILES),
    ],
    ids=["id", "to", "subject", "in_reply_to", "references", "reply_token", "language", "attachments"],
)
def test_no_field_can_bring_in_a_header(message: Outbound) -> None:
    mail = email.message_from_bytes(compose(message, replace(SETTINGS, organisation=EVIL)))
    for part in mail.walk():
        assert {name.lower() for name in part.keys()} <= HEADER_NAMES | {"content-disposition"}  # noqa: SIM118
    assert len(mail.keys()) == len({name.lower() for name in mail.keys()})  # noqa: SIM118


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_in_a_notice_its_header_stays_its_own(subject: str, text: str, name: str) -> None:
    message = replace(
        NOTICE, subject=subject, text=text, html=text or "x", attachments=(Attachment(name, name, b"x"),)
    )
    mail = email.message_from_bytes(compose(message, replace(SETTINGS, organisation=name)))
    assert {key.lower() for key in mail.keys()} <= HEADER_NAMES  # noqa: SIM118
    assert [part.get_content_type() for part in mail.walk()][:4] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


def test_a_file_that_was_never_fetched_is_not_sent_as_an_empty_one() -> None:
    with pytest.raises(ValueError, match="without content"):
        compose(
            replace(NOTICE, attachments=(Attachment("a.pdf", "application/pdf", remote="file-1"),)), SETTINGS
        )


def test_the_desk_does_not_answer_its_own_mail() -> None:
    raw = RawMessage("7:1", compose(replace(NOTICE, attachments=(FILE,)), SETTINGS), NOTICE.created_at)
    message = parse_mail(raw, "privacy@elsewhere.example")
    assert message.silence == "own mail"
    assert (message.subject, message.text) == (NOTICE.subject, NOTICE.text.strip())
    assert message.references == NOTICE.references
    opened = [open_attachment(raw, packed) for packed in message.attachments]
    assert [(a.name, a.content) for a in opened] == [(FILE.name, FILE.content)]
