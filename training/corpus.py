"""Reads labelled texts and divides them so that texts that resemble each other stay together."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.recognition.normalise import clean, fold
from core.recognition.scoring import Labelled, read_labelled

FOLDER = Path(__file__).parents[1] / "corpus"
#: Neighbours were often written as pairs: so many in a row of one file stay together.
_NEIGHBOURS = 8
#: Texts with this share of their word pairs in common are variants of each other.
_ALIKE, _FREQUENT = 0.3, 40
_SEED = 356


def load(extra: Path | None = None, folder: Path = FOLDER) -> list[Labelled]:
    """All labelled texts in a fixed order, those of `extra` last. Raises BadLabels."""
    paths = [*sorted(folder.glob("*.jsonl")), *([extra] if extra else [])]
    return [text for path in paths for text in _read(path)]


def _read(path: Path) -> list[Labelled]:
    with path.open(encoding="utf-8") as lines:
        return read_labelled(path.name, lines)


def folds(texts: Sequence[Labelled], number: int = 5) -> list[int]:
    """For each text the fold it is in; pairs and near-duplicates share one."""
    groups = _joined(_blocks(texts), _resembling(texts))
    names = sorted(set(groups))
    random.Random(_SEED).shuffle(names)
    fold_of = {name: place % number for place, name in enumerate(names)}
    return [fold_of[name] for name in groups]


def by_file(texts: Sequence[Labelled]) -> list[int]:
    """For each text the number of its file: to leave one file out at a time."""
    files = sorted({text.source for text in texts})
    return [files.index(text.source) for text in texts]


def _blocks(texts: Iterable[Labelled]) -> list[int]:
    seen: Counter[str] = Counter()
    number: dict[tuple[str, int], int] = {}
    blocks = []
    for text in texts:
        blocks.append(number.setdefault((text.source, seen[text.source] // _NEIGHBOURS), len(number)))
        seen[text.source] += 1
    return blocks


def _resembling(texts: Sequence[Labelled]) -> Iterator[tuple[int, int]]:
    """Pairs of places of texts that share much."""
    shingles = [_shingles(text) for text in texts]
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, known in enumerate(shingles):
        shared = Counter(
            other for one in sorted(known) if len(places[one]) < _FREQUENT for other in places[one]
        )
        for other, common in shared.items():
            if common >= max(3, _ALIKE * max(len(known), len(shingles[other]))):
                yield other, place
        for one in known:
            places[one].append(place)


def _shingles(text: Labelled) -> set[tuple[str, ...]]:
    typed = fold(clean(f"{text.subject} {text.body}")).split()
    return set(zip(typed, typed[1:], typed[2:], strict=False))


def _joined(blocks: Sequence[int], pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Every block that shares a resembling pair becomes one group."""
    group = {block: block for block in blocks}
    for one, other in pairs:
        first, second = group[blocks[one]], group[blocks[other]]
        if first != second:
            group = {block: first if name == second else name for block, name in group.items()}
    return [group[block] for block in blocks]
