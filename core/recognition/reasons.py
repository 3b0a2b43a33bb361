"""Names the words of a text that spoke for what was decided, for the staff's card."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from core.recognition.cues import Reading
from core.recognition.finding import Act, Reason
from core.recognition.model import Model, Present
from core.requests import Right

_SPANS, _DECIDED = 3, 3  # spans for one right, and rights shown
_RUN = 8  # words of one span
_ENOUGH = 0.4  # of the strongest word's weight belongs to the span too
_CUE = 0.5  # a concept's weight against that of its words


def reasons(
    reading: Reading, model: Model, present: Present, act: Act, rights: Sequence[Right]
) -> tuple[Reason, ...]:
    """The spans of the text that decided: for each right found, else for the act."""
    decided = [(str(right), str(right)) for right in rights[:_DECIDED]] or [(str(act), f"act {act}")]
    groups = present.blocks["words"]
    return tuple(
        Reason(" ".join(reading.text[start:end].split()), name)
        for name, output in decided
        for start, end in _runs(reading, _weights(reading, model, groups, output))
    )


def _weights(reading: Reading, model: Model, groups: Sequence[int], output: str) -> list[float]:
    """What each word of the text adds for an output: its share of the groups and concepts it is in."""
    length = len(reading.words)
    grouped = model.weights("words", groups, output)
    weights = grouped[:length]
    for place, weight in enumerate(grouped[length : 2 * length - 1]):
        if weight:
            weights[place] += (share := weight / 2)
            weights[place + 1] += share
    for place, weight in enumerate(grouped[2 * length - 1 :] if length else ()):
        if weight:
            weights[place] += (share := weight / 3)
            weights[place + 1] += share
            weights[place + 2] += share
    _add_concepts(reading, model, output, weights)
    return weights


def _add_concepts(reading: Reading, model: Model, output: str, weights: list[float]) -> None:
    starts = [word.start for word in reading.words]
    spans = [(cue, span) for cue, span in reading.cues.items() if span[1] > span[0]]
    for (_, span), weight in zip(spans, model.cue_weights((cue for cue, _ in spans), output), strict=True):
        first, last = bisect_left(starts, span[0]), bisect_left(starts, span[1])
        share = _CUE * weight / (last - first or 1)
        for place in range(first, last):
            weights[place] += share


def _runs(reading: Reading, weights: Sequence[float]) -> list[tuple[int, int]]:
    """The strongest runs of words, as spans of the text, in reading order."""
    strongest = max(weights, default=0.0)
    if strongest <= 0:
        return []
    runs: list[tuple[float, int, int]] = []
    total, start = 0.0, -1
    for place, weight in enumerate([*weights, 0.0]):
        ended = weight < _ENOUGH * strongest or place - start >= _RUN
        if start >= 0 and ended:
            runs.append((total, reading.words[start].start, reading.words[place - 1].end))
            start = -1
        if weight >= _ENOUGH * strongest:
            total, start = (weight, place) if start < 0 else (total + weight, start)
    best = sorted(runs, reverse=True)[:_SPANS]
    return sorted((first, last) for _, first, last in best)
