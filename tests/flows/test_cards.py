"""What staff see in their group."""

from core.messages import Verb
from core.requests import Right, Status
from flows import card_buttons
from tests.flows.office import Office
from tests.flows.people import ACCESS, CANCEL, CHI, DELETION, LAN, NOSY, OBJECTION, ROB, STRANGER, UNCLEAR
from tests.flows.post import a_mail
from tests.flows.staff import AN, BINH, HOA, STAFF_CHAT, chat

PERSON = chat("9001")


async def test_nothing_that_is_said_in_the_group_is_anybodys_personal_data(office: Office) -> None:
    """A busy week: every kind of card and alert, then a look at every word that the group has ever read."""
    request = await office.approved(ROB)
    await office.tap(AN, Verb.DETAILS, request)
    await office.tap(AN, Verb.ASK_REFUSAL, request)
    await office.tap(AN, Verb.REFUSE, request, "others_rights")
    await office.mail(ROB.sender, "", "My secret is swordfish.", answers=office.letters(ROB.email)[-1])
    stranger = await office.in_review(STRANGER, ACCESS)
    await office.tap(BINH, Verb.VERIFY, stranger, "called_back")
    asked = await office.in_review(CHI, OBJECTION)
    await office.tap(BINH, Verb.ASK, asked)
    await office.chat(BINH.address, f"Is {CHI.phone} still your number?")
    await office.mail(LAN.sender, f"Hồ sơ {LAN.name}", UNCLEAR)
    await office.mail(NOSY.sender, "", CANCEL, answers=office.letters(CHI.email)[-1])
    await office.chat(PERSON, DELETION, name="Nguyễn Văn Riêng")
    await office.chat(PERSON, LAN.account)
    await office.press(PERSON, office.say("dialogue.yes"))
    await office.store_raw(a_mail("broken", NOSY.name, "Unreadable"))
    await office.handle()
    await office.tap_less(HOA, Verb.QUEUE)
    office.passes(days=40)
    await office.timers()
    said = "\n".join(office.staff_room())
    private = [*(secret for who in (ROB, STRANGER, CHI, LAN, NOSY) for secret in who.secrets), PERSON.value]
    private += [ACCESS, UNCLEAR, "swordfish", "Riêng", "hồ sơ của em", "still your number", "all my personal"]
    assert len(office.staff_room()) > 25
    assert not [secret for secret in private if secret.lower() in said.lower()]


async def test_a_card_says_what_by_when_by_which_channel_and_how_sure(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    text = office.card(request).text
    right = office.say("right.access")
    for told in (
        office.say("card.title", reference=request.reference, status=office.say("status_label.in_review")),
        office.say("card.item_open", right=right, due=request.items[0].due.binding),
        office.say("card.channel", channel=office.say("channel.email")),
        office.say("card.proof", proof=office.say("proof.contact")),
    ):
        assert told in text


async def test_a_card_takes_the_place_of_the_one_before_it(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    slots = {each.paper.slot for each in office.letters(STAFF_CHAT) if each.paper}
    assert slots == {request.card}


async def test_a_card_of_somebody_not_on_file_says_so_to_staff(office: Office) -> None:
    request = await office.in_review(STRANGER, ACCESS)
    assert office.say("proof.not_found") in office.card(request).text


async def test_a_closed_request_has_only_its_details_left(office: Office) -> None:
    request = await office.refused(ROB)
    labels = [button.label for row in office.card(request).buttons for button in row]
    assert labels == [office.say("staff_button.details")]


async def test_a_desk_without_a_staff_chat_goes_on_without_cards(quiet_office: Office) -> None:
    handled = await quiet_office.mail(ROB.sender, "Advertising", OBJECTION)
    assert (await quiet_office.request(handled.request_id)).status is Status.IN_REVIEW
    await quiet_office.store_raw(b"\r\n")
    await quiet_office.handle()
    assert {letter.to.value for letter in quiet_office.post} == {ROB.email}


async def test_the_suggestion_stands_first_and_every_right_can_be_picked(office: Office) -> None:
    handled = await office.mail(LAN.sender, "", UNCLEAR)
    request = await office.request(handled.request_id)
    labels = [button.label for row in office.card(request).buttons for button in row]
    assert labels[0] == office.say(f"right.{request.suggestion[0]}")
    assert {office.say(f"right.{right}") for right in Right} < set(labels)


def test_every_open_status_has_its_buttons() -> None:
    closed = {Status.COMPLETED, Status.REFUSED, Status.WITHDRAWN, Status.DISMISSED, Status.LAPSED}
    assert set(card_buttons.BUTTONS) == set(Status) - closed
