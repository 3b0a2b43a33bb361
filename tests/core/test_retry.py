"""A letter is tried again ever more rarely, and given up after two days."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.retry import GIVE_UP, LONGEST, next_attempt, next_handling
from tests.core.samples import NOON

SECOND = timedelta(seconds=1)


def test_the_wait_doubles_up_to_two_hours() -> None:
    waits = [next_attempt(tries, NOON, NOON) for tries in range(1, 11)]
    seconds = [30, 60, 120, 240, 480, 960, 1920, 3840, 7200, 7200]
    assert waits == [NOON + each * SECOND for each in seconds]


def test_the_channels_own_wish_counts_instead() -> None:
    assert next_attempt(1, NOON, NOON, retry_after=17.5) == NOON + 17.5 * SECOND
    assert next_attempt(9, NOON, NOON, retry_after=0) == NOON


def test_the_last_try_is_at_the_end_of_two_days_and_not_after() -> None:
    assert next_attempt(1, NOON, NOON + GIVE_UP - 30 * SECOND) == NOON + GIVE_UP
    assert next_attempt(1, NOON, NOON + GIVE_UP - 29 * SECOND) is None


def test_a_channel_that_wants_rest_for_longer_than_that_is_given_up() -> None:
    assert next_attempt(1, NOON, NOON, retry_after=GIVE_UP.total_seconds() + 1) is None
    assert next_attempt(1, NOON, NOON, retry_after=1e18) is None


def test_some_thirty_tries_fit_into_two_days() -> None:
    now, tries = NOON, 0
    while (following := next_attempt(tries + 1, NOON, now)) is not None:
        now, tries = following, tries + 1
    assert 30 <= tries <= 35
    assert now <= NOON + GIVE_UP


@given(st.integers(0, 10**6), st.timedeltas(timedelta(), GIVE_UP), st.none() | st.floats(0, 1e15))
def test_no_number_of_tries_raises_or_leads_to_the_past(
    tries: int, age: timedelta, retry_after: float | None
) -> None:
    following = next_attempt(tries, NOON, NOON + age, retry_after)
    assert following is None or NOON + age <= following <= NOON + GIVE_UP
    if following is not None and retry_after is None:
        assert following - (NOON + age) <= LONGEST


def test_a_message_that_fails_is_handled_again_five_times_within_two_minutes() -> None:
    now = NOON
    for attempts in range(1, 6):
        following = next_handling(attempts, now)
        assert following is not None
        assert following > now
        now = following
    assert now - NOON < timedelta(minutes=2)
    assert next_handling(6, now) is None
