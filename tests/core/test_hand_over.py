"""What is handed over opens as often and as long as its terms say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.hand_over import (
    HandOver,
    Sending,
    Terms,
    Verdict,
    Way,
    judged,
    laid_out,
    renewed,
    sending,
    typed_code,
    with_code,
    without_token,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TERMS = Terms()
RIGHT, WRONG = b"r" * 32, b"w" * 32
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def fresh() -> HandOver:
    return laid_out("h1", "r1", Way.PAGE, NOW, TERMS)


def coded(at: datetime = NOW) -> HandOver:
    return with_code(fresh(), RIGHT, 30 * MINUTE, at, TERMS)


def test_a_link_lives_for_72_hours_and_three_opens() -> None:
    assert fresh().is_good(NOW + 72 * HOUR - MINUTE)
    assert not fresh().is_good(NOW + 72 * HOUR)
    assert not replace(fresh(), opens_left=0).is_good(NOW)
    assert fresh().opens_left == 3


def test_a_code_is_good_once_and_opens_once() -> None:
    verdict, after = judged(coded(), RIGHT, NOW)
    assert verdict is Verdict.RIGHT
    assert after.opens_left == 2
    assert judged(after, RIGHT, NOW)[0] is Verdict.VOID


def test_a_code_that_is_too_old_is_worth_nothing_and_costs_no_try() -> None:
    late = NOW + 30 * MINUTE
    assert judged(coded(), RIGHT, late) == (Verdict.VOID, coded())
    assert judged(coded(), WRONG, late) == (Verdict.VOID, coded())


def test_five_wrong_tries_make_a_code_void() -> None:
    what = coded()
    for left in (4, 3, 2, 1, 0):
        verdict, what = judged(what, WRONG, NOW)
        assert (verdict, what.tries_left) == (Verdict.WRONG, left)
    assert judged(what, RIGHT, NOW)[0] is Verdict.VOID


def test_without_a_code_nothing_typed_is_right() -> None:
    assert judged(fresh(), b"", NOW)[0] is Verdict.VOID


def test_codes_go_out_a_minute_apart_and_three_a_day() -> None:
    what = coded()
    assert sending(what, NOW + MINUTE - timedelta(seconds=1), TERMS) is Sending.SOON
    assert sending(what, NOW + MINUTE, TERMS) is Sending.NOW
    for minutes in (1, 2):
        what = with_code(what, RIGHT, 30 * MINUTE, NOW + minutes * MINUTE, TERMS)
    assert sending(what, NOW + HOUR, TERMS) is Sending.ENOUGH
    assert sending(what, NOW + 24 * HOUR, TERMS) is Sending.NOW


def test_a_new_link_opens_anew_but_codes_of_the_day_still_count() -> None:
    what = coded()
    for minutes in (1, 2):
        what = with_code(what, RIGHT, 30 * MINUTE, NOW + minutes * MINUTE, TERMS)
    again = renewed(replace(what, opens_left=0), NOW + HOUR, TERMS)
    assert again.opens_left == 3
    assert again.code is None
    assert again.expires_at == NOW + 73 * HOUR
    assert sending(again, NOW + HOUR, TERMS) is Sending.ENOUGH


def test_a_code_is_read_as_people_type_it() -> None:
    assert typed_code(" 4821 9077 ") == "48219077"
    assert typed_code("4821-9077") == "48219077"
    assert typed_code("4821907") == ""
    assert typed_code("٤٨٢١٩٠٧٧") == ""


def test_a_letter_is_kept_without_the_token_of_its_link() -> None:
    link = f"https://privacy.example.com/h/{'0123456789abcdefghjkmnpqrs'}"
    assert without_token(f"Open {link} now.") == "Open https://privacy.example.com/h/… now."
