"""Where a mailbox is read on, and what of before the first start is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

from mailer.mailbox import Waiting
from mailer.position import Position

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EARLIER = datetime(2026, 11, 24, 11, tzinfo=UTC)
BEGUN = int(NOON.timestamp())


def test_a_position_survives_as_the_inboxs_cursor() -> None:
    position = Position(7, 104, 100, BEGUN)
    assert Position.parse(str(position)) == position
    assert Position.parse("") is None


def test_a_position_never_goes_back() -> None:
    assert Position(7, 104).reached(102) == Position(7, 104)
    assert Position(7, 104).reached(105) == Position(7, 105)


def test_from_its_beginning_everything_in_a_mailbox_concerns_the_desk() -> None:
    position = Position(7, 0)
    assert position.floor == 0
    assert position.concerns(Waiting(1, 5, EARLIER))
    assert position.numbered_anew(8, 300).concerns(Waiting(1, 5, EARLIER))


def test_after_a_start_from_now_on_a_new_number_is_enough() -> None:
    position = Position(7, 104, 100, BEGUN)
    assert position.floor == 100
    assert position.concerns(Waiting(101, 5, EARLIER))


def test_in_a_new_numbering_the_date_tells_what_was_there_before() -> None:
    anew = Position(7, 104, 100, BEGUN).numbered_anew(8, 50)
    assert anew == Position(8, 0, 50, BEGUN)
    assert not anew.concerns(Waiting(3, 5, EARLIER))
    assert anew.concerns(Waiting(4, 5, NOON))
    assert anew.concerns(Waiting(5, 5, None))
    assert anew.concerns(Waiting(51, 5, EARLIER))
