"""Reads from a text which value is wrong and which is right: "X to Y", "từ X thành Y", by field."""

from __future__ import annotations

import re

from core.recognition.finding import Correction
from core.recognition.normalise import fold

#: Field -> the words that name it, folded; the first that fits wins.
_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("birth_date", re.compile(r"\b(?:ngay(?: thang)?(?: nam)? sinh|nam sinh|ns|sinh nhat|birth ?(?:day|date)?|date of birth|dob|bday|born)\b")),
    ("gender", re.compile(r"\b(?:gioi tinh|gender|sex)\b")),
    ("score", re.compile(r"\b(?:diem|score|grade|mark|gpa|result)s?\b")),
    ("email", re.compile(r"\b(?:e-?mail|mail|hop thu|thu dien tu)\b")),
    ("phone", re.compile(r"\b(?:so dien thoai|sdt|dt|so di dong|so phone|dien thoai|phone|mobile|telephone|so zalo|so cu|so moi)\b")),
    ("address", re.compile(r"\b(?:dia chi|address|chuyen nha|so nha|moved|street|duong|postcode)\b")),
    ("name", re.compile(r"\b(?:ho ten|ho va ten|ten|name|surname|spelt|spelled|chu lot|dem)\b")),
)  # fmt: skip
_QUOTED = r"[\"“”']([^\"“”'\n]{1,70})[\"“”']"
_VALUE = r"[\"“']?([^\"“”'\n,;:()]{1,60}?)[\"”']?"
_END = r"(?=\s*(?:[,;!?\n()]|\.(?:\s|$)|$|\b(?:giup|gium|dum|ho em|nhe|nha|a\b|please|thanks|for me|in my|on my|in the|voi\b|instead|from now)))"
#: Patterns over folded text; group "old" may be missing.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_QUOTED}.{{0,60}}?(?:\bthanh\b|\bsang\b|\bphai la\b|\bdung (?:ra )?la\b|\bdung phai la\b|\bto\b|->|→|=>|\bshould (?:be|read|say)\b|\bby\b|\bwith\b|\bit is\b|\bmust be\b|\bought to be\b|\bma la\b|\bten minh la\b)[:\s]{{0,3}}.{{0,25}}?{_QUOTED}",
        rf"\b(?:change|correct|update|amend|switch)\b.{{0,40}}?\bfrom {_VALUE} (?:to|into) {_VALUE}{_END}",
        rf"\bfrom {_VALUE} to {_VALUE}{_END}",
        rf"\breplace {_VALUE} (?:with|by) {_VALUE}{_END}",
        rf"\btu {_VALUE} (?:thanh|sang|qua) {_VALUE}{_END}",
        rf"(?:dang|bi)? ?(?:ghi|de|in|la|hien|luu)(?: (?:sai|nham|la|thanh))*:? {_VALUE}[,;.]? (?:ma|trong khi|nhung)? ?(?:dung(?: ra)?(?: phai)? la|phai la|sua (?:lai )?thanh|doi (?:lai )?thanh):? {_VALUE}{_END}",
        rf"\bcu(?: cua \w+)?(?: la|:)? {_VALUE}[,;.\n]? ?(?:doi (?:sang|thanh|qua)|(?:\w+ ){{0,3}}moi(?: la|:)) ?{_VALUE}{_END}",
        rf"(?:says|shows?|listed as|recorded as|reads|have me as|down as) {_VALUE}[,;.]? (?:but |and )?(?:it |that |this |the correct \w+ )?(?:should be|is actually|should read|ought to be|must be|is) {_VALUE}{_END}",
    )
)
_NEW_ONLY = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:sua|doi|cap nhat|chinh)[^.\n]{{0,50}}? (?:thanh|sang|qua)(?: so| email| la)?:? {_VALUE}{_END}",
        rf"\b(?:dung (?:ra )?(?:phai )?la|phai la|moi la|moi:) ?{_VALUE}{_END}",
        rf"\b(?:change|update|correct|set)\b[^.\n]{{0,60}}? to {_VALUE}{_END}",
        rf"\b(?:should be|should read|ought to be|correct \w+ is|new \w+(?: \w+)? is|real \w+ is)[:\s] ?{_VALUE}{_END}",
    )
)
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:\d{1,2} )?(?:january|february|march|april|may|june|july|august|september|october|november|december|thang)\b.*\d{2,4}")  # fmt: skip
_GENDERS = frozenset({"nam", "nu", "male", "female", "man", "woman", "m", "f"})
_MANY = 8  # corrections that one text may carry


def find_corrections(text: str) -> tuple[Correction, ...]:
    """The corrections that a clean text states by a common phrase; empty where it says them otherwise."""
    folded = fold(text)
    found: list[tuple[int, int, Correction]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            _add(found, match, text, folded, old=True)
    for pattern in _NEW_ONLY if not found else ():
        for match in pattern.finditer(folded):
            _add(found, match, text, folded, old=False)
    return tuple(correction for _, _, correction in sorted(found, key=lambda entry: entry[0])[:_MANY])


def _add(
    found: list[tuple[int, int, Correction]], match: re.Match[str], text: str, folded: str, old: bool
) -> None:
    start, end = match.span()
    if any(start < other_end and other_start < end for other_start, other_end, _ in found):
        return
    values = [text[slice(*match.span(group))].strip(" .\"“”'") for group in range(1, match.re.groups + 1)]
    if not values[-1] or len(values[-1].split()) > 12:
        return
    field = _field(folded, start, end, fold(values[-1]))
    found.append((start, end, Correction(field, values[0] if old else None, values[-1])))


def _field(folded: str, start: int, end: int, new: str) -> str:
    """By the shape of the value, else by the field named last before it or inside the phrase."""
    if _EMAIL.search(new):
        return "email"
    if new.strip() in _GENDERS:
        return "gender"
    if sum(char.isdigit() for char in new) >= 9 and not re.search(r"[a-z]{3}", new):
        return "phone"
    around = folded[max(0, start - 60) : end]
    named = [(match.start(), name) for name, words in _FIELDS for match in words.finditer(around)]
    if _DATE.search(new):
        return "birth_date" if any(name == "birth_date" for _, name in named) or not named else max(named)[1]
    return max(named)[1] if named else "other"
