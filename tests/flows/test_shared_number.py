"""A customer shares a telephone number in the chat: their own proves who they are, where it is on file."""

from __future__ import annotations

from dataclasses import replace

from core.messages import Address, InboundMessage
from core.policy import ProofLevel
from core.requests import Proof, Request, Right, Status
from tests.flows.office import Office
from tests.flows.people import DELETION, LAN, ROB
from tests.flows.staff import chat

VISITOR = chat("9001")
ROBS, LANS, UNKNOWN = "+84903555027", "+84903555018", "+84903555000"


async def shares(office: Office, number: str, who: Address = VISITOR) -> None:
    """`number` is empty where the contact is not the sender's own."""
    office.passes(seconds=1)
    shared = InboundMessage(who, office.now, "", media="contact", language="en", shared_phone=number)
    await office.store_paper(shared)
    await office.handle()


async def asked_for(office: Office, account: str, who: Address = VISITOR) -> Request:
    await office.chat(who, DELETION)
    await office.chat(who, account)
    await office.press(who, office.say("dialogue.yes"))
    (request,) = [each for each in await office.open_requests() if each.requester == who]
    return request


async def test_a_number_of_ones_own_that_is_on_file_proves_who_asks(office: Office) -> None:
    request = await asked_for(office, ROB.account)
    assert office.say("dialogue.offer_contact") in office.letters(VISITOR)[-1].text
    await shares(office, ROBS)
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.CONTACT)
    assert request.proven_contact == VISITOR


async def test_any_other_number_counts_as_a_try_and_teaches_nothing(office: Office) -> None:
    said = []
    for account, visitor in ((ROB.account, chat("9001")), ("HV-9999", chat("9002"))):
        request = await asked_for(office, account, visitor)
        for number in (LANS, UNKNOWN, "", LANS, UNKNOWN, ROBS if account != ROB.account else LANS):
            await shares(office, number, visitor)
        request = await office.request(request.id)
        assert (request.status, request.proof) == (Status.VERIFYING, Proof.PENDING)
        words = [letter.words.replace(account, "ACCOUNT") for letter in office.letters(visitor)]
        said.append(words[3:])
    assert len(said[0]) >= 6
    assert said[0] == said[1]


async def test_the_number_is_one_of_two_contacts_where_two_are_asked_for(office: Office) -> None:
    rights = dict(office.desk.policy.rights)
    rights[Right.DELETION] = replace(rights[Right.DELETION], proof=ProofLevel.TWO_CONTACTS)
    office.desk = replace(office.desk, policy=replace(office.desk.policy, rights=rights))
    request = await asked_for(office, ROB.account)
    await shares(office, ROBS)
    assert (await office.request(request.id)).proof is Proof.PARTLY
    code = next(letter.code for letter in reversed(office.letters(ROB.email)) if letter.code)
    await office.chat(VISITOR, code)
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.CONTACT)


async def test_the_same_number_is_no_second_contact_however_often_it_is_shared(office: Office) -> None:
    rights = dict(office.desk.policy.rights)
    rights[Right.DELETION] = replace(rights[Right.DELETION], proof=ProofLevel.TWO_CONTACTS)
    office.desk = replace(office.desk, policy=replace(office.desk.policy, rights=rights))
    request = await asked_for(office, ROB.account)
    for _ in range(3):
        await shares(office, ROBS)
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.VERIFYING, Proof.PARTLY)
    code = next(letter.code for letter in reversed(office.letters(ROB.email)) if letter.code)
    await office.chat(VISITOR, code)
    assert (await office.request(request.id)).status is Status.IN_REVIEW


async def test_a_number_shared_where_the_desk_asks_who_writes_says_by_what_they_are_known(
    office: Office,
) -> None:
    await office.chat(VISITOR, DELETION)
    await shares(office, LANS)
    await office.press(VISITOR, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    assert request.subject is not None
    assert request.subject.key == LAN.key
    assert request.proof is Proof.PENDING


async def test_a_contact_without_a_request_is_answered_like_every_file(office: Office) -> None:
    await shares(office, ROBS)
    assert office.letters(VISITOR)[-1].text == office.say("dialogue.media")


async def test_the_number_is_kept_nowhere(office: Office) -> None:
    request = await asked_for(office, ROB.account)
    await shares(office, UNKNOWN)
    kept = repr((await office.notes(request), await office.trail(request), office.staff_room()))
    assert UNKNOWN not in kept
