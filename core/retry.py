"""When a letter is tried again, as a pure decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.messages import Kind

#: RFC 5321 4.5.4.1 asks for retries over days; a notice that is two days late is a matter for a person.
GIVE_UP = timedelta(hours=48)
FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=2)
#: From here on the wait is the longest one; a greater power would overflow.
_DOUBLINGS = 8
#: What may arrive twice without harm: a card edits itself into its place, an answer to a tap is seen once.
REPEATABLE = frozenset({Kind.CARD, Kind.TAP})
#: Even that is sent once more at most where it may have arrived.
_UNCERTAIN_TRIES = 2


def next_attempt(
    attempts: int, created_at: datetime, now: datetime, retry_after: float | None = None
) -> datetime | None:
    """The time of the next try after `attempts` failed ones, or None when it is time to give up.

    `retry_after` is in seconds: what the channel itself asked for.
    """
    wait = min(FIRST * 2 ** min(max(0, attempts - 1), _DOUBLINGS), LONGEST)
    if retry_after is not None:
        wait = timedelta(seconds=min(retry_after, 2 * GIVE_UP.total_seconds()))
    when = now + wait
    return None if when - created_at > GIVE_UP else when


def next_after_doubt(kind: Kind, attempts: int, created_at: datetime, now: datetime) -> datetime | None:
    """The time of the next try of a letter that may have arrived; None for all that must not arrive twice."""
    if kind not in REPEATABLE or attempts >= _UNCERTAIN_TRIES:
        return None
    return next_attempt(attempts, created_at, now)


def next_lookup(attempts: int, now: datetime) -> datetime | None:
    """When to ask the outside again for what a message needs; None after some hours: then a person must look."""
    return None if attempts >= 24 else now + timedelta(seconds=min(2**attempts, 600))


def next_handling(attempts: int, now: datetime) -> datetime | None:
    """When to try again to handle a stored message that failed; None after the sixth failure, a minute later."""
    return None if attempts >= 6 else now + timedelta(seconds=2**attempts)


def next_reading(attempts: int, now: datetime) -> datetime | None:
    """When to try again to read a message that stalled or broke its reader; None after the third failure."""
    return None if attempts >= 3 else now + timedelta(seconds=2**attempts)
