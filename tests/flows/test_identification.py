"""Somebody who was not found says by what they are known: nobody else learns anything by it."""

from pathlib import Path

from core.messages import Verb
from core.requests import Proof, Request, Status
from flows import unasked
from flows.store import Disposition
from tests.flows.office import Office
from tests.flows.people import ACCESS, CHI, DELETION, LAN, NOSY, ROB, STRANGER, customer_list
from tests.flows.staff import AN, STAFF_CHAT, chat


async def test_a_customer_code_in_a_reply_brings_the_code_to_the_contact_on_file(office: Office) -> None:
    handled = await office.mail(NOSY.sender, "My data", ACCESS)
    acknowledgement, own_code = office.letters(NOSY.email)
    await office.mail(NOSY.sender, "", f"My customer code is {ROB.account}.", answers=acknowledgement)
    (letter,) = office.letters(ROB.email)
    assert letter.code
    assert letter.code != own_code.code
    assert len(office.letters(NOSY.email)) == 2
    request = await office.request(handled.request_id)
    assert request.subject is not None
    assert request.status is Status.VERIFYING


async def test_the_code_that_went_to_the_sender_before_proves_nobody_any_more(office: Office) -> None:
    handled = await office.mail(NOSY.sender, "My data", ACCESS)
    acknowledgement, own_code = office.letters(NOSY.email)
    await office.mail(NOSY.sender, "", f"My customer code is {ROB.account}.", answers=acknowledgement)
    await office.mail(NOSY.sender, "", own_code.code, answers=own_code)
    request = await office.request(handled.request_id)
    assert request.status is Status.VERIFYING
    assert request.proof is Proof.PENDING
    assert request.wrong_codes == 1


async def test_whoever_controls_the_contact_on_file_proves_it(office: Office) -> None:
    handled = await office.mail(NOSY.sender, "My data", ACCESS)
    acknowledgement, _ = office.letters(NOSY.email)
    await office.mail(NOSY.sender, "", f"My customer code is {ROB.account}.", answers=acknowledgement)
    (letter,) = office.letters(ROB.email)
    await office.mail(NOSY.sender, "", letter.code, answers=acknowledgement)
    request = await office.request(handled.request_id)
    assert request.status is Status.IN_REVIEW
    assert request.proof is Proof.CONTACT
    assert request.proven_contact is not None
    assert request.proven_contact.value == ROB.email


UNKNOWN_ACCOUNT = "HV-9999"


async def test_what_is_named_in_a_first_mail_does_not_show_whether_it_is_on_file(office: Office) -> None:
    for who, account in ((NOSY, ROB.account), (STRANGER, UNKNOWN_ACCOUNT)):
        wish = f"Please delete my account {account} and all my personal data."
        await office.mail(who.sender, "My data", wish)
    found, missing = office.letters(NOSY.email), office.letters(STRANGER.email)
    assert [letter.words for letter in found] == [letter.words for letter in missing]
    assert len(missing) == 1


async def test_what_is_named_later_does_not_show_whether_it_is_on_file(office: Office) -> None:
    """Not by a code, not by what the first code is still good for, not by when codes are used up."""
    for who, account in ((NOSY, ROB.account), (STRANGER, UNKNOWN_ACCOUNT)):
        await office.mail(who.sender, "My data", ACCESS)
        acknowledgement, code = office.letters(who.email)
        await office.mail(who.sender, "", f"My customer code is {account}.", answers=acknowledgement)
        await office.mail(who.sender, "", code.code, answers=code)
        for named in (LAN.account, CHI.account) if who is NOSY else ("HV-9998", "HV-9997"):
            await office.mail(who.sender, "", f"My customer code is {named}.", answers=acknowledgement)
    found, missing = office.letters(NOSY.email), office.letters(STRANGER.email)
    assert [letter.words for letter in found] == [letter.words for letter in missing]
    assert len(found) == 4


async def test_somebody_on_file_who_names_another_keeps_their_own_code(office: Office) -> None:
    handled = await office.mail(LAN.sender, "My data", ACCESS)
    acknowledgement, code = office.letters(LAN.email)
    await office.mail(LAN.sender, "", f"My customer code is {ROB.account}.", answers=acknowledgement)
    await office.mail(LAN.sender, "", code.code, answers=code)
    request = await office.request(handled.request_id)
    assert office.letters(ROB.email) == []
    assert request.proven_contact is not None
    assert request.proven_contact.value == LAN.email


