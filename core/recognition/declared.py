"""Reads the rights that a text declares in the set words of the law: "I hereby object to the processing …"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.recognition.normalise import fold
from core.requests import Right

#: Somebody who declares it here and now, not one who reports having done so or thinks of it.
_I = r"\b(?:i|we|i am|i'm|we are|i would like to|i wish to) (?:hereby |also |further |formally |therefore |now )*"
#: Right -> the words in which it is declared, folded. GDPR art. 7(3), 20(1), 21; measured on the corpus:
#: of 97 new requests with one of them, 97 are labelled with the right.
_DECLARED: Mapping[Right, re.Pattern[str]] = {
    Right.PORTABILITY: re.compile(r"\bmachine[- ]readable\b|\bstructured, commonly used\b|\bdang may (?:tinh )?(?:co the )?doc duoc\b"),
    Right.WITHDRAWAL: re.compile(rf"{_I}(?:withdraw|withdrawing|revoke|revoking)\b[^.!?\n]{{0,40}}\bconsent\b"),
    Right.OBJECTION: re.compile(rf"(?:{_I}|\band (?:hereby |also )?)(?:object|objecting)\b[^.!?\n]{{0,40}}\b(?:processing|use|profiling|marketing)\b"),
}  # fmt: skip
_SUBJECTS = re.compile(r"machine|structured|may |withdraw|revok|object")


def declared(text: str) -> frozenset[Right]:
    """The rights that a new request declares in set words."""
    folded = fold(text)
    if not _SUBJECTS.search(folded):
        return frozenset()
    return frozenset(right for right, words in _DECLARED.items() if words.search(folded))
