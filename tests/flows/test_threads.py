"""To which request a mail belongs, and what that lets its sender do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.messages import ChannelName, SenderEvidence
from core.requests import Status
from flows import cards
from flows.store import Disposition
from mailer.channel import MailChannel
from mailer.settings import MailSettings, Server, Tls
from tests.flows.office import Office
from tests.flows.people import ACCESS, CANCEL, DELETION, LAN, NOSY, OBJECTION, ROB, STATUS
from tests.flows.post import HELP, Received, a_mail
from tests.flows.staff import STAFF_CHAT

_SERVER = Server("127.0.0.1", 1, tls=Tls.NONE)


async def opened(office: Office) -> tuple[str, Received]:
    """A request of Rob's for access, and the letter that brought him the code."""
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    return handled.request_id, office.letters(ROB.email)[-1]


def alerts(office: Office) -> list[str]:
    return [letter.text for letter in office.letters(STAFF_CHAT) if letter.paper and not letter.paper.slot]


def judging(office: Office) -> Office:
    """The desk of a company whose own mail server checks senders."""
    settings = MailSettings(HELP, office.desk.policy.name, _SERVER, _SERVER, authserv_id="mx.mentracere.com")
    channels = {**office.desk.channels, ChannelName.EMAIL: MailChannel(settings)}
    office.desk = replace(office.desk, channels=channels)
    return office


def judged(dmarc: str, by: str = "mx.mentracere.com") -> dict[str, str]:
    return {"Authentication-Results": f"{by}; dmarc={dmarc} header.from=example.org"}


# --- match order ------------------------------------------------------------------------------------


async def test_the_token_of_the_address_comes_before_message_ids(office: Office) -> None:
    first, letter = await opened(office)
    second = await office.mail(ROB.sender, "Delete", DELETION)
    other = next(each for each in office.letters(ROB.email) if each.reply_to != letter.reply_to)
    crossed = replace(letter, message_id=other.message_id, references=other.references)
    answer = await office.mail(ROB.sender, "", letter.code, answers=crossed)
    assert answer.request_id == first != second.request_id


async def test_a_token_that_was_changed_to_capitals_on_its_way_is_known(office: Office) -> None:
    request_id, letter = await opened(office)
    answer = await office.mail(ROB.sender, "", letter.code, replace(letter, reply_to=letter.reply_to.upper()))
    assert answer.request_id == request_id
    assert (await office.request(request_id)).status is Status.IN_REVIEW


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n "])
async def test_message_ids_count_however_a_mailer_parts_them(office: Office, between: str) -> None:
    request_id, letter = await opened(office)
    named = between.join(("<other@customer.example>", letter.message_id))
    raw = a_mail(ROB.sender, "Re: your letter", letter.code).replace(
        b"To: ", f"References: {named}\nTo: ".encode(), 1
    )
    await office.store_raw(raw)
    await office.handle()
    assert (await office.last()).request_id == request_id


async def test_a_subject_leads_whoever_belongs_to_the_request_to_it(office: Office) -> None:
    handled = await office.mail(NOSY.sender, "Data", f"{ACCESS} My customer code is {ROB.account}.")
    letter = office.letters(ROB.email)[-1]
    answer = await office.mail(ROB.sender, f"Re: {letter.subject}", letter.code)
    assert answer.request_id == handled.request_id
    assert (await office.request(handled.request_id)).status is Status.IN_REVIEW


async def test_of_the_senders_requests_the_one_in_the_subject_is_meant(office: Office) -> None:
    older = await office.mail(ROB.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(ROB.email)
    office.passes(hours=1)
    await office.mail(ROB.sender, "Delete", DELETION)
    answer = await office.mail(ROB.sender, f"Re: {letter.subject}", STATUS)
    assert answer.request_id == older.request_id


@pytest.mark.parametrize("text", [STATUS, CANCEL, "My customer code is HV-1002.", "Hello, any news?"])
async def test_a_subject_lets_a_stranger_join_unverified_and_learn_nothing(office: Office, text: str) -> None:
    request_id, letter = await opened(office)
    before = await office.request(request_id)
    answer = await office.mail(NOSY.sender, f"Re: {letter.subject}", text)
    assert (answer.request_id, answer.reason) == (request_id, "unverified sender")
    assert office.letters(NOSY.email) == []
    assert await office.request(request_id) == before
    assert alerts(office) == [office.say("alert.unverified_sender", reference=before.reference)]


async def test_a_strangers_clear_wish_is_their_own_whatever_the_subject_says(office: Office) -> None:
    request_id, letter = await opened(office)
    answer = await office.mail(NOSY.sender, f"Re: {letter.subject}", DELETION)
    assert answer.request_id != request_id
    assert (await office.request(answer.request_id)).requester.value == NOSY.email


async def test_a_reference_that_was_never_issued_leads_nowhere(office: Office) -> None:
    answer = await office.mail(NOSY.sender, "Re: [MC-0000-0000]", "Hello, any news?")
    assert answer.request_id == "" or (await office.request(answer.request_id)).requester.value == NOSY.email


# --- taking a request back ----------------------------------------------------------------------------


async def test_a_forged_from_takes_no_request_back_and_the_requester_is_asked(office: Office) -> None:
    request_id, letter = await opened(office)
    await office.mail(ROB.sender, "Changed my mind", CANCEL)
    assert (await office.request(request_id)).status is Status.VERIFYING
    question = office.letters(ROB.email)[-1]
    assert "not cancelled anything" in " ".join(question.text.split())
    assert question.reply_to == letter.reply_to
    await office.mail(ROB.sender, "", "I want to cancel my request.", answers=question, quoting=True)
    assert (await office.request(request_id)).status is Status.WITHDRAWN


async def test_a_subject_is_not_enough_to_take_a_request_back(office: Office) -> None:
    request_id, letter = await opened(office)
    await office.mail(ROB.sender, f"Re: {letter.subject}", CANCEL)
    assert (await office.request(request_id)).status is Status.VERIFYING


async def test_where_the_sender_check_fails_a_person_looks_at_a_withdrawal(office: Office) -> None:
    request_id, letter = await opened(judging(office))
    told = len(office.letters(ROB.email))
    await office.mail(ROB.sender, "", CANCEL, answers=letter, headers=judged("fail"))
    request = await office.request(request_id)
    assert request.status is Status.VERIFYING
    assert alerts(office) == [office.say("alert.cancel_doubtful", reference=request.reference)]
    assert len(office.letters(ROB.email)) == told


# --- sender evidence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        (judged("pass"), "pass"),
        (judged("fail"), "fail"),
        ({}, "none"),
        (judged("pass", "mx.elsewhere.example"), "none"),
    ],
)
async def test_the_card_shows_the_sender_check_and_nothing_follows_from_it(
    office: Office, headers: dict[str, str], shown: str
) -> None:
    handled = await judging(office).mail(ROB.sender, "My data", ACCESS, headers=headers)
    request = await office.request(handled.request_id)
    line = office.say("card.sender_check", dmarc=office.say(f"sender_check.{shown}"))
    assert line in office.card(request).text
    assert request.status is Status.VERIFYING
    assert office.letters(ROB.email)[-1].code


