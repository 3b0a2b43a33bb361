"""What a person would read of a message is what the desk reads."""

from __future__ import annotations

import pytest

from mailer.bodies import attachments_of, html_to_text, safe_name, text_of
from mailer.mime import read_message

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nch\xe1\xbb\xaf th\xc6\xb0\xe1\xbb\x9dng\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>ch\xe1\xbb\xaf <b>\xc4\x91\xe1\xba\xadm</b></p>\r\n"
EMPTY = b"Content-Type: text/plain\r\n\r\n \r\n"
IMAGE = (
    b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <i>\r\n\r\niVBORw0KGgo=\r\n"
)
FILE = b'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="../a.txt"\r\n\r\nfile\r\n'
FORWARDED = b"Content-Type: message/rfc822\r\n\r\nFrom: x@example.org\r\nSubject: old\r\n\r\nold text\r\n"


def multipart(kind: bytes, *parts: bytes) -> bytes:
    boundary = b"b" + kind
    head = b"Content-Type: multipart/" + kind + b"; boundary=" + boundary + b"\r\n\r\n"
    return head + b"".join(b"--" + boundary + b"\r\n" + part for part in parts) + b"--" + boundary + b"--\r\n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (PLAIN, "chữ thường"),
        (HTML, "chữ đậm"),
        (multipart(b"alternative", PLAIN, HTML), "chữ thường"),
        (multipart(b"alternative", HTML, PLAIN), "chữ thường"),
        (multipart(b"alternative", EMPTY, HTML), "chữ đậm"),
        (multipart(b"alternative", EMPTY, multipart(b"related", HTML, IMAGE)), "chữ đậm"),
        (multipart(b"mixed", multipart(b"alternative", PLAIN, HTML), FILE), "chữ thường"),
        (multipart(b"mixed", PLAIN, IMAGE, PLAIN), "chữ thường\nchữ thường"),
        (multipart(b"mixed", PLAIN, FORWARDED), "chữ thường"),
        (multipart(b"mixed", FILE), ""),
        (b"Content-Type: multipart/mixed\r\n\r\nno parts\r\n", "no parts"),
        (b"\r\nno header", "no header"),
        (b"", ""),
    ],
)
def test_the_text_is_what_a_mail_program_would_show(raw: bytes, text: str) -> None:
    assert text_of(read_message(raw)) == text


def test_every_file_comes_along_with_a_harmless_name() -> None:
    message = read_message(multipart(b"mixed", PLAIN, IMAGE, FILE, FORWARDED))
    assert [(a.name, a.media_type, a.content, a.size) for a in attachments_of(message)] == [
        ("image-1", "image/png", b"\x89PNG\r\n\x1a\n", 8),
        ("a.txt", "text/plain", b"file", 4),
        ("message-3", "message/rfc822", b"From: x@example.org\r\nSubject: old\r\n\r\nold text", 45),
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("dữ liệu.csv", "dữ liệu.csv"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\x\\y.exe", "C_x_y.exe"),
        ("cv\u202egpj.exe", "cv_gpj.exe"),
        ("a\r\nb: c", "a_b_ c"),
        ("...", ""),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_lose_what_could_harm(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 400 + "xin chào" + "</div>" * 400,
        "<html><head><title>t</title><style>p{}</style><script>evil()</script></head><body><p>xin chào</p></body>",
        '<p>xin chào</p><p style="display:none">ẩn</p>',
        "<?xml version='1.0' encoding='utf-8'?><p>xin chào</p>",
        "<p>xin ch\u00e0o\ud800</p>".replace("\ud800", ""),
        "xin chào",
    ],
)
def test_html_becomes_its_visible_text(html: str) -> None:
    assert html_to_text(html).strip() == "xin chào"


def test_deep_html_loses_hidden_text_too_and_keeps_its_lines() -> None:
    deep = "<div>" * 400 + "<p>một</p><p hidden>ẩn</p><script>x</script><p>hai</p>" + "</div>" * 400
    assert html_to_text(deep) == "một\nhai"


@pytest.mark.parametrize("html", ["", "  ", "<p></p>", "<!-- nothing -->", "<", "\ud800"])
def test_html_without_text_is_no_error(html: str) -> None:
    assert html_to_text(html).strip(" <\ufffd") == ""