async def test_after_as_many_codes_as_the_policy_allows_a_person_decides(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    first = office.letters(ROB.email)[-1]
    for _ in range(office.desk.policy.verification.codes_day):
        office.passes(minutes=2)
        await office.mail(ROB.sender, "", "Please send me a new code.", answers=first)
    request = await office.request(handled.request_id)
    assert request.status is Status.IDENTITY_REVIEW
    codes = [each for each in office.letters(ROB.email) if each.code]
    assert len(codes) == office.desk.policy.verification.codes_day
    assert office.letters(ROB.email)[-1].subject.endswith("A member of our staff will look at your request")


async def test_a_reference_in_the_text_says_which_request_is_meant(office: Office) -> None:
    older = await office.mail(ROB.sender, "My data", ACCESS)
    newer = await office.mail(ROB.sender, "My account", DELETION)
    reference = (await office.request(older.request_id)).reference
    meant = await office.mail(ROB.sender, "", f"Please cancel my request {reference}.")
    assert meant.request_id == older.request_id != newer.request_id
    assert office.letters(ROB.email)[-1].reference == reference


async def test_any_word_in_the_chat_reopens_a_request_that_lapsed(office: Office) -> None:
    person = chat("9001")
    await office.chat(person, DELETION)
    await office.chat(person, ROB.account)
    await office.press(person, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    office.passes(days=11)
    await office.timers()
    assert (await office.request(request.id)).status is Status.LAPSED
    await office.chat(person, "sorry, I was away, I still want this")
    assert (await office.request(request.id)).status is Status.VERIFYING


async def test_staff_are_told_of_a_third_address_without_learning_it_in_the_group(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    acknowledgement, _ = office.letters(ROB.email)
    await office.mail(NOSY.sender, "", "And what about this?", answers=acknowledgement)
    reference = (await office.request(handled.request_id)).reference
    alert = office.say("alert.unverified_sender", office.desk.staff_language, reference=reference)
    assert alert in [letter.text for letter in office.letters(STAFF_CHAT)]
    assert not any(NOSY.email in letter.text for letter in office.letters(STAFF_CHAT))


async def test_an_approval_given_before_the_customers_answer_does_not_count_after_it(office: Office) -> None:
    request = await office.in_review(ROB, DELETION)
    await office.tap(AN, Verb.APPROVE, request)
    request = await office.request(request.id)
    assert len(request.approvals) == 1
    await office.tap(AN, Verb.ASK, request)
    await office.chat(AN.address, "Which account do you mean?")
    question = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, "", "The one with my school address.", answers=question)
    assert (await office.request(request.id)).approvals == ()


def take_away(people_file: Path) -> None:
    people_file.unlink()


def bring_back(people_file: Path) -> None:
    people_file.write_text(customer_list(), encoding="utf-8")


async def silent_for_long(office: Office, tries: int = unasked.LOOKUPS) -> None:
    """The desk asks in vain as often as it has patience for, with the pauses in between."""
    for _ in range(tries):
        await office.handle()
        office.passes(minutes=5)


async def marked(office: Office, request: Request) -> bool:
    on_card = office.say("card.not_looked_up") in office.card(request).text
    in_log = unasked.ACTION in [entry.action for entry in await office.trail(request)]
    assert on_card == in_log
    return on_card


async def test_a_short_silence_of_the_directory_is_waited_out(office: Office, people_file: Path) -> None:
    take_away(people_file)
    await office.mail(ROB.sender, "My data", ACCESS)
    await silent_for_long(office, unasked.LOOKUPS - 2)
    assert (await office.last()).disposition is Disposition.PENDING
    bring_back(people_file)
    await office.handle()
    (request,) = await office.open_requests()
    assert request.subject is not None
    assert not await marked(office, request)


async def test_who_writes_while_the_directory_is_silent_for_long_is_answered_as_ever(
    office: Office, people_file: Path
) -> None:
    await office.mail(STRANGER.sender, "My data", ACCESS)
    take_away(people_file)
    await office.mail(ROB.sender, "My data", ACCESS)
    await silent_for_long(office)
    missing, unknown = office.letters(ROB.email), office.letters(STRANGER.email)
    assert [letter.words for letter in missing] == [letter.words for letter in unknown]
    assert len(missing) == 2


async def test_a_chat_is_answered_while_the_directory_is_silent(office: Office, people_file: Path) -> None:
    take_away(people_file)
    person = chat("9001")
    await office.chat(person, DELETION)
    await office.chat(person, ROB.account)
    await office.press(person, office.say("dialogue.yes"))
    await silent_for_long(office)
    (request,) = await office.open_requests()
    assert request.subject is None
    assert await marked(office, request)


async def test_staff_hear_of_a_silent_directory_once_an_hour_and_every_card_is_marked(
    office: Office, people_file: Path
) -> None:
    take_away(people_file)
    for who in (ROB, LAN, CHI):
        await office.mail(who.sender, "My data", ACCESS)
    await silent_for_long(office)
    requests = await office.open_requests()
    assert [await marked(office, request) for request in requests] == [True] * 3
    said = "I cannot ask the people on file."
    alerts = [letter.text for letter in office.letters(STAFF_CHAT) if said in letter.text]
    assert len(alerts) == 1
    assert "privacydesk check" in alerts[0]
    assert unasked.REASON in (await office.last()).reason
    assert not [word for who in (ROB, LAN, CHI) for word in who.secrets if word in str(office.staff_room())]


async def test_who_could_not_be_looked_up_is_found_once_the_directory_is_back(
    office: Office, people_file: Path
) -> None:
    take_away(people_file)
    await office.mail(NOSY.sender, "My data", ACCESS)
    await silent_for_long(office)
    bring_back(people_file)
    acknowledgement, *_ = office.letters(NOSY.email)
    await office.mail(NOSY.sender, "", f"My customer code is {ROB.account}.", answers=acknowledgement)
    (letter,) = office.letters(ROB.email)
    assert letter.code
    (request,) = await office.open_requests()
    assert request.subject is not None
