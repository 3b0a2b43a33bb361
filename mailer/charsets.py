"""Turns bytes of a doubtful charset into text, and the words of a header into what they say."""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata

#: Tried in this order after what the message declares: Vietnamese and Western Windows mail.
_GUESSES = ("cp1258", "cp1252")

#: One byte a character: bytes that are sound UTF-8 are hardly ever meant as one of these.
_SINGLE_BYTE = re.compile(r"(iso8859-|cp(125|8)\d|latin|ascii|koi8|mac)")
#: Codecs of Python that are no charsets of mail.
_NO_CHARSET = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}

_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
#: White space between two encoded words is no part of the text (RFC 2047 6.2).
_GAP = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

#: Longer header values, in characters, are cut before they are decoded.
LONGEST_HEADER = 16_000


def decode(raw: bytes, declared: str = "") -> str:
    """The text in NFC, line ends as `\\n`. Undecodable bytes become U+FFFD; never raises."""
    text = _decoded(raw, _codec(declared)).removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _decoded(raw: bytes, declared: str) -> str:
    for name in _candidates(declared):
        try:
            return raw.decode(name)
        except (UnicodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace")


def _candidates(declared: str) -> tuple[str, ...]:
    if not declared or _SINGLE_BYTE.match(declared):
        return ("utf-8", *([declared] if declared else []), *_GUESSES)
    return (declared, "utf-8", *_GUESSES)


def _codec(declared: str) -> str:
    """Python's name of a charset; empty for one that it does not know."""
    try:
        name = codecs.lookup(declared.strip("\"' ")).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _NO_CHARSET else name


def header_text(value: str) -> str:
    """What an unstructured header says (RFC 2047): encoded words decoded, on one line.

    `value` holds undecodable bytes as surrogate escapes. Neighbouring words of one charset are joined
    before they are decoded: mailers tear characters apart between them.
    """
    first, *rest = _ENCODED_WORD.split(_GAP.sub("", value[:LONGEST_HEADER]))
    pieces = [("", _bytes(first))]
    for charset, encoding, payload, text in zip(*[iter(rest)] * 4, strict=True):
        word = _word_bytes(encoding, payload)
        if pieces[-1][0] == charset.lower():
            pieces[-1] = (charset.lower(), pieces[-1][1] + word)
        else:
            pieces.append((charset.lower(), word))
        if text:
            pieces.append(("", _bytes(text)))
    text = "".join(decode(raw, charset) for charset, raw in pieces)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = _bytes(payload)
    return binascii.a2b_qp(raw, header=True) if encoding in "qQ" else base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """Base64 as mailers write it: foreign characters left out, missing padding made up, a torn end cut off."""
    kept = _NOT_BASE64.sub(b"", raw)
    usable = len(kept) - (len(kept) % 4 == 1)
    return binascii.a2b_base64(kept[:usable] + b"=" * (-usable % 4))
