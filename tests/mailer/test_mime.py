"""Messages are taken apart as they are, and not at all where they are bombs."""

from __future__ import annotations

import pytest

from core.messages import Unreadable
from mailer.mime import read_headers, read_message


def nested(depth: int) -> bytes:
    text = b"Content-Type: text/plain\r\n\r\ndeep\r\n"
    for level in range(depth):
        text = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n%b--b%d--\r\n' % (
            level,
            level,
            text,
            level,
        )
    return text


def flat(parts: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * parts + b"--b--\r\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Subject: " + b"x" * 130_000 + b"\r\n\r\n", "header is too long"),
        (b"X: y\r\n" * 1_002 + b"\r\n", "header is too long"),
        (b"X" * 200_000, "header is too long"),
        (b"Subject: " + b"x" * 17_000 + b"\r\n\r\n", "header subject is too long"),
        (b"Content-Type: text/plain" + b"; a=b" * 4_000 + b"\r\n\r\n", "header content-type is too long"),
        (b"\r\n" + b"x" * (25 * 1024 * 1024), "larger than 25 MB"),
        (nested(31), "nested deeper than 30"),
        (flat(200), "more than 200 parts"),
        (flat(20_000), "more than 200 parts"),
    ],
)
def test_what_passes_a_limit_is_unreadable(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_message(raw)


def test_what_stays_within_the_limits_is_read() -> None:
    assert [p.body for p in read_message(nested(30)).walk()][-1] == b"deep"
    assert len(read_message(flat(199)).parts) == 199


def test_headers_are_unfolded_and_kept_in_order() -> None:
    headers = read_headers(b"From me\r\nReceived: a\r\n  b\r\nRECEIVED: c\r\nno field\r\nX-Y :z\r\n: nothing")
    assert headers == {"received": ("a  b", "c"), "x-y": ("z",)}


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        (b"preamble\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nepilogue", [b"one", b"two"]),
        (b"--b\n\none\n--b  \n\ntwo\n--b--", [b"one", b"two"]),
        (b"--b\r\n\r\none\r\n--b\r\n\r\nno end", [b"one", b"no end"]),
        (b"--b\r\n--b\r\n\r\ntwo\r\n--b--", [b"", b"two"]),
        (b"--b\r\n\r\n--bc\r\n--b--", [b"--bc"]),
        (b"--b\r\n\r\n\r\n--b--", [b""]),
        (b"--b--\r\nnothing", []),
    ],
)
def test_parts_stand_between_the_lines_of_the_boundary(body: bytes, pieces: list[bytes]) -> None:
    message = read_message(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body)
    assert [part.body for part in message.parts] == pieces


@pytest.mark.parametrize("declared", [b"", b'; boundary="--=_other"'])
def test_parts_are_found_where_the_boundary_is_another_than_the_declared_one(declared: bytes) -> None:
    part = b"----=_real\r\nContent-Type: text/plain\r\n\r\n%b\r\n"
    raw = b"Content-Type: multipart/mixed%b\r\n\r\n%b%b----=_real--\r\n"
    message = read_message(raw % (declared, part % b"one", part % b"two"))
    assert [each.body for each in message.parts] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"From: a@example.org\r\nSubject: x\r\nplease delete it\r\nand tell me\r\n", b"please delete it\r\nand tell me\r\n"),
        (b"From: a@example.org\nSubject: x\n  \nplease delete it\n\nNote: all\n", b"please delete it\n\nNote: all\n"),
        (b"From: a@example.org\n  \nSubject: x\n\nplease\n", b"please\n"),
        (b"From: a@example.org\nX-Torn: one\ntwo\nSubject: x\n\nplease\n", b"please\n"),
        (b"please delete it", b"please delete it"),
    ],
)  # fmt: skip
def test_a_text_that_no_empty_line_parts_from_the_header_is_read(raw: bytes, body: bytes) -> None:
    message = read_message(raw)
    assert message.body.removeprefix(b"  \n") == body
    assert message.headers.keys() <= {"from", "subject", "x-torn"}


