"""At night the desk answers those who write, and lets everybody else sleep."""

from datetime import UTC, datetime, timedelta

from core.messages import Verb
from core.requests import Request, Right, Status
from tests.flows.office import Office
from tests.flows.people import ACCESS, CANCEL, LAN, OBJECTION, ROB, STATUS, UNCLEAR
from tests.flows.staff import AN, BINH, HOA

EVENING = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # eleven o'clock in Vietnam
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


async def at_night(office: Office) -> Request:
    """A request of the day that waits for approval at eleven in the evening."""
    request = await office.in_review(ROB, OBJECTION)
    office.now = EVENING
    return request


async def test_what_staff_decide_at_night_is_told_in_the_morning_in_its_order(office: Office) -> None:
    request = await at_night(office)
    letters = len(office.letters(ROB.email))
    await office.tap(AN, Verb.APPROVE, request)
    request = await office.second_approval(request)
    await office.tap(AN, Verb.DONE, request, Right.OBJECTION)
    office.now = MORNING - timedelta(minutes=1)
    await office.deliver()
    assert len(office.letters(ROB.email)) == letters
    office.now = MORNING
    await office.deliver()
    approved, completed = office.letters(ROB.email)[letters:]
    assert "approved" in approved.subject
    assert "dealt with" in completed.subject


async def test_who_writes_at_night_is_answered_at_once(office: Office) -> None:
    office.now = EVENING
    await office.mail(ROB.sender, "My data", ACCESS)
    acknowledgement, code = office.letters(ROB.email)
    assert code.code
    await office.mail(ROB.sender, "", code.code, answers=code)
    assert len(office.letters(ROB.email)) == 3
    assert acknowledgement.reference == code.reference


async def test_who_has_just_written_is_awake(office: Office) -> None:
    office.now = EVENING
    request = await office.in_review(ROB, OBJECTION)
    letters = len(office.letters(ROB.email))
    office.passes(minutes=59)
    await office.tap(AN, Verb.APPROVE, request)
    assert len(office.letters(ROB.email)) == letters + 1


async def test_what_waits_for_the_morning_goes_before_an_answer_at_night(office: Office) -> None:
    request = await at_night(office)
    letters = len(office.letters(ROB.email))
    await office.tap(AN, Verb.APPROVE, request)
    office.passes(hours=1)
    await office.mail(ROB.sender, "", CANCEL, answers=office.letters(ROB.email)[-1])
    approved, withdrawn = office.letters(ROB.email)[letters:]
    assert "approved" in approved.subject
    assert (await office.request(request.id)).status is Status.WITHDRAWN
    assert "approved" not in withdrawn.subject


async def test_a_question_about_the_status_is_answered_at_night(office: Office) -> None:
    await at_night(office)
    letters = len(office.letters(ROB.email))
    await office.mail(ROB.sender, "", STATUS, answers=office.letters(ROB.email)[-1])
    assert len(office.letters(ROB.email)) == letters + 1


async def test_an_acknowledgement_waits_for_nobody(office: Office) -> None:
    """The law's clock runs: what staff sort at night is acknowledged at night."""
    handled = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    office.now = EVENING
    await office.tap(HOA, Verb.PICK, await office.request(handled.request_id), Right.OBJECTION)
    assert len(office.letters(LAN.email)) == 1


async def test_a_refusal_at_night_does_not_keep_a_letter_to_somebody_else(office: Office) -> None:
    request = await at_night(office)
    await office.tap(AN, Verb.REFUSE, request, "legal_duty")
    before = len(office.letters(LAN.email))
    await office.mail(LAN.sender, "My data", ACCESS)
    assert len(office.letters(LAN.email)) == before + 2


async def test_by_day_nothing_waits(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    letters = len(office.letters(ROB.email))
    office.passes(hours=5)
    await office.tap(BINH, Verb.APPROVE, request)
    assert len(office.letters(ROB.email)) == letters + 1
