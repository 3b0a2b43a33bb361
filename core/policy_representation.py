"""Reads what a policy says of children and of agents."""

from __future__ import annotations

from core.policy import Agents, Children, MandateRule
from core.schema import Key, Problem, Wrong, choice, table, whole, yes_no


def _children(consent_from: int, adult_from: int) -> Children:
    if consent_from > adult_from:
        raise Wrong(Problem("consent_from", "is above adult_from", "For example: 7 and 16."))
    return Children(consent_from, adult_from)


CHILDREN = table(
    _children,
    {
        "consent_from": Key(whole(0, 18), Children().consent_from),
        "adult_from": Key(whole(0, 21), Children().adult_from),
    },
)

AGENTS = table(
    Agents,
    {
        "ask_person": Key(yes_no, Agents().ask_person),
        "mandate": Key(choice(MandateRule), Agents().mandate),
    },
)
