"""Doubtful bytes become the text that was meant."""

from __future__ import annotations

import base64
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.charsets import base64_bytes, decode, header_text

SENTENCE = "Xóa giúp em dữ liệu cá nhân, được không ạ?"
DECOMPOSED = unicodedata.normalize("NFD", SENTENCE)


def cp1258(text: str) -> bytes:
    """Vietnamese as Windows wrote it: some letters whole, their tone marks after them."""
    raw = bytearray()
    for char in text:
        try:
            raw += char.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = split_tone(char)
            raw += base.encode("cp1258") + tone.encode("cp1258")
    return bytes(raw)


def split_tone(char: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", char)
    tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", marks.replace(tone, "")), tone


@pytest.mark.parametrize(
    ("raw", "declared"),
    [
        (SENTENCE.encode(), "utf-8"),
        (SENTENCE.encode(), "UTF8"),
        (SENTENCE.encode(), ""),
        (SENTENCE.encode(), "us-ascii"),
        (SENTENCE.encode(), "iso-8859-1"),
        (SENTENCE.encode(), "x-unknown"),
        (SENTENCE.encode(), "idna"),
        (DECOMPOSED.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + SENTENCE.encode(), "utf-8"),
        (SENTENCE.encode("utf-16"), "utf-16"),
        (cp1258(SENTENCE), "windows-1258"),
        (cp1258(SENTENCE), "cp1258"),
        (cp1258(SENTENCE), "utf-8"),
        (cp1258(SENTENCE), "viscii"),
        (cp1258(SENTENCE), ""),
    ],
)
def test_one_sentence_is_one_text_however_it_was_written(raw: bytes, declared: str) -> None:
    assert decode(raw, declared) == SENTENCE


def test_western_windows_mail_keeps_its_quotes() -> None:
    assert decode("„Müller’s“".encode("cp1252"), "windows-1252") == "„Müller’s“"


def test_line_ends_are_one_and_control_characters_none() -> None:
    assert decode(b"a\r\nb\rc\x00\x0b\x1b[31m\td") == "a\nb\nc[31m\td"


@given(st.binary(max_size=300), st.text(max_size=20))
def test_decoding_never_fails(raw: bytes, declared: str) -> None:
    assert unicodedata.is_normalized("NFC", decode(raw, declared))


def word(text: str | bytes, charset: str = "utf-8") -> str:
    raw = text if isinstance(text, bytes) else text.encode(charset)
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="


TORN = SENTENCE.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Plain words", "Plain words"),
        (word("Xóa dữ liệu"), "Xóa dữ liệu"),
        ("=?UTF-8?Q?X=C3=B3a_d=E1=BB=AF_li=E1=BB=87u?=", "Xóa dữ liệu"),
        ("=?utf-8?q?X=C3=B3a_d=E1=BB=AF_li=E1=BB=87u?= (help)", "Xóa dữ liệu (help)"),
        (f"{word(TORN[:14])}  {word(TORN[14:])}", SENTENCE),
        (f"{word(TORN[:14])}{word(TORN[14:])}", SENTENCE),
        (f"{word('một ')} {word(' hai')} ba {word('bốn')}", "một hai ba bốn"),
        (f"{word('é', 'iso-8859-1')} {word('é')}", "éé"),
        (word(cp1258("Xóa giúp em"), "windows-1258"), "Xóa giúp em"),
        ("=?utf-8*vi?B?WMOzYQ==?=", "Xóa"),
        ("=?utf-8?B?WMOzYQ?=", "Xóa"),
        ("=?utf-8?B?WMOzYQ==", "=?utf-8?B?WMOzYQ=="),
        ("=?nonsense?Q?X=C3=B3a?=", "Xóa"),
        ("=?utf-8?Q??=", ""),
        (SENTENCE.encode().decode("ascii", "surrogateescape"), SENTENCE),
        ("two\t\tlines\r\n of one", "two lines of one"),
    ],
)
def test_a_header_says_what_its_words_say(value: str, text: str) -> None:
    assert header_text(value) == text


@given(st.text(max_size=200))
def test_any_header_becomes_one_line(value: str) -> None:
    raw = value.encode("utf-8", "surrogatepass").decode("ascii", "surrogateescape")
    assert "\n" not in header_text(raw)


def test_a_header_of_a_megabyte_of_words_is_cut() -> None:
    assert len(header_text(word("a") * 50_000)) < 16_000


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        (SENTENCE.encode()[:-1] + b"\xe1\xba", "utf-8", SENTENCE[:-1] + "\ufffd"),
        ("Xóa dữ".encode() + b"\xff" + " liệu cá nhân".encode(), "", "Xóa dữ\ufffd liệu cá nhân"),
        (b"\x81\x8d\x8f\x90", "windows-1252", "\ufffd" * 4),
        ("€ “x”".encode("cp1252"), "iso-8859-1", "€ “x”"),
        ("喆".encode("gb18030"), "gb2312", "喆"),
        ("髙①".encode("cp932"), "shift_jis", "髙①"),
        ("メール".encode("iso2022_jp"), "iso-2022-jp", "メール"),
        (b"\x1b$B!!", "iso-2022-jp", "\u3000"),
        ("xin".encode("utf-16"), "utf-16", "xin"),
        (b"+2AA-x", "utf-7", "x"),
        (b"xin ch\xc3\xa0o", "rot13", "xin chào"),
    ],
)
def test_38_undecodable_bytes_are_flagged_and_not_dropped(raw: bytes, declared: str, text: str) -> None:
    assert decode(raw, declared) == text


def test_a_letter_with_a_million_marks_keeps_thirty() -> None:
    assert len(decode(("a" + "\u0301\u0316" * 500_000).encode(), "utf-8")) <= 31


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (b"eGlu\r\nIGNo\r\nw6Bv", "xin chào"),
        (b"eGluIA==\r\nY2jDoG8=\r\n", "xin chào"),
        (b"eGluIA==\r\n-- \r\nSent by a scanner\r\n", "xin "),
        (b"eGluI", "xin"),
        (b"====", ""),
        (b"", ""),
    ],
)
def test_base64_is_read_as_mailers_write_it(raw: bytes, content: str) -> None:
    assert base64_bytes(raw).decode() == content
