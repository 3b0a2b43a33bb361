"""A right is carried out."""

from core.conversation import Step
from core.messages import Attachment, Verb
from core.requests import Outcome, Right, Status
from flows import fulfilment
from tests.flows.office import Office
from tests.flows.people import BOTH, LAN, OBJECTION, ROB
from tests.flows.staff import AN, HOA

FILE = Attachment("data.csv", "text/csv", b"a,b\n", size=4)
NEAR_ROB = "robert@elsewhere.example"


async def test_a_right_without_a_file_is_ticked_off(office: Office) -> None:
    request = await office.approved(ROB, OBJECTION)
    assert await office.tap(HOA, Verb.DONE, request, Right.OBJECTION) == office.say("staff.recorded")
    assert (await office.request(request.id)).status is Status.COMPLETED
    assert office.say("right_done.objection") in " ".join(office.letters(ROB.email)[-1].text.split())


async def test_one_of_two_rights_leaves_the_request_open(office: Office) -> None:
    request = await office.approved(LAN, BOTH)
    await office.tap(HOA, Verb.DONE, request, Right.DELETION)
    request = await office.request(request.id)
    assert request.status is Status.APPROVED
    assert [item.outcome for item in request.items if item.right is Right.DELETION] == [Outcome.COMPLETED]
    assert await office.tap(HOA, Verb.DONE, request, Right.DELETION) == office.say("staff.unknown_button")
    await office.tap(HOA, Verb.DONE, request, Right.ACCESS)
    await office.chat(HOA.address, files=(FILE,))
    assert (await office.request(request.id)).status is Status.COMPLETED


async def test_what_is_handed_over_goes_to_the_proven_contact_and_not_to_from(office: Office) -> None:
    text = (
        f"Gửi em bản sao dữ liệu cá nhân của em, sau đó xóa hết tài khoản {ROB.account} và dữ liệu giúp em."
    )
    handled = await office.mail(NEAR_ROB, "", text)
    code = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, "", code.code, answers=code)
    request = await office.request(handled.request_id)
    assert request.status is Status.IN_REVIEW
    await office.tap(AN, Verb.APPROVE, request)
    request = await office.second_approval(request)
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    await office.chat(AN.address, files=(FILE,))
    names = [[name for name, _ in letter.files] for letter in office.letters(ROB.email) if letter.files]
    assert names == [[f"{request.reference}.zip"]]
    assert not [letter for letter in office.letters(NEAR_ROB) if letter.files]
    assert office.letters(ROB.email)[-1].references == ""


async def test_a_question_is_completed_by_its_answer(office: Office) -> None:
    request = await office.picked(LAN, Right.INQUIRY)
    await office.tap(AN, Verb.APPROVE, request)
    request = await office.second_approval(request)
    await office.tap(AN, Verb.DONE, request, Right.INQUIRY)
    await office.chat(AN.address, "")
    assert office.letters(AN.address)[-1].text == office.say("staff.question_empty")
    await office.chat(AN.address, "Five years after the course.")
    assert (await office.request(request.id)).status is Status.COMPLETED
    assert "Five years after the course." in office.letters(LAN.email)[-1].text


def test_what_a_right_still_needs_follows_the_policy(office: Office) -> None:
    needs = {right: fulfilment.wanted(office.desk, right) for right in Right}
    assert {right for right, step in needs.items() if step is Step.HAND_OVER} == {
        Right.ACCESS,
        Right.PORTABILITY,
    }
    assert {right for right, step in needs.items() if step is Step.ANSWER} == {Right.INQUIRY, Right.COMPLAINT}
