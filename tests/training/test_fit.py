"""The committed model is what the corpus gives, and the folds keep together what resembles."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from core.recognition.model import unpacked
from training.corpus import folds, load
from training.fit import MODEL, fit


def test_the_committed_model_is_what_the_corpus_gives() -> None:
    """To the byte on the same processor; another one may round a weight to its neighbour."""
    made, kept = unpacked(fit(load())), unpacked(MODEL.read_bytes())
    assert made[1] == kept[1]
    assert [block["name"] for block in made[0]["blocks"]] == [block["name"] for block in kept[0]["blocks"]]
    steps = np.abs(np.frombuffer(made[2], np.uint8).astype(int) - np.frombuffer(kept[2], np.uint8))
    assert steps.max() <= 1
    assert (steps > 0).mean() < 0.001
    np.testing.assert_allclose(made[0]["joining"], kept[0]["joining"], atol=0.01)


def test_variants_of_a_text_share_a_fold() -> None:
    texts = load()[:400]
    variant = replace(texts[10], id="variant", source="elsewhere", body=texts[10].body + " nhé")
    parts = folds([*texts, variant])
    assert parts[-1] == parts[10]


def test_neighbours_share_a_fold_and_the_folds_are_of_like_size() -> None:
    parts = folds(load())
    together = sum(one == next_one for one, next_one in pairwise(parts)) / len(parts)
    assert together > 0.85
    assert max(map(parts.count, set(parts))) < 1.5 * min(map(parts.count, set(parts)))
