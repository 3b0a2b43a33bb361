"""Fits the model to the labelled texts, deterministically, and writes the file that recognition reads."""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from core.recognition.cues import read
from core.recognition.features import features
from core.recognition.finding import Act
from core.recognition.letters import letter_groups
from core.recognition.model import LETTERS, ZERO, Present, from_bytes, packed, shown
from core.recognition.scoring import Labelled
from core.requests import OnBehalf, Right
from training.corpus import folds, load

MODEL = Path(__file__).parents[1] / "core" / "recognition" / "model.bin"
OUTPUTS = (*map(str, Right), *(f"act {act}" for act in Act), *(f"for {person}" for person in OnBehalf))

Matrix = NDArray[Any]


class _Sort(NamedTuple):
    """How the features of a block count: in which view, how much, by rarity and normalised or as they are."""

    view: int
    weight: float
    rare: bool
    normal: bool


_SORTS = {
    "words": _Sort(0, 1.0, True, True),
    "folded": _Sort(0, 1.0, True, True),
    LETTERS: _Sort(0, 1.0, True, True),
    "title": _Sort(0, 0.5, True, True),
    "signs": _Sort(0, 1.0, False, True),
    "cues": _Sort(1, 1.0, False, False),
    "chains": _Sort(1, 0.5, False, False),
    "marks": _Sort(1, 1.0, False, True),
}
#: How freely the weights of a view, and of the second stage, may follow the texts.
_FREEDOM, _FREEDOM_JOINED = (5.0, 0.3), 0.1
#: Files of texts at the borders between rights; what any other text weighs against one of theirs.
HARD = frozenset(
    f"{name}.jsonl"
    for name in ("boundaries", "commerce", "dialogue", "education", "everyday", "requests", "services")
)
_ORDINARY = 3.0
_RARITY_STEP = 0.35  # of the squared rarity, kept as one byte
_LEAST = 3  # texts that a feature must be in
_DIGITS = 4  # of the second stage's weights


class _Column(NamedTuple):
    feature: int
    block: str
    square: int


