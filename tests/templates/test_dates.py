from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from templates.dates import day_text, moment_text


@pytest.mark.parametrize(
    ("day", "vietnamese", "english"),
    [
        (date(2026, 12, 3), "thứ Năm, 03/12/2026", "Thursday, 3 December 2026"),
        (date(2026, 11, 22), "Chủ nhật, 22/11/2026", "Sunday, 22 November 2026"),
        (date(2027, 2, 1), "thứ Hai, 01/02/2027", "Monday, 1 February 2027"),
    ],
)
def test_a_day_is_written_as_each_language_writes_it(day: date, vietnamese: str, english: str) -> None:
    assert day_text(day, "vi") == vietnamese
    assert day_text(day, "en") == english


def test_every_weekday_and_month_has_a_name_of_its_own() -> None:
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert len({day_text(day, "en").split(",")[0] for day in year}) == 7
    assert len({day_text(day, "vi").split(",")[0] for day in year}) == 7
    assert len({day_text(day, "en").split()[2] for day in year}) == 12


def test_another_language_gets_an_unmistakable_date() -> None:
    assert day_text(date(2026, 12, 3), "fr") == "2026-12-03"


def test_a_moment_has_its_hour_before_its_day() -> None:
    assert moment_text(datetime(2026, 12, 3, 9, 5), "vi") == "09:05 thứ Năm, 03/12/2026"  # noqa: DTZ001 - as given
