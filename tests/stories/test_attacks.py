"""Attacks on who asks and on what is kept: each is refused or harmless, is written down, and gains nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.messages import Address, ChannelName
from core.requests import Proof, Request, Status
from storage.verifying import Fault, verify_audit
from tests.flows.office import Office
from tests.flows.people import ACCESS, DELETION, NOSY, ROB
from tests.flows.post import a_bounce
from tests.flows.staff import STAFF_CHAT, chat
from tests.stories.attackers import (
    FORGED,
    achieved,
    asks_for_another,
    checks_senders,
    codes_to,
    tamper,
    wrong,
)

VISITOR = chat("9001")


async def _written_down(office: Office, request: Request, action: str, actor: str = "") -> bool:
    trail = await office.trail(request)
    return any(entry.action == action and actor in ("", entry.actor) for entry in trail)


# --- forged senders, codes ------------------------------------------------------------------------------------


async def test_who_asks_under_a_forged_sender_gets_nothing_and_decides_nothing(office: Office) -> None:
    checks_senders(office)
    handled = await office.mail(ROB.sender, "My data", DELETION, headers={**FORGED, "Reply-To": NOSY.email})
    request = await office.request(handled.request_id)
    assert (request.status, request.proof) == (Status.VERIFYING, Proof.PENDING)
    assert {letter.to.value for letter in office.post} == {ROB.email, STAFF_CHAT.value}
    assert await _written_down(office, request, "claimed")


async def test_wrong_codes_under_a_forged_sender_cost_the_person_no_try(office: Office) -> None:
    checks_senders(office)
    request, asked, code = await asks_for_another(office)
    for step in range(1, 5):
        await office.mail(ROB.sender, "", wrong(code.code, step), answers=asked, headers=FORGED)
    after = await office.request(request.id)
    assert (after.status, after.wrong_by_contact, after.wrong_codes) == (Status.VERIFYING, 0, 4)
    assert await _written_down(office, request, "wrong_code")


async def test_a_right_code_under_a_forged_sender_brings_the_data_to_the_person_alone(office: Office) -> None:
    """Whoever has the code has read the person's mail; what follows still goes to the contact on file."""
    checks_senders(office)
    request, asked, code = await asks_for_another(office)
    await office.mail(ROB.sender, "", code.code, answers=asked, headers=FORGED)
    after = await office.request(request.id)
    assert (after.status, after.proven_contact) == (Status.IN_REVIEW, code.to)
    assert (await achieved(office)).files == 0


async def test_a_code_that_was_used_is_worth_nothing_here_and_elsewhere(office: Office) -> None:
    first = await office.in_review(ROB, ACCESS)
    (used,) = codes_to(office, ROB.email)
    office.passes(minutes=2)
    handled = await office.mail(ROB.sender, "Delete", DELETION)
    second = codes_to(office, ROB.email)[-1]
    before = await achieved(office)
    for letter in (used, second):
        await office.mail(ROB.sender, "", used.code, answers=letter)
    assert await achieved(office) == before
    assert (await office.request(first.id)).right_codes == 1
    assert (await office.request(handled.request_id)).status is Status.VERIFYING


async def test_guessed_codes_end_with_a_person_and_lock_nobody_out(office: Office) -> None:
    request, asked, code = await asks_for_another(office)
    for step in range(1, 40):
        await office.mail(NOSY.sender, "", wrong(code.code, step), answers=asked)
        office.passes(seconds=20)
    after = await office.request(request.id)
    assert (after.status, after.proof) == (Status.IDENTITY_REVIEW, Proof.FAILED)
    assert len(codes_to(office, ROB.email)) <= office.desk.policy.verification.codes_day
    assert await _written_down(office, request, "codes_used_up")
    last = codes_to(office, ROB.email)[-1]
    await office.chat(VISITOR, last.code)
    assert (await office.request(request.id)).proof is Proof.FAILED
    await office.mail(ROB.sender, "", last.code, answers=last)
    assert (await office.request(request.id)).proof is Proof.CONTACT


async def test_a_flood_against_somebody_by_mail_leaves_them_their_chat(office: Office) -> None:
    """The person asks in a chat meanwhile: no code is taken from that request, and a day later all is as ever."""
    checks_senders(office)
    _, asked, code = await asks_for_another(office)
    await office.chat(VISITOR, DELETION)
    await office.chat(VISITOR, ROB.account)
    await office.press(VISITOR, office.say("dialogue.yes"))
    mine = codes_to(office, ROB.email)[-1]
    for step in range(1, 60):
        await office.mail(NOSY.sender, "", wrong(code.code, step), answers=asked)
    await office.chat(VISITOR, mine.code)
    proven = [request for request in await office.open_requests() if request.requester == VISITOR]
    assert [request.proof for request in proven] == [Proof.CONTACT]


