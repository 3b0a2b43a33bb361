"""Nothing leaves by itself at night, where the organisation is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quiet import Quiet, is_quiet, morning

SAIGON = "Asia/Ho_Chi_Minh"
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "wakes"),
    [
        (utc(23, 13, 59), utc(23, 13, 59)),  # 20:59 there
        (utc(23, 14), utc(24, 0)),
        (utc(23, 17, 30), utc(24, 0)),  # after midnight
        (utc(23, 23, 59), utc(24, 0)),
        (utc(24, 0), utc(24, 0)),
    ],
)
def test_the_night_ends_in_the_morning(now: datetime, wakes: datetime) -> None:
    assert morning(now, Quiet(), SAIGON) == wakes
    assert is_quiet(now, Quiet(), SAIGON) is (now != wakes)


def test_quiet_hours_need_not_run_through_midnight() -> None:
    noon = Quiet(time(12), time(13))
    assert [hour for hour in range(24) if noon.covers(time(hour))] == [12]
    assert morning(utc(23, 5, 30), noon, SAIGON) == utc(23, 6)


def test_the_same_hour_twice_means_never() -> None:
    assert not any(Quiet(time(8), time(8)).covers(time(hour)) for hour in range(24))


@given(st.integers(0, 400 * 24 * 60).map(lambda n: utc(1, 0) + timedelta(minutes=n)), MINUTES, MINUTES)
def test_what_waits_leaves_at_the_first_moment_that_is_not_quiet(
    now: datetime, begins: time, ends: time
) -> None:
    quiet = Quiet(begins, ends)
    wakes = morning(now, quiet, SAIGON)
    assert now <= wakes < now + timedelta(days=1)
    assert not is_quiet(wakes, quiet, SAIGON)
    assert wakes == now or is_quiet(wakes - timedelta(minutes=1), quiet, SAIGON)
