"""Takes a message apart into its parts (RFC 5322, RFC 2046), within limits that no honest mail reaches."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value

from core.messages import Unreadable
from mailer.charsets import base64_bytes, decode, header_text

#: Limits of one header block, in bytes and lines; of parts in a message; of parts within parts.
HEADER_BYTES = 128_000
HEADER_LINES = 1_000
MOST_PARTS = 200
DEEPEST = 30

_BLANK_LINE = re.compile(rb"\A\r?\n|\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_SIMPLE_PARAMETER = re.compile(r';\s*([\w-]+)="?([^";]*)')
_NEWLINE = ord("\n")
_LINE_END = re.compile(rb"\r?\n")

Headers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: a leaf with a body, or a multipart with parts.

    Header names are in lower case; in values bytes outside ASCII stand as surrogate escapes. `body` is as
    transferred.
    """

    headers: Headers
    media_type: str = "text/plain"
    charset: str = ""
    disposition: str = ""
    filename: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parts: tuple[Part, ...] = ()

    def header(self, name: str) -> str:
        """The first value of a header; empty without one."""
        return self.headers.get(name, ("",))[0]

    def content(self) -> bytes:
        """The body with its transfer encoding taken off (RFC 2045 6); never raises."""
        encoding = self.header("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return base64_bytes(self.body)
        return binascii.a2b_qp(self.body) if encoding == "quoted-printable" else self.body

    def walk(self) -> Iterator[Part]:
        """The part itself and all below it, in the order of the message."""
        yield self
        for part in self.parts:
            yield from part.walk()


def read_message(raw: bytes) -> Part:
    """The parts of a message. Raises Unreadable where a limit is passed."""
    return _Reader().read(raw, 0)


class _Reader:
    """Counts parts over a whole message."""

    def __init__(self) -> None:
        self._parts = 0

    def read(self, raw: bytes, depth: int) -> Part:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Unreadable(f"it has more than {MOST_PARTS} parts")
        if depth > DEEPEST:
            raise Unreadable(f"its parts are nested deeper than {DEEPEST}")
        block, body = _cut(raw)
        headers = read_headers(block)
        fields = _content_fields(headers)
        media_type = fields.get_content_type()
        of_type, of_disposition = (
            _parameters(fields, "content-type"),
            _parameters(fields, "content-disposition"),
        )
        boundary = of_type.get("boundary", "").rstrip() if media_type.startswith("multipart/") else ""
        pieces = _split(body, boundary.encode("utf-8", "surrogateescape")) if boundary else []
        return Part(
            headers,
            media_type,
            charset=of_type.get("charset", ""),
            disposition=fields.get_content_disposition() or "",
            filename=header_text(of_disposition.get("filename", "") or of_type.get("name", "")),
            parameters=of_type,
            body=b"" if pieces else body,
            parts=tuple(self.read(piece, depth + 1) for piece in pieces),
        )


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    """Header block and body. Raises Unreadable where the block is beyond the limits."""
    blank = _BLANK_LINE.search(raw)
    end, start = (blank.start(), blank.end()) if blank else (len(raw), len(raw))
    if end > HEADER_BYTES or raw.count(b"\n", 0, end) > HEADER_LINES:
        raise Unreadable("its header is too long")
    return raw[:end], raw[start:]


def read_headers(block: bytes) -> Headers:
    """The fields of a header block, unfolded; lines that are no fields are passed over."""
    headers: dict[str, tuple[str, ...]] = {}
    for line in _LINE_END.split(_FOLD.sub(b"", block)):
        found = _FIELD.match(line)
        if found:
            name = found[1].decode("ascii").lower()
            headers[name] = (*headers.get(name, ()), found[2].decode("ascii", "surrogateescape").strip())
    return headers


def _content_fields(headers: Headers) -> Message:
    """The two structured fields, for Python's reader of parameters and their continuations (RFC 2231)."""
    fields: Message = Message()
    for name in ("content-type", "content-disposition"):
        if name in headers:
            fields[name] = decode(headers[name][0][:4_000].encode("utf-8", "surrogateescape"))
    return fields


def _parameters(fields: Message, header: str) -> dict[str, str]:
    """The parameters of a field by name. Of two forms the one that can bear every letter (RFC 2231) counts."""
    try:
        named = fields.get_params([], header)[1:]
    except (TypeError, ValueError):
        # Python's reader gives up where continuations contradict each other.
        named = _SIMPLE_PARAMETER.findall(fields.get(header, ""))
    plain_first = sorted(named, key=lambda parameter: isinstance(parameter[1], tuple))
    return {name.lower(): _text(value) for name, value in plain_first}


def _text(value: object) -> str:
    """A parameter as text, whatever form Python's reader gives it."""
    if isinstance(value, tuple):
        value = collapse_rfc2231_value(value)
    return value if isinstance(value, str) else ""


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    """The pieces between the lines of a boundary; what stands before the first and after the last is dropped."""
    delimiter = re.compile(rb"--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    start = -1
    for found in delimiter.finditer(body):
        at = found.start()
        if at and body[at - 1] != _NEWLINE:
            continue
        if start >= 0:
            # The line end before a boundary is the boundary's (RFC 2046 5.1.1).
            pieces.append(body[start:at].removesuffix(b"\n").removesuffix(b"\r"))
        start = -1 if found[1] else _after_line_end(body, found.end())
        if found[1] or len(pieces) > MOST_PARTS:
            break
    return pieces if start < 0 else [*pieces, body[start:]]


def _after_line_end(body: bytes, position: int) -> int:
    found = _LINE_END.match(body, position)
    return found.end() if found else position