async def test_many_requests_in_one_name_bring_the_person_a_few_mails_and_staff_the_rest(
    office: Office,
) -> None:
    for number in range(30):
        sender = f"someone{number}@elsewhere.example"
        await office.mail(sender, "My data", f"{DELETION} My account is {ROB.account}.")
    assert len(office.letters(ROB.email)) == office.desk.policy.caps.codes_day
    assert any("cap" in text.lower() or "limit" in text.lower() for text in office.staff_room())
    office.passes(hours=25)
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    await office.mail(
        ROB.sender, "", codes_to(office, ROB.email)[-1].code, answers=office.letters(ROB.email)[-1]
    )
    assert (await office.request(handled.request_id)).proof is Proof.CONTACT


@pytest.mark.parametrize("road", ["quoted", "automatic", "bounce"])
async def test_a_code_that_nobody_typed_is_no_answer(office: Office, road: str) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    (letter,) = codes_to(office, ROB.email)
    if road == "quoted":
        await office.mail(ROB.sender, "", "I am on holiday, thanks.", answers=letter, quoting=True)
    elif road == "automatic":
        headers = {"Auto-Submitted": "auto-replied"}
        await office.mail(ROB.sender, "", f"You wrote: {letter.code}", answers=letter, headers=headers)
    else:
        told = f"Your message said {letter.code}.".encode()
        returned = a_bounce(letter, "4.2.2", names_token=True)
        await office.store_raw(returned.replace(b"Your message could not be delivered.", told))
        await office.handle()
    request = await office.request(handled.request_id)
    assert (request.status, request.proof, request.right_codes) == (Status.VERIFYING, Proof.PENDING, 0)
    assert await _written_down(office, request, "received")


# --- tokens of others -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["code", "Please cancel my request.", "What is the status of my request?"])
async def test_the_reply_address_of_somebody_else_opens_nothing(office: Office, words: str) -> None:
    """Not even with their code: whoever does not belong to a request is kept with it, and learns nothing."""
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    (letter,) = codes_to(office, ROB.email)
    before = await achieved(office)
    said = letter.code if words == "code" else words
    await office.mail(NOSY.sender, "Re: my data", said, answers=replace(letter, message_id="<x@y.example>"))
    assert await achieved(office) == before
    assert office.letters(NOSY.email) == []
    request = await office.request(handled.request_id)
    assert await _written_down(office, request, "wrote", "stranger")


async def test_a_start_link_with_what_belongs_to_somebody_else_opens_nothing(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    (letter,) = codes_to(office, ROB.email)
    before = await achieved(office)
    for payload in (request.token, request.id, request.card, request.reference, letter.code, "hand_over"):
        await office.chat(VISITOR, payload, command="start")
        await office.chat(VISITOR, command="status")
        await office.chat(VISITOR, option=f"{payload}"[:60])
    assert await achieved(office) == before
    said = " ".join(each.text for each in office.letters(VISITOR))
    assert not any(secret in said for secret in (*ROB.secrets, request.reference, letter.code))


async def test_the_thread_of_a_request_tells_its_requester_of_no_other_mail(office: Office) -> None:
    """A Message-ID of the person's mail would tell that they are on file, where, and which letter to bounce."""
    _, asked, code = await asks_for_another(office)
    await office.mail(ROB.sender, "", wrong(code.code), answers=code)
    await office.mail(ROB.sender, "", code.code, answers=code)
    verified = office.letters(NOSY.email)[-1]
    assert verified.references.split() == [*asked.references.split(), asked.message_id]


async def test_a_forged_bounce_that_names_no_letter_of_theirs_silences_nobody(office: Office) -> None:
    _, asked, _ = await asks_for_another(office)
    strange = replace(asked, to=Address(ChannelName.EMAIL, ROB.email), message_id="<made@up.example>")
    await office.store_raw(a_bounce(strange, names_token=True))
    await office.store_raw(a_bounce(replace(asked, to=Address(ChannelName.EMAIL, ROB.email))))
    await office.handle()
    await office.mail(ROB.sender, "My data", ACCESS)
    assert [letter.subject for letter in office.letters(ROB.email)][-2].endswith("received your request")


async def test_a_changed_row_of_the_audit_log_is_found(office: Office) -> None:
    await office.refused(ROB)
    (row, *_) = [
        entry for entry in await office.run(lambda uow: uow.audit_page(0, 100)) if entry.action == "refused"
    ]
    await office.run(lambda uow: tamper(uow, f"UPDATE audit SET actor = 'staff:binh' WHERE seq = {row.seq}"))
    report = await office.run(verify_audit)
    assert [(each.fault, each.first) for each in report.findings] == [(Fault.CHANGED, row.seq)]
