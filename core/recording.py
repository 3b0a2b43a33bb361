"""What staff and mails record of who asks for whom: "field:value", and the buttons that stand for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.representation import person_meant
from core.represented import AgeBand, AnswerTo, ChildView, Mandate, Relation, Representation
from core.requests import OnBehalf, Request

#: The short name behind a button (a token has little room) -> what it records: "field:value".
RECORDS: Mapping[str, str] = {
    "for.s": "on_behalf:self",
    "for.c": "on_behalf:child",
    "for.a": "on_behalf:agent",
    "age.u": "age:below_consent",
    "age.c": "age:below_adult",
    "age.a": "age:adult",
    "age.n": "age:not_known",
    "relation.b": "relation:birth_certificate_seen",
    "relation.h": "relation:household_record",
    "relation.a": "relation:account_holder_is_parent",
    "relation.o": "relation:other",
    "view.y": "view:agrees",
    "view.n": "view:disagrees",
    "view.c": "view:cannot_say",
    "view.h": "view:would_harm",
    "view.l": "view:not_needed",
    "mandate.v": "mandate:valid",
    "mandate.n": "mandate:not_valid",
}

_KINDS: Mapping[str, Callable[[str], object]] = {
    "age": AgeBand,
    "relation": Relation,
    "view": ChildView,
    "mandate": Mandate,
    "answer_to": AnswerTo,
    "attached": lambda value: value == "yes",
}


def noted(before: Representation, record: str) -> Representation:
    """What is recorded once "field:value" is. Raises ValueError for a field or a value that there is not."""
    name, _, value = record.partition(":")
    if name not in _KINDS or not value:
        raise ValueError(f"nothing of the kind {name!r} can be recorded")
    changed: dict[str, object] = {name: _KINDS[name](value)}
    return replace(before, **changed)  # type: ignore[arg-type]


def recorded(request: Request, record: str) -> Request:
    """The request with "field:value" recorded. Raises ValueError as `noted` does."""
    # Who approved before did not know it.
    request = replace(request, approvals=())
    field, _, value = record.partition(":")
    if field == "on_behalf":
        changed = replace(request, on_behalf=OnBehalf(value))
        return replace(changed, subject=person_meant(changed, changed.subject))
    return replace(request, representation=noted(request.representation, record))
