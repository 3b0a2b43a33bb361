"""Time passes."""

from dataclasses import replace
from datetime import UTC, datetime

from core.buttons import read_card
from core.conversation import Conversation, Step
from core.messages import ChannelName, Verb
from core.requests import Proof, Status
from flows.store import StaffMember
from tests.flows.office import Office
from tests.flows.paper import by_label
from tests.flows.people import ACCESS, DELETION, LAN, OBJECTION, ROB, UNCLEAR
from tests.flows.staff import AN, STAFF_CHAT, chat

PERSON = chat("9001")


async def test_a_request_without_its_proof_is_reminded_twice_and_then_lapses(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    told = []
    for _ in range(12):
        office.passes(days=1)
        before = len(office.letters(ROB.email))
        await office.timers()
        assert len(office.letters(ROB.email)) - before <= 1
        told.append(len(office.letters(ROB.email)) - before)
    assert [day for day, letters in enumerate(told, 1) if letters] == [3, 7, 10]
    assert (await office.request(handled.request_id)).status is Status.LAPSED


async def test_a_request_that_cannot_go_on_does_not_stop_the_time_of_the_others(office: Office) -> None:
    await office.chat(PERSON, ACCESS)
    await office.chat(PERSON, LAN.account)
    await office.press(PERSON, office.say("dialogue.yes"))
    await office.mail(ROB.sender, "My data", ACCESS)
    before = len(office.letters(ROB.email))
    only_mail = {ChannelName.EMAIL: office.desk.channels[ChannelName.EMAIL]}
    office.desk = replace(office.desk, channels=only_mail, staff_chat=None)
    office.passes(days=3)
    await office.timers()
    assert len(office.letters(ROB.email)) == before + 1


async def test_the_buttons_of_a_waiting_card_work_after_every_step(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)

    async def revisions() -> tuple[set[int], int]:
        """Of the buttons that the group sees, and of the request."""
        request = await office.request(handled.request_id)
        buttons = [read_card(token) for token in by_label(office.card(request)).values()]
        return {button.revision for button in buttons if button}, request.revision

    shown, present = await revisions()
    assert shown == {present}
    letter = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, "", f"{(int(letter.code) + 1) % 10**8:08}", letter)
    shown, present = await revisions()
    assert shown == {present}
    office.passes(days=3)
    await office.timers()
    shown, present = await revisions()
    assert shown == {present}


async def test_what_is_due_twice_a_minute_happens_once(office: Office) -> None:
    await office.mail(ROB.sender, "My data", ACCESS)
    office.passes(days=3)
    assert await office.timers() > 0
    assert await office.timers() == 0


async def test_a_reminder_waits_for_the_morning(office: Office) -> None:
    office.passes(hours=13)  # ten in the evening
    await office.mail(ROB.sender, "My data", ACCESS)
    office.passes(days=3)
    await office.timers()
    assert len(office.letters(ROB.email)) == 2
    office.passes(hours=9)
    await office.timers()
    assert len(office.letters(ROB.email)) == 3


async def test_a_desk_that_was_off_for_days_sends_one_reminder_and_not_two(office: Office) -> None:
    await office.mail(ROB.sender, "My data", ACCESS)
    office.passes(days=8)
    await office.timers()
    assert len(office.letters(ROB.email)) == 3


async def test_a_reply_opens_a_lapsed_request_again_with_a_fresh_code(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    old = office.letters(ROB.email)[-1]
    office.passes(days=10)
    await office.timers()
    lapsed = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, "", "I was on holiday, please go on.", answers=lapsed, quoting=True)
    request = await office.request(handled.request_id)
    fresh = office.letters(ROB.email)[-1]
    assert request.status is Status.VERIFYING
    assert fresh.code not in {"", old.code}
    await office.mail(ROB.sender, "", fresh.code, answers=fresh)
    assert (await office.request(handled.request_id)).proof is Proof.CONTACT


