"""Odd mails, as they come: each is read, or refused with a reason, and nothing else ever happens."""

from __future__ import annotations

import base64
import random
import time
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages import Address, ChannelName, InboundMessage, RawMessage, Unreadable
from mailer.parse import NOT_FETCHED, parse_mail
from tests.mailer.conftest import HELP

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
WISH = "Xóa giúp em dữ liệu cá nhân, được không ạ?"


def parse(raw: bytes) -> InboundMessage:
    return parse_mail(RawMessage("7:101", raw, NOON), HELP)


def mail(*headers: str, body: str | bytes = "xin chào", sender: str = "Lan <lan@example.org>") -> bytes:
    head = "\r\n".join([f"From: {sender}", *headers]).encode("utf-8", "surrogateescape")
    return head + b"\r\n\r\n" + (body.encode() if isinstance(body, str) else body)


def b64(text: str) -> str:
    return f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="


def test_an_ordinary_mail_gives_everything_that_is_in_it() -> None:
    message = parse(
        mail(
            f"To: Help <help+0k3n@example.com>, {HELP}",
            f"Subject: {b64('Xóa dữ liệu')}",
            "Message-ID: <m1@mail.example.org>",
            "References: <a@example.com>\r\n <b@example.com>",
            "In-Reply-To: <b@example.com>",
            "Content-Type: multipart/mixed; boundary=x",
            body="--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nXin chào,\r\n> cũ\r\n"
            "--x\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--x--\r\n",
            sender=f"{b64('Nguyễn Lan')} <Lan@Example.org>",
        )
    )
    assert message.sender == Address(ChannelName.EMAIL, "Lan@Example.org")
    assert message.name == "Nguyễn Lan"
    assert message.subject == "Xóa dữ liệu"
    assert message.text == "Xin chào,\n> cũ"
    assert message.received_at == NOON
    assert message.message_id == "<m1@mail.example.org>"
    assert message.references == ("<a@example.com>", "<b@example.com>")
    assert message.reply_token == "0k3n"
    assert message.silence == ""
    (attachment,) = message.attachments
    assert (attachment.name, attachment.media_type, attachment.size) == ("a.csv", "text/csv", 3)


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("lan@example.org", "", "lan@example.org"),
        ("<lan@example.org>", "", "lan@example.org"),
        ("lan@example.org (Nguyễn Lan)", "Nguyễn Lan", "lan@example.org"),
        ('"Nguyen, Lan" <lan@example.org>', "Nguyen, Lan", "lan@example.org"),
        ('"Lan \\"L\\" N" <lan@example.org>', 'Lan "L" N', "lan@example.org"),
        ('"boss@example.com" <lan@example.org>', "boss@example.com", "lan@example.org"),
        ('"<boss@example.com>" <lan@example.org>', "<boss@example.com>", "lan@example.org"),
        ("Lan <lan@example.org>, Minh <minh@example.org>", "Lan", "lan@example.org"),
        ("Lan < lan@example.org >", "Lan", "lan@example.org"),
        ("Nguyễn Lan <lan@example.org>", "Nguyễn Lan", "lan@example.org"),
        ("=?utf-8?Q?Nguy=E1=BB=85n?= =?utf-8?Q?_Lan?= <lan@example.org>", "Nguyễn Lan", "lan@example.org"),
        ("lan@bưu-điện.example", "", "lan@bưu-điện.example"),
        ("o'brien+x@sub.example.org", "", "o'brien+x@sub.example.org"),
    ],
)
def test_every_usable_sender_is_read(value: str, name: str, address: str) -> None:
    message = parse(mail(sender=value))
    assert (message.name, message.sender.value) == (name, address)


@pytest.mark.parametrize(
    "value",
    ["", "Lan", "a@", "<", "<>", "@example.org", "lan@", "lan @example.org x", "lan@.example", "lan@exam_ple.",
     "(" * 3_000, "a." * 2_000, "a@" + "b." * 2_000, '"' * 999, "=?utf-8?B?bGFuQA==?="],
)  # fmt: skip
def test_a_mail_without_a_usable_sender_is_unreadable(value: str) -> None:
    with pytest.raises(Unreadable, match="no usable sender address"):
        parse(mail(sender=value))
    with pytest.raises(Unreadable, match="no usable sender address"):
        parse(b"Subject: no From at all\r\n\r\nxin chao")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Type: text/plain; charset=utf-8"], WISH.encode()),
        (["Content-Type: text/plain"], WISH.encode()),
        ([], WISH.encode()),
        (["Content-Type: text/plain; charset=nonsense"], WISH.encode()),
        (["Content-Type: text/plain; charset=utf-8"], unicodedata.normalize("NFD", WISH).encode()),
        (
            ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"],
            base64.encodebytes(WISH.encode()),
        ),
        (
            ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"],
            "".join(f"={byte:02X}" for byte in WISH.encode()).encode(),
        ),
        (["Content-Type: text/html; charset=utf-8"], f"<html><body><p>{WISH}</p></body></html>".encode()),
        (["Content-Type: text/html; charset=us-ascii"], WISH.encode("ascii", "xmlcharrefreplace")),
        (["Content-Type: multipart/alternative; boundary=b"], f"--b\r\n\r\n{WISH}\r\n--b--".encode()),
        (["Content-Type: multipart/mixed; boundary=gone"], WISH.encode()),
        (["Content-Type: nonsense"], WISH.encode()),
        (["Content-Type: text/plain; charset*=utf-8''utf-8; charset=", "MIME-Version: 1.0"], WISH.encode()),
    ],
)
def test_one_wish_is_read_however_it_was_packed(headers: list[str], body: bytes) -> None:
    assert parse(mail(*headers, body=body)).text == WISH


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "To", "Cc"])
@pytest.mark.parametrize(
    "address",
    ["help+Ab2C@example.com", "Help <HELP+ab2c@EXAMPLE.com>", "x@example.org, help+ab2c@example.com"],
)
def test_the_reply_token_is_found_whatever_became_of_its_case(header: str, address: str) -> None:
    assert parse(mail(f"{header}: {address}")).reply_token == "ab2c"


