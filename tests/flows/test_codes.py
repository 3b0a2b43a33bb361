"""How often a code can be tried and sent, and that nobody can use up what belongs to somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.messages import Address, ChannelName, InboundMessage
from core.requests import Proof, Request, Status
from core.verification import ASKS
from flows import verification
from mailer.channel import MailChannel
from mailer.settings import MailSettings, Server, Tls
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.office import Office
from tests.flows.people import ACCESS, DELETION, LAN, NOSY, ROB, STRANGER
from tests.flows.post import HELP, Received, a_bounce, a_mail
from tests.flows.staff import chat, email

VISITOR = chat("9001")
FORGED = {"Authentication-Results": "mx.mentracere.com; dmarc=fail header.from=example.org"}


def other(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 10**8:08d}"


def codes_to(office: Office, to: str) -> list[Received]:
    return [letter for letter in office.letters(to) if letter.code]


async def named_in_a_chat(office: Office, account: str = ROB.account, who: Address = VISITOR) -> Request:
    """A chat asks for what belongs to somebody, on file or not."""
    await office.chat(who, DELETION)
    await office.chat(who, account)
    await office.press(who, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    return request


def _checks_senders(office: Office) -> None:
    """Our own mail server says whether a sender is forged."""
    server = Server("127.0.0.1", 1, tls=Tls.NONE)
    settings = MailSettings(HELP, office.desk.policy.name, server, server, authserv_id="mx.mentracere.com")
    channels = {**office.desk.channels, ChannelName.EMAIL: MailChannel(settings)}
    office.desk = replace(office.desk, channels=channels)


async def uses_up_a_code(office: Office, who: Address = VISITOR) -> None:
    for step in range(5):
        await office.chat(who, f"1234567{step}")


async def test_a_code_is_void_after_five_wrong_answers_and_another_one_goes_out(office: Office) -> None:
    request = await named_in_a_chat(office)
    await uses_up_a_code(office)
    said = [letter.text for letter in office.letters(VISITOR)]
    assert "no longer works" in said[-1]
    assert "1 try left" in said[-2]
    assert len(codes_to(office, ROB.email)) == 1
    (first,) = codes_to(office, ROB.email)
    await office.chat(VISITOR, first.code)
    assert (await office.request(request.id)).status is Status.VERIFYING
    office.passes(seconds=61)
    await office.chat(VISITOR, "I still cannot confirm it")
    _, second = codes_to(office, ROB.email)
    await office.chat(VISITOR, second.code)
    assert (await office.request(request.id)).proof is Proof.CONTACT


async def test_a_code_that_was_asked_for_within_a_minute_waits(office: Office) -> None:
    await named_in_a_chat(office)
    for seconds, sent in ((59, 1), (1, 2), (59, 2), (1, 3)):
        office.passes(seconds=seconds)
        await office.chat(VISITOR, "I have not received any code, please send me a new code")
        assert len(codes_to(office, ROB.email)) == sent


async def test_a_day_has_three_codes_then_a_person_decides_and_the_requester_is_told(office: Office) -> None:
    request = await named_in_a_chat(office)
    for _ in range(3):
        await uses_up_a_code(office)
        office.passes(seconds=61)
        await office.chat(VISITOR, "I still cannot confirm it")
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IDENTITY_REVIEW, Proof.FAILED)
    assert len(codes_to(office, ROB.email)) == 3
    assert any("A member of our staff will" in letter.text for letter in office.letters(VISITOR))
    assert office.say("status_label.identity_review") in office.card(request).text


async def test_the_codes_of_yesterday_do_not_count_today(office: Office) -> None:
    request = await named_in_a_chat(office)
    for _ in range(4):
        office.passes(hours=13)
        await office.chat(VISITOR, "I still cannot confirm it")
    assert len(codes_to(office, ROB.email)) == 5
    assert (await office.request(request.id)).status is Status.VERIFYING


async def test_whether_a_person_is_on_file_does_not_show_however_codes_are_used_up(office: Office) -> None:
    """Tries, pauses, new codes, the end of the day's codes, and what comes after it."""
    said = []
    for account in (ROB.account, "HV-9999"):
        visitor = chat(f"9{len(said)}")
        await office.chat(visitor, DELETION)
        await office.chat(visitor, account)
        await office.press(visitor, office.say("dialogue.yes"))
        for _ in range(3):
            await uses_up_a_code(office, visitor)
            await office.chat(visitor, "11223344")
            office.passes(seconds=61)
            await office.chat(visitor, "11223344")
        await office.chat(visitor, "11223344")
        await office.chat(visitor, "hello?")
        await office.chat(visitor, command="status")
        said.append([letter.words.replace(account, "ACCOUNT") for letter in office.letters(visitor)])
    assert len(said[0]) > 20
    assert said[0] == said[1]


