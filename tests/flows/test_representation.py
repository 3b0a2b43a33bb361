"""Requests for somebody else: agents and children."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from core.messages import Attachment, Verb
from core.policy import Agents, MandateRule
from core.represented import AgeBand, AnswerTo, Mandate
from core.requests import OnBehalf, Proof, Request, Right, Status
from tests.flows.office import Office
from tests.flows.people import CHI, LAN, NOSY, ROB, STRANGER
from tests.flows.post import Received, a_mail
from tests.flows.staff import AN, BINH, HOA, STAFF_CHAT, chat, from_button

FOR_LAN = f"I am a lawyer and I act for my client. Please send her a copy of all personal data you hold about her. Her account is {LAN.account}."
FOR_NOBODY = FOR_LAN.replace(LAN.account, "HV-9999")
DELETE_FOR_LAN = f"On behalf of my wife, please delete her account {LAN.account} and all her personal data."
OBJECT_FOR_LAN = (
    f"On behalf of my client, please stop sending marketing messages to her. Her account is {LAN.account}."
)
FOR_DAUGHTER = "I am the mother of a pupil. Please delete my daughter's account and all her personal data."
LAWYER = NOSY


async def asked(office: Office, text: str = FOR_LAN) -> tuple[Request, Received]:
    """An agent's request, and the letter by which the person is asked."""
    handled = await office.mail(LAWYER.sender, "My client", text)
    request = await office.request(handled.request_id)
    assert request.on_behalf is OnBehalf.AGENT
    return request, office.letters(LAN.email)[-1]


async def agreed(office: Office, and_says: str = "", text: str = FOR_LAN) -> Request:
    request, letter = await asked(office, text)
    await office.mail(LAN.sender, "", f"{letter.code}\n{and_says}", answers=letter, quoting=True)
    return await office.request(request.id)


async def approved(office: Office, request: Request) -> Request:
    await office.tap(AN, Verb.APPROVE, request)
    return await office.second_approval(await office.request(request.id))


async def hand_over(office: Office, request: Request) -> None:
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    file = Attachment("du-lieu.csv", "text/csv", b"a,b\n1,2\n", size=8)
    await office.chat(AN.address, files=(file,))


def words_to_staff(office: Office) -> str:
    return "\n".join(office.staff_room())


# --- the road of an agent -------------------------------------------------------------------------


async def test_the_person_is_asked_at_the_contact_on_file_and_the_agent_gets_no_code(office: Office) -> None:
    request, letter = await asked(office)
    (acknowledgement,) = office.letters(LAWYER.email)
    assert request.status is Status.VERIFYING
    assert letter.code
    assert letter.references == ""
    assert not acknowledgement.code
    assert LAWYER.email not in letter.text
    assert "says that they act for you" in " ".join(letter.text.split())


async def test_an_agents_request_by_the_code_of_the_person_is_answered_to_the_person(office: Office) -> None:
    request = await agreed(office)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.CONTACT)
    request = await approved(office, request)
    await hand_over(office, request)
    request = await office.request(request.id)
    assert request.status is Status.COMPLETED
    to_agent = office.letters(LAWYER.email)
    assert all(not letter.files for letter in to_agent)
    assert office.letters(LAN.email)[-1].reference == request.reference
    assert "The answer has gone to that person" in " ".join(to_agent[-1].text.split())
    assert [notes.address.value for notes in await office.notes(request) if notes.notice == "completed"] == [
        LAN.email
    ]


async def test_the_answer_goes_to_the_agent_where_the_person_says_so_with_the_code(office: Office) -> None:
    request = await agreed(office, "send to my representative")
    assert request.representation.answer_to is AnswerTo.AGENT
    await hand_over(office, await approved(office, request))
    sent = [note for note in await office.notes(request) if not note.incoming]
    told = {note.notice: note.address.value for note in sent}
    assert told["completed"] == LAWYER.email
    assert {note.address.value for note in sent if "hand_over" in note.notice} == {LAWYER.email}
    assert "done_for_agent" not in told


async def test_only_the_person_can_send_the_answer_to_the_agent(office: Office) -> None:
    request, letter = await asked(office)
    await office.mail(LAWYER.sender, "", f"{letter.code} send to my representative", answers=letter)
    request = await office.request(request.id)
    assert request.representation.answer_to is AnswerTo.PERSON


async def test_a_wish_without_the_right_code_changes_nothing(office: Office) -> None:
    request, letter = await asked(office)
    wrong = f"{(int(letter.code) + 1) % 10**8:08d}"
    await office.mail(LAN.sender, "", f"{wrong} send to my representative", answers=letter)
    assert (await office.request(request.id)).representation.answer_to is AnswerTo.PERSON


