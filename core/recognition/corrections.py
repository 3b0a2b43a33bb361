"""Reads from a text which value is wrong and which is right, by how the values stand to each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache, partial
from typing import NamedTuple

from core.recognition.correction_lines import set_out
from core.recognition.correction_phrases import (
    APART,
    BOTH,
    DENIALS,
    NEW_AFTER,
    NEW_ONLY,
    NOT_WORDS,
    OLD_AFTER,
    SCORES,
    STANDING_OUT,
    Cue,
    Phrase,
)
from core.recognition.correction_values import one_sort, plausible, shape_at, stands_out, value_of
from core.recognition.fields import field_of
from core.recognition.finding import Correction
from core.recognition.normalise import fold
from core.recognition.values import MARK, Marked, mark

_BEFORE = 48
_RIGHT = re.compile(r"\bdung (?:ra )?(?:phai )?la\b|\bshould\b|\bcorrect\b|\btrong khi\b|\bwhereas\b")
_RANGE = re.compile(r"\s*(?:den|to|-|–|and|va|,|or|hoac|&)\s*")
_ANY_MARK = re.compile(MARK)
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


#: Where the words of a cue begin in the text that is read.
_Starts = Callable[[Cue], Sequence[int]]


def find_corrections(text: str) -> tuple[Correction, ...]:
    """The corrections that a clean text states, in its order; empty where it names no new value.

    First those set out in lines, a table or a list; then by phrases that hold both values, "X, not Y"; then two
    values of one shape, the newer one told by the words around it; last a new value alone.
    """
    whole = mark(text[:_READ])
    found: list[_Found] = []
    marked = _without_lines(found, whole)
    _collect_phrases(found, marked)
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
            values = [value_of(marked, *span) for span in spans]
            old_value = values[0] if old else None
            _add(found, _Found(spans[0][0], new[0], old_value, values[-1]))
            for start, end in spans:
                text = text[:start] + " " * (end - start) + text[end:]
    return replace(marked, text=text)


def _collect_phrases(found: list[_Found], marked: Marked) -> None:
    """From the patterns that hold both values to those that hold the new one alone."""
    starts: _Starts = cache(lambda cue: cue.starts(marked.text))
    collect = partial(_collect, found, marked, starts)
    denies = any(word in marked.text for word in NOT_WORDS)
    for pattern in BOTH:
        if denies or pattern not in DENIALS:
            collect(pattern)
    collect(APART[0])
    _collect_pairs(found, marked)
    for number, phrase in enumerate(APART[1:], 1):
        collect(phrase, standing_out=number >= STANDING_OUT)
    for number, alone in enumerate(NEW_ONLY):
        if not found:
            collect(alone, standing_out=number >= 2)
    collect(NEW_ONLY[0], contacts=True)


def _matches(pattern: re.Pattern[str] | Phrase, marked: Marked, starts: _Starts) -> Iterable[re.Match[str]]:
    """Where a pattern matches; one that begins with a cue is only looked for where that stands."""
    if isinstance(pattern, re.Pattern):
        return pattern.finditer(marked.text)
    if pattern.second and not starts(pattern.second):
        return ()
    return pattern.matches(marked.text, starts(pattern.first))


def _collect(
    found: list[_Found],
    marked: Marked,
    starts: _Starts,
    pattern: re.Pattern[str] | Phrase,
    standing_out: bool = False,
    contacts: bool = False,
) -> None:
    for match in _matches(pattern, marked, starts):
        named = match.re.groupindex
        new = value_of(marked, *match.span("new"))
        old = value_of(marked, *match.span("old")) if "old" in named else None
        spans = [match.span(name) for name in ("old", "new") if name in named]
        if standing_out and not all(stands_out(marked, *span) for span in spans):
            continue
        if contacts and shape_at(marked, match.start("new")) in ("name", "quoted", "number"):
            continue
        if all(plausible(marked, *span) for span in spans) and one_sort(marked, *spans):
            _add(found, _Found(spans[0][0], spans[-1][0], old, new))


def _add(found: list[_Found], entry: _Found) -> None:
    taken = {place for other in found for place in (other.old_at, other.new_at)}
    if not taken & {entry.old_at, entry.new_at} and entry.new and entry.new != entry.old:
        found.append(entry)


def _collect_pairs(found: list[_Found], marked: Marked) -> None:
    """Two neighbours of one shape: the one with the better signs is new."""
    marks = (one.start() for one in _ANY_MARK.finditer(marked.text))
    places = [at for at in marks if plausible(marked, at, at + 1, free=False)][:_VALUES]
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
                _Found(older, newer, value_of(marked, older, older + 1), value_of(marked, newer, newer + 1)),
            )


def _newer(marked: Marked, first: int, second: int) -> int:
    """The place of the right one of two values; 0 where the words around them do not tell."""
    one, two = _newness(marked, first), _newness(marked, second)
    lead = two - one
    if _alike(marked, first, second):
        least = 2 if shape_at(marked, first) == "number" and max(one, two) < 2 else 1
        between = marked.text[first + 1 : second]
        if lead == 0 and _RIGHT.search(between):
            return second
        if lead == 0 and one and shape_at(marked, first) in ("date", "phone", "email"):
            return second
        return 0 if abs(lead) < least else second if lead > 0 else first
    return 0 if abs(lead) < 2 or max(one, two) < 1 else second if lead > 0 else first


def _kin(marked: Marked, first: int, second: int) -> bool:
    shapes = {shape_at(marked, first), shape_at(marked, second)}
    if shapes == {"number"}:
        one, two = (sum(map(str.isdigit, value_of(marked, at, at + 1))) for at in (first, second))
        return abs(one - two) <= 1
    return len(shapes) == 1 or shapes <= {"quoted", "name"}


def _alike(marked: Marked, first: int, second: int) -> bool:
    """Whether two values could be two spellings of one, as those of a name must be."""
    if shape_at(marked, first) not in ("name", "quoted"):
        return True
    one, two = (fold(value_of(marked, at, at + 1)) for at in (first, second))
    return SequenceMatcher(None, one, two).ratio() >= _SIMILAR


def _newness(marked: Marked, place: int) -> int:
    """How much the words around a value speak for the right one, against the wrong one."""
    before = re.split(r"[\n.;]|[\ue000-\ue3ff]", marked.text[max(0, place - _BEFORE) : place])[-1]
    after = re.split(r"[\n;]|[\ue000-\ue3ff]", marked.text[place + 1 : place + 24])[0]
    around = 2 * bool(NEW_AFTER.match(after)) - 2 * bool(OLD_AFTER.match(after))
    return around + next((score for cue, score in SCORES if cue.search(before)), 0)