def test_a_multipart_without_its_boundary_keeps_its_body() -> None:
    message = read_message(b"Content-Type: multipart/mixed\r\n\r\nstill here\r\n")
    assert message.parts == ()
    assert message.body == b"still here\r\n"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'Content-Disposition: attachment; filename="a b.csv"', "a b.csv"),
        (b"Content-Disposition: attachment; filename*=utf-8''d%E1%BB%AF.csv", "dữ.csv"),
        (b"Content-Disposition: attachment; filename=\"d_.csv\"; filename*=utf-8''d%E1%BB%AF.csv", "dữ.csv"),
        (b"Content-Disposition: attachment; filename*0=long; filename*1=er.csv", "longer.csv"),
        (b'Content-Type: text/csv; name="=?utf-8?B?ZOG7ry5jc3Y=?="', "dữ.csv"),
        ('Content-Type: text/csv; name="dữ.csv"'.encode(), "dữ.csv"),
        (b"Content-Disposition: inline", ""),
    ],
)
def test_a_file_has_the_name_that_its_sender_gave_it(header: bytes, name: str) -> None:
    assert read_message(header + b"\r\n\r\nx").filename == name


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        (b"base64", b"eGlu\r\nIGNo\r\nw6Bv", b"xin ch\xc3\xa0o"),
        (b"BASE64 ", b"eGlu IGNo!w6Bv=\r\n-- \r\n", b"xin ch\xc3\xa0o"),
        (b"base64", b"eGluI", b"xin"),
        (b"base64", b"\r\nxin xoa giup em\r\nnhe\r\n", b"\r\nxin xoa giup em\r\nnhe\r\n"),
        (b"quoted-printable", b"xin ch=C3=A0o=\r\n!=ZZ", b"xin ch\xc3\xa0o!=ZZ"),
        (b"8bit", b"xin ch\xc3\xa0o", b"xin ch\xc3\xa0o"),
        (b"x-nonsense", b"xin", b"xin"),
    ],
)
def test_the_transfer_encoding_is_taken_off(encoding: bytes, body: bytes, content: bytes) -> None:
    message = read_message(b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body)
    assert message.content() == content


def test_a_long_list_of_recipients_is_no_reason_to_refuse_a_mail() -> None:
    assert read_message(b"To: " + b"lan@example.org, " * 2_000 + b"\r\n\r\nxin").body == b"xin"


@pytest.mark.parametrize("before", [b"", b"\r\n\r\n", b"\n \n", b"From MAILER Thu Nov 26 2026\n"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_line_ends_and_what_stands_before_the_header_do_not_matter(before: bytes, line_end: bytes) -> None:
    raw = before + b"A: x\nContent-Type: multipart/mixed;\n boundary=b\n\n--b\n\none\n--b--\n"
    message = read_message(raw.replace(b"\r\n", b"\n").replace(b"\n", line_end))
    assert message.header("a") == "x"
    assert [part.body for part in message.parts] == [b"one"]


@pytest.mark.parametrize(
    ("value", "media_type", "parameters"),
    [
        (b'text/plain\r\n charset="utf-8"', "text/plain", {}),
        (b"Text/HTML ; Charset=utf-8 (of course)", "text/html", {"charset": "utf-8"}),
        (b'text/plain; charset="utf-8', "text/plain", {"charset": "utf-8"}),
        (b'a/b; name="x \\"y\\".csv"; x=1', "a/b", {"name": 'x "y".csv', "x": "1"}),
        (b"a/b; name=two words.csv; x", "a/b", {"name": "two words.csv"}),
        (b"nonsense", "text/plain", {}),
        (b"", "text/plain", {}),
        (b";;;=;", "text/plain", {}),
    ],
)
def test_a_field_with_parameters_is_read_however_it_is_written(
    value: bytes, media_type: str, parameters: dict[str, str]
) -> None:
    message = read_message(b"Content-Type: " + value + b"\r\n\r\nx")
    assert message.media_type == media_type
    assert message.parameters == parameters