async def test_the_person_is_asked_even_where_the_right_asks_for_no_proof(office: Office) -> None:
    request, letter = await asked(office, OBJECT_FOR_LAN)
    assert request.rights == (Right.OBJECTION,)
    assert request.status is Status.VERIFYING
    assert letter.code


async def test_an_agent_who_is_on_file_gets_no_code_at_their_own_address(office: Office) -> None:
    handled = await office.mail(
        ROB.sender, "My client", FOR_LAN.replace(f" Her account is {LAN.account}.", "")
    )
    request = await office.request(handled.request_id)
    assert request.on_behalf is OnBehalf.AGENT
    assert request.subject is None
    assert [letter.code for letter in office.letters(ROB.email)] == [""]


async def test_an_agent_in_a_chat_waits_for_a_person_who_answers_by_mail_with_a_days_time(
    office: Office,
) -> None:
    who = chat("9001")
    await office.chat(who, FOR_LAN)
    for answer in (LAN.account, "yes"):
        await office.chat(who, answer)
    (request,) = await office.open_requests()
    assert request.on_behalf is OnBehalf.AGENT
    letter = office.letters(LAN.email)[-1]
    assert "24 hours" in letter.text
    office.passes(hours=20)
    await office.mail(LAN.sender, "", letter.code, answers=letter)
    request = await office.request(request.id)
    assert request.status is Status.IN_REVIEW
    await hand_over(office, await approved(office, request))
    sent = [note for note in await office.notes(request) if "hand_over" in note.notice]
    assert {note.address.value for note in sent} == {LAN.email}


# --- the person says no ---------------------------------------------------------------------------


@pytest.mark.parametrize("no", ["No", "Không", "Please cancel my request.", "I did not ask for this."])
async def test_a_no_of_the_person_stops_the_request_and_tells_staff(office: Office, no: str) -> None:
    request, letter = await asked(office)
    await office.mail(LAN.sender, "", no, answers=letter, quoting=True)
    request = await office.request(request.id)
    assert request.representation.declined
    assert (request.subject, request.challenge) == (None, None)
    assert office.say("alert.person_declined", reference=request.reference) in words_to_staff(office)
    assert office.say("card.person_declined") in office.card(request).text
    assert "we have stopped the request" in " ".join(office.letters(LAN.email)[-1].text.split())
    await office.mail(LAN.sender, "", letter.code, answers=letter)
    assert (await office.request(request.id)).proof is Proof.PENDING


async def test_a_no_looks_to_the_agent_like_nobody_on_file_to_the_last_letter(office: Office) -> None:
    _, letter = await asked(office)
    await office.mail(STRANGER.sender, "My client", FOR_NOBODY)
    await office.mail(LAN.sender, "", "No", answers=letter)
    for who in (LAWYER, STRANGER):
        await office.mail(who.sender, "", "12345678", answers=office.letters(who.email)[0])
        await office.mail(who.sender, "", f"Her phone is {LAN.phone}.", answers=office.letters(who.email)[0])
        await office.mail(
            who.sender, "", "What is the status of my request?", answers=office.letters(who.email)[0]
        )
    for _ in range(11):
        office.passes(days=1)
        await office.timers()
    for who in (LAWYER, STRANGER):
        await office.mail(who.sender, "", "Any news?", answers=office.letters(who.email)[0])
    said_no, nobody = office.letters(LAWYER.email), office.letters(STRANGER.email)
    assert [each.words for each in said_no] == [each.words for each in nobody]
    assert len(said_no) > 4


async def test_a_no_after_the_yes_withdraws_the_request_and_tells_both_in_their_words(office: Office) -> None:
    request = await agreed(office)
    await office.mail(LAN.sender, "", "No, I changed my mind.", answers=office.letters(LAN.email)[-1])
    assert (await office.request(request.id)).status is Status.WITHDRAWN
    to_agent = " ".join(office.letters(LAWYER.email)[-1].text.split())
    assert "has been cancelled" in to_agent
    assert "As you asked" not in to_agent
    assert "we have stopped the request" in " ".join(office.letters(LAN.email)[-1].text.split())


async def test_a_no_whose_sender_check_failed_goes_to_a_person(office: Office) -> None:
    request, letter = await asked(office)
    failed = {"Authentication-Results": "mx.mentracere.com; dmarc=fail header.from=example.com"}
    before = await office.request(request.id)
    await office.mail(LAN.sender, "", "No", answers=letter, headers=failed)
    request = await office.request(request.id)
    if not request.representation.declined:
        assert office.say("alert.cancel_doubtful", reference=request.reference) in words_to_staff(office)
        assert request == before


async def test_a_no_of_anybody_else_is_none(office: Office) -> None:
    request, letter = await asked(office)
    handled = await office.mail(STRANGER.sender, "", "Please cancel my request.", answers=letter)
    assert handled.reason == "unverified sender"
    assert not (await office.request(request.id)).representation.declined


