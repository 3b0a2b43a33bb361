"""Automatic mail stays below its caps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.messages import Verb
from core.policy import Caps
from core.requests import Right, Status
from tests.flows.office import Office
from tests.flows.people import ACCESS, LAN, OBJECTION, ROB, STATUS, STRANGER
from tests.flows.post import a_mail
from tests.flows.staff import AN, STAFF_CHAT, chat


def with_caps(office: Office, **caps: int) -> Office:
    office.desk = replace(office.desk, policy=replace(office.desk.policy, caps=replace(Caps(), **caps)))
    return office


def alerts(office: Office) -> list[str]:
    return [letter.text for letter in office.letters(STAFF_CHAT) if letter.paper and not letter.paper.slot]


async def test_a_case_is_acknowledged_once_whatever_is_written(office: Office) -> None:
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    (acknowledgement,) = office.letters(ROB.email)
    for text in (OBJECTION, "Hello?", "Thank you, I will wait for your answer.", OBJECTION):
        await office.mail(ROB.sender, "", text, answers=acknowledgement)
    assert office.letters(ROB.email) == [acknowledgement]


async def test_a_sender_gets_five_automatic_mails_a_day_at_most(office: Office) -> None:
    for course in range(9):
        await office.mail(ROB.sender, f"Course {course}", ACCESS)
    assert len(office.letters(ROB.email)) == 5
    assert len(await office.open_requests()) == 9
    office.passes(hours=25)
    await office.mail(ROB.sender, "Course 10", ACCESS)
    assert len(office.letters(ROB.email)) == 7


async def test_beyond_a_cap_the_request_is_opened_and_shown_and_staff_are_told_once_a_day(
    office: Office,
) -> None:
    with_caps(office, sender_day=1)
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    handled = [await office.mail(ROB.sender, f"Once more {n}", OBJECTION) for n in (1, 2)]
    first, second = [await office.request(each.request_id) for each in handled]
    for request in (first, second):
        assert request.status is Status.IN_REVIEW
        assert office.say("card.held_back", count=1) in office.card(request).text
    words = office.say("cap.sender_day", count=1)
    assert alerts(office) == [office.say("alert.capped", cap=words, reference=first.reference)]
    office.passes(hours=23)
    await office.mail(ROB.sender, "Once more 3", OBJECTION)
    assert len(alerts(office)) == 2


async def test_what_is_held_back_stands_in_no_thread_and_no_history(office: Office) -> None:
    with_caps(office, sender_day=1)
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    handled = await office.mail(ROB.sender, "Once more", OBJECTION)
    request = await office.request(handled.request_id)
    assert len(request.thread) == 1
    assert [note.incoming for note in await office.notes(request)] == [True]
    held = [entry.detail for entry in await office.trail(request) if entry.action == "held_back"]
    assert held == [{"notice": "acknowledgement", "cap": "sender_day"}]


async def test_what_a_member_of_staff_decides_is_told_whatever_the_caps(office: Office) -> None:
    with_caps(office, sender_day=1, request_day=1)
    handled = await office.mail(ROB.sender, "Advertising", OBJECTION)
    await office.tap(AN, Verb.REFUSE, await office.request(handled.request_id), "legal_duty")
    assert len(office.letters(ROB.email)) == 2


async def test_who_types_the_right_code_is_answered_whatever_the_caps(office: Office) -> None:
    with_caps(office, sender_day=2)
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    letter = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, "", letter.code, answers=letter)
    assert (await office.request(handled.request_id)).status is Status.IN_REVIEW
    assert len(office.letters(ROB.email)) == 3


async def test_three_codes_a_day_go_to_one_contact_whoever_asks(office: Office) -> None:
    for number in range(6):
        await office.mail(f"somebody{number}@elsewhere.example", "Data", f"{ACCESS} I am {ROB.account}.")
    assert len([letter for letter in office.letters(ROB.email) if letter.code]) == 3
    requests = await office.open_requests()
    assert {request.status for request in requests} == {Status.VERIFYING}
    assert len([request for request in requests if request.challenge]) == 3
    (alert,) = alerts(office)
    assert office.say("cap.codes_day", count=3) in alert


async def test_a_code_that_is_held_back_shows_nowhere_to_who_asks(office: Office) -> None:
    for number in range(4):
        await office.mail(f"somebody{number}@elsewhere.example", "Data", f"{ACCESS} I am {ROB.account}.")
    words = {office.letters(f"somebody{number}@elsewhere.example")[0].words for number in range(4)}
    assert len(words) == 1


async def test_codes_from_a_chat_count_too(office: Office) -> None:
    for number in range(5):
        person = chat(f"700{number}")
        await office.chat(person, ACCESS)
        await office.chat(person, ROB.account)
        await office.press(person, office.say("dialogue.yes"))
    assert len(office.letters(ROB.email)) == 3


async def test_a_request_has_a_cap_of_its_own(office: Office) -> None:
    with_caps(office, request_day=2)
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    letter = office.letters(ROB.email)[0]
    for _ in range(3):
        await office.mail(ROB.sender, "", STATUS, answers=letter)
    assert len(office.letters(ROB.email)) == 2
    await office.mail(ROB.sender, "Another", OBJECTION)
    assert len(office.letters(ROB.email)) == 3


@pytest.mark.parametrize("cap", ["domain_hour", "domain_day"])
async def test_a_domain_has_a_cap_of_its_own(office: Office, cap: str) -> None:
    with_caps(office, **{cap: 2})
    writers = [f"person{number}@elsewhere.example" for number in range(4)]
    for writer in writers:
        await office.mail(writer, "Advertising", OBJECTION)
    assert sum(len(office.letters(writer)) for writer in writers) == 2
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    assert len(office.letters(ROB.email)) == 1


@pytest.mark.parametrize(("cap", "later"), [("all_hour", {"hours": 1.1}), ("all_day", {"hours": 24.1})])
async def test_all_mail_together_has_a_cap_for_some_time(
    office: Office, cap: str, later: dict[str, float]
) -> None:
    with_caps(office, **{cap: 1})
    for who in (ROB, LAN, STRANGER):
        await office.mail(who.sender, "Advertising", OBJECTION)
    assert [len(office.letters(who.email)) for who in (ROB, LAN, STRANGER)] == [1, 0, 0]
    office.passes(**later)
    await office.mail(LAN.sender, "Advertising", OBJECTION)
    assert len(office.letters(LAN.email)) == 1


async def test_caps_hold_within_one_batch_too(office: Office) -> None:
    for course in range(9):
        await office.store_raw(a_mail(ROB.sender, f"Course {course}", OBJECTION))
    while await office.handle():
        continue
    assert len(office.letters(ROB.email)) == 5
    assert len(await office.open_requests()) == 9


async def test_reminders_stay_below_the_caps(office: Office) -> None:
    with_caps(office, sender_day=4)
    for _ in range(2):
        await office.mail(ROB.sender, "Data", ACCESS)
    with_caps(office, sender_day=1)
    office.passes(days=4)
    await office.timers()
    assert len(office.letters(ROB.email)) == 5


async def test_a_silent_desk_does_its_work_and_sends_nothing_to_anybody(office: Office) -> None:
    office.desk = replace(office.desk, silent=True)
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    assert request.rights == (Right.ACCESS,)
    assert request.status is Status.VERIFYING
    assert office.post == []
    office.desk = replace(office.desk, silent=False)
    await office.deliver()
    assert office.post == []
