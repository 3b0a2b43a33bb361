"""A company's counsel reads the law: their numbers, each with its source, stand before those of a statute's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.deadlines import Provenance, Statute, Term
from core.requests import Right

#: What `core.deadlines.Provenance.sure` says of a number that counsel gave.
COUNSEL = "COUNSEL"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What counsel says of one right; None leaves the statute's own number."""

    source: str
    term: Term | None = None
    third_party: Term | None = None
    extension: Term | None = None


@dataclass(frozen=True, slots=True)
class Counsel:
    """All that a policy's `[law]` says."""

    rights: Mapping[Right, Ruling] = field(default_factory=dict)
    acknowledge: Ruling | None = None


def as_counsel_reads_it(statute: Statute, counsel: Counsel) -> Statute:
    """The statute with counsel's numbers in place of its own; a right it has no term for may get one."""
    rulings = counsel.rights
    sources = {right: Provenance(ruling.source, COUNSEL) for right, ruling in rulings.items() if ruling.term}
    return replace(
        statute,
        acknowledge=counsel.acknowledge.term if counsel.acknowledge else statute.acknowledge,
        terms={**statute.terms, **{right: ruling.term for right, ruling in rulings.items() if ruling.term}},
        third_party={
            **statute.third_party,
            **{right: ruling.third_party for right, ruling in rulings.items() if ruling.third_party},
        },
        extensions={
            **statute.extensions,
            **{right: ruling.extension for right, ruling in rulings.items() if ruling.extension},
        },
        provenance={**statute.provenance, **sources},
    )
