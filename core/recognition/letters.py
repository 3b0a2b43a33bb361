"""The letter groups of a word: what stays of it where it is misspelt, cut off or joined to another."""

from __future__ import annotations

from zlib import crc32

#: Letters of a group, the blanks around a word included.
_GROUP = (2, 3, 4, 5)


def letter_groups(word: str) -> frozenset[int]:
    """The features of the groups in a folded word."""
    spaced = f" {word} "
    return frozenset(
        crc32(f"C{spaced[start : start + size]}".encode())
        for size in _GROUP
        for start in range(len(spaced) - size + 1)
    )
