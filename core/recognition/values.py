"""Marks the values that a text names: addresses, numbers, dates, names, quoted words; each with its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.recognition.normalise import fold, has_diacritics

#: The marks stand for the values in a marked text, the first value as the first of them.
FIRST_MARK, LAST_MARK = 0xE000, 0xE3FF
MARK = f"[{chr(FIRST_MARK)}-{chr(LAST_MARK)}]"

_QUOTES = r"\"([^\"\n]{1,90})\"|“([^”\n]{1,90})”|«([^»\n]{1,90})»|(?<![\w’'])[‘']([^‘’'\n]{1,60})[’'](?!\w)"
_EMAIL = r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,6}[A-Za-z][\w-]{1,23}"
_PHONE = r"(?<![\w@./-])(?:\+|\(\+?)?\d(?:[ .\-()–]{0,2}\d){8,14}(?![\w@]|[./-]\d)"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DATE = (
    rf"(?<![\w/.-])(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}[/-]\d{{1,2}}[/-]\d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|{_MONTH},? (?:19|20)\d{{2}}|\d{{1,2}} thang \d{{1,2}}(?:(?: nam|,)? \d{{4}})?)(?![\w/-])"
)
_HOUSE = (
    r"(?:so nha|so|duong|pho|ngo|ngach|hem|kiet|ap|xa|phuong|p\.|quan|q\.|huyen|tinh|tp\.?|thi tran|thanh pho|toa nha|toa|chung cu|can ho|can|lo|tang|lau|thon|xom|khu pho|khu|kdc|kcn|block"
    r"|villa|flat|unit|apt\.?|apartment|suite|room|room|block|house)"
)
_WAY = r"(?:street|road|lane|avenue|drive|close|court|row|place|square|way|terrace|hill|park|gardens?|crescent|mews|st|rd|ave|ln|duong|pho|ngo|hem|phuong|quan|xa|ap|toa|khu)"
_UP = r"(?:[A-Z]\.|[A-Z](?:\w|['’-](?=\w)){0,30}(?!\w))"
_PIECE = rf"(?:(?i:{_HOUSE}) )*(?:\d+[A-Za-z]?(?:[/-]\d*[A-Za-z]?\d*)*|[A-Z]-?\d[\w/-]*|{_UP})(?: (?:(?i:{_WAY})\b|(?i:{_HOUSE}) (?={_UP}|\d)|{_UP}|\d+[A-Za-z]?(?:/\d+)*)){{0,6}}"
_ADDRESS = (
    rf"(?<![\w/.,-])(?:(?i:{_HOUSE}) )*(?:\d{{1,5}}[A-Za-z]?(?:[/-]\d*[A-Za-z]?\d*)*,? (?:{_UP}|(?i:{_WAY}|{_HOUSE}) (?:{_UP}|\d+[\w/]*))|(?i:ap|xa|phuong|villa|flat|unit|apt|toa nha|chung cu|tang|lau|thon) (?:{_UP}|\d+[A-Za-z]?\b))"
    rf"(?: (?:(?i:{_WAY})\b|{_UP}|\d+[A-Za-z]?)){{0,6}}(?:, {_PIECE}){{0,4}}|(?i:to \d+[A-Za-z]?, (?=(?:ap|khu|thi tran|phuong|xa|thon|xom)\b)){_PIECE}(?:, {_PIECE}){{0,3}}"
    rf"|(?<!\w)[A-Z][\w-]{{2,30}}(?i:stra(?:ß|ss)e|straat|str\.|weg|platz|allee|gasse|gatan) \d+\w?(?:, {_PIECE}){{0,4}}|(?<!\w)(?i:hem|ngo|ngach|kiet|so nha|ap|thon) \d+[A-Za-z]?(?:/\d+[A-Za-z]?)*"
)
_NUMBER = r"(?<![\w/.,@-])(?:\d{2}[A-Z]{1,2}\d?-\d{3,5}(?:\.\d{2})?|(?:AB|[ABO])(?:\+|-(?![\w-]))(?!\w)|-?(?:\d{1,3}(?:[.,]\d{3})+|\d{1,4}(?:[.,]\d{1,2})?|\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?)+)(?: ?(?:cm|kg|m|diem|%|ky|tuoi|points?|years? old))?(?![\w@/]|[.,-]\d))"
_NAME = rf"(?<![\w.@])(?:(?i:mrs?|ms|miss|dr)\.? )?{_UP}(?: (?:(?:van|von|de|del|da|dos|la|le|of|the|al|bin|binti) )?{_UP}){{1,6}}"
_STATUS = r"(?<!\w)(?i:single|(?:un)?married|divorced|widow(?:ed|er)?|separated|doc than|(?:da|chua) (?:ket hon|lap gia dinh|ly hon|co (?:gia dinh|vo|chong))|ly hon)(?!\w)"
_SHAPES = {
    "status": _STATUS,
    "email": _EMAIL,
    "phone": _PHONE,
    "date": _DATE,
    "address": _ADDRESS,
    "name": _NAME,
    "number": _NUMBER,
}
#: No value begins within a word, but for quotation marks.
_ANY = re.compile(
    rf"(?:(?<!\w)|(?=[\"“«]))(?:(?P<quoted>{_QUOTES})|"
    + "|".join(
        rf"(?P<{shape}>{'(?i:' + pattern + ')' if shape in ('email', 'date') else pattern})"
        for shape, pattern in _SHAPES.items()
    )
    + ")"
)
_UNLIKE = re.compile(
    r"\b(?:đề|dễ|tư|tự|đừng|dừng|sáng|sàng|quá|quà|mọi|mỗi|mời|môi|cứ|mã|má|thanh|thạnh|lạ|lá|lớp|hố|đề|tử|cụ|giả|gió|lái|lãi|cón|điểu)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:Dear|Hi|Hello|Chao|Kinh|Gui|Best|Kind|Nho|Xin|(?:So|Ma) [A-Z]{3,}|Instead|De nghi|Mong|Please|Thank|Tran trong)\b"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as written, its shape ("quoted", "email", "phone", "date", "address", "name", "number", "status") and its place."""

    written: str
    shape: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A text without tone marks in which each value is one mark."""

    text: str
    values: tuple[Value, ...]
    #: For each character of `text`, where it begins and ends in the original.
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    original: str

    def value_at(self, place: int) -> Value | None:
        """The value whose mark stands at a place of the marked text."""
        code = ord(self.text[place]) - FIRST_MARK
        return self.values[code] if 0 <= code < len(self.values) else None

    def written(self, start: int, end: int) -> str:
        """The original of a span of the marked text."""
        return self.original[self.starts[start] : self.ends[end - 1]] if end > start else ""


def mark(text: str) -> Marked:
    """Mark the values of a clean text, of which there may be about a thousand."""
    cased = _cased(text)
    folded = _told_apart(text)
    values = tuple(_values(cased, text))[: LAST_MARK - FIRST_MARK]
    marked: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for number, value in enumerate(values):
        marked.append(folded[at : value.start] + chr(FIRST_MARK + number))
        starts += [*range(at, value.start), value.start]
        ends += [*range(at + 1, value.start + 1), value.end]
        at = value.end
    marked.append(folded[at:])
    starts += range(at, len(text))
    ends += range(at + 1, len(text) + 1)
    return Marked("".join(marked), values, tuple(starts), tuple(ends), text)


def _cased(text: str) -> str:
    """Folded, but capitals stay capitals."""
    return "".join(low.upper() if char.isupper() else low for char, low in zip(text, fold(text), strict=True))


def _told_apart(text: str) -> str:
    """Folded, but words with marks that would fold to a cue of another meaning are made unlike it."""
    if not has_diacritics(text):
        return fold(text)
    return fold(_UNLIKE.sub(lambda found: found[0][0] + "x" * (len(found[0]) - 1), text))


def _values(cased: str, text: str) -> Iterator[Value]:
    for found in _ANY.finditer(cased):
        shape, (start, end) = str(found.lastgroup), found.span()
        if found["quoted"] is not None:
            inner = next(group for group in range(2, 6) if found[group] is not None)
            yield Value(text[slice(*found.span(inner))].strip(" .,;"), "quoted", start, end)
        elif shape != "name" or not _TITLE.match(found[0]):
            yield Value(
                text[start:end].rstrip(" .,"), shape, start, start + len(text[start:end].rstrip(" .,"))
            )
