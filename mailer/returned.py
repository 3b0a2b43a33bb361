"""Finds the mail that a mail system returned: attached, as its headers only, or copied into the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.messages import Unreadable
from mailer.charsets import decode
from mailer.mime import Headers, Part, read_headers

_ATTACHED = frozenset(
    {
        "message/rfc822",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global",
        "message/global-headers",
    }
)
#: More of the text, in characters, and more of a returned mail, in bytes, is not read.
LONGEST_TEXT = 64_000
LONGEST_HEADER = 64_000

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
#: A header of the returned mail within a text, quoted or moved in as it may be.
_IN_TEXT = re.compile(
    r"^[ \t>|:]*(?:X-)?(?:Original[ -])?(Message-?ID|To|From|Reply-To|Return-Path|Subject|Received|Date)[ \t]*:[ \t]*(\S.*)",
    re.IGNORECASE | re.MULTILINE,
)
#: Where in a text the mail system's own words end.
_OWN_WORDS_END = re.compile(
    r"^(?:[ \t>|]*(?:Received|Return-Path|Message-ID|X-Original-To)[ \t]*:|.{0,80}"
    r"(?:-+ ?original message|original message (?:follows|as received|attached|below)|copy of (?:the|your) (?:message|mail)|returned (?:message|mail) (?:follows|below)"
    r"|header of the|message headers? follow|unsent message|nachricht folgt))",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Returned:
    """What is left of the returned mail: the values of its headers by name in lower case."""

    headers: tuple[Headers, ...]
    #: The words of the mail system itself.
    words: str
    #: Whether a mail, or a piece of one, came back at all.
    is_there: bool

    def values(self, *names: str) -> Iterator[str]:
        """The values of these headers, in the order of the names."""
        return (value for name in names for each in self.headers for value in each.get(name, ()))


def returned_in(message: Part) -> Returned:
    """What a message returns; never raises."""
    attached = [part for part in message.walk() if part.media_type in _ATTACHED]
    text = "\n".join(_texts(message))[:LONGEST_TEXT]
    copied = _copied(text)
    end = _OWN_WORDS_END.search(text)
    return Returned(
        headers=(*_headers(attached), *([copied] if copied else [])),
        words=text[: end.start()] if end and end.start() > 40 else text[:8_000],
        is_there=bool(attached) or len({"received", "message-id", "subject", "from", "to"} & set(copied)) > 2,
    )


def _headers(attached: Iterable[Part]) -> Iterator[Headers]:
    for part in attached:
        raw = (part.content() or b"")[:LONGEST_HEADER].lstrip(b"\r\n \t")
        try:
            yield read_headers(_BLANK_LINE.split(raw, 1)[0])
        except Unreadable:
            continue


def _texts(message: Part) -> Iterator[str]:
    for part in message.walk():
        if (
            not part.parts
            and part.media_type.startswith(("text/", "multipart/"))
            and part.media_type not in _ATTACHED
        ):
            text = decode(part.content()[:LONGEST_TEXT], part.charset)
            yield _TAG.sub(" ", text) if part.media_type == "text/html" else text


_TAG = re.compile(r"<(?=[/!a-zA-Z])[^<>@]*>")


def _copied(text: str) -> Headers:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in _IN_TEXT.findall(text):
        key = "message-id" if name.lower().startswith("message") else name.lower()
        found[key] = (*found.get(key, ())[:9], value.strip())
    return found
