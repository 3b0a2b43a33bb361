"""The morning board hangs once on a working day, and says nothing of anybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.messages import ChannelName, Verb
from core.policy_times import BoardRule
from flows import board, outage
from tests.flows.office import Office
from tests.flows.people import ACCESS, DELETION, LAN, OBJECTION, ROB, UNCLEAR
from tests.flows.staff import AN, STAFF_CHAT


def boards(office: Office) -> list[str]:
    """Every board that hangs in the staff group."""
    begins = office.say("board.head", day="")[:12]
    return [each.text for each in office.letters(STAFF_CHAT) if each.text.startswith(begins)]


def at(office: Office, day: int, hour: int) -> None:
    """An hour of a day in November 2026 where the organisation is."""
    office.now = datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 7)


async def test_a_board_hangs_at_its_hour_and_once_a_day(office: Office) -> None:
    at(office, 25, 7)
    await office.timers()
    assert boards(office) == []
    office.passes(hours=1)
    for _ in range(5):
        await office.timers()
        office.passes(hours=2)
    assert len(boards(office)) == 1
    assert office.say("board.empty") in boards(office)[0]


@pytest.mark.parametrize("day", [22, 24, 28, 29])
async def test_nothing_hangs_on_rest_days(office: Office, day: int) -> None:
    """Two Sundays, a Saturday, and the day of culture."""
    at(office, day, 10)
    await office.timers()
    assert boards(office) == []


async def test_a_desk_that_was_off_in_the_morning_hangs_it_later_that_day(office: Office) -> None:
    at(office, 25, 16)
    await office.timers()
    assert len(boards(office)) == 1
    at(office, 26, 22)
    await office.timers()
    assert len(boards(office)) == 1


async def test_the_hour_is_the_policys(office: Office) -> None:
    office.desk = replace(office.desk, policy=replace(office.desk.policy, board=BoardRule(11)))
    at(office, 25, 10)
    await office.timers()
    assert boards(office) == []
    office.passes(hours=1)
    await office.timers()
    assert len(boards(office)) == 1


async def test_a_board_says_what_is_late_and_due_and_who_is_waited_for(office: Office) -> None:
    objection = await office.in_review(LAN, OBJECTION)
    access = await office.in_review(ROB, ACCESS)
    await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    deletion = await office.approved(ROB, DELETION)
    assert access.due == datetime(2026, 12, 3, tzinfo=UTC).date()
    office.now = datetime(2026, 12, 3, 2, tzinfo=UTC)
    await office.timers()
    shown = boards(office)[-1].splitlines()
    today, week = shown.index(office.say("board.today", count=1)), [line for line in shown if "week" in line]
    assert access.reference in shown[today + 1]
    assert office.say("board.turn_staff") in shown[today + 1]
    assert shown.index(office.say("board.overdue", count=1)) < today
    assert week == []
    assert shown[-1] == office.say("board.waiting", who=office.say("board.waits_staff", count=4))
    assert deletion.reference not in "\n".join(shown)
    assert objection.reference not in "\n".join(shown)


async def test_a_system_that_has_not_acted_in_time_hangs_on_the_board(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    request = await office.request(request.id)
    office.now = datetime(2026, 12, 8, 2, tzinfo=UTC)
    shown = await office.run(lambda uow: board.text(uow, office.desk, office.now))
    assert office.say("board.late_systems", count=3) in shown
    assert f"{request.reference} · Partner institutions" in shown
    assert "lead" in shown


async def test_a_board_says_that_the_mailbox_could_not_be_read_until_it_is_again(office: Office) -> None:
    at(office, 25, 6)
    since, email = office.now, ChannelName.EMAIL
    await office.run(lambda uow: outage.begun(uow, office.desk, email, since, "no answer", office.now))
    at(office, 25, 8)
    await office.timers()
    assert office.say("board.unread", channel=email, since=since, hours=2) in boards(office)[-1]
    await office.run(lambda uow: outage.over(uow, office.desk, email, since, office.now))
    at(office, 26, 8)
    await office.timers()
    assert "NOT READ" not in boards(office)[-1]


async def test_a_desk_that_starts_knows_of_no_trouble_yet(office: Office) -> None:
    email = ChannelName.EMAIL
    await office.run(lambda uow: outage.begun(uow, office.desk, email, office.now, "no answer", office.now))
    await office.run(lambda uow: outage.forget(uow, office.desk, office.now))
    assert await office.run(lambda uow: list(outage.standing(uow, office.desk))) == []


async def test_a_company_without_a_staff_chat_has_no_board(quiet_office: Office) -> None:
    at(quiet_office, 25, 9)
    await quiet_office.timers()
    assert quiet_office.post == []


async def test_a_board_of_a_bad_morning_names_the_first_and_counts_the_rest(office: Office) -> None:
    for _ in range(board.MOST + 3):
        await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    office.now = datetime(2026, 12, 3, 2, tzinfo=UTC)
    shown = await office.run(lambda uow: board.text(uow, office.desk, office.now))
    assert shown.count("\n•") == board.MOST
    assert office.say("board.more", count=3) in shown
    assert not [secret for secret in LAN.secrets if secret in shown]