async def test_a_signature_that_was_checked_here_is_shown_without_its_domain(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    signed = replace(request, evidence=SenderEvidence(dkim_checked="customer.example"))
    await office.run(lambda uow: cards.show(uow, office.desk, signed, office.now))
    await office.deliver()
    text = office.card(request).text
    assert office.say("card.signature_checked") in text
    assert "customer.example" not in text


# --- the same Message-ID ------------------------------------------------------------------------------


def with_id(raw: bytes, message_id: str) -> bytes:
    lines = (
        f"Message-ID: {message_id}".encode() if line.lower().startswith(b"message-id:") else line
        for line in raw.split(b"\n")
    )
    return b"\n".join(lines)


async def test_a_second_mail_with_the_same_message_id_and_other_content_is_kept_and_flagged(
    office: Office,
) -> None:
    for text in (OBJECTION, DELETION):
        await office.store_raw(with_id(a_mail(ROB.sender, "Data", text), "<same@customer.example>"))
        await office.handle()
    first, second = await office.fates()
    assert second.request_id not in ("", first.request_id)
    assert second.reason == "new; its Message-ID has come before"
    request = await office.request(second.request_id)
    assert office.say("alert.same_message_id", reference=request.reference) in alerts(office)


async def test_the_same_mail_over_two_roads_is_one_case(office: Office) -> None:
    raw = with_id(a_mail(ROB.sender, "Data", OBJECTION), "<same@customer.example>")
    await office.store_raw(b"Received: from road one\n" + raw)
    await office.store_raw(b"Received: from road two\n" + raw)
    await office.handle()
    first, second = await office.fates()
    assert (second.disposition, second.reason) == (Disposition.REQUEST, "delivered twice")
    assert second.request_id == first.request_id
    assert len(office.letters(ROB.email)) == 1


async def test_a_mail_that_had_to_wait_is_not_taken_for_its_own_twin(office: Office) -> None:
    await office.store_raw(with_id(a_mail(LAN.sender, "Data", ACCESS), "<same@customer.example>"))
    await office.handle()
    assert (await office.last()).reason == "new"


# --- mail that lacks something --------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["message-id", "date", "subject", "to"])
async def test_a_mail_that_lacks_a_header_gets_a_case_all_the_same(office: Office, missing: str) -> None:
    raw = a_mail(ROB.sender, "Data", DELETION)
    lines = [line for line in raw.split(b"\n") if not line.lower().startswith(f"{missing}:".encode())]
    await office.store_raw(b"\n".join(lines))
    await office.handle()
    assert (await office.last()).disposition is Disposition.REQUEST
    assert len(office.letters(ROB.email)) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: nobody\n\nPlease delete my data.\n",
        b"From: \nSubject: empty\n\nPlease delete my data.\n",
        b"From: undisclosed\n\nPlease delete my data.\n",
        b"",
    ],
)
async def test_a_mail_without_a_usable_from_is_quarantined_with_a_staff_notice(
    office: Office, raw: bytes
) -> None:
    await office.store_raw(raw)
    await office.handle()
    fate = await office.last()
    assert fate.disposition is Disposition.PARKED
    assert fate.reason
    assert len(alerts(office)) == 1


async def test_a_mail_without_a_body_has_a_stated_reason(office: Office) -> None:
    await office.store_raw(b"From: rob.ellis@example.org\nSubject: \n\n")
    await office.handle()
    fate = await office.last()
    assert fate.disposition is Disposition.NOT_A_REQUEST
    assert fate.reason
