"""The trained linear model: two views of a message, the words and the cues, weighed against each other."""

from __future__ import annotations

import json
import math
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import mul
from pathlib import Path
from sys import byteorder
from typing import Any, NamedTuple
from zlib import crc32

from core.recognition.letters import letter_groups

MAGIC = b"PDRM"
VERSION = 1
#: A weight w is stored as one byte round(w / scale) + ZERO.
ZERO = 128
_HEAD = struct.Struct("<4sHI")  # magic, version, length of the JSON that follows
_LANE = 4  # bytes of one sum: rows add up as one large number, so a text costs one addition per feature
_TOGETHER = 4096  # rows
#: The block of letter groups; and words whose letter groups are kept added up.
LETTERS, _KEPT = "letters", 4096
_LIMIT = 30.0  # beyond it the exponential says nothing more
_FILE = Path(__file__).with_name("model.bin")


class BadModel(ValueError):
    """The file is no model, or one of another version."""


class Present(NamedTuple):
    """What a message has of what the model knows: features by block, each of which counts once, and words.

    The letter groups of the words are one more block. They count as often as they come, so that what a word
    adds can be kept.
    """

    blocks: Mapping[str, Sequence[int]]
    spelled: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Features of one sort: which view they belong to, and how their bytes become weights.

    With `square` above 0 a block is normalised: its sum is divided by the root of the squares' sum, and
    the square of a feature's rarity is its last byte times `square`.
    """

    name: str
    view: int
    square: float
    scales: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, as one large number each, and the second stage that joins the views."""

    outputs: tuple[str, ...]
    rights: int  # of the outputs, the first ones
    blocks: tuple[Block, ...]
    biases: tuple[tuple[float, ...], ...]
    joining: tuple[tuple[float, ...], ...]
    rows: Mapping[int, int]
    #: What the letter groups of a word add up to, and how many are known; frequent words are kept.
    spelled: Callable[[str], tuple[int, int]] = field(repr=False, compare=False)

    def probabilities(self, present: Present) -> dict[str, float]:
        """The probability of every output."""
        return dict(
            zip(self.outputs, joined(self.joining, shown(self.views(present), self.rights)), strict=True)
        )

    def views(self, present: Present) -> list[float]:
        """The log odds of every output, in the first view and then in the second."""
        odds = [list(bias) for bias in self.biases]
        for block in self.blocks:
            total, known = (
                self._letters(present.spelled)
                if block.name == LETTERS
                else _sum(self.rows, set(present.blocks[block.name]))
            )
            for place, part in enumerate(self._weighed(block, total, known)):
                odds[block.view][place] += part
        return [value for view in odds for value in view]

    def _letters(self, words: Iterable[str]) -> tuple[int, int]:
        total = known = 0
        for added, groups in map(self.spelled, words):
            total += added
            known += groups
        return total, known

    def _weighed(self, block: Block, total: int, known: int) -> list[float]:
        lanes = len(self.outputs) + 1
        sums = struct.unpack(f"<{lanes}I", total.to_bytes(lanes * _LANE, "little"))
        size = math.sqrt(sums[-1] * block.square) if block.square and known else 1.0
        zero = ZERO * known
        return [(part - zero) * scale / size for part, scale in zip(sums, block.scales, strict=False)]

    def weights(self, block: str, features: Iterable[int], output: str) -> list[float]:
        """How much each feature speaks for an output, before normalising; 0 where it is unknown."""
        place = self.outputs.index(output)
        scale = next(known.scales[place] for known in self.blocks if known.name == block)
        shift, rows = 8 * _LANE * place, map(self.rows.get, features)
        return [((row >> shift & 0xFF) - ZERO) * scale if row else 0.0 for row in rows]

    def cue_weights(self, cues: Iterable[str], output: str) -> list[float]:
        """How much each concept, or pair of them, speaks for an output."""
        return self.weights("cues", map(cue_feature, cues), output)


def _sum(rows: Mapping[int, int], features: Iterable[int]) -> tuple[int, int]:
    """The rows of the features added up, and how many of them are known."""
    found = list(filter(None, map(rows.get, features)))  # a row is never 0: its bytes are not
    return sum(found), len(found)