async def test_what_the_person_asks_is_answered_to_them_and_not_to_the_agent(office: Office) -> None:
    _, letter = await asked(office)
    before = len(office.letters(LAWYER.email))
    await office.mail(LAN.sender, "", "What is the status of this request?", answers=letter)
    assert len(office.letters(LAWYER.email)) == before
    assert "We are waiting for identity" in " ".join(office.letters(LAN.email)[-1].text.split())


async def test_a_word_of_the_person_after_the_end_of_the_wait_tells_the_agent_nothing(office: Office) -> None:
    request, letter = await asked(office)
    office.passes(days=11)
    await office.timers()
    before = len(office.letters(LAWYER.email))
    await office.mail(LAN.sender, "", "Sorry, I was on holiday. What is it about?", answers=letter)
    assert (await office.request(request.id)).status is Status.LAPSED
    assert len(office.letters(LAWYER.email)) == before
    assert office.say("alert.wrote_after_end", reference=request.reference) in words_to_staff(office)


async def test_what_the_person_refused_cannot_be_approved_by_staff_alone(office: Office) -> None:
    request = await agreed(office)
    declined = replace(request, representation=replace(request.representation, declined=True))
    await office.run(lambda uow: uow.save(declined))
    request = await office.request(request.id)
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.missing_wish")


async def test_staff_correct_for_whom_a_request_is_made(office: Office) -> None:
    request = await of_child(office)
    request = await record(office, request, "for.s")
    assert request.on_behalf is OnBehalf.SELF
    assert (await approved(office, request)).status is Status.APPROVED


async def test_a_no_after_the_end_of_the_wait_does_not_open_it_anew(office: Office) -> None:
    request, letter = await asked(office)
    office.passes(days=11)
    await office.timers()
    letters = len(office.letters(LAWYER.email))
    await office.mail(LAN.sender, "", "No", answers=letter)
    assert (await office.request(request.id)).status is Status.LAPSED
    assert len(office.letters(LAWYER.email)) == letters


# --- nobody on file -------------------------------------------------------------------------------


async def test_a_person_not_on_file_looks_the_same_to_the_agent(office: Office) -> None:
    await office.mail(LAWYER.sender, "My client", FOR_LAN)
    await office.mail(STRANGER.sender, "My client", FOR_NOBODY)
    for _ in range(11):
        office.passes(days=1)
        await office.timers()
    found, nobody = office.letters(LAWYER.email), office.letters(STRANGER.email)
    assert [each.words for each in found] == [each.words for each in nobody]
    assert all(not each.code for each in nobody)


# --- mandates -------------------------------------------------------------------------------------


def with_mandate(raw: bytes) -> bytes:
    mail = message_from_bytes(raw, policy=policy.default)
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="mandate.pdf")
    return mail.as_bytes()


async def test_a_mandate_that_comes_at_once_or_later_shows_on_the_card(office: Office) -> None:
    await office.store_raw(with_mandate(a_mail(LAWYER.sender, "My client", FOR_LAN)))
    await office.handle()
    request = await office.request((await office.last()).request_id)
    assert office.say("card.mandate_attached") in office.card(request).text
    second, _ = await asked(office, DELETE_FOR_LAN)
    assert office.say("card.mandate_not_attached") in office.card(second).text
    answers = office.letters(LAWYER.email)[-1]
    await office.store_raw(with_mandate(a_mail(LAWYER.sender, "", "Here it is.", answers)))
    await office.handle()
    second = await office.request(second.id)
    assert second.representation.attached
    assert office.say("card.mandate_attached") in office.card(second).text


async def test_where_the_policy_wants_a_mandate_nothing_is_approved_without_a_checked_one(
    office: Office,
) -> None:
    rules = replace(office.desk.policy, agents=Agents(mandate=MandateRule.REQUIRED))
    office.desk = replace(office.desk, policy=rules)
    request = await agreed(office)
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.missing_mandate")
    assert office.say("missing.mandate") in office.card(request).text
    await office.tap(AN, Verb.ASK_RECORD, request, "mandate")
    button = from_button(AN, office.card(request), office.say("recorded.mandate_valid"))
    await office.store_paper(button)
    await office.handle()
    request = await office.request(request.id)
    assert request.representation.mandate is Mandate.VALID
    await office.tap(AN, Verb.APPROVE, request)
    assert (await office.request(request.id)).status is Status.APPROVED


async def test_what_is_recorded_stands_in_the_audit_as_a_code_with_who_did_it(office: Office) -> None:
    request = await agreed(office)
    await office.tap(AN, Verb.RECORD, request, "mandate.n")
    entry = (await office.trail(request))[-1]
    assert (entry.actor, entry.action, entry.detail["reason"]) == (
        "staff:an",
        "recorded",
        "mandate:not_valid",
    )
    trail = str([(each.actor, each.detail) for each in await office.trail(request)])
    assert not any(secret in trail for secret in (*LAN.secrets, *LAWYER.secrets))


