"""Proof of who asks."""

import pytest

from core.requests import Proof, Status
from flows.verification import readable_code
from tests.flows.office import Office
from tests.flows.people import ACCESS, LAN, NOSY, ROB, STRANGER
from tests.flows.staff import STAFF_CHAT, chat

NEAR_ROB = "robert@elsewhere.example"
NAMES_ROB = f"Please delete my account {ROB.account} and all my personal data."


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


async def test_the_code_goes_to_the_contact_on_file_and_not_to_from(office: Office) -> None:
    handled = await office.mail(NEAR_ROB, "My data", NAMES_ROB)
    asked, on_file = office.letters(NEAR_ROB), office.letters(ROB.email)
    assert [letter.code for letter in asked] == [""]
    assert len(on_file) == 1
    assert on_file[0].code
    assert on_file[0].references == ""
    assert (await office.request(handled.request_id)).subject is not None


async def test_the_code_typed_by_the_contact_on_file_verifies_the_request_of_another_address(
    office: Office,
) -> None:
    handled = await office.mail(NEAR_ROB, "My data", NAMES_ROB)
    (letter,) = office.letters(ROB.email)
    await office.mail(ROB.sender, "", letter.code, answers=letter, quoting=True)
    request = await office.request(handled.request_id)
    assert request.proof is Proof.CONTACT
    assert request.proven_contact is not None
    assert request.proven_contact.value == ROB.email


async def test_a_code_that_has_run_out_brings_a_fresh_one(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    old = office.letters(ROB.email)[-1]
    office.passes(hours=25)
    await office.mail(ROB.sender, "", old.code, answers=old)
    fresh = office.letters(ROB.email)[-1]
    assert fresh.code not in {"", old.code}
    assert (await office.request(handled.request_id)).wrong_codes == 0
    await office.mail(ROB.sender, "", fresh.code, answers=fresh)
    assert (await office.request(handled.request_id)).status is Status.IN_REVIEW


async def test_a_replaced_code_is_worth_nothing_any_more(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    old = office.letters(ROB.email)[-1]
    office.passes(hours=25)
    await office.mail(ROB.sender, "", old.code, answers=old)
    await office.mail(ROB.sender, "", f"Once more: {old.code}", answers=old)
    request = await office.request(handled.request_id)
    assert (request.status, request.wrong_by_contact) == (Status.VERIFYING, 1)


async def test_the_code_of_one_request_opens_no_other(office: Office) -> None:
    mine = await office.mail(ROB.sender, "My data", ACCESS)
    await office.mail(LAN.sender, "My data", ACCESS)
    hers = office.letters(LAN.email)[-1].code
    await office.mail(ROB.sender, "", hers, answers=office.letters(ROB.email)[-1])
    request = await office.request(mine.request_id)
    assert (request.status, request.wrong_by_contact) == (Status.VERIFYING, 1)


async def test_a_stranger_reads_word_for_word_what_somebody_on_file_reads(office: Office) -> None:
    for who in (ROB, STRANGER):
        await office.mail(who.sender, "My data", ACCESS)
        letter = office.letters(who.email)[-1]
        await office.mail(who.sender, "", wrong(letter.code), answers=letter)
        await office.mail(who.sender, "", letter.code, answers=letter)
    known, unknown = office.letters(ROB.email), office.letters(STRANGER.email)
    assert len(known) == 4
    assert [letter.words for letter in unknown] == [letter.words for letter in known]


async def test_a_stranger_who_types_the_code_has_proven_nothing(office: Office) -> None:
    handled = await office.mail(STRANGER.sender, "My data", ACCESS)
    letter = office.letters(STRANGER.email)[-1]
    await office.mail(STRANGER.sender, "", letter.code, answers=letter)
    request = await office.request(handled.request_id)
    assert (request.status, request.proof) == (Status.IDENTITY_REVIEW, Proof.STRANGER)
    assert request.proven_contact is None


async def test_somebody_who_only_writes_from_an_address_like_it_is_not_the_person(office: Office) -> None:
    handled = await office.mail(f'"{ROB.email}" <{NOSY.email}>', "My data", ACCESS)
    assert (await office.request(handled.request_id)).subject is None
    assert office.letters(ROB.email) == []


async def test_a_chat_that_is_not_on_file_gets_no_code(office: Office) -> None:
    visitor = chat("9001")
    await office.chat(visitor, ACCESS)
    await office.chat(visitor, "nobody@elsewhere.example")
    await office.press(visitor, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    assert (request.status, request.challenge) == (Status.VERIFYING, None)
    assert not [letter for letter in office.post if letter.code]
    await office.chat(visitor, "12345678")
    assert (await office.request(request.id)).wrong_codes == 1


async def test_a_code_is_kept_nowhere_but_in_the_letter_that_brings_it(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    code = office.letters(ROB.email)[-1].code
    request = await office.request(handled.request_id)
    kept = repr(
        (request, await office.notes(request), await office.trail(request), office.letters(STAFF_CHAT))
    )
    assert code not in kept
    assert f"{code[:4]} {code[4:]}" not in kept


@pytest.mark.parametrize("form", ["{a} {b}", "{a}{b}", "{a}-{b}", "The code is {a}{b}.", "Mã: {a} {b}"])
async def test_the_code_is_read_however_it_is_typed(office: Office, form: str) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    letter = office.letters(ROB.email)[-1]
    typed = form.format(a=letter.code[:4], b=letter.code[4:])
    await office.mail(ROB.sender, "", typed, answers=letter, quoting=True)
    assert (await office.request(handled.request_id)).status is Status.IN_REVIEW


def test_a_code_that_reads_like_a_date_is_drawn_again() -> None:
    drawn = iter(["25081988", "05012010", "48219077"])
    assert readable_code(lambda: next(drawn)) == "48219077"