@lru_cache(maxsize=8192)
def cue_feature(cue: str) -> int:
    """The feature of a concept, or of a pair of them; there are not many, and they come again and again."""
    return crc32(f"Q{cue}".encode())


def joined(joining: Sequence[Sequence[float]], shown: Sequence[float]) -> list[float]:
    """The second stage: the probability of each output from what `shown` gives, and a constant."""
    seen = (*shown, 1.0)
    return [chance(sum(map(mul, row, seen))) for row in joining]


def shown(odds: Sequence[float], rights: int) -> list[float]:
    """What the second stage sees: each view's odds and chances, what they say together, and the two
    likeliest of the rights, which the first outputs are. A request without any right is hardly one.
    """
    half = len(odds) // 2
    together = [(one + other) / 2 for one, other in zip(odds[:half], odds[half:], strict=True)]
    likeliest = sorted(together[:rights], reverse=True)[:2]
    return [*odds, *map(chance, odds), *map(chance, together), *likeliest, *map(chance, likeliest)]


def chance(odds: float) -> float:
    """The probability of log odds."""
    bounded = odds if -_LIMIT < odds < _LIMIT else math.copysign(_LIMIT, odds)
    return 1 / (1 + math.exp(-bounded))


def packed(head: Mapping[str, Any], features: Sequence[int], rows: bytes) -> bytes:
    """The file: `rows` holds, for each of the ascending features, a byte per output and one of rarity."""
    text = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    return _HEAD.pack(MAGIC, VERSION, len(text)) + text + _little(array("I", features)).tobytes() + rows


def unpacked(data: bytes) -> tuple[dict[str, Any], array[int], bytes]:
    """Head, features and rows of a file. Raises BadModel."""
    if len(data) < _HEAD.size:
        raise BadModel("the model file is cut off")
    magic, version, length = _HEAD.unpack_from(data)
    if (magic, version) != (MAGIC, VERSION):
        raise BadModel(f"the model file is not of version {VERSION}; make it again with `make model`")
    head = json.loads(data[_HEAD.size : _HEAD.size + length])
    start, features = _HEAD.size + length, array("I")
    end = start + head["features"] * features.itemsize
    features.frombytes(data[start:end])
    if len(data) - end != head["features"] * (len(head["outputs"]) + 1):
        raise BadModel("the model file is cut off")
    return head, _little(features), data[end:]


def _little(numbers: array[int]) -> array[int]:
    if byteorder == "big":
        numbers.byteswap()
    return numbers


def from_bytes(data: bytes) -> Model:
    """The model in a file's bytes. Raises BadModel."""
    head, features, rows = unpacked(data)
    width = len(head["outputs"]) + 1
    # what comes often lies side by side in memory, where it is found sooner: a row's last byte is its rarity
    order = array("I", sorted(range(len(features)), key=rows[width - 1 :: width].__getitem__))
    known = dict(zip(map(features.__getitem__, order), _numbers(rows, width, order), strict=True))
    return Model(
        outputs=tuple(head["outputs"]),
        rights=head["rights"],
        blocks=tuple(Block(**block | {"scales": tuple(block["scales"])}) for block in head["blocks"]),
        biases=tuple(map(tuple, head["biases"])),
        joining=tuple(map(tuple, head["joining"])),
        rows=known,
        spelled=lru_cache(maxsize=_KEPT)(lambda word: _sum(known, letter_groups(word))),
    )


def _numbers(rows: bytes, width: int, order: array[int]) -> Iterator[int]:
    """Each row as one number with a lane per byte; some rows at a time, to need little memory."""
    for start in range(0, len(order), _TOGETHER):
        some = b"".join(rows[at * width : (at + 1) * width] for at in order[start : start + _TOGETHER])
        lanes = bytearray(len(some) * _LANE)
        lanes[::_LANE] = some
        for at in range(0, len(lanes), width * _LANE):
            yield int.from_bytes(lanes[at : at + width * _LANE], "little")


@cache
def shipped() -> Model:
    """The model that comes with the desk."""
    return from_bytes(_FILE.read_bytes())
