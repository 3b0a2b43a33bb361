"""Reads what a policy says beside its rights: promises, sharing, systems, and counsel's numbers."""

from __future__ import annotations

from typing import Any

from core.counsel import Counsel, Ruling
from core.policy import (
    Announcement,
    Promises,
    Sharing,
    System,
    SystemKind,
    Undertaking,
)
from core.policy_values import EMAIL, read_term
from core.requests import Right
from core.schema import Key, Problem, Wrong, choice, several, table, text, whole, yes_no

_RULING_KEYS = {
    "source": Key(text()),
    "term": Key(read_term, None),
    "third_party": Key(read_term, None),
    "extension": Key(read_term, None),
}


def _ruling(**values: Any) -> Ruling:
    ruling = Ruling(**values)
    if not (ruling.term or ruling.third_party or ruling.extension):
        hint = 'Give at least one of term, third_party and extension, for example term = "10 days".'
        raise Wrong(Problem("", "changes no number", hint))
    return ruling


def _counsel(acknowledge: Ruling | None, **rulings: Ruling | None) -> Counsel:
    return Counsel({Right(name): ruling for name, ruling in rulings.items() if ruling}, acknowledge)


#: Reads the table [law].
LAW = table(
    _counsel,
    {
        "acknowledge": Key(table(Ruling, {"source": Key(text()), "term": Key(read_term)}), None),
        **{right.value: Key(table(_ruling, _RULING_KEYS), None) for right in Right},
    },
)

PROMISES = table(
    Promises,
    {
        "acknowledge": Key(read_term, None),
        "breach_hours": Key(whole(1, 24 * 30), None),
        "written_request": Key(yes_no, False),
        "identity_document": Key(yes_no, False),
        "announce_changes": Key(several(choice(Announcement)), ()),
    },
)

SHARING = table(
    Sharing,
    {
        "never": Key(several(choice(Undertaking)), ()),
        "partners": Key(several(text()), ()),
        "pictures": Key(yes_no, False),
    },
)

SYSTEM = table(
    System,
    {
        "name": Key(text()),
        "owner": Key(text()),
        "kind": Key(choice(SystemKind)),
        "rights": Key(several(choice(Right), 1, 'For example: ["access", "deletion"].')),
        "days": Key(whole(0, 60), 0),
        "contact": Key(text(EMAIL, 'An e-mail address, for example "dpo@example.com".'), ""),
    },
)


def one_name_each(systems: tuple[System, ...]) -> tuple[Problem, ...]:
    """A problem for every system whose name another one has already."""
    names = [system.name for system in systems]
    return tuple(
        Problem(f"systems.{number}.name", "is another system's as well", "Checklists know them by name.")
        for number, name in enumerate(names, 1)
        if name in names[: number - 1]
    )
