"""The model file is read as it was written, and what is no model is refused."""

from __future__ import annotations

import pytest

from core.recognition.finding import Act
from core.recognition.letters import letter_groups
from core.recognition.model import BadModel, Present, chance, from_bytes, packed, shipped, unpacked

HEAD = {
    "outputs": ["access", "act none"],
    "rights": 1,
    "blocks": [{"name": "words", "view": 0, "square": 0.5, "scales": [0.1, 0.2]}],
    "biases": [[-1.0, 1.0], [0.0, 0.0]],
    "joining": [[1.0] + [0.0] * 12, [0.0, 1.0] + [0.0] * 11],
    "features": 2,
}
ROWS = bytes([138, 118, 2, 128, 133, 6])


def test_known_features_add_their_weights_and_unknown_ones_nothing() -> None:
    model = from_bytes(packed(HEAD, [7, 4_000_000_000], ROWS))
    both = model.views(Present({"words": [7, 4_000_000_000, 99]}))
    assert both == pytest.approx([-1.0 + 1.0 / 2, 1.0 + (-2.0 + 1.0) / 2, 0.0, 0.0])
    assert model.views(Present({"words": [99]})) == [-1.0, 1.0, 0.0, 0.0]


def test_a_feature_counts_once_and_letter_groups_as_often_as_they_come() -> None:
    group = min(letter_groups("data"))
    blocks = [{"name": "letters", "view": 0, "square": 0.0, "scales": [0.1, 0.2]}]
    lettered = from_bytes(packed(HEAD | {"blocks": blocks}, [group, 4_294_967_295], ROWS))
    assert lettered.views(Present({}, ["data", "data"]))[:2] == pytest.approx([-1.0 + 2.0, 1.0 - 4.0])
    model = from_bytes(packed(HEAD, [7, 4_000_000_000], ROWS))
    assert model.views(Present({"words": [7, 7]})) == model.views(Present({"words": [7]}))


def test_the_second_stage_joins_both_views() -> None:
    model = from_bytes(packed(HEAD, [7, 4_000_000_000], ROWS))
    odds = model.views(Present({"words": [7]}))
    assert model.probabilities(Present({"words": [7]})) == pytest.approx(
        {"access": chance(odds[0]), "act none": chance(odds[1])}
    )


def test_a_file_of_another_sort_or_cut_off_is_refused() -> None:
    data = packed(HEAD, [7, 9], ROWS)
    for bad in (b"", b"PK\x03\x04" + data[4:], data[:-1], data[:4] + b"\x63\x00" + data[6:]):
        with pytest.raises(BadModel):
            from_bytes(bad)


def test_what_is_packed_is_unpacked() -> None:
    head, features, rows = unpacked(packed(HEAD, [7, 9], ROWS))
    assert (head, list(features), rows) == (HEAD, [7, 9], ROWS)


def test_the_shipped_model_knows_every_act() -> None:
    assert {f"act {act}" for act in Act} <= set(shipped().outputs)
