"""Mail made to stall or to break the reader does neither: it is read, or unreadable with a reason, and soon."""

from __future__ import annotations

import base64
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.messages import InboundMessage, Unreadable
from tests.mailer.bounced import SAMPLES
from tests.mailer.conftest import parsed

#: Seconds of CPU. The costly ones need half a second at most; the rest is for machines that are busy.
LIMIT = 4.0

FROM = b"From: lan@example.org\r\n"
HTML = FROM + b"Content-Type: text/html\r\n\r\n"
MIXED = FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
DAEMON = b"From: MAILER-DAEMON@example.org\r\nReturn-Path: <>\r\nSubject: Undelivered\r\n"
UTF8 = FROM + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


def nested(depth: int, kind: bytes) -> bytes:
    text = b"Content-Type: text/plain\r\n\r\ndeep\r\n"
    for level in range(depth):
        if kind == b"rfc822":
            text = b"Content-Type: message/rfc822\r\n\r\n" + text
        else:
            text = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%b--b%d--\r\n" % (
                level,
                level,
                text,
                level,
            )
    return FROM + text


def result(raw: bytes) -> InboundMessage | str:
    try:
        return parsed(raw)
    except Unreadable as unreadable:
        reason = str(unreadable)
    assert "breaks the reader" not in reason
    return reason


COSTLY = {
    "1,000 forwarded mails in each other": (nested(1_000, b"rfc822"), ""),
    "500 multiparts in each other": (nested(500, b"mixed"), "nested deeper"),
    "1,000 multiparts in each other": (nested(1_000, b"mixed"), "nested deeper"),
    "3,043 parts of 1 KB": (MIXED + (b"--b\r\nContent-Type: text/plain\r\n\r\n" + b"x" * 950 + b"\r\n") * 3_043, "more than 200 parts"),
    "20,000 parts": (MIXED + b"--b\r\n\r\nx\r\n" * 20_000, "more than 200 parts"),
    "lines that look like boundaries": (MIXED + b"--bX\r\n" * 400_000, ""),
    "a boundary of dashes": (FROM + b"Content-Type: multipart/mixed; boundary=" + b"-" * 3_000 + b"\r\n\r\n" + b"-" * 10_000_000, ""),
    "5,000 addresses": (FROM + b"To: " + b", ".join(b"a%d@example.com" % n for n in range(5_000)) + b"\r\n\r\nx", ""),
    "16,000 encoded words": (FROM + b"Subject: " + b" ".join([b"=?utf-8?B?YQ==?="] * 16_000) + b"\r\n\r\nx", "header is too long"),
    "900 encoded words": (FROM + b"Subject: " + b" ".join([b"=?utf-8?B?YQ==?="] * 900) + b"\r\n\r\nx", ""),
    "10,000 brackets in From": (b"From: " + b"(" * 10_000 + b"\r\n\r\nx", "no usable sender"),
    "50,000 dots in From": (b"From: " + b"a." * 50_000 + b"\r\n\r\nx", "header from is too long"),
    "7,000 dots in From": (b"From: " + b"a." * 7_000 + b"\r\n\r\nx", "no usable sender"),
    "quotes in From": (b"From: " + b'"\\' * 7_000 + b"\r\n\r\nx", "no usable sender"),
    "166,666 references": (FROM + b"References: " + b" ".join(b"<%d@x>" % n for n in range(166_666)) + b"\r\n\r\nx", "header is too long"),
    "12,000 references": (FROM + b"References: " + b" ".join(b"<%d@x>" % n for n in range(12_000)) + b"\r\n\r\nx", ""),
    "100,000 header lines": (FROM + b"X: y\r\n" * 100_000 + b"\r\nx", "header is too long"),
    "900 header lines": (FROM + b"Received: y\r\n" * 900 + b"\r\nx", ""),
    "3,000 continued parameters": (FROM + b"Content-Type: text/plain" + b"; a*0*=b" * 1_900 + b"\r\n\r\nx", ""),
    "base64 in a million pieces": (FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==\r\n" * 1_000_000, ""),
    "base64 of 10 MB": (FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(bytes(10_000_000)), ""),
    "a million marks on a letter": (UTF8 + b"a" + "\u0301\u0316".encode() * 1_000_000, ""),
    "100 marks on each letter": (UTF8 + ("a" + "\u0301" * 100).encode() * 40_000, ""),
    "bytes of no charset": (FROM + b"Content-Type: text/plain; charset=x-none\r\n\r\n" + b"\xf3\x81a" * 3_000_000, ""),
    "100,000 divs": (HTML + b"<div>" * 100_000 + b"x", ""),
    "60,000 tables": (HTML + b"<table><tr><td>x" * 60_000, ""),
    "a row of 100,000 cells": (HTML + b"<table><tr>" + b"<td>x" * 100_000, ""),
    "12,000 rows": (HTML + b"<table>" + b"<tr><td>x<td>yyy" * 12_000, ""),
    "a million open tags": (HTML + b"<" * 1_000_000, ""),
    "250,000 paragraphs": (HTML + b"<p>a" * 250_000, ""),
    "1,900 elements without size": (HTML + b"<b style='font-size:0'>" * 1_900 + b"<i>x</i>" * 20_000, ""),
    "a bounce of blank lines": (DAEMON + b"Content-Type: message/delivery-status\r\n\r\n" + b"a\n\n" * 80_000, ""),
    "a bounce of recipients": (
        DAEMON + b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822; a@b.c\nAction: failed\n\n" * 20_000, "",
    ),
    "a tangle in Authentication-Results": (FROM + b"Authentication-Results: " + b"(" * 60_000 + b"\r\n\r\nx", ""),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "reason"), COSTLY.values(), ids=COSTLY)
