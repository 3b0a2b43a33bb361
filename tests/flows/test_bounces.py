"""A letter comes back."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from core.messages import Attachment, ChannelName, Verb
from core.requests import Right, Status
from flows import intake
from flows.delivery import Relay
from flows.ports import Delivery, Sent
from flows.reading import ReaderInPlace
from flows.store import Disposition
from storage.queueing import State
from storage.tables import OUTBOX
from tests.flows.counter import Handled
from tests.flows.office import Office
from tests.flows.paper import PaperChannel
from tests.flows.people import ACCESS, CHI, DELETION, LAN, OBJECTION, ROB, STATUS, STRANGER
from tests.flows.post import Received, a_bounce, a_mail
from tests.flows.staff import AN, BINH, STAFF_CHAT, chat, email


async def bounce(
    office: Office,
    letter: Received,
    status: str = "5.1.1",
    names_letter: bool = True,
    names_token: bool = False,
) -> Handled:
    await office.store_raw(a_bounce(letter, status, names_letter, names_token))
    await office.handle()
    return await office.last()


async def is_dead(office: Office, address: str) -> bool:
    return await office.run(lambda uow: uow.standing(email(address), "", office.now).dead)


def alerts(office: Office) -> list[str]:
    return [letter.text for letter in office.letters(STAFF_CHAT) if letter.paper and not letter.paper.slot]


async def states(office: Office) -> list[str]:
    return await office.run(
        lambda uow: list(
            uow.connection.scalars(OUTBOX.select().with_only_columns(OUTBOX.c.state).order_by(OUTBOX.c.seq))
        )
    )


async def test_a_bounce_is_attached_to_the_request_of_the_letter_that_it_names_and_never_answered(
    office: Office,
) -> None:
    handled = await office.mail(ROB.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(ROB.email)
    back = await bounce(office, letter)
    assert back == Handled(Disposition.SILENT, "bounce", handled.request_id)
    notes = await office.notes(await office.request(handled.request_id))
    assert any("could not be delivered" in note.text for note in notes if note.incoming)
    assert office.letters("mailer-daemon@mx.example.org") == []


async def test_a_bounce_is_attached_by_the_token_of_the_address_it_was_sent_to(office: Office) -> None:
    handled = await office.mail(ROB.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(ROB.email)
    back = await bounce(office, letter, names_letter=False, names_token=True)
    assert back.request_id == handled.request_id
    assert await is_dead(office, ROB.email)


async def test_a_bounce_that_names_nothing_of_ours_does_nothing(office: Office) -> None:
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    told = len(office.letters(STAFF_CHAT))
    (letter,) = office.letters(ROB.email)
    back = await bounce(office, replace(letter, message_id="<other@elsewhere.example>"))
    assert back == Handled(Disposition.SILENT, "bounce", "")
    assert not await is_dead(office, ROB.email)
    assert len(office.letters(STAFF_CHAT)) == told


async def test_a_hard_bounce_stops_further_mail_to_that_address_and_tells_staff_once(office: Office) -> None:
    handled = await office.mail(STRANGER.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(STRANGER.email)
    await bounce(office, letter)
    await bounce(office, letter)
    request = await office.request(handled.request_id)
    alert = office.say("alert.undeliverable", reference=request.reference, channel=letter.to.channel)
    assert alerts(office) == [alert]
    await office.mail(STRANGER.sender, "", STATUS, answers=letter)
    await office.mail(STRANGER.sender, "", STATUS, answers=letter)
    assert office.letters(STRANGER.email) == [letter]
    assert (await states(office)).count(State.UNREACHABLE) == 2
    assert alerts(office) == [alert, alert]


@pytest.mark.parametrize("status", ["4.2.2", "4.4.1"])
async def test_a_soft_bounce_stops_nothing(office: Office, status: str) -> None:
    handled = await office.mail(ROB.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(ROB.email)
    back = await bounce(office, letter, status)
    assert back.request_id == handled.request_id
    assert alerts(office) == []
    await office.mail(ROB.sender, "", STATUS, answers=letter)
    assert len(office.letters(ROB.email)) == 2


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1"])
async def test_a_letter_that_is_refused_for_what_it_is_leaves_its_address_alive(
    office: Office, status: str
) -> None:
    await office.mail(STRANGER.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(STRANGER.email)
    await bounce(office, letter, status)
    assert len(alerts(office)) == 1
    assert not await is_dead(office, STRANGER.email)


async def test_a_bounce_for_somebody_else_than_the_letter_went_to_kills_no_address(office: Office) -> None:
    await office.mail(ROB.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(ROB.email)
    await bounce(office, replace(letter, to=email(LAN.email)), names_token=True)
    assert not await is_dead(office, LAN.email)
    assert not await is_dead(office, ROB.email)


async def test_a_code_that_comes_back_is_a_matter_for_staff(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    await bounce(office, office.letters(ROB.email)[-1])
    request = await office.request(handled.request_id)
    assert request.status is Status.VERIFYING
    assert alerts(office) == [office.say("alert.code_bounced", reference=request.reference)]


async def test_after_a_code_came_back_the_next_goes_to_another_contact_on_file(office: Office) -> None:
    await office.mail(CHI.sender, "My data", ACCESS)
    await bounce(office, office.letters(CHI.email)[-1])
    second = await office.mail(CHI.sender, "Delete it", DELETION)
    request = await office.request(second.request_id)
    assert request.challenge is not None
    assert request.challenge.contact == AN.address
    assert office.letters(AN.address)[-1].code


async def test_a_notice_that_comes_back_goes_to_the_other_contact_of_the_person(office: Office) -> None:
    handled = await office.mail(CHI.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(CHI.email)
    await bounce(office, letter)
    (again,) = office.letters(AN.address)
    assert again.reference == letter.reference
    assert alerts(office) == []
    await office.tap(BINH, Verb.REFUSE, await office.request(handled.request_id), "legal_duty")
    assert (await office.request(handled.request_id)).status is Status.REFUSED
    assert office.letters(AN.address)[-1].reference == letter.reference
    assert len(office.letters(AN.address)) == 2
    assert office.letters(CHI.email) == [letter]


async def test_a_notice_to_somebody_unproven_goes_to_no_contact_of_the_person_they_name(
    office: Office,
) -> None:
    await office.mail(STRANGER.sender, "Data", f"{ACCESS} My customer code is {CHI.account}.")
    before = len(office.letters(AN.address))
    (letter,) = office.letters(STRANGER.email)
    await bounce(office, letter)
    assert len(office.letters(AN.address)) == before
    assert len(alerts(office)) == 1


async def test_files_that_come_back_are_sent_to_nobody_else(office: Office) -> None:
    request = await office.approved(CHI, ACCESS)
    await office.tap(BINH, Verb.DONE, request, Right.ACCESS)
    await office.chat(BINH.address, files=(Attachment("data.csv", "text/csv", b"a,b\n", size=4),))
    (files,) = (letter for letter in office.letters(CHI.email) if letter.files)
    await bounce(office, files)
    # Her chat has the passphrase, from before, and nothing else.
    assert [letter.files for letter in office.letters(AN.address)] == [()]
    reference = request.reference
    assert alerts(office) == [
        office.say("alert.undeliverable", reference=reference, channel=files.to.channel)
    ]


async def test_files_wait_for_a_person_where_the_proven_address_is_dead(office: Office) -> None:
    request = await office.approved(CHI, ACCESS)
    await bounce(office, office.letters(CHI.email)[0])
    await office.tap(BINH, Verb.DONE, await office.request(request.id), Right.ACCESS)
    await office.chat(BINH.address, files=(Attachment("data.csv", "text/csv", b"a,b\n", size=4),))
    assert not [letter for letter in office.post if letter.files]
    reference = request.reference
    alert = office.say("alert.undeliverable", reference=reference, channel=email(CHI.email).channel)
    assert alert in alerts(office)


async def test_alerts_about_bounces_name_the_reference_alone(office: Office) -> None:
    await office.mail(ROB.sender, "My data", ACCESS)
    for letter in office.letters(ROB.email):
        await bounce(office, letter)
    assert len(alerts(office)) >= 1
    assert not [secret for secret in ROB.secrets for text in office.staff_room() if secret in text]


async def test_a_person_in_a_chat_gets_their_answers_though_their_mail_is_dead(office: Office) -> None:
    person = chat("9001")
    await office.chat(person, DELETION)
    await office.chat(person, ROB.account)
    await office.press(person, office.say("dialogue.yes"))
    (code,) = office.letters(ROB.email)
    await bounce(office, code)
    (request,) = await office.open_requests()
    await office.chat(person, STATUS)
    assert office.letters(person)[-1].reference == request.reference
    assert await is_dead(office, ROB.email)


@pytest.mark.parametrize(
    ("detail", "dies"),
    [("550 5.1.1 at recipient", True), ("550 5.7.1 at recipient", False), ("550 at recipient", False)],
)
async def test_an_address_that_the_mail_server_refuses_at_once_is_like_one_that_bounces(
    office: Office, detail: str, dies: bool
) -> None:
    handled = await office.mail(STRANGER.sender, "Advertising", OBJECTION)
    (letter,) = office.letters(STRANGER.email)
    refusing = PaperChannel(ChannelName.EMAIL, results=deque([Sent(Delivery.UNREACHABLE, detail=detail)]))
    await office.store_raw(a_mail(STRANGER.sender, "", STATUS, answers=letter))
    await intake.handle(office.store, office.desk, ReaderInPlace.of(office.desk), office.clock)
    await Relay(office.store, office.desk, refusing, office.clock).send_due()
    await office.deliver()
    request = await office.request(handled.request_id)
    assert alerts(office) == [
        office.say("alert.undeliverable", reference=request.reference, channel=letter.to.channel)
    ]
    assert await is_dead(office, STRANGER.email) is dies
