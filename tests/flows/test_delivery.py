"""The outbox relay."""

import asyncio
from datetime import timedelta

import structlog

from core.messages import Address, ChannelName, Kind
from core.requests import Request
from flows import cards, delivery
from flows.correspondence import status
from flows.delivery import Relay
from flows.ports import Delivery, Sent
from tests.flows.office import Office
from tests.flows.paper import read_back
from tests.flows.people import OBJECTION
from tests.flows.staff import AN, STAFF_CHAT, chat

PERSON = chat("9001")
RETRY, UNCERTAIN = Sent(Delivery.RETRY), Sent(Delivery.UNCERTAIN)
UNREACHABLE, FAILED = Sent(Delivery.UNREACHABLE), Sent(Delivery.FAILED)


def relay_of(office: Office) -> Relay:
    return Relay(office.store, office.desk, office.paper, office.clock)


async def a_letter(office: Office) -> Request:
    """A letter that belongs to a request waits for its delivery."""
    await office.chat(PERSON, OBJECTION)
    await office.press(PERSON, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    await office.run(lambda uow: status(uow, office.desk, request, office.now))
    return request


async def post(office: Office, to: Address, text: str = "Hello") -> None:
    await office.run(lambda uow: cards.post(uow, office.desk, to, text, office.now, Kind.TALK))


def texts_to(office: Office, to: Address) -> list[str]:
    return [read_back(letter.body).text for letter in office.paper.sent if letter.to == to]


async def test_a_letter_is_sent_once_and_then_no_more(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)
    assert await relay.send_due() == 1
    assert await relay.send_due() == 0
    assert texts_to(office, PERSON) == ["Hello"]


async def test_a_passing_fault_is_tried_again_later_with_the_same_bytes(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)
    office.paper.results.append(RETRY)
    assert await relay.send_due() == 1
    assert await relay.send_due() == 0
    office.passes(seconds=31)
    assert await relay.send_due() == 1
    first, second = office.paper.sent
    assert first.body == second.body
    assert (first.attempts, second.attempts) == (0, 1)


async def test_the_channel_may_say_how_long_to_wait(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)
    office.paper.results.append(Sent(Delivery.RETRY, retry_after=300))
    await relay.send_due()
    office.passes(seconds=299)
    assert await relay.send_due() == 0
    office.passes(seconds=2)
    assert await relay.send_due() == 1


async def test_a_letter_that_may_have_arrived_gets_one_more_try_and_then_a_person(office: Office) -> None:
    relay, request = relay_of(office), await a_letter(office)
    office.paper.results.extend([UNCERTAIN, UNCERTAIN])
    for _ in range(4):
        await relay.send_due()
        office.passes(minutes=10)
    assert len(texts_to(office, PERSON)) == 2
    (alert,) = texts_to(office, STAFF_CHAT)
    assert alert.startswith(f"It is not certain that a message for {request.reference}")


async def test_an_address_that_takes_nothing_is_a_matter_for_a_person_at_once(office: Office) -> None:
    relay, request = relay_of(office), await a_letter(office)
    office.paper.results.append(UNREACHABLE)
    await relay.send_due()
    await relay.send_due()
    channel = office.say("channel.telegram")
    assert texts_to(office, STAFF_CHAT) == [
        office.say("alert.undeliverable", reference=request.reference, channel=channel)
    ]
    ((_, state, _),) = await office.run(lambda uow: uow.unsettled())
    assert state == "unreachable"


async def test_a_letter_that_can_never_go_names_the_command_that_shows_it(office: Office) -> None:
    relay, _ = relay_of(office), await a_letter(office)
    office.paper.results.append(FAILED)
    await relay.send_due()
    await relay.send_due()
    ((letter, _, _),) = await office.run(lambda uow: uow.unsettled())
    (alert,) = texts_to(office, STAFF_CHAT)
    assert f"privacydesk outbox {letter.id}" in alert


async def test_retries_end_after_two_days_with_a_person(office: Office) -> None:
    relay, request = relay_of(office), await a_letter(office)
    office.paper.results.extend([RETRY] * 200)
    started = office.now
    while not await office.run(lambda uow: uow.unsettled()):
        await relay.send_due()
        office.passes(hours=1)
        assert office.now - started < timedelta(hours=60)
    office.paper.results.clear()
    await relay.send_due()
    assert request.reference in texts_to(office, STAFF_CHAT)[-1]
    assert office.now - started > timedelta(hours=46)


async def test_a_staff_member_who_never_pressed_start_is_told_so_in_the_group(office: Office) -> None:
    relay = relay_of(office)
    await post(office, AN.address)
    office.paper.results.append(UNREACHABLE)
    await relay.send_due()
    await relay.send_due()
    assert texts_to(office, STAFF_CHAT) == [office.say("alert.staff_unreachable", name=AN.name)]


async def test_a_letter_of_no_request_that_will_not_go_is_told_without_its_address(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)
    office.paper.results.append(UNREACHABLE)
    await relay.send_due()
    await relay.send_due()
    (alert,) = texts_to(office, STAFF_CHAT)
    assert PERSON.value not in alert


async def test_where_the_staff_chat_itself_is_unreachable_only_the_log_can_say_so(
    office: Office, log_lines: list[structlog.typing.EventDict]
) -> None:
    relay = relay_of(office)
    await post(office, STAFF_CHAT)
    office.paper.results.extend([UNREACHABLE] * 5)
    await relay.send_due()
    assert await relay.send_due() == 0
    assert [line["event"] for line in log_lines].count("staff_chat_unreachable") == 1


async def test_a_channel_that_breaks_on_one_letter_sends_the_others(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)
    await post(office, chat("9002"))
    office.paper.results.append(RuntimeError("a text that must not be logged"))
    assert await relay.send_due() == 2
    ((letter, state, detail),) = await office.run(lambda uow: uow.unsettled())
    assert (letter.to, state, detail) == (PERSON, "failed", "RuntimeError")
    assert len(texts_to(office, chat("9002"))) == 1


async def test_two_relays_never_send_the_same_letter(office: Office) -> None:
    relays = [relay_of(office), relay_of(office)]
    for number in range(30):
        await post(office, chat(str(9100 + number)), str(number))
    while sum(await asyncio.gather(*(relay.send_due() for relay in relays))):
        continue
    sent = [letter.id for letter in office.paper.sent]
    assert len(sent) == len(set(sent)) == 30


async def test_a_letter_whose_relay_has_died_is_taken_over(office: Office) -> None:
    await post(office, PERSON)
    now = office.now
    await office.run(lambda uow: uow.lease(ChannelName.TELEGRAM, 8, now, now + delivery.LEASE))
    assert await relay_of(office).send_due() == 0
    office.passes(minutes=6)
    assert await relay_of(office).send_due() == 1


async def test_letters_to_one_address_keep_their_order(office: Office) -> None:
    relay = relay_of(office)
    for text in ("one", "two", "three"):
        await post(office, PERSON, text)
    office.paper.results.append(RETRY)
    await relay.send_due()
    assert await relay.send_due() == 0
    office.passes(minutes=1)
    while await relay.send_due():
        continue
    assert texts_to(office, PERSON) == ["one", "one", "two", "three"]


async def test_a_running_relay_sends_what_is_posted_once_it_is_woken_and_ends_when_told(
    office: Office,
) -> None:
    relay = relay_of(office)
    running = asyncio.create_task(relay.run())
    await post(office, PERSON)
    relay.woken.set()
    async with asyncio.timeout(10):
        await office.paper.busy.wait()
    relay.stop()
    await asyncio.wait_for(running, 10)
    assert texts_to(office, PERSON) == ["Hello"]


async def test_what_is_due_goes_out_before_the_desk_stops(office: Office) -> None:
    for text in ("one", "two"):
        await post(office, PERSON, text)
    await delivery.flush([relay_of(office)], seconds=10)
    assert texts_to(office, PERSON) == ["one", "two"]


def test_every_way_to_end_has_its_alert() -> None:
    assert set(delivery._ALERTS) == set(Delivery) - {Delivery.SENT}
