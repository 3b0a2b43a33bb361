"""How addresses and terms are written in policies and statutes."""

from __future__ import annotations

import re

from core.deadlines import Term, Unit
from core.schema import wrong

EMAIL = r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+"
_TERM = re.compile(r"([1-9]\d{0,2}) (working day|day|month|hour)s?")


def read_term(value: object) -> Term:
    """ "15 working days", "10 days", "1 month": as people write terms. Raises Wrong."""
    found = _TERM.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise wrong("is no term", 'Write for example "10 days", "15 working days" or "1 month".')
    term = Term(int(found[1]), Unit(found[2].replace(" ", "_") + "s"))
    if term.unit is Unit.HOURS and term.count % 24:
        raise wrong("is no number of whole days", 'Write hours as "24 hours", "48 hours" or "72 hours".')
    return term
