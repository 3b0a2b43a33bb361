"""What a person would read of a message is what the desk reads."""

from __future__ import annotations

import base64

import pytest

from core.messages import Attachment
from mailer.bodies import attachments_of, safe_name, text_of, unpacked
from mailer.html import html_to_text
from mailer.mime import read_message

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nch\xe1\xbb\xaf th\xc6\xb0\xe1\xbb\x9dng\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>ch\xe1\xbb\xaf <b>\xc4\x91\xe1\xba\xadm</b></p>\r\n"
EMPTY = b"Content-Type: text/plain\r\n\r\n \r\n"
IMAGE = (
    b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <i>\r\n\r\niVBORw0KGgo=\r\n"
)
FILE = b'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="../a.txt"\r\n\r\nfile\r\n'
OTHER = b"Content-Type: text/plain\r\n\r\nbelow\r\n"
SHOWN = b"Content-Type: text/plain\r\nContent-Disposition: inline; filename=letter.txt\r\n\r\nshown\r\n"
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
        (b"Content-Type: multipart/alternative; boundary=b\r\n\r\nno parts\r\n", "no parts"),
        (multipart(b"alternative", PLAIN, OTHER, HTML), "chữ thường\nbelow"),
        (multipart(b"alternative", PLAIN, PLAIN, HTML), "chữ thường"),
        (multipart(b"mixed", SHOWN, IMAGE), "shown"),
        (multipart(b"mixed", PLAIN, SHOWN), "chữ thường"),
        (b"\r\nno header", "no header"),
        (b"", ""),
    ],
)
def test_the_text_is_what_a_mail_program_would_show(raw: bytes, text: str) -> None:
    assert text_of(read_message(raw)) == text


def test_every_file_comes_along_with_a_harmless_name() -> None:
    message = read_message(multipart(b"mixed", PLAIN, IMAGE, FILE, FORWARDED))
    opened = [unpacked(message, packed) for packed in attachments_of(message)]
    assert [(a.name, a.media_type, a.content, a.size) for a in opened] == [
        ("image-1", "image/png", b"\x89PNG\r\n\x1a\n", 8),
        ("a.txt", "text/plain", b"file", 4),
        ("message-3", "message/rfc822", b"From: x@example.org\r\nSubject: old\r\n\r\nold text", 45),
    ]


def test_a_file_stays_packed_until_somebody_asks_for_it() -> None:
    body = base64.encodebytes(bytes(200_000)).replace(b"\n", b"\r\n")
    message = read_message(
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    )
    (packed,) = attachments_of(message)
    assert packed.content is None
    assert abs(packed.size - 200_000) < 200
    assert unpacked(message, packed).content == bytes(200_000)


@pytest.mark.parametrize("remote", ["", "0", "2", "x", "²"])
def test_a_file_that_a_mail_does_not_hold_is_not_found(remote: str) -> None:
    with pytest.raises(LookupError):
        unpacked(read_message(IMAGE), Attachment("a", "b", remote=remote))


HIDDEN = [
    '<div style="display:none">ẩn</div>',
    '<div style="color: red; DISPLAY : None !important">ẩn</div>',
    '<span style="visibility:hidden">ẩn</span>',
    '<p style="font-size:0px">ẩn</p>',
    '<p style="font-size: 0; line-height: 0">ẩn</p>',
    '<p style="mso-hide:all">ẩn</p>',
    '<p style="max-height:0;overflow:hidden">ẩn</p>',
    '<p style="opacity: 0">ẩn</p>',
    "<p hidden>ẩn</p>",
    '<div hidden="hidden"><div><b>ẩn</b></div></div>',
    "<template>ẩn</template>",
    '<table><tr style="display:none"><td><table><tr><td>ẩn</td></tr></table></td></tr></table>',
]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("depth", [0, 400, 3_000])
def test_37_hidden_text_is_left_out_and_what_follows_it_is_not(hidden: str, depth: int) -> None:
    html = "<div>" * depth + f"<p>một</p>{hidden}hai" + "</div>" * depth + "<p>ba</p>"
    assert html_to_text(html).split() == ["một", "hai", "ba"]


def test_37_text_in_a_frame_without_size_is_read_where_its_cell_has_one() -> None:
    html = (
        '<table><tr><td style="font-size:0px">ẩn<div style="font-size:13px">xin chào</div></td></tr></table>'
    )
    assert html_to_text(html).strip() == "xin chào"


@pytest.mark.parametrize(
    "html", ["<div>" * 300 + "xin chào", "<div>" * 20_000 + "xin chào", "xin chào", "<b>xin chào"]
)
def test_37_html_with_visible_text_is_never_empty(html: str) -> None:
    assert html_to_text(html).strip() == "xin chào"


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
    assert html_to_text(deep).split() == ["một", "hai"]


@pytest.mark.parametrize("html", ["", "  ", "<p></p>", "<!-- nothing -->", "<", "\ud800"])
def test_html_without_text_is_no_error(html: str) -> None:
    assert html_to_text(html).strip(" <\ufffd") == ""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>new</p><blockquote type=cite><p>old</p><blockquote class=gmail_quote>older</blockquote></blockquote><p>below</p>",
         "new\n\n>\n> old\n>\n>> older\n\nbelow"),
        ("<blockquote style='border-left: 1px #ccc solid'>Which number?</blockquote>090<blockquote cite>And name?</blockquote>Hoa",
         "> Which number?\n090\n> And name?\nHoa"),
        ("a<blockquote>moved in</blockquote>b", "a\nmoved in\nb"),
        ("a<blockquote class=blockquote>moved in</blockquote>b", "a\nmoved in\nb"),
        ("<blockquote type=cite></blockquote>b", "b"),
        ("<blockquote type=cite><img src=x></blockquote>b \ue0f0c", "b \ufffdc"),
    ],
)  # fmt: skip
def test_what_a_mail_program_quotes_in_html_is_quoted_in_the_text(html: str, text: str) -> None:
    assert html_to_text(html).strip() == text
