"""Request numbers such as MC-7K3F-9Q2X: made from random letters, found in text however they are typed."""

from __future__ import annotations

import re

#: Crockford's base32: no I, L, O and U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

#: How many random letters a reference is made from; the eighth is the check letter.
RANDOM_LETTERS = 7

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LOOK_ALIKE = {"O": "[O0]", "I": "[I1L]", "L": "[L1I]"}
_HYPHEN = r"\s?[-\u2010-\u2015\u2212_.]\s?"
_GAP = rf"(?:{_HYPHEN}|\s)?"
_BODY = "[0-9A-TV-Z]{4}"


def new_reference(prefix: str, random_letters: str) -> str:
    """A reference from seven random letters of Crockford's base32, in either case.

    Not sequential: it tells nobody how many requests there are. The last letter is a check: one wrong
    letter or two swapped ones give no other valid reference. Raises ValueError for other letters.
    """
    letters = random_letters.upper()
    if len(letters) != RANDOM_LETTERS or not set(letters) <= set(ALPHABET):
        raise ValueError(f"a reference is made from {RANDOM_LETTERS} letters of Crockford's base32")
    return f"{prefix}-{letters[:4]}-{letters[4:]}{_check_letter(letters)}"


def find_references(text: str, prefix: str) -> list[str]:
    """The valid references in a text, as they were issued, each once, in order.

    Reads lower case, other or missing hyphens, and O for 0, I or L for 1. Written without any hyphen it
    must have a digit, so that no run of words is taken for one.
    """
    begin = "".join(_LOOK_ALIKE.get(letter, letter) for letter in prefix)
    form = re.compile(rf"(?<!\w){begin}({_GAP})({_BODY})({_GAP})({_BODY})(?!\w)", re.IGNORECASE | re.ASCII)
    found = (_canonical(prefix, match) for match in form.finditer(text))
    return list(dict.fromkeys(reference for reference in found if reference))


def is_reference(text: str, prefix: str) -> bool:
    """Whether the text is one reference exactly as it was issued."""
    return find_references(text, prefix) == [text]


def _canonical(prefix: str, match: re.Match[str]) -> str:
    first_gap, first, second_gap, second = match.groups()
    spelled_out = (first_gap + second_gap).strip() or any(letter.isdigit() for letter in first + second)
    letters = (first + second).upper().translate(_READ_AS)
    if not spelled_out or _check_letter(letters[:-1]) != letters[-1]:
        return ""
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def _check_letter(letters: str) -> str:
    """A sum over GF(32), each letter weighted with another power of x, so that swaps are seen too."""
    check = 0
    for letter in letters:
        check = (check ^ ALPHABET.index(letter)) << 1
        if check & 0b100000:
            check ^= 0b101111  # x^5 + x^3 + x^2 + x + 1, irreducible
    return ALPHABET[check]
