"""How often one link may be called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.web.window import Window

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_ten_calls_in_any_minute_pass() -> None:
    window = Window()
    seconds = [window.admits("a", NOW + timedelta(seconds=5 * each)) for each in range(12)]
    assert seconds == [True] * 10 + [False] * 2
    assert window.admits("a", NOW + timedelta(seconds=130))


def test_who_goes_on_calling_stays_outside() -> None:
    window = Window(calls=2)
    assert [window.admits("a", NOW + timedelta(seconds=20 * each)) for each in range(9)][3:] == [False] * 6


def test_links_are_counted_apart() -> None:
    window = Window(calls=1)
    assert [window.admits(each, NOW) for each in "abab"] == [True, True, False, False]


def test_what_is_remembered_has_an_end() -> None:
    window = Window(calls=1, most=2)
    assert [window.admits(each, NOW) for each in "abca"] == [True] * 4
