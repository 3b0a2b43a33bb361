"""Takes a message apart into its parts (RFC 5322, RFC 2046), within limits that no honest mail reaches."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from core.messages import Unreadable
from mailer.charsets import base64_bytes, header_text
from mailer.parameters import Value, read_value

#: Limits: of a message and of one header block in bytes, of its lines, of one header that the desk reads.
RAW_BYTES = 25 * 1024 * 1024
HEADER_BYTES = 128_000
HEADER_LINES = 1_000
LONGEST_FIELD = 16_000
#: Limits of parts in a message; of parts within parts.
MOST_PARTS = 200
DEEPEST = 30

#: Fields that decide what a message is: they are not cut but refused. Lists of addresses are only cut.
_DECIDING = ("from", "subject", "message-id", "content-type", "content-disposition", "return-path")
_LINE_ENDS = (b"\r\n", b"\n")
#: Blank lines that stand before the header of a mail.
_BLANKS_BEFORE = re.compile(rb"\s+(?=[!-9;-~]+:)")
#: A field, or a line that goes on with one.
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]+\S")
#: A boundary that nobody declared shows itself: a field of a part's header follows it.
_UNDECLARED = re.compile(rb"(?:\A|\n)--([^\s][^\r\n]{0,190}?)[ \t]*\r?\nContent-[\w-]{1,40}:", re.IGNORECASE)
#: A text that is called base64 and is none: three words of a line, with blanks between them.
_WORDS = re.compile(rb"\s*[^\s]{1,30}[ \t]+[^\s]{1,30}[ \t]+[^\s]")
_NO_TYPE = Value("text/plain", {})
_NO_DISPOSITION = Value("", {})

Headers = Mapping[str, tuple[str, ...]]


class Span(NamedTuple):
    """A stretch of the raw message: big bodies are not copied before somebody asks for them."""

    start: int
    end: int


_NOTHING = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: a leaf with a body, or a multipart with parts.

    Header names are in lower case; in values bytes outside ASCII stand as surrogate escapes.
    """

    headers: Headers
    media_type: str = "text/plain"
    charset: str = ""
    disposition: str = ""
    filename: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    message: bytes = field(default=b"", repr=False)
    span: Span = _NOTHING

    def header(self, name: str) -> str:
        """The first value of a header; empty without one."""
        return self.headers.get(name, ("",))[0]

    @property
    def body(self) -> bytes:
        """The body as it was transferred; empty for a multipart."""
        return self.message[self.span.start : self.span.end]

    @property
    def length(self) -> int:
        """The bytes of the body as it was transferred."""
        return self.span.end - self.span.start

    @property
    def encoding(self) -> str:
        """The transfer encoding, in lower case."""
        return self.header("content-transfer-encoding").strip().lower()

    def content(self) -> bytes:
        """The body with its transfer encoding taken off (RFC 2045 6); never raises."""
        encoding = self.encoding
        if encoding == "base64":
            is_words = self.media_type.startswith("text/") and _WORDS.match(self.body)
            return self.body if is_words else base64_bytes(self.body)
        return binascii.a2b_qp(self.body) if encoding == "quoted-printable" else self.body

    def walk(self) -> list[Part]:
        """The part itself and all below it, in the order of the message."""
        return [self, *(each for part in self.parts for each in part.walk())] if self.parts else [self]


def read_message(raw: bytes) -> Part:
    """The parts of a message. Raises Unreadable where a limit is passed."""
    if len(raw) > RAW_BYTES:
        raise Unreadable(f"it is larger than {RAW_BYTES // 1024 // 1024} MB")
    if raw.find(b"\n", 0, HEADER_BYTES) < 0 and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")  # written on an old Macintosh, or carried through one
    blanks = _BLANKS_BEFORE.match(raw)
    return _Reader(raw).read(Span(blanks.end() if blanks else 0, len(raw)), 0)


