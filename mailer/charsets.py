"""Turns bytes of a doubtful charset into text, and the words of a header into what they say."""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata
from functools import lru_cache

#: Tried in this order after what the message declares: Vietnamese and Western Windows mail.
_GUESSES = ("cp1258", "cp1252")

#: One byte a character: bytes that are sound UTF-8 are hardly ever meant as one of these.
_SINGLE_BYTE = re.compile(r"(iso8859-|cp(125|8)\d|latin|ascii|koi8|mac)")
#: Charsets in which ASCII bytes may mean something else, or the escape character something at all.
_STATEFUL = re.compile(r"(utf[-_]?(7|16|32)|iso2022|hz)")
#: Codecs of Python that are no charsets of mail.
_NO_CHARSET = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
#: Mailers name the smaller set and send letters of the bigger one.
_BIGGER = {
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis_620": "cp874",
}

_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
#: White space between two encoded words is no part of the text (RFC 2047 6.2).
_GAP = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_BASE64_AGAIN = re.compile(rb"[A-Za-z0-9+/=\r\n]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROL_BYTES = bytes((*range(9), 11, 12, *range(14, 32), 127))

#: Of base64 in more pieces only the first is read.
MOST_PIECES = 5_000
#: Longer header values, in characters, are cut before they are decoded.
LONGEST_HEADER = 16_000


def decode(raw: bytes, declared: str = "") -> str:
    """The text in NFC, line ends as `\\n`. Undecodable bytes become U+FFFD; never raises."""
    codec = _codec(declared) if declared else ""
    if codec and _STATEFUL.match(codec):
        text = _CONTROL.sub("", _stateful(raw, codec))
    else:
        raw = raw.translate(None, _CONTROL_BYTES)
        if raw.isascii():
            return _with_newlines(raw.decode("ascii"))
        text = _decoded(raw, codec)
    return nfc(_with_newlines(text.removeprefix("\ufeff")))


def nfc(text: str) -> str:
    """The text in NFC. Unicode's own limit of 30 marks on a letter (UAX #15 13) keeps that from taking for ever."""
    # A run long enough to matter is met by one look in every 500 letters.
    if any(map(unicodedata.combining, text[::500])):
        text = _marks_beyond_limit().sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1)
def _marks_beyond_limit() -> re.Pattern[str]:
    marks = "".join(chr(code) for code in range(0x300, 0x1E950) if unicodedata.combining(chr(code)))
    return re.compile(f"([{marks}]{{30}})[{marks}]+")


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _stateful(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeError:
        sound = _sound_utf8(raw)
        return raw.decode(codec, "replace") if sound is None or raw.isascii() else sound


def _decoded(raw: bytes, codec: str) -> str:
    for name in _candidates(codec):
        try:
            return raw.decode(name)
        except (UnicodeError, LookupError):
            sound = _sound_utf8(raw) if name == "utf-8" else None
            if sound is not None:
                return sound
    return raw.decode("utf-8", "replace")


def _sound_utf8(raw: bytes) -> str | None:
    """UTF-8 in which few bytes are torn, with these as U+FFFD; None for what is no UTF-8."""
    text = raw.decode("utf-8", "replace")
    torn = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if torn * 5 <= beyond_ascii else None


def _candidates(codec: str) -> tuple[str, ...]:
    if not codec or _SINGLE_BYTE.match(codec):
        return ("utf-8", *([codec] if codec else []), *_GUESSES)
    return (codec, "utf-8", *_GUESSES) if codec != "utf-8" else ("utf-8", *_GUESSES)


@lru_cache(maxsize=256)
def _codec(declared: str) -> str:
    """Python's name of a charset; empty for one that it does not know."""
    try:
        name = codecs.lookup(declared.strip("\"' ")[:60]).name
    except (LookupError, ValueError):
        return ""
    # ASCII that holds other bytes says nothing about them.
    return "" if name in _NO_CHARSET or name == "ascii" else _BIGGER.get(name, name)


def header_text(value: str) -> str:
    """What an unstructured header says (RFC 2047): encoded words decoded, on one line.

    `value` holds undecodable bytes as surrogate escapes. Neighbouring words of one charset are joined
    before they are decoded: mailers tear characters apart between them.
    """
    value = value[:LONGEST_HEADER]
    if "=?" not in value:
        return " ".join(decode(_bytes(value)).split())
    first, *rest = _ENCODED_WORD.split(_GAP.sub("", value))
    pieces = [("", _bytes(first))]
    for charset, encoding, payload, text in zip(*[iter(rest)] * 4, strict=True):
        word = _word_bytes(encoding, payload)
        if pieces[-1][0] == charset.lower():
            pieces[-1] = (charset.lower(), pieces[-1][1] + word)
        else:
            pieces.append((charset.lower(), word))
        if text:
            pieces.append(("", _bytes(text)))
    words = "".join(decode(raw, charset) for charset, raw in pieces if raw)
    return nfc(" ".join(words.split()))


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = _bytes(payload)
    return binascii.a2b_qp(raw, header=True) if encoding in "qQ" else base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """Base64 as mailers write it: foreign characters left out, missing padding made up, a torn end cut off.

    Pieces that were padded one by one are all read; a plain text below the padding is not base64.
    """
    end = raw.find(b"=")
    rest = raw[end:].lstrip(b"=\r\n \t") if end >= 0 else b""
    if rest and _BASE64_AGAIN.fullmatch(rest) and rest.count(b"=") < MOST_PIECES:
        return b"".join(base64_bytes(piece) for piece in re.split(rb"=+", raw) if piece)
    try:
        return binascii.a2b_base64(raw if end < 0 else raw[: end + 2])
    except binascii.Error:
        kept = _NOT_BASE64.sub(b"", raw if end < 0 else raw[:end])
        usable = len(kept) - (len(kept) % 4 == 1)
        return binascii.a2b_base64(kept[:usable] + b"=" * (-usable % 4))
