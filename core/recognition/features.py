"""What the model weighs of a message: word and letter groups, concepts and outward signs, as numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from operator import attrgetter
from zlib import crc32

from core.recognition.cues import Reading, mask
from core.recognition.lexicon import Hit
from core.recognition.model import cue_feature
from core.recognition.normalise import fold, words

_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W_]+")
_SENTENCE_MARKS = (".", "?")
#: Letters of a group, the blanks around a word included; and words read for them.
_GROUP, _GROUPED_WORDS = (2, 3, 4, 5), 600
_LONGEST_WORD = 24  # letters; longer ones are cut, they are no words
_TITLE_WORDS = 40
CHATS = frozenset({"telegram", "zalo", "chat"})


def features(reading: Reading, channel: str) -> Mapping[str, Iterable[int]]:
    """The features present, by block, each as the checksum of its block and name.

    words: groups of one to three words with tone marks; folded: the same without; letters: groups within
    words; title: words of the subject; signs: outward signs; cues: concepts, pairs and neighbours;
    chains: three concepts in a row. `signs` stand a second time, as `marks`, for the view of the cues.
    """
    signs, rows = set(_signs(reading, channel)), _sentences(reading.hits)
    return {
        "words": set(word_groups(reading)),
        "folded": set(_groups("F", [_shape(word.folded) for word in reading.words])),
        "letters": _letters(reading.masked),
        "title": set(_title(reading)),
        "signs": {crc32(f"M{sign}".encode()) for sign in signs},
        "marks": {crc32(f"N{sign}".encode()) for sign in signs},
        "cues": {cue_feature(cue) for cue in (*reading.cues, *_rows(rows, 2))},
        "chains": {crc32(f"H{chain}".encode()) for chain in _rows(rows, 3)},
    }


def word_groups(reading: Reading) -> list[int]:
    """The words, then the pairs, then the threes, in the order of the text."""
    return _groups("P", [_shape(word.plain) for word in reading.words])


def _groups(block: str, typed: Sequence[str]) -> list[int]:
    """The checksum of a group goes on where that of the group without its last word ended."""
    first = [word.encode() for word in typed]
    further = [b" " + word for word in first]
    start = crc32(block.encode())
    single = [crc32(word, start) for word in first]
    pairs = list(map(crc32, further[1:], single))
    return [*single, *pairs, *map(crc32, further[2:], pairs)]


def _shape(word: str) -> str:
    """The word with every digit alike."""
    return word if word.isalpha() else _DIGIT.sub("0", word)


def _letters(text: str) -> set[int]:
    seen = dict.fromkeys(_LETTERS.findall(_DIGIT.sub("0", fold(text))))
    found: set[int] = set()
    for word, _ in zip(seen, range(_GROUPED_WORDS), strict=False):
        found.update(_letters_of(word[:_LONGEST_WORD]))
    return found


@lru_cache(maxsize=2048)
def _letters_of(word: str) -> tuple[int, ...]:
    """The letter groups of a word; frequent words are asked for again and again."""
    spaced = f" {word} "
    return tuple(
        crc32(f"C{spaced[start : start + size]}".encode())
        for size in _GROUP
        for start in range(len(spaced) - size + 1)
    )


def _title(reading: Reading) -> Iterator[int]:
    block = "r:" if reading.answers else "s:"
    typed = [word.folded for word in words(mask(reading.title), vietnamese=True)][:_TITLE_WORDS]
    for group in (*typed, *map(" ".join, pairwise(typed))):
        yield crc32(f"S{block}{group}".encode())


def _sentences(hits: Sequence[Hit]) -> list[list[str]]:
    """The concepts of each sentence that has some."""
    return [[hit.concept for hit in row] for _, row in groupby(hits, key=attrgetter("sentence"))]


def _rows(sentences: Sequence[Sequence[str]], size: int) -> Iterator[str]:
    """Concepts that follow each other in one sentence, whatever stands between them."""
    for concepts in sentences:
        yield from map("+".join, zip(*(concepts[start:] for start in range(size)), strict=False))


def _signs(reading: Reading, channel: str) -> Iterator[str]:
    marks = Counter(word.plain for word in reading.words if word.plain in _SENTENCE_MARKS)
    opening = [word.folded for word in reading.words[:2]]
    yield "chat" if channel in CHATS else "email"
    yield f"lang {reading.language}"
    yield f"answers {reading.answers} {bool(reading.title.strip())}"
    yield f"answers {reading.answers}"
    yield f"quoted {bool(reading.parts.quoted)}"
    yield f"signature {bool(reading.parts.signature)}"
    yield f"code {bool(reading.code)}"
    yield f"size {min(12, (len(reading.text) ** 2).bit_length() * 3 // 4)}"
    yield f"questions {min(3, marks['?'])}"
    yield f"sentences {min(6, marks['.'])}"
    yield f"numbers {min(3, reading.masked.count('znum'))}"
    yield f"addresses {min(2, reading.masked.count('zmailz'))}"
    yield f"first {' '.join(opening[:1])}"
    yield f"opening {' '.join(opening)}"
