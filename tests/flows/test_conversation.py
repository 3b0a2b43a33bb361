"""What a private chat message does."""

from core.messages import Attachment
from core.requests import Proof, Right, Status
from flows.store import Disposition
from tests.flows.office import Office
from tests.flows.people import ACCESS, CANCEL, DELETION, LAN, OBJECTION, ROB
from tests.flows.staff import STAFF_CHAT, chat

PERSON, OTHER = chat("9001"), chat("9002")


async def asks(office: Office, text: str, account: str = "") -> None:
    """Ask in one's own words, say who one is where that is asked, confirm."""
    await office.chat(PERSON, text)
    if account:
        await office.chat(PERSON, account)
    await office.press(PERSON, office.say("dialogue.yes"))


async def test_a_request_by_buttons_is_proven_by_the_code_in_the_mailbox_on_file(office: Office) -> None:
    await office.chat(PERSON, command="start")
    await office.press(PERSON, office.say("button.deletion"))
    await office.chat(PERSON, ROB.account)
    await office.press(PERSON, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    (letter,) = office.letters(ROB.email)
    assert (request.status, request.rights) == (Status.VERIFYING, (Right.DELETION,))
    await office.chat(PERSON, f"{letter.code[:4]} {letter.code[4:]}")
    request = await office.request(request.id)
    assert (request.status, request.proof) == (Status.IN_REVIEW, Proof.CONTACT)


async def test_every_pressed_button_is_answered_once(office: Office) -> None:
    await office.chat(PERSON, command="start")
    await office.press(PERSON, office.say("button.objection"))
    await office.chat(PERSON, option="something-old")
    await office.chat(PERSON, option="yes")
    assert len({tap.in_reply_to for tap in office.taps()}) == len(office.taps()) == 3


async def test_a_draft_that_is_not_confirmed_is_no_request(office: Office) -> None:
    await office.chat(PERSON, OBJECTION)
    await office.press(PERSON, office.say("dialogue.no"))
    assert await office.open_requests() == []
    assert office.letters(STAFF_CHAT) == []


async def test_what_the_customer_wrote_is_kept_with_the_request(office: Office) -> None:
    await asks(office, DELETION, ROB.account)
    (request,) = await office.open_requests()
    (note,) = [note for note in await office.notes(request) if note.incoming]
    assert note.text == f"{DELETION}\n{ROB.account}"


async def test_the_code_finds_the_request_that_waits_for_it_among_several(office: Office) -> None:
    await asks(office, ACCESS, ROB.account)
    (older,) = await office.open_requests()
    code = office.letters(ROB.email)[-1].code
    office.passes(minutes=1)
    await asks(office, OBJECTION)
    assert len(await office.open_requests()) == 2
    await office.chat(PERSON, code)
    assert (await office.request(older.id)).status is Status.IN_REVIEW


async def test_what_is_added_joins_the_open_request(office: Office) -> None:
    await asks(office, OBJECTION)
    (request,) = await office.open_requests()
    handled = await office.chat(PERSON, "It is about the newsletter of course 7A.")
    assert (handled.disposition, handled.request_id) == (Disposition.REQUEST, request.id)
    received = office.say("dialogue.more_received", reference=request.reference)
    assert office.letters(PERSON)[-1].text == received
    assert any("newsletter" in note.text for note in await office.notes(request))


async def test_a_request_can_be_taken_back_in_the_chat(office: Office) -> None:
    await asks(office, OBJECTION)
    (request,) = await office.open_requests()
    await office.chat(PERSON, CANCEL)
    assert (await office.request(request.id)).status is Status.WITHDRAWN


async def test_nobody_else_can_take_it_back_or_learn_of_it(office: Office) -> None:
    await asks(office, OBJECTION)
    (request,) = await office.open_requests()
    await office.chat(OTHER, f"Please cancel my request {request.reference}.")
    await office.chat(OTHER, command="status")
    assert (await office.request(request.id)).status is Status.IN_REVIEW
    assert request.reference not in "\n".join(letter.text for letter in office.letters(OTHER))


async def test_the_status_tells_all_of_ones_open_requests(office: Office) -> None:
    await asks(office, OBJECTION)
    office.passes(minutes=1)
    await asks(office, ACCESS, LAN.account)
    before = len(office.letters(PERSON))
    await office.chat(PERSON, command="status")
    told = "\n".join(letter.text for letter in office.letters(PERSON)[before:])
    assert all(request.reference in told for request in await office.open_requests())


async def test_without_a_request_the_status_says_so(office: Office) -> None:
    await office.chat(PERSON, command="status")
    assert office.letters(PERSON)[-1].text == office.say("dialogue.no_open_request")


async def test_a_file_without_words_is_asked_for_in_words(office: Office) -> None:
    file = Attachment("voice.ogg", "audio/ogg", remote="file-1")
    handled = await office.chat(PERSON, files=(file,), media="voice")
    assert handled.disposition is Disposition.DIALOGUE
    assert office.letters(PERSON)[-1].text == office.say("dialogue.media")
