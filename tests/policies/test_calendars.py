"""The working days of Vietnam, against days counted by hand and against the vectors of the law."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.deadlines import Statute, Term, Unit, Workdays, acknowledge_by, end_of, rolled, safe
from core.policy_parsing import PolicyErrors
from policies.calendars import Corrections, UnknownCountry, load_corrections, provisional, workdays

HOLIDAYS = Path(__file__).parents[2] / "policies" / "holidays"
MONDAY_TO_FRIDAY = frozenset(range(5))


@pytest.fixture(scope="module")
def works() -> Workdays:
    return workdays("VN", MONDAY_TO_FRIDAY)


#: Received -> the acknowledgement after two working days, then (raw, safe, rolled) by days of the term.
#: Decree 356/2025 art. 5 with Civil Code 2015 art. 147 and 148, Monday to Friday.
VECTORS: list[tuple[str, str, dict[int, tuple[str, str, str]]]] = [
    (
        "2026-11-20",
        "2026-11-25",  # 24 November is Vietnam Culture Day
        {
            10: ("2026-11-30", "2026-11-30", "2026-11-30"),
            15: ("2026-12-05", "2026-12-04", "2026-12-07"),
            20: ("2026-12-10", "2026-12-10", "2026-12-10"),
            30: ("2026-12-20", "2026-12-18", "2026-12-21"),
        },
    ),
    (
        "2026-11-22",
        "2026-11-25",
        {
            10: ("2026-12-02", "2026-12-02", "2026-12-02"),
            15: ("2026-12-07", "2026-12-07", "2026-12-07"),
            20: ("2026-12-12", "2026-12-11", "2026-12-14"),
            30: ("2026-12-22", "2026-12-22", "2026-12-22"),
        },
    ),
    (
        "2026-11-23",
        "2026-11-26",
        {
            10: ("2026-12-03", "2026-12-03", "2026-12-03"),
            15: ("2026-12-08", "2026-12-08", "2026-12-08"),
            20: ("2026-12-13", "2026-12-11", "2026-12-14"),
            30: ("2026-12-23", "2026-12-23", "2026-12-23"),
        },
    ),
    (
        "2026-04-16",
        "2026-04-20",
        {
            10: ("2026-04-26", "2026-04-24", "2026-04-28"),  # Hùng Kings, compensated on Monday
            15: ("2026-05-01", "2026-04-29", "2026-05-04"),
            20: ("2026-05-06", "2026-05-06", "2026-05-06"),
            30: ("2026-05-16", "2026-05-15", "2026-05-18"),
        },
    ),
    (
        "2026-08-12",
        "2026-08-14",
        {
            10: ("2026-08-22", "2026-08-22", "2026-08-22"),  # a Saturday that is worked
            15: ("2026-08-27", "2026-08-27", "2026-08-27"),
            20: ("2026-09-01", "2026-08-28", "2026-09-03"),
            30: ("2026-09-11", "2026-09-11", "2026-09-11"),
        },
    ),
    (
        "2027-01-22",
        "2027-01-26",
        {
            10: ("2027-02-01", "2027-02-01", "2027-02-01"),
            15: ("2027-02-06", "2027-02-03", "2027-02-11"),  # Tết, provisional
            20: ("2027-02-11", "2027-02-11", "2027-02-11"),
            30: ("2027-02-21", "2027-02-19", "2027-02-22"),
        },
    ),
    (
        "2027-01-29",
        "2027-02-02",
        {
            10: ("2027-02-08", "2027-02-03", "2027-02-11"),
            15: ("2027-02-13", "2027-02-12", "2027-02-15"),
            20: ("2027-02-18", "2027-02-18", "2027-02-18"),
            30: ("2027-02-28", "2027-02-26", "2027-03-01"),
        },
    ),
]


@pytest.mark.parametrize(("received", "acknowledge", "terms"), VECTORS, ids=[v[0] for v in VECTORS])
def test_vietnamese_terms_end_where_they_were_counted_by_hand(
    works: Workdays, received: str, acknowledge: str, terms: dict[int, tuple[str, str, str]]
) -> None:
    start = date.fromisoformat(received)
    statute = Statute("two working days", Term(2, Unit.WORKING_DAYS), {})
    assert acknowledge_by(statute, start, works) == date.fromisoformat(acknowledge)
    for days, expected in terms.items():
        end = end_of(Term(days, Unit.DAYS), start, works)
        found = (end, safe(end, works), rolled(end, works))
        assert found == tuple(map(date.fromisoformat, expected)), f"{days} days"


@pytest.mark.parametrize(
    "day", ["2026-01-01", "2026-02-16", "2026-02-20", "2026-04-27", "2026-08-31", "2026-11-24"]
)
def test_public_holidays_are_not_worked(works: Workdays, day: str) -> None:
    assert not works(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-02", "2026-02-13", "2026-02-23", "2026-08-22", "2026-11-23"])
def test_days_around_the_holidays_are_worked(works: Workdays, day: str) -> None:
    assert works(date.fromisoformat(day))


def test_the_state_sector_swaps_the_second_of_january() -> None:
    state = workdays("VN", MONDAY_TO_FRIDAY, HOLIDAYS / "vn-state.toml")
    assert not state(date(2026, 1, 2))
    assert state(date(2026, 1, 10))


def test_a_company_that_works_on_saturdays_counts_them() -> None:
    six_days = workdays("VN", range(6))
    assert six_days(date(2026, 11, 21))
    assert not six_days(date(2026, 11, 22))


def test_corrections_win_over_the_package() -> None:
    monday, new_year, sunday = date(2026, 3, 2), date(2026, 1, 1), date(2026, 3, 8)
    changes = Corrections(frozenset({monday}), frozenset({new_year}), frozenset({sunday}))
    changed = workdays("VN", MONDAY_TO_FRIDAY, changes)
    assert (changed(monday), changed(new_year), changed(sunday)) == (False, True, True)


def test_a_country_without_corrections_has_its_public_holidays() -> None:
    german = workdays("DE", MONDAY_TO_FRIDAY)
    assert not german(date(2026, 10, 3))
    assert not german(date(2026, 12, 25))
    assert german(date(2026, 11, 24))


def test_an_unknown_country_is_reported() -> None:
    with pytest.raises(UnknownCountry):
        workdays("XX", MONDAY_TO_FRIDAY)


def test_a_year_that_is_not_official_yet_says_why() -> None:
    assert "Tết" in provisional("VN", 2027)
    assert provisional("VN", 2026) == ""
    assert provisional("DE", 2027) == ""


def test_mistakes_in_a_holiday_file_are_named_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('[[add]]\ndate = "2026-12-24"\n\n[[makeup]]\n', encoding="utf-8")
    with pytest.raises(PolicyErrors) as caught:
        load_corrections(file)
    assert {problem.path for problem in caught.value.problems} == {"add.1.date", "add.1.source", "makeup"}