async def test_a_request_that_was_opened_again_has_its_whole_time_anew(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    office.passes(days=10)
    await office.timers()
    await office.mail(ROB.sender, "", "Please go on.", answers=office.letters(ROB.email)[-1])
    office.passes(days=9)
    await office.timers()
    assert (await office.request(handled.request_id)).status is Status.VERIFYING
    office.passes(days=1)
    await office.timers()
    assert (await office.request(handled.request_id)).status is Status.LAPSED


async def test_staff_are_warned_before_a_due_date_once_each_and_when_it_has_passed(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    request = await office.request(request.id)
    before = len(office.letters(STAFF_CHAT))
    for _ in range(30):
        office.passes(days=1)
        await office.timers()
        await office.timers()
    named, due = {"reference": request.reference}, request.due
    told = [
        each.text for each in office.letters(STAFF_CHAT)[before:] if each.text.startswith(request.reference)
    ]
    escalated = office.say("alert.escalated", **named, role=office.say("role.lead"), day=due)
    assert [text for text in told if "·" not in text and text != escalated] == [
        office.say("alert.deadline", **named, days=5, due=due),
        office.say("alert.deadline", **named, days=3, due=due),
        office.say("alert.deadline", **named, days=1, due=due),
        office.say("alert.due_today", **named),
        office.say("alert.overdue", **named, days=1, due=due),
    ]
    assert told.count(escalated) == 3
    assert office.say("card.overdue", days=0)[:7] in office.card(request).text


async def test_what_nobody_has_sorted_is_warned_of_before_it_must_be_acknowledged(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    request = await office.request(handled.request_id)
    named = {"reference": request.reference, "day": request.acknowledge_by}
    for _ in range(9):
        office.passes(hours=12)
        await office.timers()
    told = [each.text for each in office.letters(STAFF_CHAT)]
    # At half of the term, on the day, and when it has passed.
    assert told.count(office.say("alert.acknowledge", **named)) == 2
    assert told.count(office.say("alert.acknowledge_late", **named)) == 1


async def test_half_of_a_long_term_is_told_with_what_is_left(office: Office) -> None:
    request = await office.in_review(ROB, DELETION)
    office.passes(days=10)
    await office.timers()
    alert = office.say("alert.half_time", reference=request.reference, days=6, due=request.due)
    assert alert in [each.text for each in office.letters(STAFF_CHAT)]


async def test_a_late_warning_without_an_answer_goes_to_the_lead_in_private(office: Office) -> None:
    lead = StaffMember("my", "My", chat("506"), "lead")
    await office.run(lambda uow: uow.put_staff(lead))
    request = await office.in_review(ROB, ACCESS)
    office.now = datetime(2026, 11, 30, 2, tzinfo=UTC)  # three working days are left
    await office.timers()
    assert office.letters(lead.address) == []
    office.passes(days=1)
    await office.timers()
    told = office.say("staff.escalated", reference=request.reference, day=request.due)
    assert [each.text for each in office.letters(lead.address)] == [told]
    assert office.letters(AN.address) == []
    assert "escalated" in [entry.action for entry in await office.trail(request)]


async def test_a_late_warning_that_somebody_acts_on_goes_no_further(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    office.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    await office.timers()
    await office.tap(AN, Verb.ASK, await office.request(request.id))
    await office.chat(AN.address, "Which account do you mean?")
    office.passes(days=1)
    await office.timers()
    assert "escalated" not in [entry.action for entry in await office.trail(request)]


async def test_what_is_closed_is_left_in_peace(office: Office) -> None:
    await office.refused(ROB)
    office.passes(days=60)
    board = office.say("board.empty")
    before = len(office.post)
    assert await office.timers() == 1
    (hung,) = office.post[before:]
    assert board in hung.text


async def test_an_unfinished_draft_is_dropped_after_a_day(office: Office) -> None:
    await office.chat(PERSON, ACCESS)
    office.passes(hours=23)
    assert await office.timers() == 0
    office.passes(hours=2)
    assert await office.timers() == 1
    assert await office.run(lambda uow: uow.conversation(PERSON)) is None
    await office.chat(PERSON, ROB.account)
    assert await office.open_requests() == []


async def test_a_question_that_staff_never_typed_is_dropped_too(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.ASK, request)
    waiting = await office.run(lambda uow: uow.conversation(AN.address))
    assert waiting == Conversation(step=Step.QUESTION, request_id=request.id)
    office.passes(hours=25)
    await office.timers()
    await office.chat(AN.address, "Is anybody there?")
    assert (await office.request(request.id)).status is Status.IN_REVIEW
