"""Reads from a text which value is wrong and which is right, by how the values stand to each other."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from typing import NamedTuple

from core.recognition.correction_lines import set_out
from core.recognition.correction_phrases import (
    APART,
    BOTH,
    NEW_AFTER,
    NEW_ONLY,
    OLD_AFTER,
    SCORES,
    STANDING_OUT,
)
from core.recognition.fields import GENDERS, field_of
from core.recognition.finding import Correction
from core.recognition.normalise import fold
from core.recognition.values import Marked, mark

_BEFORE = 48
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
_RIGHT = re.compile(r"\bdung (?:ra )?(?:phai )?la\b|\bshould\b|\bcorrect\b|\btrong khi\b|\bwhereas\b")
_MARITAL = re.compile(r"\b(?:marital|hon nhan|status)\b")
_RANGE = re.compile(r"\s*(?:den|to|-|–|and|va|,|or|hoac|&)\s*")
_NEAR, _SIMILAR = 110, 0.5  # characters between two values; likeness of names
_MANY = 8  # corrections that one text may carry
_VALUES = 80  # values that are compared with each other
_READ = 3_000  # characters in which a text says what is wrong


class _Found(NamedTuple):
    """Where the values stand in the marked text; `old_at` is that of the new one where there is no old one."""

    old_at: int
    new_at: int
    old: str | None
    new: str


def find_corrections(text: str) -> tuple[Correction, ...]:
    """The corrections that a clean text states, in its order; empty where it names no new value.

    First those set out in lines, a table or a list; then by phrases that hold both values, "X, not Y"; then two
    values of one shape, the newer one told by the words around it; last a new value alone.
    """
    whole = mark(text[:_READ])
    found: list[_Found] = []
    marked = _without_lines(found, whole)
    for pattern in BOTH:
        _collect(found, pattern, marked)
    _collect(found, APART[0], marked)
    _collect_pairs(found, marked)
    for number, pattern in enumerate(APART[1:], 1):
        _collect(found, pattern, marked, standing_out=number >= STANDING_OUT)
    for number, pattern in enumerate(NEW_ONLY):
        if not found:
            _collect(found, pattern, marked, standing_out=number >= 2)
    _collect(found, NEW_ONLY[0], marked, contacts=True)
    return tuple(
        Correction(
            field_of(whole, min(entry[:2]), max(entry[:2]) + 1, entry.old, entry.new), entry.old, entry.new
        )
        for entry in sorted(found, key=lambda entry: min(entry[:2]))[:_MANY]
    )


def _without_lines(found: list[_Found], marked: Marked) -> Marked:
    """The marked text with those lines blanked from which the corrections were read."""
    text = marked.text
    for old, new in set_out(marked):
        spans = [span for span in (old, new) if span]
        if all(text[slice(*span)].strip() for span in spans):
            values = [_value(marked, *span) for span in spans]
            old_value = values[0] if old else None
            _add(found, _Found(spans[0][0], new[0], old_value, values[-1]))
            for start, end in spans:
                text = text[:start] + " " * (end - start) + text[end:]
    return replace(marked, text=text)


def _collect(
    found: list[_Found],
    pattern: re.Pattern[str],
    marked: Marked,
    standing_out: bool = False,
    contacts: bool = False,
) -> None:
    for match in pattern.finditer(marked.text):
        new = _value(marked, *match.span("new"))
        old = _value(marked, *match.span("old")) if "old" in pattern.groupindex else None
        spans = [match.span(name) for name in ("old", "new") if name in pattern.groupindex]
        if standing_out and not all(_stands_out(marked, *span) for span in spans):
            continue
        if contacts and _shape(marked, match.start("new")) in ("name", "quoted", "number"):
            continue
        if all(_plausible(marked, *span) for span in spans) and _one_sort(marked, *spans):
            _add(found, _Found(spans[0][0], spans[-1][0], old, new))


def _value(marked: Marked, start: int, end: int) -> str:
    if end == start + 1 and (value := marked.value_at(start)):
        return value.written
    return marked.written(start, end).strip(" \"“”'.,")


def _plausible(marked: Marked, start: int, end: int, free: bool = True) -> bool:
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


def _one_sort(marked: Marked, *spans: tuple[int, int]) -> bool:
    """Whether a marital status stands against another one; alone it is a value where the text speaks of that."""
    sorts = {_shape(marked, start) == "status" for start, _ in spans}
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


def _stands_out(marked: Marked, start: int, end: int) -> bool:
    written = marked.written(start, end)
    return (
        bool(marked.value_at(start))
        or written[:1].isupper()
        or fold(written) in GENDERS
        or any(map(str.isdigit, written))
    )


def _add(found: list[_Found], entry: _Found) -> None:
    taken = {place for other in found for place in (other.old_at, other.new_at)}
    if not taken & {entry.old_at, entry.new_at} and entry.new and entry.new != entry.old:
        found.append(entry)


def _collect_pairs(found: list[_Found], marked: Marked) -> None:
    """Two neighbours of one shape: the one with the better signs is new."""
    places = [at for at, char in enumerate(marked.text) if _plausible(marked, at, at + 1, free=False)][
        :_VALUES
    ]
    for number, first in enumerate(places):
        second = next((at for at in places[number + 1 :] if _kin(marked, first, at)), 0)
        between = marked.text[first + 1 : second]
        if not second or len(between) > _NEAR or _RANGE.fullmatch(between):
            continue
        newer = _newer(marked, first, second)
        if newer:
            older = first + second - newer
            _add(
                found,
                _Found(older, newer, _value(marked, older, older + 1), _value(marked, newer, newer + 1)),
            )


def _newer(marked: Marked, first: int, second: int) -> int:
    """The place of the right one of two values; 0 where the words around them do not tell."""
    one, two = _newness(marked, first), _newness(marked, second)
    lead = two - one
    if _alike(marked, first, second):
        least = 2 if _shape(marked, first) == "number" and max(one, two) < 2 else 1
        between = marked.text[first + 1 : second]
        if lead == 0 and _RIGHT.search(between):
            return second
        if lead == 0 and one and _shape(marked, first) in ("date", "phone", "email"):
            return second
        return 0 if abs(lead) < least else second if lead > 0 else first
    return 0 if abs(lead) < 2 or max(one, two) < 1 else second if lead > 0 else first


def _shape(marked: Marked, place: int) -> str:
    value = marked.value_at(place)
    return value.shape if value else ""


def _kin(marked: Marked, first: int, second: int) -> bool:
    shapes = {_shape(marked, first), _shape(marked, second)}
    if shapes == {"number"}:
        one, two = (sum(map(str.isdigit, _value(marked, at, at + 1))) for at in (first, second))
        return abs(one - two) <= 1
    return len(shapes) == 1 or shapes <= {"quoted", "name"}


def _alike(marked: Marked, first: int, second: int) -> bool:
    """Whether two values could be two spellings of one, as those of a name must be."""
    if _shape(marked, first) not in ("name", "quoted"):
        return True
    one, two = (fold(_value(marked, at, at + 1)) for at in (first, second))
    return SequenceMatcher(None, one, two).ratio() >= _SIMILAR


def _newness(marked: Marked, place: int) -> int:
    """How much the words around a value speak for the right one, against the wrong one."""
    before = re.split(r"[\n.;]|[\ue000-\ue3ff]", marked.text[max(0, place - _BEFORE) : place])[-1]
    after = re.split(r"[\n;]|[\ue000-\ue3ff]", marked.text[place + 1 : place + 24])[0]
    around = 2 * bool(NEW_AFTER.match(after)) - 2 * bool(OLD_AFTER.match(after))
    return around + next((score for cue, score in SCORES if cue.search(before)), 0)
