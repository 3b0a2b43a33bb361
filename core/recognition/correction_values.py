"""Tells what may be the value of a correction from greetings, signatures, other numbers and clauses."""

from __future__ import annotations

import re

from core.recognition.fields import GENDERS
from core.recognition.normalise import fold
from core.recognition.values import Marked

_NO_VALUE = re.compile(
    r"\b(?:dang ky|registered|account|tai khoan|(?<!so )lien he|article|section|dieu|khoan|muc|nghi dinh|luat|ma(?: so)? (?:khach hang|kh|hoc vien|hv|sinh vien|sv|nv|nhan vien|benh nhan|bn|ho so|the|yeu cau|don)|mssv|ticket|request|don|contact me|reach me|goi (?:cho )?(?:em|toi|minh)|reference|ref|customer|member|student|profile is under|login|kinh gui|gui|dear|hi|hello|chao|hoi|lop|class|module|since|until|den nam|grade|tang|phong|room|thang|month|tuan|week|thieu (?:so|chu)|bai(?: \w+){0,2} so)\b[\s:.,#]*(?:la |is |number |no\.? )?$"
)
_ANSWER_TO = re.compile(
    r"\b(?:ket qua|phan hoi|tra loi|thong bao|reply|answer|inform|notify)\b[^.\n]{0,40}\b(?:qua|ve|vao|to|at|by)\b[^.\n]{0,16}$"
)
_LISTED = re.compile(r"\s*\(?$")
_CLAUSE = re.compile(
    r"\b(?:i|you|we|they|toi|em|minh|anh chi|shop|giup|please|khong|dung|cho|de|va|and|that|which|the|your|my|is|was|are|were|have|has)\b"
)
_GREETING = re.compile(r"\s*(?:kinh gui|gui|chao|dear|hi|hello|to\b|thua|good|morning|da)")
_MARITAL = re.compile(r"\b(?:marital|hon nhan|status)\b")


def value_of(marked: Marked, start: int, end: int) -> str:
    """The value in a span of a marked text, as written."""
    if end == start + 1 and (value := marked.value_at(start)):
        return value.written
    return marked.written(start, end).strip(" \"“”'.,")


def plausible(marked: Marked, start: int, end: int, free: bool = True) -> bool:
    """A value, not the beginning of a clause."""
    value = marked.value_at(start)
    if value:
        line = marked.text[marked.text.rfind("\n", 0, start) + 1 : start]
        if value.shape in ("name", "address"):
            return not (_GREETING.match(line) and _greets(marked, start)) and not _signs(marked, start)
        listed = value.shape == "number" and _LISTED.fullmatch(line)
        return not (listed or _NO_VALUE.search(line) or (value.shape == "email" and _ANSWER_TO.search(line)))
    if not free:
        return False
    phrase = marked.text[start:end].split()
    return 0 < len(phrase) <= 6 and not _CLAUSE.search(marked.text[start:end])


def one_sort(marked: Marked, *spans: tuple[int, int]) -> bool:
    """Whether a marital status stands against another one; alone it is a value where the text speaks of that."""
    sorts = {shape_at(marked, start) == "status" for start, _ in spans}
    if len(spans) == 1 and sorts == {True}:
        return bool(_MARITAL.search(marked.text))
    return len(sorts) == 1


def _greets(marked: Marked, place: int) -> bool:
    """Whether the line of a place is a greeting, "Dear Ms Pham," with the letter below it."""
    if re.match(r"\s*kinh gui\b", marked.text[marked.text.rfind("\n", 0, place) + 1 : place]):
        return True
    rest = marked.text[place + 1 :].split("\n", 1)
    return len(rest) == 2 and len(rest[0]) < 30


def _signs(marked: Marked, place: int) -> bool:
    """Whether a name stands alone on one of the last lines, or begins one of them."""
    start = marked.text.rfind("\n", 0, place) + 1
    rest = marked.text[place + 1 :]
    return (
        start > 0
        and place - start < 12
        and rest.count("\n") < 4
        and len(rest) < 160
        and rest.split("\n")[0].strip(" ,.") == ""
    )


def stands_out(marked: Marked, start: int, end: int) -> bool:
    """Whether a value is no plain lower-case word."""
    written = marked.written(start, end)
    return (
        bool(marked.value_at(start))
        or written[:1].isupper()
        or fold(written) in GENDERS
        or any(map(str.isdigit, written))
    )


def shape_at(marked: Marked, place: int) -> str:
    """The shape of the value at a place; empty without one."""
    value = marked.value_at(place)
    return value.shape if value else ""
