"""The ladder of proof: one contact, two contacts, a person; and staff who check by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.messages import Verb
from core.policy import ProofLevel
from core.requests import Proof, Request, Right, Status
from core.verification import IDENTITY_REASONS
from tests.flows.office import Office
from tests.flows.people import ACCESS, DELETION, ROB, STRANGER, Person, customer_list
from tests.flows.post import Received
from tests.flows.staff import AN, BINH, HOA, STAFF_CHAT, chat, from_button

#: On file with a mailbox and a chat.
MINH = Person("Minh Two", "minh.two@example.com", "1010", "0903555099", "HV-1010")
MINH_CHAT = chat("9100")

Asking = Callable[..., Office]


@pytest.fixture
def asking(office: Office, people_file: Path) -> Asking:
    """The desk of a company that asks for so much proof of access, with somebody who has two contacts."""
    row = f"{MINH.key},{MINH.email},{MINH.phone},{MINH.account},{MINH_CHAT.value},en\n"
    people_file.write_text(customer_list() + row, encoding="utf-8")

    def office_that_asks(level: ProofLevel, identity_quorum: int = 1) -> Office:
        rights = dict(office.desk.policy.rights)
        rule = replace(rights[Right.ACCESS], proof=level, identity_quorum=identity_quorum)
        policy = replace(office.desk.policy, rights={**rights, Right.ACCESS: rule})
        office.desk = replace(office.desk, policy=policy)
        return office

    return office_that_asks


def codes_to(office: Office, to: object) -> list[Received]:
    return [letter for letter in office.letters(to) if letter.code]  # type: ignore[arg-type]


async def first_code_typed(office: Office, who: Person) -> Request:
    handled = await office.mail(who.sender, "My data", ACCESS)
    letter = codes_to(office, who.email)[-1]
    await office.mail(who.sender, "", letter.code, answers=letter)
    return await office.request(handled.request_id)


# --- two contacts -----------------------------------------------------------------------------------


async def test_the_second_code_goes_to_the_other_contact_and_both_together_prove(asking: Asking) -> None:
    office = asking(ProofLevel.TWO_CONTACTS)
    request = await first_code_typed(office, MINH)
    assert (request.status, request.proof) == (Status.VERIFYING, Proof.PARTLY)
    assert office.letters(MINH.email)[-1].subject.endswith("We have your code")
    (second,) = codes_to(office, MINH_CHAT)
    await office.mail(MINH.sender, "", second.code, answers=office.letters(MINH.email)[-1])
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.CONTACT)
    assert [contact.value for contact in request.proven_contacts] == [MINH.email, MINH_CHAT.value]
    assert office.letters(MINH.email)[-1].subject.endswith("Thank you for confirming")


async def test_the_first_code_is_no_second_one(asking: Asking) -> None:
    office = asking(ProofLevel.TWO_CONTACTS)
    handled = await office.mail(MINH.sender, "My data", ACCESS)
    letter = codes_to(office, MINH.email)[-1]
    for _ in range(2):
        await office.mail(MINH.sender, "", letter.code, answers=letter)
    request = await office.request(handled.request_id)
    assert (request.status, request.right_codes, request.wrong_codes) == (Status.VERIFYING, 1, 1)


async def test_without_a_second_contact_a_person_is_told_and_can_decide(asking: Asking) -> None:
    office = asking(ProofLevel.TWO_CONTACTS)
    request = await first_code_typed(office, ROB)
    assert (request.status, request.proof) == (Status.VERIFYING, Proof.PARTLY)
    alert = office.say("alert.check_identity", reference=request.reference)
    assert alert in [letter.text for letter in office.letters(STAFF_CHAT)]
    assert office.say("card.no_second_contact") in office.card(request).text
    await office.tap(AN, Verb.VERIFY, request, "called_back")
    assert (await office.request(request.id)).status is Status.IN_REVIEW


@pytest.mark.parametrize("level", [ProofLevel.TWO_CONTACTS, ProofLevel.PERSON])
async def test_a_second_contact_one_alone_and_nobody_on_file_look_the_same(
    asking: Asking, level: ProofLevel
) -> None:
    """In every letter to who asks: right and wrong codes, status, reminders, and the end of the window."""
    office, said = asking(level), []
    for who in (MINH, ROB, STRANGER):
        await first_code_typed(office, who)
        letter = codes_to(office, who.email)[-1]
        await office.mail(who.sender, "", "11223344", answers=letter)
    for _ in range(10):
        office.passes(days=1)
        await office.timers()
    for who in (MINH, ROB, STRANGER):
        letter = codes_to(office, who.email)[-1]
        await office.mail(who.sender, "", "What is the status of my request?", answers=letter)
        said.append([letter.words for letter in office.letters(who.email)])
    assert len(said[0]) >= 5
    assert said[1] == said[0]
    assert said[2] == said[0]


async def test_half_a_proof_never_lapses_a_person_decides_in_the_end(asking: Asking) -> None:
    office = asking(ProofLevel.TWO_CONTACTS)
    request = await first_code_typed(office, MINH)
    office.passes(days=10)
    await office.timers()
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IDENTITY_REVIEW, Proof.PARTLY)


# --- a person ---------------------------------------------------------------------------------------


async def test_a_code_alone_is_not_enough_where_a_person_must_check(asking: Asking) -> None:
    office = asking(ProofLevel.PERSON)
    request = await first_code_typed(office, ROB)
    assert (request.status, request.proof) == (Status.IDENTITY_REVIEW, Proof.PARTLY)
    assert office.letters(ROB.email)[-1].subject.endswith("We have your code")
    await office.tap(AN, Verb.VERIFY, request, "in_person")
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.BY_HAND)
    assert request.proven_contact is not None
    assert office.letters(ROB.email)[-1].subject.endswith("Thank you for confirming")


async def test_four_eyes_check_who_asks_and_nobody_twice(asking: Asking) -> None:
    office = asking(ProofLevel.PERSON, identity_quorum=2)
    request = await first_code_typed(office, ROB)
    answer = await office.tap(AN, Verb.VERIFY, request, "called_back")
    assert answer == office.say("staff.second_check_needed")
    request = await office.request(request.id)
    assert (request.status, request.identity_votes) == (Status.IDENTITY_REVIEW, ("staff:an",))
    assert office.say("card.identity_votes", given=1, needed=2) in office.card(request).text
    assert await office.tap(AN, Verb.VERIFY, request, "in_person") == office.say("staff.already_checked")
    await office.tap(BINH, Verb.VERIFY, request, "papers_matched")
    request = await office.request(request.id)
    assert (request.status, request.identity_votes) == (Status.IN_REVIEW, ("staff:an", "staff:binh"))


async def test_checks_do_not_count_for_somebody_who_is_known_by_another_name_since(asking: Asking) -> None:
    office = asking(ProofLevel.PERSON, identity_quorum=2)
    handled = await office.mail(STRANGER.sender, "My data", ACCESS)
    await office.tap(AN, Verb.VERIFY, await office.request(handled.request_id), "called_back")
    letter = office.letters(STRANGER.email)[0]
    await office.mail(STRANGER.sender, "", f"My customer code is {ROB.account}.", answers=letter)
    assert (await office.request(handled.request_id)).identity_votes == ()


# --- by hand ----------------------------------------------------------------------------------------


async def test_a_check_by_hand_asks_for_its_reason_and_keeps_it_in_the_audit(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    await _press(office, request, "staff_button.verify")
    labels = [button.label for row in office.card(request).buttons for button in row]
    assert labels[:-1] == [office.say(f"identity_reason.{reason}") for reason in IDENTITY_REASONS]
    await _press(office, request, "identity_reason.login_confirmed")
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.BY_HAND)
    kept = [
        entry.detail["reason"] for entry in await office.trail(request) if entry.action == "verified_by_hand"
    ]
    assert kept == ["login_confirmed"]
    assert office.say("identity_reason.login_confirmed") in office.card(request).text


async def test_the_button_of_an_older_card_shows_the_reasons(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    await office.tap(AN, Verb.VERIFY, request)
    assert (await office.request(request.id)).status is Status.VERIFYING
    assert office.say("card.choose_identity") in office.card(request).text


async def test_a_reason_that_is_not_coded_or_not_allowed_changes_nothing(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    assert await office.tap(AN, Verb.VERIFY, request, "hunch") == office.say("staff.unknown_button")
    assert await office.tap(HOA, Verb.VERIFY, request, "in_person") == office.say("staff.role_too_low")
    assert (await office.request(request.id)).status is Status.VERIFYING


async def test_another_reason_is_typed_in_private_and_stays_out_of_the_group(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    assert await office.tap(AN, Verb.VERIFY, request, "other") == office.say("staff.see_private")
    assert (await office.request(request.id)).status is Status.VERIFYING
    await office.chat(AN.address, "Rob teaches next door and came by.")
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.BY_HAND)
    assert "Rob teaches next door and came by." in [note.text for note in await office.notes(request)]
    assert "next door" not in "\n".join(office.staff_room()) + repr(await office.trail(request))
    assert not any("next door" in letter.text for letter in office.letters(ROB.email))


async def test_words_that_come_too_late_change_nothing(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", DELETION)
    request = await office.request(handled.request_id)
    await office.tap(AN, Verb.VERIFY, request, "other")
    await office.tap(BINH, Verb.VERIFY, request, "in_person")
    await office.chat(AN.address, "He came by.")
    assert office.letters(AN.address)[-1].text == office.say("staff.already_decided")
    assert (await office.request(request.id)).identity_votes == ("staff:binh",)


async def _press(office: Office, request: Request, phrase: str) -> None:
    tap = from_button(AN, office.card(request), office.say(phrase))
    await office.store_paper(tap)
    await office.handle()
