"""Scores recognition on texts it was not trained on, and writes the page about it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.recognition.finding import Finding
from core.recognition.model import from_bytes
from core.recognition.recognise import recognise
from core.recognition.scoring import Labelled, score
from core.recognition.scoring_page import page
from training.corpus import by_file, folds, load
from training.fit import fit_features, seen, targets, weights

PAGE = Path(__file__).parents[1] / "docs" / "recognition.md"
_HEAD = """\
# How well recognition understands

Made by `make scoreboard`; not edited by hand. Every text is judged by a model that has seen neither it nor
any text that resembles it. What the measures mean is said in `core/recognition/scoring.py`, how the texts
are labelled in `corpus/GUIDELINES.md`. "Exactly right" means act, rights and person are all as labelled.
"""


def main() -> None:
    """Judge all texts by cross-validation and, with --files, one file at a time by all others."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", action="store_true", help="also leave one file out at a time")
    arguments.add_argument("--out", type=Path, default=PAGE)
    given = arguments.parse_args()
    texts = load()
    sections = [_HEAD, *_section("All texts", texts, judged(texts, folds(texts)))]
    if given.files:
        found = judged(texts, by_file(texts))
        for name in sorted({text.source for text in texts}):
            pairs = [(text, one) for text, one in zip(texts, found, strict=True) if text.source == name]
            sections += _section(
                f"{name}, by all other files", [text for text, _ in pairs], [one for _, one in pairs]
            )
    given.out.write_text("\n".join(sections), encoding="utf-8")
    print(f"{given.out} written")


def _section(title: str, texts: Sequence[Labelled], found: Sequence[Finding]) -> list[str]:
    return [f"## {title}", "", page(score(texts, found))]


def judged(texts: Sequence[Labelled], parts: Sequence[int]) -> list[Finding]:
    """What is found in each text by a model fitted to the other parts."""
    features, right, weight, part = (
        [seen(text) for text in texts],
        targets(texts),
        weights(texts),
        np.array(parts),
    )
    found: dict[int, Finding] = {}
    for number in sorted(set(parts)):
        rest, held = np.flatnonzero(part != number).tolist(), np.flatnonzero(part == number).tolist()
        inner = folds([texts[place] for place in rest])
        model = from_bytes(fit_features([features[at] for at in rest], right[rest], inner, weight[rest]))
        for place in held:
            text = texts[place]
            found[place] = recognise(text.body, text.subject, text.channel, model=model)
    return [found[place] for place in range(len(texts))]


if __name__ == "__main__":
    main()
