"""A message becomes a request."""

from datetime import date

from core.references import is_reference
from core.requests import OnBehalf, Proof, Right, Status
from tests.flows.office import Office
from tests.flows.people import ACCESS, BOTH, CHI, FRENCH, LAN, OBJECTION, ROB
from tests.flows.staff import STAFF_CHAT


async def test_a_request_has_a_reference_that_can_be_checked_and_secrets_of_its_own(office: Office) -> None:
    first = await office.in_review(ROB, OBJECTION)
    second = await office.in_review(LAN, OBJECTION)
    assert is_reference(first.reference, "MC")
    for name in ("id", "reference", "token", "card"):
        assert getattr(first, name) != getattr(second, name)


async def test_a_right_without_proof_goes_straight_to_review(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.NOT_NEEDED)
    assert not [letter for letter in office.letters(ROB.email) if letter.code]


async def test_two_rights_are_one_request_with_two_due_dates(office: Office) -> None:
    handled = await office.mail(LAN.sender, "", BOTH)
    request = await office.request(handled.request_id)
    due = {item.right: item.due.binding for item in request.items}
    assert set(due) == {Right.ACCESS, Right.DELETION}
    assert due[Right.ACCESS] == date(2026, 12, 3)
    assert due[Right.DELETION] > due[Right.ACCESS]
    assert request.due == due[Right.ACCESS]


async def test_one_right_that_needs_proof_makes_the_whole_request_wait_for_it(office: Office) -> None:
    handled = await office.mail(ROB.sender, "", f"{OBJECTION} Also, {ACCESS}")
    request = await office.request(handled.request_id)
    assert set(request.rights) == {Right.OBJECTION, Right.ACCESS}
    assert request.status is Status.VERIFYING


async def test_the_day_counts_where_the_company_is(office: Office) -> None:
    """Half past midnight in Vietnam on the 24th is still the 23rd by UTC."""
    office.passes(hours=15, minutes=30)
    request = await office.in_review(ROB, ACCESS)
    assert request.items[0].due.binding == date(2026, 12, 4)


async def test_the_customer_is_answered_in_the_language_of_the_message(office: Office) -> None:
    await office.mail(ROB.sender, "", OBJECTION)
    await office.mail(LAN.sender, "", "Đừng gửi quảng cáo nữa. Tuần nào cũng nhận, phiền lắm ạ.")
    assert office.say("letter.greeting", "en") in office.letters(ROB.email)[0].text
    assert office.say("letter.greeting", "vi") in office.letters(LAN.email)[0].text


async def test_a_language_that_we_do_not_write_is_answered_in_our_first(office: Office) -> None:
    handled = await office.mail(ROB.sender, "", FRENCH)
    assert (await office.request(handled.request_id)).language == "vi"


async def test_a_parent_asks_for_a_child_and_staff_see_it(office: Office) -> None:
    handled = await office.mail(CHI.sender, "", "Please delete my daughter's account and all her data.")
    request = await office.request(handled.request_id)
    assert request.on_behalf is OnBehalf.CHILD
    assert office.say("on_behalf.child") in office.letters(STAFF_CHAT)[-1].text
