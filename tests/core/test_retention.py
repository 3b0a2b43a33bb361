"""Periods by the calendar, and what they make due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy_parsing import PolicyErrors, parse_policy
from core.retention import TERMS, DeskRetention, Kept, Period, cut_offs, read_period
from core.schema import Wrong
from policies.load import load_policy
from tests.core.test_policy import small_policy

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P3Y", Period(years=3)),
        ("P90D", Period(days=90)),
        ("P1Y6M", Period(1, 6)),
        ("P2W", Period(days=14)),
        ("P1Y2M3W4D", Period(1, 2, 25)),
    ],
)
def test_a_period_is_read_as_the_standard_writes_it(text: str, period: Period) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize("text", ["", "P", "3Y", "P0D", "PT24H", "P-1D", "until:the_end", "P3Y ", 90, None])
def test_what_is_no_period_is_refused_and_so_is_none_at_all(text: object) -> None:
    with pytest.raises(Wrong, match="never for ever"):
        read_period(text)


@pytest.mark.parametrize(
    ("period", "now", "before"),
    [
        (Period(years=3), datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2023, 11, 24, 12, tzinfo=UTC)),
        (Period(years=1), datetime(2024, 2, 29, tzinfo=UTC), datetime(2023, 2, 28, tzinfo=UTC)),
        (Period(months=1), datetime(2026, 3, 31, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
        (Period(months=1), datetime(2026, 1, 5, tzinfo=UTC), datetime(2025, 12, 5, tzinfo=UTC)),
        (Period(days=90), datetime(2026, 3, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_period_is_counted_by_the_calendar(period: Period, now: datetime, before: datetime) -> None:
    assert period.before(now) == before


def test_the_zone_of_a_moment_does_not_matter() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=7)))
    assert Period(years=1).before(there) == Period(years=1).before(NOON)


@given(
    st.datetimes(NOON.replace(tzinfo=None), timezones=st.just(UTC)),
    st.integers(0, 9),
    st.integers(0, 40),
    st.integers(0, 400),
)
def test_a_period_always_leads_back(moment: datetime, years: int, months: int, days: int) -> None:
    period = Period(years, months, days)
    age = moment - period.before(moment)
    assert timedelta(days=365 * years + 28 * months + days) <= age
    assert age <= timedelta(days=366 * years + 31 * months + days)
    if years or months or days:
        assert read_period(str(period)) == period


def test_every_kind_has_a_term() -> None:
    assert set(TERMS) == set(Kept)
    assert cut_offs(DeskRetention(), NOON)[Kept.REQUESTS] == datetime(2023, 11, 24, 12, tzinfo=UTC)


def test_mentracere_keeps_its_desk_as_its_own_policy_says() -> None:
    policy = load_policy("mentracere")
    published = {row.data: row.period for row in policy.retention}
    assert str(policy.desk_retention.requests) == published["Communication Logs"]
    assert str(policy.desk_retention.technical) == published["Technical Logs"]


def test_a_policy_that_says_nothing_has_the_terms_of_the_product() -> None:
    assert load_policy("nencer").desk_retention == DeskRetention()


def test_a_wrong_period_in_a_policy_is_named_with_its_path() -> None:
    with pytest.raises(PolicyErrors, match=r"desk_retention\.technical: is no period"):
        parse_policy({**small_policy(), "desk_retention": {"technical": "for ever"}})


@pytest.mark.parametrize("period", ["P1D", "P2D"])
def test_results_are_kept_at_least_as_long_as_the_letter_promises_the_link(period: str) -> None:
    with pytest.raises(PolicyErrors, match=r"desk_retention\.results: is shorter than a link"):
        parse_policy({**small_policy(), "desk_retention": {"results": period}})
    for enough in ("P3D", "P1M"):
        terms = parse_policy({**small_policy(), "desk_retention": {"results": enough}}).desk_retention
        assert terms == replace(DeskRetention(), results=read_period(enough))