async def test_only_an_approver_records_and_only_what_matters(office: Office) -> None:
    request = await agreed(office)
    assert await office.tap(HOA, Verb.RECORD, request, "mandate.v") == office.say("staff.role_too_low")
    for argument in ("relation.b", "nothing", ""):
        assert await office.tap(AN, Verb.RECORD, request, argument) == office.say("staff.unknown_button")
        assert await office.tap(AN, Verb.ASK_RECORD, request, argument) == office.say("staff.unknown_button")
    assert await office.request(request.id) == request


async def test_no_member_of_staff_records_for_a_request_that_concerns_them(office: Office) -> None:
    text = FOR_LAN.replace(LAN.account, CHI.account)
    handled = await office.mail(LAWYER.sender, "My client", text)
    request = await office.request(handled.request_id)
    assert await office.tap(AN, Verb.RECORD, request, "mandate.v") == office.say("staff.own_request")


async def test_the_staff_group_learns_nobodys_name(office: Office) -> None:
    await agreed(office, "send to my representative")
    room = words_to_staff(office)
    assert not any(secret in room for secret in (*LAN.secrets, *LAWYER.secrets))


# --- children -------------------------------------------------------------------------------------


async def of_child(office: Office) -> Request:
    """A mother's request for her daughter, proven at the mother's contact on file."""
    request = await office.in_review(ROB, FOR_DAUGHTER)
    assert (request.on_behalf, request.status) == (OnBehalf.CHILD, Status.IN_REVIEW)
    return request


async def record(office: Office, request: Request, short: str) -> Request:
    assert await office.tap(AN, Verb.RECORD, request, short) == office.say("staff.recorded")
    return await office.request(request.id)


async def test_for_a_child_of_eight_relation_and_view_come_before_the_approval(office: Office) -> None:
    request = await of_child(office)
    for lacks, short in (("age", "age.c"), ("relation", "relation.b"), ("view", "view.y")):
        assert await office.tap(AN, Verb.APPROVE, request) == office.say(f"staff.missing_{lacks}")
        assert (await office.request(request.id)).approvals == ()
        request = await record(office, request, short)
    card = office.card(request).text
    for label in ("age_below_adult", "relation_birth_certificate_seen", "view_agrees"):
        fields = {"consent": 7, "last": 15} if label == "age_below_adult" else {}
        assert office.say(f"recorded.{label}", **fields) in card
    request = await approved(office, request)
    assert request.status is Status.APPROVED
    assert request.approvals == ("staff:an", "staff:binh")


async def test_a_child_that_does_not_agree_stops_the_approval(office: Office) -> None:
    request = await of_child(office)
    for short in ("age.c", "relation.h", "view.n"):
        request = await record(office, request, short)
    assert await office.tap(BINH, Verb.APPROVE, request) == office.say("staff.missing_consent")


async def test_under_seven_the_relation_is_enough(office: Office) -> None:
    request = await of_child(office)
    for short in ("age.u", "relation.a"):
        request = await record(office, request, short)
    assert (await approved(office, request)).status is Status.APPROVED


async def test_a_person_of_seventeen_asks_as_an_adult_and_a_parent_is_an_agent_to_them(
    office: Office,
) -> None:
    request = await record(office, await of_child(office), "age.a")
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.missing_mandate")
    request = await record(office, request, "mandate.v")
    assert (await approved(office, request)).status is Status.APPROVED


async def test_the_buttons_of_a_card_lead_to_the_choices_and_back(office: Office) -> None:
    request = await of_child(office)
    tap = from_button(AN, office.card(request), office.say("record_button.age"))
    await office.store_paper(tap)
    await office.handle()
    choosing = office.card(request)
    await office.store_paper(from_button(AN, choosing, office.say("staff_button.back")))
    await office.handle()
    assert office.card(request).buttons != choosing.buttons
    await office.store_paper(from_button(AN, choosing, office.say("recorded.age_not_known")))
    await office.handle()
    request = await office.request(request.id)
    assert request.representation.age is AgeBand.NOT_KNOWN
    labels = {button.label for row in office.card(request).buttons for button in row}
    assert {office.say("record_button.relation"), office.say("record_button.view")} <= labels


async def test_a_request_for_oneself_has_none_of_these_buttons(office: Office) -> None:
    request = await office.in_review(ROB)
    card = office.card(request)
    labels = {button.label for row in card.buttons for button in row}
    assert not any(
        office.say(f"record_button.{each}") in labels for each in ("age", "relation", "view", "mandate")
    )
    assert office.say("card.missing", what="") not in card.text
    assert card.to == STAFF_CHAT
