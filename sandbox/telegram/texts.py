"""Text as the Bot API treats it: cleaned, counted in UTF-16 units, with entities out of HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from sandbox.telegram.records import Json
from sandbox.telegram.refusals import Violation, malformed

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?")
_MARK = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^<>]*)>|<|&(?:lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")

#: HTML tags (Bot API, HTML style) and the entity that each becomes.
TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Control characters become blanks, carriage returns go, the ends are trimmed."""
    return _CONTROL.sub(" ", text.replace("\r", "")).strip()


def commands_in(text: str) -> tuple[Json, ...]:
    """The bot_command entities that a client finds in what a person types."""
    return tuple(
        {
            "type": "bot_command",
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found.group()),
        }
        for found in _COMMAND.finditer(text)
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag that waits for its end; offsets in UTF-16 units of the plain text."""

    tag: str
    attributes: str
    offset: int


class _HtmlReader:
    """Reads one text; raises Violation with Telegram's words at the first mistake."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._plain: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        end = 0
        for mark in _MARK.finditer(self._source):
            self._write(self._source[end : mark.start()])
            end = mark.end()
            self._mark(mark)
        self._write(self._source[end:])
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return "".join(self._plain), self._entities

    def _write(self, text: str) -> None:
        self._plain.append(text)
        self._length += utf16_length(text)

    def _mark(self, mark: re.Match[str]) -> None:
        at = len(self._source[: mark.start()].encode())
        tag = (mark.group(2) or "").lower()
        if mark.group().startswith("&"):
            self._write(html.unescape(mark.group()))
        elif mark.group(1):
            self._close(tag, at)
        elif tag not in TAGS:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {at}')
        else:
            self._open.append(_Open(tag, mark.group(3), self._length))

    def _close(self, tag: str, at: int) -> None:
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {at}")
        opened = self._open.pop()
        if opened.tag != tag:
            words = f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{tag}>"'
            raise _unparsable(words)
        if length := self._length - opened.offset:
            self._entities.append(_entity(opened, length))


def _entity(opened: _Open, length: int) -> Json:
    entity: Json = {"type": TAGS[opened.tag], "offset": opened.offset, "length": length}
    if opened.tag == "a" and (found := _HREF.search(opened.attributes)):
        entity["url"] = html.unescape(found.group(1) or found.group(2) or found.group(3))
    return entity


def _unparsable(words: str) -> Violation:
    return malformed(f"can't parse entities: {words}")


def read_html(source: str) -> tuple[str, tuple[Json, ...]]:
    """The plain text and its entities. Raises Violation for markup that Telegram does not take."""
    plain, entities = _HtmlReader(source).read()
    blanks = len(plain) - len(plain.lstrip())
    text = clean(plain)
    return text, _fit(entities, utf16_length(plain[:blanks]), utf16_length(text))


def _fit(entities: list[Json], shift: int, limit: int) -> tuple[Json, ...]:
    """Entities moved by what was trimmed in front, cut to the text, in the order of their offsets."""
    fitting = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] - shift + entity["length"], limit)
        if start < end:
            fitting.append({**entity, "offset": start, "length": end - start})
    return tuple(sorted(fitting, key=lambda entity: (entity["offset"], -entity["length"])))
