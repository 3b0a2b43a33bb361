"""What a staff member sends in private because a card asked for it."""

from core.messages import Attachment, Verb
from core.requests import Outcome, Right, Status
from flows.store import Disposition
from tests.flows.office import Office
from tests.flows.people import OBJECTION, ROB
from tests.flows.staff import AN, BINH

FILE = Attachment("your-data.csv", "text/csv", remote="file-7", size=20)
CONTENT = b"date,score\n2026,8.5\n"
QUESTION = "Which course do you mean, and in which year?"


async def test_the_file_for_a_card_completes_the_right_and_is_handed_over(office: Office) -> None:
    office.paper.files["file-7"] = CONTENT
    request = await office.approved(ROB)
    assert await office.tap(AN, Verb.DONE, request, Right.ACCESS) == office.say("staff.see_private")
    assert (await office.request(request.id)).status is Status.APPROVED
    handled = await office.chat(AN.address, files=(FILE,), media="document")
    assert handled.disposition is Disposition.STAFF
    assert (await office.request(request.id)).status is Status.COMPLETED
    (handed,) = [letter.files for letter in office.letters(ROB.email) if letter.files]
    assert [name for name, _ in handed] == [f"{request.reference}.zip"]
    right = office.say("right.access")
    received = office.say("staff.file_received", right=right, reference=request.reference)
    assert office.letters(AN.address)[-1].text == received


async def test_the_queue_and_the_help_can_be_asked_for_in_private_at_any_time(office: Office) -> None:
    office.paper.files["file-7"] = CONTENT
    request = await office.approved(ROB)
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    await office.chat(AN.address, command="queue")
    assert request.reference in office.letters(AN.address)[-1].text
    await office.chat(AN.address, command="help")
    assert office.letters(AN.address)[-1].text == office.say("staff.help")
    await office.chat(AN.address, files=(FILE,), media="document")
    assert (await office.request(request.id)).status is Status.COMPLETED


async def test_words_in_place_of_the_file_are_asked_for_again(office: Office) -> None:
    request = await office.approved(ROB)
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    await office.chat(AN.address, "Just a moment.")
    assert office.letters(AN.address)[-1].text == office.say(
        "staff.file_expected", reference=request.reference
    )
    office.paper.files["file-7"] = CONTENT
    await office.chat(AN.address, files=(FILE,))
    assert (await office.request(request.id)).status is Status.COMPLETED


async def test_a_file_that_the_channel_does_not_give_is_asked_for_again(office: Office) -> None:
    request = await office.approved(ROB)
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    await office.chat(AN.address, files=(FILE,))
    assert office.letters(AN.address)[-1].text == office.say("staff.file_unreadable")
    assert (await office.request(request.id)).status is Status.APPROVED
    office.paper.files["file-7"] = CONTENT
    office.passes(minutes=1)
    await office.chat(AN.address, files=(FILE,))
    assert (await office.request(request.id)).status is Status.COMPLETED


async def test_a_file_that_comes_after_somebody_else_has_decided_goes_nowhere(office: Office) -> None:
    office.paper.files["file-7"] = CONTENT
    request = await office.approved(ROB)
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    await office.tap(BINH, Verb.REFUSE, request, "others_rights")
    letters = len(office.letters(ROB.email))
    await office.chat(AN.address, files=(FILE,))
    assert office.letters(AN.address)[-1].text == office.say("staff.already_decided")
    assert len(office.letters(ROB.email)) == letters
    assert [item.outcome for item in (await office.request(request.id)).items] == [Outcome.REFUSED]


async def test_a_question_is_passed_on_word_for_word_and_its_answer_comes_back(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    assert await office.tap(AN, Verb.ASK, request) == office.say("staff.see_private")
    await office.chat(AN.address, QUESTION)
    asked = office.letters(ROB.email)[-1]
    assert QUESTION in asked.text
    assert (await office.request(request.id)).status is Status.CLARIFYING
    await office.mail(ROB.sender, "", "It was course 7A, in 2024.", answers=asked, quoting=True)
    answered = await office.request(request.id)
    assert answered.status is Status.IN_REVIEW
    assert office.say("status_label.in_review") in office.card(answered).text


async def test_an_empty_question_is_asked_for_again(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.ASK, request)
    await office.chat(AN.address, "  ", media="sticker")
    assert office.letters(AN.address)[-1].text == office.say("staff.question_empty")
    await office.chat(AN.address, QUESTION)
    assert (await office.request(request.id)).status is Status.CLARIFYING


async def test_a_question_that_is_given_up_is_never_sent(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.ASK, request)
    await office.chat(AN.address, command="cancel")
    assert office.letters(AN.address)[-1].text == office.say("staff.cancelled")
    await office.chat(AN.address, QUESTION)
    assert not [letter for letter in office.letters(ROB.email) if QUESTION in letter.text]
    assert (await office.request(request.id)).status is Status.IN_REVIEW


async def test_a_question_for_a_request_that_is_closed_by_now_is_not_sent(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.ASK, request)
    await office.tap(BINH, Verb.REFUSE, request, "unfounded")
    await office.chat(AN.address, QUESTION)
    assert office.letters(AN.address)[-1].text == office.say("staff.already_decided")
    assert not [letter for letter in office.letters(ROB.email) if QUESTION in letter.text]


async def test_an_old_button_pressed_while_something_is_awaited_is_answered(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.ASK, request)
    answered = len(office.taps())
    await office.chat(AN.address, option="right-access")
    assert len(office.taps()) == answered + 1
    assert (await office.request(request.id)).status is Status.IN_REVIEW


async def test_a_staff_member_who_starts_the_bot_is_welcomed_by_name(office: Office) -> None:
    await office.chat(AN.address, command="start")
    assert office.letters(AN.address)[-1].text == office.say("staff.welcome", name="An")


async def test_a_staff_member_without_a_task_is_a_customer_like_any_other(office: Office) -> None:
    await office.chat(AN.address, OBJECTION)
    await office.press(AN.address, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    assert request.requester == AN.address
