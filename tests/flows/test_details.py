"""What a staff member may read in private."""

from core.messages import Verb
from tests.flows.office import Office
from tests.flows.people import ACCESS, LAN, OBJECTION, ROB, UNCLEAR
from tests.flows.staff import AN, HOA, STAFF_CHAT, VY


async def test_details_go_to_the_private_chat_of_who_asked_and_are_written_down(office: Office) -> None:
    request = await office.in_review(ROB)
    in_group = len(office.letters(STAFF_CHAT))
    assert await office.tap(HOA, Verb.DETAILS, request) == office.say("staff.see_private")
    (details,) = office.letters(HOA.address)
    for told in (ROB.name, ROB.email, ROB.key, ACCESS, request.reference):
        assert told in details.text
    assert len(office.letters(STAFF_CHAT)) == in_group
    looked = (await office.trail(request))[-1]
    assert (looked.actor, looked.action) == ("staff:hoa", "looked")


async def test_details_of_a_card_that_has_changed_can_be_read(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    assert await office.tap(AN, Verb.DETAILS, request) == office.say("staff.see_private")


async def test_the_words_that_decided_are_shown_in_private_only(office: Office) -> None:
    handled = await office.mail(LAN.sender, "", UNCLEAR)
    request = await office.request(handled.request_id)
    assert request.reasons
    await office.tap(AN, Verb.DETAILS, request)
    (details,) = office.letters(AN.address)
    assert all(reason in details.text for reason in request.reasons)
    assert not [reason for reason in request.reasons if reason in "\n".join(office.staff_room())]


async def test_the_queue_names_the_open_requests_and_nobody(office: Office) -> None:
    open_ones = [await office.in_review(ROB, ACCESS), await office.in_review(LAN, OBJECTION)]
    unclear = await office.mail(LAN.sender, "Hồ sơ", UNCLEAR)
    closed = await office.refused(ROB)
    await office.tap_less(VY, Verb.QUEUE)
    queue = office.letters(STAFF_CHAT)[-1].text
    for request in (*open_ones, await office.request(unclear.request_id)):
        assert request.reference in queue
    assert closed.reference not in queue
    assert not [secret for who in (ROB, LAN) for secret in who.secrets if secret in queue]


async def test_an_empty_queue_says_so(office: Office) -> None:
    await office.tap_less(VY, Verb.QUEUE)
    assert office.letters(STAFF_CHAT)[-1].text == office.say("staff.queue_empty")


async def test_a_long_queue_is_cut_and_says_how_much_is_left(office: Office) -> None:
    for number in range(32):
        await office.mail(f"visitor{number}@elsewhere.example", "Advertising", OBJECTION)
    await office.tap_less(VY, Verb.QUEUE)
    queue = office.letters(STAFF_CHAT)[-1].text
    assert office.say("staff.queue_head", count=32) in queue
    assert office.say("staff.queue_more", count=2) in queue
