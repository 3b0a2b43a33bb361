"""A due date changes by law only: once, before it has passed, and to a later day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.extension import Obstacle, extended, obstacle, open_item, through_third_party
from core.requests import DueDate, Item, Outcome, Right
from policies.load import load_statute
from tests.core.samples import POLICY

LAW = load_statute("vn-pdpl-2026")
RECEIVED = date(2026, 11, 23)


def works(day: date) -> bool:
    return day.weekday() < 5


def an_item(right: Right, statute: date | None, promise: date | None = None) -> Item:
    binding = min(day for day in (statute, promise) if day)
    return Item(right, DueDate(statute, promise, binding))


ACCESS = an_item(Right.ACCESS, date(2026, 12, 3), date(2026, 12, 14))
DELETION = an_item(Right.DELETION, date(2026, 12, 11), date(2026, 12, 14))


def why_not(item: Item, today: date = RECEIVED) -> Obstacle | None:
    return obstacle(item, LAW, POLICY.rights[item.right], RECEIVED, today, works)


def longer(item: Item) -> Item:
    return extended(item, LAW, POLICY.rights[item.right], RECEIVED, works)


def test_an_extension_adds_to_the_laws_term_and_what_is_hard_has_its_own_promise() -> None:
    new = longer(ACCESS)
    # 20 days end on a Sunday: the safe day is the Friday before. 30 days are promised for what is hard.
    assert new.due == DueDate(date(2026, 12, 11), date(2026, 12, 23), date(2026, 12, 11))
    assert new.extended_from == date(2026, 12, 3)


def test_the_promise_for_what_is_hard_binds_where_it_comes_first() -> None:
    assert longer(DELETION).due == DueDate(date(2027, 1, 1), date(2026, 12, 23), date(2026, 12, 23))


def test_the_law_allows_one_extension() -> None:
    assert why_not(ACCESS) is None
    assert why_not(longer(ACCESS)) is Obstacle.ALREADY


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 12, 2), None),
        (date(2026, 12, 3), Obstacle.TOO_LATE),
        (date(2026, 12, 4), Obstacle.TOO_LATE),
        (date(2027, 1, 4), Obstacle.TOO_LATE),
    ],
)
def test_the_customer_is_told_a_working_day_before_the_first_due_date(
    today: date, expected: Obstacle | None
) -> None:
    assert why_not(ACCESS, today) is expected


def test_the_law_must_know_an_extension() -> None:
    assert why_not(an_item(Right.COMPLAINT, None, date(2026, 12, 14))) is Obstacle.NONE


def test_a_promise_that_comes_first_and_has_no_longer_term_stays() -> None:
    inquiry = an_item(Right.INQUIRY, date(2026, 12, 3), date(2026, 11, 30))
    assert why_not(inquiry) is Obstacle.NO_GAIN


def test_a_third_partys_term_replaces_the_laws_and_leaves_the_promise() -> None:
    new = through_third_party(DELETION, LAW, RECEIVED, works)
    assert new.due == DueDate(date(2026, 12, 23), date(2026, 12, 14), date(2026, 12, 14))
    assert new.third_party


def test_where_the_law_has_no_such_term_it_is_only_recorded() -> None:
    assert through_third_party(ACCESS, LAW, RECEIVED, works) == replace(ACCESS, third_party=True)


def test_no_extension_follows_a_third_partys_term_and_no_such_term_an_extension() -> None:
    assert why_not(through_third_party(DELETION, LAW, RECEIVED, works)) is Obstacle.THIRD_PARTY
    assert through_third_party(longer(DELETION), LAW, RECEIVED, works).due == longer(DELETION).due
    assert why_not(through_third_party(ACCESS, LAW, RECEIVED, works)) is None


def test_only_what_is_open_has_a_due_date_to_change() -> None:
    items = (ACCESS, replace(DELETION, outcome=Outcome.COMPLETED))
    assert open_item(items, "access") == ACCESS
    assert open_item(items, "deletion") is None
    assert open_item(items, "no such right") is None
