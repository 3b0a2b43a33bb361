"""What the model weighs of a message: word and letter groups, concepts and outward signs, as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple
from zlib import crc32

from core.recognition.cues import Reading, mask
from core.recognition.lexicon import Hit
from core.recognition.model import Present, cue_feature
from core.recognition.normalise import fold, words

_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W_]+")
_SPELLED_WORDS = 600  # words read for their letters
_LONGEST_SPELLED = 24  # letters; longer ones are cut, they are no words
_LONGEST_WORD = 40  # letters; longer ones are kept nowhere
_TITLE_WORDS = 40
_WORDS, _FOLDED = crc32(b"P"), crc32(b"F")
CHATS = frozenset({"telegram", "zalo", "chat"})


def features(reading: Reading, channel: str) -> Present:
    """The features present, by block, each as the checksum of its block and name.

    words: groups of one to three words with tone marks, in the order of the text, first the words, then the
    pairs, then the threes; folded: words and pairs without the marks; title: words of the subject; signs:
    outward signs; cues: concepts, pairs and neighbours; chains: three concepts in a row. `signs` stand a
    second time, as `marks`, for the view of the cues. The letters are those of the different words.
    """
    plain, folded = [word.plain for word in reading.words], [word.folded for word in reading.words]
    signs, rows = set(_signs(reading, channel, plain, folded)), _sentences(reading.hits)
    blocks = {
        "words": _groups(_WORDS, plain, 3),
        "folded": _groups(_FOLDED, folded, 2),
        "title": list(_title(reading)),
        "signs": [crc32(f"M{sign}".encode()) for sign in signs],
        "marks": [crc32(f"N{sign}".encode()) for sign in signs],
        "cues": list(map(cue_feature, (*reading.cues, *_rows(rows, 2)))),
        "chains": [crc32(f"H{chain}".encode()) for chain in _rows(rows, 3)],
    }
    return Present(blocks, _spelled(reading.masked))


class _Encoded(NamedTuple):
    """A word as the checksums read it, as it stands alone and as it follows another."""

    alone: bytes
    after: bytes


def _groups(start: int, typed: Sequence[str], longest: int) -> list[int]:
    """The checksum of a group goes on where that of the group without its last word ended."""
    encoded = [(_encode if len(word) > _LONGEST_WORD else _encode_often)(word) for word in typed]
    after = [word.after for word in encoded]
    last = found = [crc32(word.alone, start) for word in encoded]
    for size in range(1, longest):
        last = list(map(crc32, after[size:], last))
        found = found + last
    return found


def _encode(word: str) -> _Encoded:
    """The word with every digit alike."""
    shape = (word if word.isalpha() else _DIGIT.sub("0", word)).encode()
    return _Encoded(shape, b" " + shape)


#: Frequent words are asked for again and again.
_encode_often = lru_cache(maxsize=4096)(_encode)


def _spelled(text: str) -> list[str]:
    different = dict.fromkeys(_LETTERS.findall(_DIGIT.sub("0", fold(text))))
    return [word[:_LONGEST_SPELLED] for word, _ in zip(different, range(_SPELLED_WORDS), strict=False)]


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


def _signs(reading: Reading, channel: str, plain: Sequence[str], folded: Sequence[str]) -> Iterator[str]:
    yield "chat" if channel in CHATS else "email"
    yield f"lang {reading.language}"
    yield f"answers {reading.answers} {bool(reading.title.strip())}"
    yield f"answers {reading.answers}"
    yield f"quoted {bool(reading.parts.quoted)}"
    yield f"signature {bool(reading.parts.signature)}"
    yield f"code {bool(reading.code)}"
    yield f"size {min(12, (len(reading.text) ** 2).bit_length() * 3 // 4)}"
    yield f"questions {min(3, plain.count('?'))}"
    yield f"sentences {min(6, plain.count('.'))}"
    yield f"numbers {min(3, reading.masked.count('znum'))}"
    yield f"addresses {min(2, reading.masked.count('zmailz'))}"
    yield f"first {' '.join(folded[:1])}"
    yield f"opening {' '.join(folded[:2])}"