def main() -> None:
    """Fit to all texts and write the model."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--extra", type=Path, help="more labelled texts, such as exported corrections")
    arguments.add_argument("--out", type=Path, default=MODEL)
    given = arguments.parse_args()
    texts = load(given.extra)
    data = fit(texts)
    given.out.write_bytes(data)
    print(f"{given.out}: {len(data):,} bytes from {len(texts):,} texts")


def fit(texts: Sequence[Labelled]) -> bytes:
    """The model file for these texts."""
    return fit_features([seen(text) for text in texts], targets(texts), folds(texts), weights(texts))


def fit_features(found: Sequence[Present], right: Matrix, parts: Sequence[int], weight: Matrix) -> bytes:
    """The model file: the views fitted to all texts, the second stage to views that had not seen its text."""
    odds = np.zeros((len(found), 2 * len(OUTPUTS)))
    part = np.array(parts)
    for number in sorted(set(parts)):
        rest, held = np.flatnonzero(part != number).tolist(), np.flatnonzero(part == number).tolist()
        model = from_bytes(_fit_views([found[place] for place in rest], right[rest], ()))
        odds[held] = [model.views(found[place]) for place in held]
    return _fit_views(found, right, _join(odds, right, weight))


def seen(text: Labelled) -> Present:
    """The features of a labelled text."""
    return features(read(text.body, text.subject), text.channel)


def _of(one: Present, block: str) -> Iterable[int]:
    """The features of a block: letter groups as often as they come, others once."""
    if block == LETTERS:
        return chain.from_iterable(map(letter_groups, one.spelled))
    return dict.fromkeys(one.blocks[block])


def targets(texts: Sequence[Labelled]) -> Matrix:
    """A row a text, a column an output: 1 where the label says so."""
    return np.array([[_is(output, text) for output in OUTPUTS] for text in texts], dtype=int)


def _is(output: str, text: Labelled) -> bool:
    return output in (*text.kinds, f"act {text.act}", f"for {text.on_behalf}")


def weights(texts: Sequence[Labelled]) -> Matrix:
    """How much each text counts in the second stage: the first files hold more hard cases than life does."""
    return np.array([1.0 if text.source in HARD else _ORDINARY for text in texts])


def _join(odds: Matrix, right: Matrix, weight: Matrix) -> list[list[float]]:
    """The second stage, from the odds of both views to the probability of each output."""
    seen_by = np.array([shown(list(row), len(Right)) for row in odds])
    rows = []
    for output in right.T:
        fitted = LogisticRegression(C=_FREEDOM_JOINED, max_iter=2000).fit(
            seen_by, output, sample_weight=weight
        )
        rows.append([round(float(value), _DIGITS) for value in (*fitted.coef_[0], fitted.intercept_[0])])
    return rows


def _fit_views(found: Sequence[Present], right: Matrix, joining: Sequence[Sequence[float]]) -> bytes:
    columns = _columns(found)
    biases, weights = [], np.zeros((len(columns), len(OUTPUTS)))
    for view, freedom in enumerate(_FREEDOM):
        places = np.array([at for at, column in enumerate(columns) if _SORTS[column.block].view == view])
        matrix = _matrix(found, columns, view)
        fitted = [_regression(freedom).fit(matrix, output) for output in right.T]
        weights[places] = np.stack([one.coef_[0] for one in fitted], 1)
        biases.append([round(float(one.intercept_[0]), _DIGITS) for one in fitted])
    return _packed(columns, weights, biases, joining)


def _regression(freedom: float) -> LogisticRegression:
    return LogisticRegression(
        C=freedom, solver="liblinear", dual=True, tol=0.1, max_iter=1000, random_state=0
    )


def _columns(found: Sequence[Present]) -> list[_Column]:
    """The features that count, in ascending order, with the byte of their squared rarity."""
    columns = []
    for block, sort in _SORTS.items():
        counts = Counter(feature for one in found for feature in set(_of(one, block)))
        for feature, count in counts.items():
            if count >= _LEAST:
                columns.append(_Column(feature, block, _rarity(count, len(found)) if sort.rare else 1))
    return sorted({column.feature: column for column in columns}.values())


def _rarity(count: int, total: int) -> int:
    weight = 1 + math.log((1 + total) / (1 + count))
    return max(1, min(255, round(weight * weight / _RARITY_STEP)))


def _matrix(found: Sequence[Present], columns: Sequence[_Column], view: int) -> csr_matrix:
    """A row a text; the columns are those of the view, in order."""
    blocks = [block for block, sort in _SORTS.items() if sort.view == view]
    mine = [column for column in columns if column.block in blocks]
    place = {column.feature: at for at, column in enumerate(mine)}
    value = {column.feature: _value(column) for column in mine}
    rows, cells, values = [], [], []
    for row, one in enumerate(found):
        for block in blocks:
            known = [feature for feature in _of(one, block) if feature in place]
            size = _size(block, [value[feature] for feature in known])
            rows += [row] * len(known)
            cells += [place[feature] for feature in known]
            values += [value[feature] * _SORTS[block].weight / size for feature in known]
    return csr_matrix((values, (rows, cells)), shape=(len(found), len(mine)))


def _value(column: _Column) -> float:
    return math.sqrt(column.square * _step(column.block))


def _step(block: str) -> float:
    return _RARITY_STEP if _SORTS[block].rare else 1.0


def _size(block: str, values: Sequence[float]) -> float:
    return math.sqrt(sum(value * value for value in values)) if _SORTS[block].normal and values else 1.0


def _packed(
    columns: Sequence[_Column],
    weights: Matrix,
    biases: Sequence[Sequence[float]],
    joining: Sequence[Sequence[float]],
) -> bytes:
    """The weights as bytes: rarity and the block's weight are multiplied in, the largest becomes 127."""
    full = weights * np.array([[_value(one) * _SORTS[one.block].weight] for one in columns])
    rows = np.zeros((len(columns), len(OUTPUTS) + 1), dtype=np.uint8)
    rows[:, -1] = [column.square for column in columns]
    blocks = []
    for block, sort in _SORTS.items():
        places = np.array([at for at, column in enumerate(columns) if column.block == block], dtype=int)
        scales = np.maximum(np.abs(full[places]).max(0, initial=0.0), 1e-6) / (ZERO - 1)
        scales = np.array([float(f"{scale:.4g}") for scale in scales])
        rows[places, :-1] = np.clip(np.rint(full[places] / scales) + ZERO, 1, 255).astype(np.uint8)
        square = _step(block) if sort.normal else 0.0
        blocks.append({"name": block, "view": sort.view, "square": square, "scales": scales.tolist()})
    head = {
        "outputs": OUTPUTS,
        "rights": len(Right),
        "blocks": blocks,
        "biases": biases,
        "joining": joining,
        "features": len(columns),
    }
    return packed(head, [column.feature for column in columns], rows.tobytes())


if __name__ == "__main__":
    main()
