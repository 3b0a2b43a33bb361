"""The caps on automatic mail, as a table."""

from __future__ import annotations

from dataclasses import fields

import pytest

from core.caps import Cap, Standing, reached
from core.policy import Caps

CAPS = Caps(1, 2, 3, 4, 5, 6, 7)


def test_every_cap_of_the_policy_can_be_reached() -> None:
    assert {cap.value for cap in Cap} == {field.name for field in fields(Caps)}


@pytest.mark.parametrize("cap", Cap)
def test_a_letter_may_go_until_its_cap_is_reached(cap: Cap) -> None:
    most = getattr(CAPS, cap.value)
    for is_code in (False, True):
        applies = is_code or cap is not Cap.CODES_DAY
        assert reached(Standing({cap: most - 1}), CAPS, is_code, False) is None
        assert reached(Standing({cap: most}), CAPS, is_code, False) is (cap if applies else None)


def test_the_narrowest_cap_is_named() -> None:
    everything = Standing(dict.fromkeys(Cap, 1_000))
    assert reached(everything, CAPS, False, False) is Cap.REQUEST_DAY
    assert reached(everything, CAPS, True, False) is Cap.CODES_DAY


def test_in_a_chat_only_codes_are_counted() -> None:
    everything = Standing(dict.fromkeys(Cap, 1_000))
    assert reached(everything, CAPS, False, True) is None
    assert reached(everything, CAPS, True, True) is Cap.CODES_DAY


def test_nothing_is_known_of_a_new_address() -> None:
    assert reached(Standing(), CAPS, True, False) is None