@pytest.mark.parametrize(
    "address", [HELP, "myhelp+ab@example.com", "help+ab@example.com.evil.example", "help+@example.com"]
)
def test_other_addresses_carry_no_token(address: str) -> None:
    assert parse(mail(f"To: {address}")).reply_token == ""


def test_threads_parted_by_commas_are_read_and_only_the_youngest_kept() -> None:
    ids = [f"<{n}@example.com>" for n in range(30)]
    message = parse(mail(f"References: {','.join(ids[:25])}", f"In-Reply-To: {ids[24]} {ids[29]}"))
    assert message.references == (*ids[6:25], ids[29])
    assert parse(mail("Message-ID: broken", "In-Reply-To: Your mail of Monday")).references == ()


def test_a_mail_without_subject_date_message_id_and_body_is_read() -> None:
    message = parse(b"From: lan@example.org\n")
    assert (message.subject, message.message_id, message.text, message.attachments) == ("", "", "", ())


def test_what_was_not_fetched_is_unreadable_with_its_reason() -> None:
    with pytest.raises(Unreadable, match=r"^the message is too large \(31 MB\)$"):
        parse(NOT_FETCHED + b"the message is too large (31 MB)\r\nFrom: lan@example.org\r\n\r\n")


SAMPLE = mail(
    "To: help+0k3n@example.com",
    f"Subject: {b64('Xóa')} =?windows-1258?Q?d=FD?=",
    "References: <a@b> <c@d>",
    "Content-Type: multipart/mixed; boundary=\"x\"; charset*0*=utf-8''a",
    body="--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y\r\nContent-Type: text/html\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=C3=A1</p>\r\n--y--\r\n--x\r\nContent-Type: text/calendar; "
    "method=REQUEST\r\nContent-Disposition: attachment; filename*0*=utf-8''%C3%A1; filename*1=b\r\n\r\nBEGIN\r\n--x--\r\n",
)
SPLINTERS = [
    b"\r\n",
    b"\n\n",
    b"=?",
    b"?=",
    b"--x",
    b"--y--",
    b"<",
    b">",
    b'"',
    b"\x00",
    b"\xff",
    b"%",
    b"*0*=",
    b";",
    b"=",
    b"(",
    b"From: ",
    b"utf-7",
]


def test_two_thousand_mutilated_mails_are_read_or_unreadable() -> None:
    dice = random.Random(20261123)
    results = {parsed_or_reason(mutilated(dice)) for _ in range(2_000)}
    assert "read" in results
    assert not {result for result in results if "breaks the reader" in result}


def mutilated(dice: random.Random) -> bytes:
    raw = bytearray(SAMPLE)
    for _ in range(dice.randrange(1, 8)):
        start = dice.randrange(len(raw))
        raw[start : start + dice.choice([0, 0, 1, 5, 40])] = dice.choice(SPLINTERS)
    return bytes(raw)


def parsed_or_reason(raw: bytes) -> str:
    try:
        parse(raw)
    except Unreadable as reason:
        return str(reason)
    return "read"


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_are_read_or_unreadable(head: bytes, body: bytes) -> None:
    for raw in (b"From: lan@example.org\r\n" + head + b"\r\n\r\n" + body, head):
        assert "breaks the reader" not in parsed_or_reason(raw)


@pytest.mark.parametrize(
    "raw",
    [
        mail("References: " + " ".join(f"<{n}@x>" for n in range(9_000))),
        mail("Subject: " + b64("a") * 6_000),
        mail("To: " + "help+" * 20_000),
        mail(body="a" * 3_000_000),
        mail("Content-Type: text/html", body="<div>" * 50_000 + "x"),
        mail("Content-Type: text/html", body="<" * 100_000),
        mail("Content-Type: multipart/mixed; boundary=b", body="--b\r\n" * 100_000),
        mail("Content-Type: text/plain" + "; a=b" * 10_000),
        mail("Content-Type: text/plain; " + "a*0*=b; " * 10_000),
        mail(sender="<" * 60_000 + "lan@example.org>"),
    ],
    ids=["references", "words", "plus", "text", "deep html", "open tags", "boundaries", "parameters", "continuations", "angles"],
)  # fmt: skip
def test_a_mail_made_to_stall_the_reader_does_not(raw: bytes) -> None:
    start = time.process_time()
    parsed_or_reason(raw)
    assert time.process_time() - start < 5