async def test_a_flood_of_wrong_codes_by_mail_opens_nothing_and_the_person_still_proves(
    office: Office,
) -> None:
    """By whoever asked, by strangers, and in the name of the person; the contact's own code stays good."""
    _checks_senders(office)
    handled = await office.mail(
        NOSY.sender, "My data", f"Please delete my account {ROB.account} and all data."
    )
    asked = office.letters(NOSY.email)[0]
    senders = (NOSY.sender, STRANGER.sender, ROB.sender)
    for number in range(240):
        sender = senders[number % 3]
        forged = FORGED if sender == ROB.sender else None
        await office.store_raw(a_mail(sender, "", other("00000001", number), asked, headers=forged))
        if number % 30 == 29:
            await office.handle()
            office.passes(minutes=2)
    request = await office.request(handled.request_id)
    assert request.status is Status.IDENTITY_REVIEW
    assert len(codes_to(office, ROB.email)) <= 3
    assert len(office.letters(NOSY.email)) + len(office.letters(ROB.email)) <= 10
    assert office.letters(STRANGER.email) == []
    last = codes_to(office, ROB.email)[-1]
    await office.mail(ROB.sender, "", last.code, answers=last)
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.CONTACT)


async def test_ten_thousand_wrong_codes_cost_no_more_than_the_day_has(office: Office) -> None:
    """Many senders, two seconds apart: none is right, and the contact's own code is good afterwards."""
    handled = await office.mail(
        NOSY.sender, "My data", f"Please delete my account {ROB.account} and all data."
    )

    def guesses(uow: SqlUnitOfWork) -> None:
        for number in range(10_000):
            office.passes(seconds=2)
            request = uow.request(handled.request_id)
            assert request is not None
            assert request.status in ASKS
            sender = email(NOSY.email if number % 2 else f"{number}@elsewhere.example")
            message = InboundMessage(sender, office.now, "")
            verification.answer(uow, office.desk, request, other("00000001", number), message, office.now)

    await office.run(guesses)
    await office.deliver()
    request = await office.request(handled.request_id)
    assert (request.status, request.proof) == (Status.IDENTITY_REVIEW, Proof.FAILED)
    last = codes_to(office, ROB.email)[-1]
    assert len(codes_to(office, ROB.email)) <= 3
    await office.mail(ROB.sender, "", last.code, answers=last)
    assert (await office.request(request.id)).proof is Proof.CONTACT


async def test_wrong_codes_in_the_name_of_the_contact_are_told_to_the_contact_alone(office: Office) -> None:
    """Else whoever asks would learn by them whose contact is on file."""
    await office.mail(NOSY.sender, "My data", f"Please delete my account {ROB.account} and all my data.")
    asked = office.letters(NOSY.email)[0]
    await office.mail(ROB.sender, "", "11223344", answers=asked)
    assert len(office.letters(NOSY.email)) == 1
    assert office.letters(ROB.email)[-1].subject.endswith("That code is not right")


async def test_a_code_that_stands_in_what_is_quoted_is_no_answer(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    letter = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, "", "Thank you for the code!", answers=letter, quoting=True)
    assert (await office.request(handled.request_id)).status is Status.VERIFYING
    await office.mail(ROB.sender, "", letter.code, answers=letter, quoting=True)
    assert (await office.request(handled.request_id)).status is Status.IN_REVIEW


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X-Autoreply": "yes", "Auto-Submitted": "auto-generated"},
    ],
)
async def test_a_code_in_an_automatic_reply_is_no_answer(office: Office, headers: dict[str, str]) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    letter = office.letters(ROB.email)[-1]
    await office.mail(ROB.sender, "", letter.code, answers=letter, headers=headers)
    await office.mail(ROB.sender, "", other(letter.code), answers=letter, headers=headers)
    request = await office.request(handled.request_id)
    assert (request.status, request.wrong_by_contact) == (Status.VERIFYING, 0)


async def test_a_code_in_a_bounce_is_no_answer(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    letter = office.letters(ROB.email)[-1]
    bounce = a_bounce(letter, "4.2.2", names_token=True).replace(
        b"Your message could not be delivered.", f"Your message: {letter.code}".encode()
    )
    await office.store_raw(bounce)
    await office.handle()
    assert (await office.request(handled.request_id)).proof is Proof.PENDING


async def test_a_code_with_the_token_of_another_request_has_no_effect(office: Office) -> None:
    mine = await office.mail(ROB.sender, "My data", ACCESS)
    hers = await office.mail(LAN.sender, "My data", ACCESS)
    code, her_letter = office.letters(ROB.email)[-1].code, office.letters(LAN.email)[-1]
    await office.mail(ROB.sender, "", code, answers=her_letter)
    for handled in (mine, hers):
        request = await office.request(handled.request_id)
        assert (request.status, request.wrong_codes, request.wrong_by_contact) == (Status.VERIFYING, 0, 0)


async def test_a_code_is_good_once(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    (letter,) = codes_to(office, ROB.email)
    await office.mail(ROB.sender, "", letter.code, answers=letter)
    after = await office.request(request.id)
    assert (after.status, after.right_codes, after.challenge) == (Status.IN_REVIEW, 1, None)


async def test_a_lapsed_request_is_reopened_by_a_reply_and_proven_by_its_new_code(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    first = office.letters(ROB.email)[-1]
    for days in (3, 4, 3):
        office.passes(days=days)
        await office.timers()
    assert (await office.request(handled.request_id)).status is Status.LAPSED
    subjects = [letter.subject for letter in office.letters(ROB.email)]
    assert sum("waiting for" in subject for subject in subjects) == 2
    await office.mail(ROB.sender, "", first.code, answers=first)
    assert (await office.request(handled.request_id)).status is Status.VERIFYING
    fresh = codes_to(office, ROB.email)[-1]
    assert fresh.code != first.code
    await office.mail(ROB.sender, "", fresh.code, answers=fresh)
    assert (await office.request(handled.request_id)).status is Status.IN_REVIEW
