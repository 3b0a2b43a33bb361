"""Reads the records of a FETCH answer (RFC 3501 7.4.2), wherever a server puts what in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NEW_RECORD = re.compile(rb"\d+ FETCH \(")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_ORIGIN = re.compile(rb"\bBODY\[[^\]]*\]<(\d+)>")
_QUOTED = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Record:
    """What the server says of one message; `body` is None where it hands none out."""

    uid: int
    text: bytes
    body: bytes | None

    @property
    def size(self) -> int:
        """In bytes; 0 where the server does not say."""
        found = _SIZE.search(self.text)
        return int(found[1]) if found else 0

    @property
    def origin(self) -> int | None:
        """At which byte of the message a part begins; None where the server does not say."""
        found = _ORIGIN.search(self.text)
        return int(found[1]) if found else None

    @property
    def arrived_at(self) -> datetime | None:
        """INTERNALDATE ("24-Nov-2026 09:00:00 +0700") in UTC; None where it cannot be read."""
        found = _DATE.search(self.text)
        try:
            written = found[1].decode("ascii").strip().replace("-", " ", 2) if found else ""
            return parsedate_to_datetime(written).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def read_records(lines: Sequence[bytes | bytearray]) -> Iterator[Record]:
    """The records of an answer as aioimaplib gives it: lines, and literals as bytearrays."""
    text, literal, after_literal = b"", None, False
    for line in lines:
        if isinstance(line, bytearray):
            literal, after_literal = bytes(line), True
            continue
        # What follows a literal goes on with its record, even if a message ends in what looks like a new one.
        if _NEW_RECORD.match(line) and not after_literal:
            yield from _record(text, literal)
            text, literal = b"", None
        text, after_literal = text + b" " + line, False
    yield from _record(text, literal)


def _record(text: bytes, literal: bytes | None) -> Iterator[Record]:
    quoted = _QUOTED.search(text) if literal is None else None
    if quoted:
        literal = re.sub(rb"\\(.)", rb"\1", quoted[1])
    uid = _UID.search(text)
    if uid:
        yield Record(int(uid[1]), text, literal)
