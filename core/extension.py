"""When a right gets another due date: once extended by law, or because another company must act too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum

from core.deadlines import Statute, Workdays, safe_end_of, working_days_left
from core.policy import RightRule
from core.reckoning import lengthened
from core.requests import DueDate, Item, Outcome, Right


class Obstacle(StrEnum):
    """Why a right cannot be extended."""

    NONE = "none"  # the law knows no extension for it
    ALREADY = "already"  # the law allows one
    THIRD_PARTY = "third_party"  # no source says that an extension may follow a third party's term
    TOO_LATE = "too_late"  # the customer could not be told before the first due date
    NO_GAIN = "no_gain"  # the organisation's own promise comes first


#: Working days that must be left before the first due date: the customer is told before it, whatever the hour.
LEAST_AHEAD = 1


def obstacle(
    item: Item, statute: Statute, rule: RightRule, received: date, today: date, works: Workdays
) -> Obstacle | None:
    """Why an open right cannot be extended today; None: it can.

    Once only, with notice and reason (Decree 356/2025 art. 5).
    """
    if item.extended_from is not None:
        return Obstacle.ALREADY
    if item.right not in statute.extensions or item.due.statute is None:
        return Obstacle.NONE
    if item.third_party and item.right in statute.third_party:
        return Obstacle.THIRD_PARTY
    if working_days_left(today, item.due.statute, works) < LEAST_AHEAD:
        return Obstacle.TOO_LATE
    if extended(item, statute, rule, received, works).due.binding <= item.due.binding:
        return Obstacle.NO_GAIN
    return None


def extended(item: Item, statute: Statute, rule: RightRule, received: date, works: Workdays) -> Item:
    """The right with its extended due date; only where `obstacle` sees none.

    What is extended is hard: where the organisation has published a term for that, it takes the promise's place.
    """
    term = lengthened(statute.terms[item.right], statute.extensions[item.right], received, works)
    promise = safe_end_of(rule.complex, received, works) if rule.complex else item.due.promise
    return replace(item, due=_due(safe_end_of(*term, works), promise), extended_from=item.due.binding)


def through_third_party(item: Item, statute: Statute, received: date, works: Workdays) -> Item:
    """The right as one for which another company must act.

    The law's term for that takes the place of the ordinary one, where there is one and no extension was granted.
    """
    noted = replace(item, third_party=True)
    term = statute.third_party.get(item.right)
    if term is None or item.extended_from is not None:
        return noted
    return replace(noted, due=_due(safe_end_of(term, received, works), item.due.promise))


def open_item(items: tuple[Item, ...], right: str) -> Item | None:
    """The open item of a right by its name; None where there is none."""
    if right not in list(Right):
        return None
    return next((item for item in items if item.right == right and item.outcome is Outcome.OPEN), None)


def _due(statute: date, promise: date | None) -> DueDate:
    return DueDate(statute, promise, min(statute, promise) if promise else statute)
