"""What a mail does."""

import pytest

from core.messages import Verb
from core.requests import Proof, Right, Status
from flows.store import Disposition
from tests.flows.office import Office
from tests.flows.people import (
    ACCESS,
    CANCEL,
    DELETION,
    FRENCH,
    LAN,
    NOSY,
    OBJECTION,
    REFUND,
    ROB,
    STATUS,
    UNCLEAR,
)
from tests.flows.post import a_file_alone
from tests.flows.staff import AN, STAFF_CHAT


async def test_a_clear_request_is_acknowledged_and_its_code_follows(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    acknowledgement, code = office.letters(ROB.email)
    request = await office.request(handled.request_id)
    assert handled.disposition is Disposition.REQUEST
    assert request.status is Status.VERIFYING
    assert request.rights == (Right.ACCESS,)
    assert acknowledgement.reference == code.reference == request.reference
    assert not acknowledgement.code
    assert code.code


async def test_the_code_in_a_reply_proves_who_asks(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    _, letter = office.letters(ROB.email)
    await office.mail(ROB.sender, "", letter.code, answers=letter, quoting=True)
    request = await office.request(handled.request_id)
    assert request.status is Status.IN_REVIEW
    assert request.proof is Proof.CONTACT


async def test_a_code_that_is_only_quoted_proves_nothing(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    _, letter = office.letters(ROB.email)
    await office.mail(ROB.sender, "", "I did get your letter.", answers=letter, quoting=True)
    request = await office.request(handled.request_id)
    assert request.status is Status.VERIFYING
    assert request.wrong_codes == 0


async def test_a_quotation_alone_proves_nothing(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    _, letter = office.letters(ROB.email)
    await office.mail(ROB.sender, "", "", answers=letter, quoting=True)
    assert (await office.request(handled.request_id)).status is Status.VERIFYING


async def test_a_third_address_in_the_thread_learns_nothing_and_changes_nothing(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    _, letter = office.letters(ROB.email)
    before = await office.request(handled.request_id)
    for text in (letter.code, CANCEL, STATUS, "Hello, what is this about?"):
        answer = await office.mail(NOSY.sender, "", text, answers=letter, quoting=True)
        assert answer.reason == "unverified sender"
    assert office.letters(NOSY.email) == []
    assert await office.request(handled.request_id) == before
    assert len(office.letters(ROB.email)) == 2
    notes = await office.notes(before)
    assert [note.address.value for note in notes if note.incoming].count(NOSY.email) == 4


async def test_a_mail_is_found_by_its_message_ids_where_the_token_was_lost(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    _, letter = office.letters(ROB.email)
    headers = {"References": letter.message_id}
    await office.mail(ROB.sender, "Re: your letter", letter.code, headers=headers)
    assert (await office.request(handled.request_id)).status is Status.IN_REVIEW


async def test_a_fresh_mail_with_the_code_finds_the_request_that_waits_for_it(office: Office) -> None:
    first = await office.mail(ROB.sender, "My data", ACCESS)
    code = office.letters(ROB.email)[-1].code
    office.passes(hours=1)
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    await office.mail(ROB.sender, "The code", code)
    assert (await office.request(first.request_id)).status is Status.IN_REVIEW


async def test_of_two_requests_that_wait_the_code_goes_to_the_one_it_was_sent_for(office: Office) -> None:
    first = await office.mail(ROB.sender, "My data", ACCESS)
    code = office.letters(ROB.email)[-1].code
    office.passes(hours=1)
    second = await office.mail(ROB.sender, "Delete", DELETION)
    await office.mail(ROB.sender, "The code", code)
    assert (await office.request(first.request_id)).status is Status.IN_REVIEW
    assert (await office.request(second.request_id)).wrong_codes == 0


async def test_an_automatic_answer_is_registered_and_never_answered(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    letter = office.letters(ROB.email)[-1]
    before = await office.request(handled.request_id)
    away = await office.mail(
        ROB.sender, "", f"I am away. {CANCEL}", letter, headers={"Auto-Submitted": "auto-replied"}
    )
    assert away.disposition is Disposition.SILENT
    assert away.request_id == handled.request_id
    assert await office.request(handled.request_id) == before
    assert len(office.letters(ROB.email)) == 2
    assert any("I am away" in note.text for note in await office.notes(before))


@pytest.mark.parametrize(
    "mark",
    [{"List-Id": "<help.example.org>"}, {"Auto-Submitted": "auto-generated"}],
    ids=["mailing list", "automatic"],
)
async def test_a_clear_wish_in_a_mail_that_gets_no_answer_goes_to_a_person(
    office: Office, mark: dict[str, str]
) -> None:
    handled = await office.mail(ROB.sender, "My data", DELETION, headers=mark)
    assert handled.disposition is Disposition.SILENT
    assert (await office.request(handled.request_id)).status is Status.TRIAGE
    assert office.letters(ROB.email) == []
    assert len(office.letters(STAFF_CHAT)) == 1


async def test_a_bounce_with_a_wish_in_it_opens_nothing(office: Office) -> None:
    handled = await office.mail(ROB.sender, "Returned mail", DELETION, headers={"Return-Path": "<>"})
    assert handled.disposition is Disposition.SILENT
    assert await office.open_requests() == []
    assert office.post == []


async def test_a_mail_of_a_list_without_a_clear_wish_opens_nothing(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR, headers={"List-Id": "<news.example.org>"})
    assert handled.disposition is Disposition.SILENT
    assert office.post == []


@pytest.mark.parametrize("media_type", ["application/pdf", "image/jpeg"])
async def test_a_mail_of_nothing_but_a_file_goes_to_a_person(office: Office, media_type: str) -> None:
    await office.store_raw(a_file_alone(ROB.sender, media_type))
    await office.handle()
    request = await office.request((await office.last()).request_id)
    assert request.status is Status.TRIAGE
    assert office.letters(ROB.email) == []
    assert len(office.letters(STAFF_CHAT)) == 1


async def test_a_mail_of_nothing_at_all_is_left_alone(office: Office) -> None:
    handled = await office.mail(ROB.sender, "", "")
    assert handled.disposition is Disposition.NOT_A_REQUEST
    assert office.post == []


async def test_a_file_alone_after_the_end_is_shown_to_a_person(office: Office) -> None:
    request = await office.approved(ROB, OBJECTION)
    await office.tap(AN, Verb.DONE, request, Right.OBJECTION)
    told = len(office.letters(STAFF_CHAT))
    await office.store_raw(a_file_alone(ROB.sender, "application/pdf", office.letters(ROB.email)[-1]))
    await office.handle()
    fresh = [letter.text for letter in office.letters(STAFF_CHAT)[told:]]
    assert office.say("alert.wrote_after_end", reference=request.reference) in fresh


@pytest.mark.parametrize("text", ["", "Thank you."])
async def test_a_code_that_stands_in_the_subject_counts(office: Office, text: str) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    letter = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, f"Re: {letter.subject} {letter.code}", text, letter, quoting=True)
    assert (await office.request(handled.request_id)).proof is Proof.CONTACT


async def test_a_code_that_is_all_of_a_new_mail_finds_its_request(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    await office.mail(ROB.sender, office.letters(ROB.email)[-1].code, "")
    assert (await office.request(handled.request_id)).proof is Proof.CONTACT


async def test_a_number_in_the_subject_of_another_matter_is_no_code(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    await office.mail(ROB.sender, "Refund 48219077", REFUND)
    assert (await office.request(handled.request_id)).wrong_codes == 0


async def test_a_question_about_a_refund_is_left_alone(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Học phí", REFUND)
    assert handled.disposition is Disposition.NOT_A_REQUEST
    assert office.post == []


async def test_what_is_unclear_goes_to_a_person_without_a_word_to_the_sender(office: Office) -> None:
    handled = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    request = await office.request(handled.request_id)
    assert request.status is Status.TRIAGE
    assert office.letters(LAN.email) == []
    assert len(office.letters(STAFF_CHAT)) == 1


async def test_another_language_goes_to_a_person_and_is_told_so_in_both_of_ours(office: Office) -> None:
    handled = await office.mail(ROB.sender, "Mes données", FRENCH)
    (letter,) = office.letters(ROB.email)
    request = await office.request(handled.request_id)
    assert request.status is Status.TRIAGE
    assert request.reference in letter.text
    assert "We have received your message" in letter.text
    assert "Chúng tôi đã nhận thư của bạn" in letter.text


async def test_the_requester_can_take_a_request_back(office: Office) -> None:
    handled = await office.mail(ROB.sender, "Delete", DELETION)
    letter = office.letters(ROB.email)[0]
    await office.mail(ROB.sender, "", CANCEL, answers=letter)
    assert (await office.request(handled.request_id)).status is Status.WITHDRAWN


async def test_taking_back_without_a_thread_means_what_is_open_and_not_what_is_newest(office: Office) -> None:
    older = await office.mail(ROB.sender, "Delete", DELETION)
    office.passes(hours=1)
    newer = await office.mail(ROB.sender, "Advertising", OBJECTION)
    await office.mail(ROB.sender, "", CANCEL, answers=office.letters(ROB.email)[-1])
    assert (await office.request(newer.request_id)).status is Status.WITHDRAWN
    meant = await office.mail(ROB.sender, "Changed my mind", CANCEL)
    assert meant.request_id == older.request_id


async def test_a_status_question_is_answered_in_the_same_thread(office: Office) -> None:
    await office.mail(ROB.sender, "My data", ACCESS)
    acknowledgement, letter = office.letters(ROB.email)
    await office.mail(ROB.sender, "", STATUS, answers=letter)
    answer = office.letters(ROB.email)[-1]
    assert answer.reference == letter.reference
    assert acknowledgement.message_id in answer.references


async def test_a_reply_to_a_refused_request_is_seen_by_a_person(office: Office) -> None:
    request = await office.refused(ROB)
    await office.mail(ROB.sender, "", "I do not agree with this.", answers=office.letters(ROB.email)[-1])
    alert = office.say("alert.wrote_after_end", reference=request.reference)
    assert [each.text for each in office.letters(STAFF_CHAT)].count(alert) == 1
    assert (await office.request(request.id)).status is Status.REFUSED


async def test_thanks_after_the_end_disturb_nobody(office: Office) -> None:
    request = await office.approved(ROB, OBJECTION)
    await office.tap(AN, Verb.DONE, request, Right.OBJECTION)
    before = len(office.post)
    await office.mail(ROB.sender, "", "Thank you very much!", answers=office.letters(ROB.email)[-1])
    assert len(office.post) == before
    assert any("Thank you" in note.text for note in await office.notes(request))


async def test_eight_digits_beside_a_new_wish_in_a_closed_thread_take_nothing_from_it(office: Office) -> None:
    closed = await office.refused(ROB)
    text = "Please delete my account and all my personal data. My old number was 4821 9077."
    handled = await office.mail(ROB.sender, "", text, answers=office.letters(ROB.email)[-1])
    assert handled.request_id != closed.id
    assert (await office.request(handled.request_id)).rights == (Right.DELETION,)


async def test_a_new_wish_in_an_old_thread_is_a_request_of_its_own(office: Office) -> None:
    request = await office.refused(ROB)
    handled = await office.mail(ROB.sender, "", DELETION, answers=office.letters(ROB.email)[-1])
    assert handled.request_id != request.id
    assert (await office.request(handled.request_id)).rights == (Right.DELETION,)


async def test_the_same_wish_once_more_in_the_thread_opens_no_second_request(office: Office) -> None:
    handled = await office.mail(ROB.sender, "Delete", DELETION)
    again = await office.mail(ROB.sender, "", DELETION, answers=office.letters(ROB.email)[0])
    assert again.request_id == handled.request_id
    assert len(await office.open_requests()) == 1
