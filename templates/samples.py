"""What a notice may be filled with to be looked at: its sample, and the sample with other choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from core.notices import NOTICES, REFUSAL_REASONS, Line
from core.requests import OnBehalf, Outcome, Right, Status

_DAY = date(2026, 12, 3)

#: The values that a field of this name may have.
CHOICES: Mapping[str, tuple[object, ...]] = {
    "on_behalf": tuple(each.value for each in OnBehalf),
    "status": tuple(each.value for each in Status),
    "reason": REFUSAL_REASONS,
    "right": tuple(each.value for each in Right),
    "tries_left": (0, 1, 2),
    "days_left": (1, 7),
    "minutes": (10, 60, 1440),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """The fields of a notice, and in which choices they differ from its own sample; empty: in none."""

    label: str
    fields: Mapping[str, object]


def samples(name: str) -> Iterator[Sample]:
    """The sample of a notice, then one for each other choice in one of its fields."""
    own = NOTICES[name]
    yield Sample("", own)
    for field, value in own.items():
        for choice in _others(field, value):
            yield Sample(f"{field}: {choice}", {**own, field: choice, **_follows(own, field, choice)})
    if "lines" in own:
        yield from (Sample(f"lines: {label}", {**own, "lines": lines}) for label, lines in _all_rights(own))


def combinations(name: str) -> Iterator[Mapping[str, object]]:
    """The fields of a notice in every combination of choices: all the branches that its texts can take."""
    own = NOTICES[name]
    choices = {field: (value, *_others(field, value)) for field, value in own.items()}
    if "lines" in own:
        choices["lines"] = (own["lines"], *(lines for _, lines in _all_rights(own)))
    for combination in product(*choices.values()):
        yield dict(zip(choices, combination, strict=True))


def _others(field: str, value: object) -> tuple[object, ...]:
    if isinstance(value, bool):
        return (not value,)
    return tuple(choice for choice in CHOICES.get(field, ()) if choice != value)


def _follows(own: Mapping[str, object], field: str, choice: object) -> dict[str, object]:
    """A refusal gives one reason in two places; data are kept for one reason only."""
    lines = own.get("lines")
    if field != "reason" or not isinstance(lines, tuple):
        return {}
    return {"lines": tuple(replace(line, reason=str(choice), kept=()) for line in lines)}


def _all_rights(own: Mapping[str, object]) -> Iterator[tuple[str, tuple[Line, ...]]]:
    for outcome in Outcome:
        reason = str(own.get("reason", REFUSAL_REASONS[0])) if outcome is Outcome.REFUSED else ""
        yield (
            f"every right, {outcome}",
            tuple(Line(right.value, _DAY, outcome.value, reason) for right in Right),
        )
    if "reason" not in own:
        yield (
            "every reason",
            tuple(Line("deletion", _DAY, Outcome.REFUSED.value, reason) for reason in REFUSAL_REASONS),
        )