def test_12_what_is_costly_elsewhere_is_read_or_refused_soon(raw: bytes, reason: str) -> None:
    start = time.process_time()
    found = result(raw)
    assert time.process_time() - start < LIMIT
    assert reason in found if isinstance(found, str) else not reason


#: What patterns may stumble over, many times in a row.
WORDS = (
    b" ", b"a", b"a ", b".", b"<", b">\n", b"(", b"=", b"*", b"-", b"@", b"a@", b"a@b.c ", b"<a@b.c>", b"1.", b"5.1.1 ", b"55",
    b"user ", b"mail ", b"not ", b"message a ", b"exceed a ", b"deliver to ", b"recipient ... ", b"To: x\n", b"Message-ID: <a@b>\n",
    b"a\n\n", "á".encode(), b"=?", b"re: ", b"[",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_12_no_word_said_again_and_again_stalls_a_pattern(word: bytes) -> None:
    line = word.replace(b"\n", b" ")
    long, short = word * (70_000 // len(word)), line * (1_000 // len(word))
    start = time.process_time()
    for raw in (
        DAEMON + b"\r\n" + long,
        b"From: postmaster@example.org\r\nSubject: x\r\n\r\n" + long,
        FROM + b"Subject: undelivered " + short + b"\r\n\r\n" + long,
        FROM + b"Subject: " + line * (7_900 // len(line)) + b"\r\n\r\nx",
        b"From: " + line * (7_900 // len(line)) + b"\r\n\r\nx",
        FROM + b"References: " + line * (60_000 // len(line)) + b"\r\n\r\nx",
        FROM + b"To: help+" + line * (60_000 // len(line)) + b"\r\n\r\nx",
        FROM + b"Content-Type: text/plain; " + line * (3_900 // len(line)) + b"\r\n\r\nx",
        DAEMON + b"Content-Type: message/delivery-status\r\n\r\nStatus: 4\n\n" + long,
        HTML + long,
    ):
        result(raw)
    assert time.process_time() - start < LIMIT


SEEDS = [sample.raw for sample in SAMPLES]
SPLINTERS = (
    b"\r\n", b"\n\n", b"\r", b"=?", b"?=", b"--b", b"--b--", b"<", b">", b'"', b"\x00", b"\xff", b"\xe1\xba", b"%", b"*0*=", b";", b"=",
    b"(", b"From: ", b"utf-7", b"rfc822;", b"Content-Type: message/rfc822\r\n\r\n", b"Status: ", b"5.1.1", b"base64", b"charset=hz",
)  # fmt: skip


def test_11_mutilated_bounces_are_read_or_unreadable_with_a_reason() -> None:
    dice = random.Random(20261124)
    found = [result(mutilated(dice)) for _ in range(3_000)]
    told = sum(isinstance(each, InboundMessage) and each.bounce is not None for each in found)
    assert told > 2_400


def mutilated(dice: random.Random) -> bytes:
    raw = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randrange(1, 8)):
        start = dice.randrange(len(raw))
        raw[start : start + dice.choice([0, 0, 1, 5, 40])] = dice.choice(SPLINTERS)
    return bytes(raw)


CHARSETS = st.sampled_from(
    [
        "utf-8",
        "utf-7",
        "utf-16",
        "iso-2022-jp",
        "hz",
        "cp1258",
        "big5",
        "x-none",
        "idna",
        "rot13",
        "zlib",
        "\u0130",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["Subject", "To", "Return-Path", "Content-Type", "Authentication-Results", "x"]), st.text(max_size=80)), max_size=6),
    CHARSETS,
    st.sampled_from(["text/plain", "text/html", "multipart/mixed", "multipart/report", "message/delivery-status", "text/calendar"]),
    st.sampled_from(["base64", "quoted-printable", "8bit", "x-uuencode"]),
    st.binary(max_size=400),
)  # fmt: skip
def test_11_any_headers_and_any_body_are_read_or_unreadable(
    headers: list[tuple[str, str]], charset: str, media_type: str, encoding: str, body: bytes
) -> None:
    lines = [
        "From: lan@example.org",
        *(f"{name}: {value}" for name, value in headers),
        f"Content-Type: {media_type}; boundary=b; charset={charset}",
        f"Content-Transfer-Encoding: {encoding}",
    ]
    found = result("\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body)
    if isinstance(found, InboundMessage):
        found.text.encode("utf-8")
        found.subject.encode("utf-8")
