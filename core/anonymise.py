"""Replaces what names a person in a text by invented values of the same shape, the same one every time."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.recognition import Identifiers

#: Names that stand for any; Vietnamese readers and English ones both take them for names.
_NAME = "An Lam"
_PHONES = ("0903 555 {:03d}", "+84 28 5550 {:04d}")


def anonymised(text: str, named: Identifiers, names: Iterable[str] = ()) -> str:
    """The text with its identifiers and names replaced; case and everything else stay as they are.

    What is replaced is what recognition found and what the sender calls themselves: a person must still
    look at the result before it leaves the desk.
    """
    replacements = {
        **{mail: f"person{n}@example.com" for n, mail in enumerate(named.emails, 1)},
        **{
            phone: _PHONES[phone.strip().startswith("+")].format(n) for n, phone in enumerate(named.phones, 1)
        },
        **{account: _same_shape(account, n) for n, account in enumerate(named.accounts, 1)},
        **{name: _NAME for name in names if name.strip()},
    }
    if not replacements:
        return text
    longest_first = sorted(replacements, key=len, reverse=True)
    known = {old.casefold(): new for old, new in replacements.items()}
    # All at once: what has been put in is not looked at again.
    return re.sub(
        "|".join(map(re.escape, longest_first)),
        lambda found: known.get(found[0].casefold(), _NAME),
        text,
        flags=re.IGNORECASE,
    )


def _same_shape(code: str, number: int) -> str:
    """A code with the same letters and separators, and other digits."""
    digits = iter(f"{7_340_916_582 + number * 1_357_911:020d}"[::-1])
    return "".join(next(digits, "7") if character.isdigit() else character for character in code)
