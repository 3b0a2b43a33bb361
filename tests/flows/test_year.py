"""A simulated year: YEAR_REQUESTS=2000 lets the whole of it go by."""

import os
from collections import Counter
from dataclasses import replace
from random import Random

from sqlalchemy import select

from core.messages import ChannelName
from core.quiet import AWAKE, is_quiet
from core.requests import Status
from storage.tables import AUDIT
from tests.flows.office import Office
from tests.flows.paper import read_back
from tests.flows.staff import STAFF_CHAT
from tests.flows.year import Year

REQUESTS = int(os.environ.get("YEAR_REQUESTS", "100"))


async def test_a_year_passes_with_every_warning_before_nothing_twice_and_no_letter_at_night(
    office: Office,
) -> None:
    # Two systems are as good as eight, and a year is long.
    policy = replace(office.desk.policy, systems=office.desk.policy.systems[:2])
    office.desk = replace(office.desk, policy=policy)
    year = Year(office, REQUESTS, Random(2026))
    await year.goes_by()
    await _every_warning_came(year)
    await _nothing_came_twice(year)
    _nobody_was_woken(year)
    _the_board_hung_on_working_days(year)
    ended = Counter([request.status for request in await office.run(lambda uow: uow.every_request())])
    assert ended.total() == REQUESTS
    assert ended[Status.COMPLETED] > REQUESTS / 3
    assert ended[Status.LAPSED] > 0
    assert year.passed > 0


async def _every_warning_came(year: Year) -> None:
    office = year.office
    warned = select(AUDIT.c.request_id, AUDIT.c.at).where(AUDIT.c.action == "warned")
    rows = await office.run(lambda uow: uow.connection.execute(warned).all())
    told = {(row.request_id, office.desk.today(row.at)) for row in rows}
    assert year.owed
    assert year.owed - told == set()


async def _nothing_came_twice(year: Year) -> None:
    requests = await year.office.run(lambda uow: uow.every_request())
    sent = [note for request in requests for note in await year.office.notes(request) if not note.incoming]
    told = Counter((note.address.value, note.subject, note.text) for note in sent if note.text)
    assert len(sent) > REQUESTS * 2
    assert [letter for letter, count in told.items() if count > 1] == []
    ids = Counter(each.letter.id for each in year.arrived)
    assert set(ids.values()) == {1}


def _nobody_was_woken(year: Year) -> None:
    policy = year.office.desk.policy
    nights = [
        each
        for each in year.arrived
        if each.letter.to.channel is ChannelName.EMAIL and is_quiet(each.at, policy.quiet, policy.timezone)
    ]
    assert nights
    for each in nights:
        assert any(each.at - AWAKE < at <= each.at for at in year.wrote[each.letter.to.value])


def _the_board_hung_on_working_days(year: Year) -> None:
    office = year.office
    begins = office.say("board.head", day="")[:12]
    hung = [
        office.desk.today(each.at)
        for each in year.arrived
        if each.letter.to == STAFF_CHAT and read_back(each.letter.body).text.startswith(begins)
    ]
    assert len(hung) == len(set(hung))
    assert all(office.desk.works(day) for day in hung)
    assert 240 < len([day for day in hung if day.year == 2026]) < 262