class _Reader:
    """Counts parts over a whole message."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parts = 0

    def read(self, span: Span, depth: int) -> Part:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Unreadable(f"it has more than {MOST_PARTS} parts")
        if depth > DEEPEST:
            raise Unreadable(f"its parts are nested deeper than {DEEPEST}")
        head, body = _cut(self._raw, span)
        headers, all_fields = _fields(self._raw[head.start : head.end])
        if not all_fields:
            head, body = _without_text(self._raw, head, body)
            headers, _ = _fields(self._raw[head.start : head.end])
        kind = _value(headers, "content-type")
        shown = _value(headers, "content-disposition", media_type=False)
        of_type = kind.parameters
        boundary = of_type.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
        pieces = _pieces(self._raw, body, boundary) if kind.main.startswith("multipart/") else []
        name = shown.parameters.get("filename", "") or of_type.get("name", "")
        return Part(
            headers,
            kind.main,
            charset=of_type.get("charset", ""),
            disposition=shown.main,
            filename=header_text(name) if name else "",
            parameters=of_type,
            parts=tuple(self.read(piece, depth + 1) for piece in pieces),
            message=self._raw,
            span=_NOTHING if pieces else body,
        )


def _value(headers: Headers, name: str, media_type: bool = True) -> Value:
    absent = _NO_TYPE if media_type else _NO_DISPOSITION
    return read_value(headers[name][0], media_type) if name in headers else absent


def _cut(raw: bytes, span: Span) -> tuple[Span, Span]:
    """Header block and body. Raises Unreadable where the block is beyond the limits."""
    start, end = span
    for line_end in _LINE_ENDS:
        if raw.startswith(line_end, start, end):
            return Span(start, start), Span(start + len(line_end), end)
    window = min(start + HEADER_BYTES + 4, end)
    crlf = raw.find(b"\n\r\n", start, window)
    bare = raw.find(b"\n\n", start, crlf if crlf >= 0 else window)
    stop, body = (bare, bare + 2) if bare >= 0 else (crlf, crlf + 3) if crlf >= 0 else (end, end)
    if stop - start > HEADER_BYTES or raw.count(b"\n", start, stop) > HEADER_LINES:
        raise Unreadable("its header is too long")
    return Span(start, stop), Span(body, end)


def _without_text(raw: bytes, head: Span, body: Span) -> tuple[Span, Span]:
    """Header and body where no empty line parts them: a line of blanks does, or the text follows the last field."""
    lines = raw[head.start : head.end].split(b"\n")
    fields = [bool(_FIELD.match(line)) for line in lines]
    blank = (at for at, line in enumerate(lines[:-1]) if not line.strip() and not fields[at + 1])
    last = max((at for at, is_field in enumerate(fields) if is_field), default=-1)
    first = next(blank, last + 1)
    if first >= len(lines):
        return head, body
    start = head.start + sum(len(line) + 1 for line in lines[:first])
    return Span(head.start, max(start - 1, head.start)), Span(start, body.end)


def read_headers(block: bytes) -> Headers:
    """The fields of a header block, unfolded; lines that are no fields are passed over."""
    return _fields(block)[0]


def _fields(block: bytes) -> tuple[Headers, bool]:
    """The fields of a header block, and whether all its lines are fields."""
    all_fields = True
    text = block.decode("ascii", "surrogateescape")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    headers: dict[str, tuple[str, ...]] = {}
    for line in text.replace("\n ", " ").replace("\n\t", "\t").split("\n"):
        name, colon, value = line.partition(":")
        name = name.rstrip().lower()
        if colon and name and " " not in name and "\t" not in name:
            headers[name] = (*headers[name], value.strip()) if name in headers else (value.strip(),)
        elif line:
            all_fields = False
    for name in _DECIDING:
        if name in headers and len(headers[name][0]) > LONGEST_FIELD:
            raise Unreadable(f"its header {name} is too long")
    return headers, all_fields


def _pieces(raw: bytes, body: Span, boundary: bytes) -> list[Span]:
    """The pieces of a multipart, also where it declares no boundary or another one than it has."""
    if boundary and (pieces := _split(raw, body, boundary)):
        return pieces
    shown = _UNDECLARED.search(raw, body.start, min(body.end, body.start + HEADER_BYTES))
    return _split(raw, body, shown[1]) if shown else []


def _split(raw: bytes, body: Span, boundary: bytes) -> list[Span]:
    """The pieces between the lines of a boundary; what stands before the first and after the last is dropped."""
    pieces: list[Span] = []
    start = -1
    for at, behind, last in _delimiters(raw, body, b"--" + boundary):
        if start >= 0:
            pieces.append(Span(start, _before_line_end(raw, start, at)))
        start = -1 if last else behind
        if last or len(pieces) > MOST_PARTS:
            break
    return pieces if start < 0 else [*pieces, Span(start, body.end)]


def _before_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a boundary is the boundary's (RFC 2046 5.1.1)."""
    for line_end in _LINE_ENDS:
        if raw.endswith(line_end, start, end):
            return end - len(line_end)
    return end


def _delimiters(raw: bytes, body: Span, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each boundary line begins, where what follows it begins, and whether it is the closing one."""
    start, end = body
    at = start if raw.startswith(mark, start, end) else raw.find(b"\n" + mark, start, end) + 1
    while at > 0 or (at == start and raw.startswith(mark, at, end)):
        behind = at + len(mark)
        line_end = raw.find(b"\n", behind, end)
        stop = line_end if line_end >= 0 else end
        rest = raw[behind : min(stop, behind + 80)].rstrip()
        if rest in (b"", b"--"):
            yield at, min(stop + 1, end), rest == b"--"
        at = raw.find(b"\n" + mark, behind, end) + 1
        if at == 0:
            return
