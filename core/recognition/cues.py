"""Turns a text into its cues: concepts, pairs of concepts close to each other, and outward signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, takewhile

from core.recognition.identifiers import find_code, find_identifiers
from core.recognition.language import detect
from core.recognition.lexicon import Hit, find_hits
from core.recognition.normalise import clean, fold, words
from core.recognition.reply import Parts, split

#: Requests say what they want early; what follows is history, annexes, or an attack. In characters,
#: of the whole message and of its new text and its subject, and in words.
_READ, _READ_NEW, _READ_TITLE, _READ_WORDS = 100_000, 20_000, 1_000, 2_000
_WINDOW = 10  # words between two concepts that speak together
_ANSWER = re.compile(r"\s*(?:(?:re|fwd?|aw|tl|tra loi|chuyen tiep|sv|vs)\s*(?:\[\d+\])?\s*:\s*)+")
_SIZES = (25, 50, 75, 100)  # words
_BARE = 6  # words: so few say one thing only, and their concepts weigh more

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as recognition reads it: `text` is the subject, where it is the sender's own, and the new text."""

    text: str
    parts: Parts
    language: str
    code: str
    cues: Mapping[str, Span]


def read(body: str, subject: str) -> Reading:
    """Read a message of any content and length; only the first part of a very long one counts."""
    parts = _shortened(split(clean(body[:_READ])))
    title = clean(subject[:_READ_TITLE])
    answers = _ANSWER.match(fold(title))
    text = "\n\n".join(filter(None, ("" if answers else title.strip(), parts.new)))
    language = detect(text)
    code = find_code(parts.new)
    cues = dict(_concepts(text, language))
    if len(body) > _READ or len(parts.new) == _READ_NEW:
        cues["cut"] = (0, 0)
    for sign, shown in _signs(text, parts, bool(answers or parts.quoted), code).items():
        if shown:
            cues[sign] = (0, 0)
    return Reading(text, parts, language, code, cues)


def _shortened(parts: Parts) -> Parts:
    return Parts(parts.new[:_READ_NEW], parts.signature[:_READ_NEW], parts.quoted)


def _concepts(text: str, language: str) -> Mapping[str, Span]:
    """Concepts and ordered pairs "A>B" of one sentence, each with the span where it was first seen."""
    typed = list(islice(words(text, vietnamese=language != "en"), _READ_WORDS))
    hits = find_hits(typed, language if language == "en" else "mixed")
    bare = "bare:" if len(typed) <= _BARE else ""
    cues: dict[str, Span] = {f"len{sum(len(typed) >= size for size in _SIZES)}": (0, 0)}
    if len(typed) == _READ_WORDS:
        cues["cut"] = (0, 0)
    for number, first in enumerate(hits):
        cues.setdefault(first.concept, (first.start, first.end))
        if bare:
            cues.setdefault(bare + first.concept, (first.start, first.end))
        for second in takewhile(lambda hit, first=first: _near(first, hit), hits[number + 1 :]):  # type: ignore[misc]
            if second.concept != first.concept and second.start >= first.end:
                cues.setdefault(f"{first.concept}>{second.concept}", (first.start, second.end))
    return cues


def _near(first: Hit, second: Hit) -> bool:
    return second.sentence == first.sentence and second.place - first.place <= _WINDOW


def _signs(text: str, parts: Parts, answers: bool, code: str) -> Mapping[str, bool]:
    named = find_identifiers(f"{parts.new}\n{parts.signature}")
    return {
        "answer": answers,
        "code": bool(code),
        "named": bool(named.emails or named.phones or named.accounts),
        "account": bool(named.accounts),
        "link": "http" in text,
    }
