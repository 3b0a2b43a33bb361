"""Finds the phrases of both lexicons in a text, each as a concept with its place, negation marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from core.recognition.lexicon_en import ENGLISH
from core.recognition.lexicon_vi import VIETNAMESE
from core.recognition.normalise import Word, fold, modern_tones


class Hit(NamedTuple):
    """A concept in a text: which sentence, at which word, and the span of the text."""

    concept: str
    sentence: int
    place: int
    start: int
    end: int


class _Phrase(NamedTuple):
    concept: str
    plain: tuple[str, ...]
    folded: tuple[str, ...]
    gaps: bool


_GAP, _GAP_WIDTH = "…", 4
_ENDING = re.compile(r"\(([^)]*)\)")
#: A concept that one of these stands before, at most three words away, is negated.
_NEGATORS = frozenset(
    ["không", "đừng", "chưa", "chẳng", "chả", "chớ", "cấm", "not", "never", "no", "without", "khong", "dung"]
)
_NEGATABLE = frozenset(
    [
        "DELETE",
        "COPY",
        "SEE",
        "FIX",
        "EXPORT",
        "TRANSFER",
        "SHARE",
        "PUBLISH",
        "CONTACTING",
        "USE",
        "CONSENT",
        "COMPLAIN",
        "OBJECT",
        "STOP",
        "RESTRICT",
        "KEEP",
        "HOLD",
        "REVOKE",
    ]
)
_NEGATION_REACH, _FAR = 3, 9
_END = "."


def _variants(phrase: str) -> Iterator[str]:
    """ "delet(e|ing)" as its two words; a bare "(s)" may also be missing."""
    parts = _ENDING.split(phrase)
    choices = [
        [part] if number % 2 == 0 else ((endings := part.split("|")) + ([""] if len(endings) == 1 else []))
        for number, part in enumerate(parts)
    ]
    return ("".join(choice) for choice in product(*choices))


def _index(*lexicons: Mapping[str, str]) -> Mapping[str, Mapping[str, Sequence[_Phrase]]]:
    """The phrases by their first word, folded, and then by their second; "" where it may be any."""
    index: dict[str, list[_Phrase]] = {}
    for lexicon in lexicons:
        for concept, phrases in lexicon.items():
            for written in phrases.split(","):
                for phrase in _variants(" ".join(written.split())):
                    plain = tuple(modern_tones(phrase).replace("-", " ").split())
                    folded = tuple(map(fold, plain))
                    index.setdefault(folded[0], []).append(_Phrase(concept, plain, folded, _GAP in plain))
    return {first: _by_second(phrases) for first, phrases in index.items()}


def _by_second(phrases: Sequence[_Phrase]) -> Mapping[str, Sequence[_Phrase]]:
    seconds = [phrase.folded[1] if phrase.plain[1:2] not in ((), (_GAP,)) else "" for phrase in phrases]
    return {
        word: [phrase for phrase, second in zip(phrases, seconds, strict=True) if second in ("", word)]
        for word in {"", *seconds}
    }


_INDEX = {"vi": _index(VIETNAMESE), "en": _index(ENGLISH), "mixed": _index(VIETNAMESE, ENGLISH)}


def find_hits(text: Sequence[Word], language: str) -> list[Hit]:
    """Every concept in the text; of one concept only the longest phrase at a place."""
    index = _INDEX.get(language, _INDEX["mixed"])
    plain, folded = tuple(word.plain for word in text), (*(word.folded for word in text), "")
    hits: list[Hit] = []
    sentence, last_negation = 0, -_FAR
    for place, word in enumerate(plain):
        if word == _END:
            sentence, last_negation = sentence + 1, -_FAR
            continue
        if following := index.get(folded[place]):
            phrases = following.get(folded[place + 1]) or following[""]
            negated = place - last_negation <= _NEGATION_REACH
            for concept, last in _longest(phrases, text, plain, folded, place).items():
                name = f"not:{concept}" if negated and concept in _NEGATABLE else concept
                hits.append(Hit(name, sentence, place, text[place].start, text[last].end))
        if word in _NEGATORS:
            last_negation = place
    return hits


def _longest(
    phrases: Sequence[_Phrase],
    text: Sequence[Word],
    plain: tuple[str, ...],
    folded: tuple[str, ...],
    place: int,
) -> dict[str, int]:
    """Each concept that stands at a place, with the index of its last word."""
    found: dict[str, int] = {}
    for phrase in phrases:
        if phrase.gaps:
            last = _match_over_gaps(phrase, text, place)
        else:
            end = place + len(phrase.plain)
            last = end - 1 if _same_words(phrase, plain[place:end], folded[place:end]) else -1
        if last >= 0 and last >= found.get(phrase.concept, -1):
            found[phrase.concept] = last
    return found


def _same_words(phrase: _Phrase, plain: tuple[str, ...], folded: tuple[str, ...]) -> bool:
    """As `_same`, for the words of a phrase without gaps."""
    if folded != phrase.folded:
        return False
    return plain == phrase.plain or all(
        word in (wanted, bare) for word, wanted, bare in zip(plain, phrase.plain, folded, strict=True)
    )


def _match_over_gaps(phrase: _Phrase, text: Sequence[Word], place: int) -> int:
    at, reach = place, 1
    for plain, folded in zip(phrase.plain, phrase.folded, strict=True):
        if plain == _GAP:
            reach = 1 + _GAP_WIDTH
            continue
        at = _next(text, at, reach, plain, folded)
        if at < 0:
            return -1
        at, reach = at + 1, 1
    return at - 1


def _next(text: Sequence[Word], start: int, reach: int, plain: str, folded: str) -> int:
    """Where a word stands among the next `reach` of the sentence; -1: nowhere."""
    for at in range(start, min(start + reach, len(text))):
        if text[at].plain == _END:
            return -1
        if text[at].folded == folded and _same(text[at], plain):
            return at
    return -1


def _same(word: Word, plain: str) -> bool:
    """With tone marks they must agree; a word typed without them fits every reading."""
    return word.plain in (plain, word.folded)
