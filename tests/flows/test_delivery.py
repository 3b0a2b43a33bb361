"""The outbox relay."""

import asyncio
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from core.messages import Address, ChannelName, Kind, Outbound
from core.requests import Request
from flows import cards, delivery
from flows.delivery import Relay
from flows.ports import Delivery, Handing, Letter, Sent
from flows.replies import status
from flows.undelivered import ALERTS
from storage.tables import OUTBOX
from tests.flows.office import Office
from tests.flows.paper import PaperChannel, read_back
from tests.flows.people import OBJECTION, ROB
from tests.flows.post import received
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


async def test_a_retry_sends_identical_bytes(office: Office) -> None:
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


async def test_a_connection_lost_after_data_leaves_the_letter_uncertain_and_a_person_is_told(
    office: Office,
) -> None:
    relay, request = relay_of(office), await a_letter(office)
    office.paper.results.append(UNCERTAIN)
    for _ in range(4):
        await relay.send_due()
        office.passes(hours=1)
    assert len(texts_to(office, PERSON)) == 1
    ((letter, state, _),) = await office.run(lambda uow: uow.unsettled())
    (alert,) = texts_to(office, STAFF_CHAT)
    assert state == "uncertain"
    assert alert.startswith(f"It is not certain that a message for {request.reference}")
    assert f"privacydesk outbox {letter.id} --again" in alert


async def test_an_operator_may_send_an_uncertain_letter_once_more_with_the_same_bytes(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)
    office.paper.results.append(UNCERTAIN)
    await relay.send_due()
    letter = office.paper.sent[0]
    assert await office.run(lambda uow: uow.send_again(letter.id, office.now))
    await relay.send_due()
    again = office.paper.sent[-1]
    assert (again.id, again.body, again.attempts) == (letter.id, letter.body, 1)
    assert not await office.run(lambda uow: uow.send_again(letter.id, office.now))


async def test_an_uncertain_code_is_never_sent_a_second_time_and_staff_learn_what_helps(
    office: Office,
) -> None:
    relay, request = relay_of(office), await a_letter(office)
    await relay.send_due()
    office.paper.results.append(UNCERTAIN)
    code = Outbound("a-code", PERSON, Kind.CODE, office.now, "1234 5678")
    await office.run(lambda uow: uow.post(code, office.paper.compose(code), request.id))
    await relay.send_due()
    assert not await office.run(lambda uow: uow.send_again("a-code", office.now))
    assert [letter.id for letter in office.paper.sent].count("a-code") == 1
    assert texts_to(office, STAFF_CHAT)[-1].startswith("It is not certain that a code for")


async def test_a_card_that_may_have_arrived_is_sent_once_more(office: Office) -> None:
    relay = relay_of(office)
    await office.run(lambda uow: cards.post(uow, office.desk, PERSON, "Card", office.now, Kind.CARD))
    office.paper.results.extend([UNCERTAIN, UNCERTAIN])
    for _ in range(4):
        await relay.send_due()
        office.passes(minutes=10)
    assert texts_to(office, PERSON) == ["Card", "Card"]


async def test_a_550_is_not_retried_and_a_person_is_told_at_once(office: Office) -> None:
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


async def test_a_451_is_retried_with_back_off_up_to_48_hours_and_then_a_person_is_told(
    office: Office,
) -> None:
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
    await relay.send_due()
    ((letter, state, detail),) = await office.run(lambda uow: uow.unsettled())
    assert (letter.to, state, detail) == (PERSON, "uncertain", "RuntimeError")
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


async def test_the_row_with_its_final_bytes_and_message_id_is_committed_before_anything_is_sent(
    office: Office,
) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.run(lambda uow: status(uow, office.desk, request, office.now))
    now = office.now
    (first,) = await office.run(lambda uow: uow.lease(ChannelName.EMAIL, 8, now, now + delivery.LEASE))
    office.passes(minutes=6)
    later = office.now
    (again,) = await office.run(lambda uow: uow.lease(ChannelName.EMAIL, 8, later, later + delivery.LEASE))
    assert again.body == first.body
    assert received(first).message_id == office.desk.message_id(first.id)


async def test_the_subject_keeps_the_tag_of_the_request_once_however_long_the_exchange(
    office: Office,
) -> None:
    request = await office.in_review(ROB, OBJECTION)
    for subject in ("Re: ", "Re: Re: ", "TL: ", "Fwd: "):
        last = office.letters(ROB.email)[-1]
        await office.mail(
            ROB.sender, f"{subject}{last.subject}", "What is the status of my request?", answers=last
        )
        office.passes(hours=13)
    subjects = [letter.subject for letter in office.letters(ROB.email)]
    assert len(subjects) > 1
    assert {subject.count(request.reference) for subject in subjects} == {1}
    assert not [subject for subject in subjects if "re:" in subject.lower() or "fwd" in subject.lower()]


# --- a desk that is killed --------------------------------------------------------------------------


async def state_of(office: Office, letter: Letter) -> str:
    state = select(OUTBOX.c.state).where(OUTBOX.c.id == letter.id)
    return str(await office.run(lambda uow: uow.connection.scalar(state)))


async def killed_while_leasing(office: Office) -> list[Letter]:
    """Letters that a desk had leased, and not yet handed over, when it was killed."""
    now = office.now
    return await office.run(lambda uow: uow.lease(ChannelName.TELEGRAM, 8, now, now + delivery.LEASE))


async def killed_while_handing(office: Office) -> list[Letter]:
    """Letters that a desk was handing over when it was killed."""
    letters, until = await killed_while_leasing(office), office.now + delivery.LEASE
    await office.run(lambda uow: uow.hand_over(letters, until))
    return letters


async def test_it_is_written_down_for_good_before_the_other_side_can_have_the_letter(office: Office) -> None:
    states: list[str] = []

    class Watched(PaperChannel):
        async def send(self, letter: Letter, handing: Handing) -> Sent:
            states.append(await state_of(office, letter))
            await handing()
            states.append(await state_of(office, letter))
            return Sent(Delivery.SENT, "1")

    await post(office, PERSON)
    assert await Relay(office.store, office.desk, Watched(), office.clock).send_due() == 1
    assert states == ["leased", "handing"]


async def test_after_a_kill_what_was_only_leased_is_sent_by_the_next_desk(office: Office) -> None:
    await post(office, PERSON)
    (letter,) = await killed_while_leasing(office)
    await office.run(lambda uow: uow.release_leases(office.now))
    assert await relay_of(office).send_due() == 1
    assert [one.id for one in office.paper.sent] == [letter.id]


async def test_after_a_kill_what_was_being_handed_over_is_uncertain_and_never_sent_again_by_itself(
    office: Office,
) -> None:
    request = await a_letter(office)
    (letter,) = await killed_while_handing(office)
    await office.run(lambda uow: uow.release_leases(office.now))
    for _ in range(3):
        await relay_of(office).send_due()
        office.passes(hours=1)
    assert texts_to(office, PERSON) == []
    assert await state_of(office, letter) == "uncertain"
    (alert,) = texts_to(office, STAFF_CHAT)
    assert alert.startswith(f"It is not certain that a message for {request.reference}")


async def test_after_a_kill_one_alert_names_how_many_letters_are_uncertain(office: Office) -> None:
    for number in range(5):
        await post(office, chat(str(9200 + number)))
    assert len(await killed_while_handing(office)) == 5
    await office.run(lambda uow: uow.release_leases(office.now))
    await relay_of(office).send_due()
    (alert,) = texts_to(office, STAFF_CHAT)
    channel, command = office.say("channel.telegram"), "privacydesk outbox"
    assert alert == office.say("alert.many_uncertain", count=5, channel=channel, command=command)


async def test_a_running_desk_finds_what_another_left_half_handed_over(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)
    (letter,) = await killed_while_handing(office)
    await relay.send_due()
    assert await state_of(office, letter) == "handing"
    office.passes(minutes=6)
    await relay.send_due()
    assert await state_of(office, letter) == "uncertain"


async def test_a_letter_whose_lease_was_lost_is_not_handed_over(office: Office) -> None:
    relay = relay_of(office)
    await post(office, PERSON)

    async def taken_over(letter: Letter) -> None:
        office.paper.meanwhile = None
        office.passes(minutes=6)
        assert [one.id for one in await killed_while_leasing(office)] == [letter.id]

    office.paper.meanwhile = taken_over
    await relay.send_due()
    assert office.paper.sent == []


async def test_a_letter_that_was_erased_on_its_way_is_not_handed_over(office: Office) -> None:
    relay, request = relay_of(office), await a_letter(office)

    async def erased(letter: Letter) -> None:
        await office.run(lambda uow: uow.erase(request.id))

    office.paper.meanwhile = erased
    assert await relay.send_due() == 1
    assert office.paper.sent == []


async def test_a_letter_that_takes_long_holds_up_no_other(office: Office) -> None:
    go_on, slow = asyncio.Event(), chat("9300")

    class OneIsSlow(PaperChannel):
        async def send(self, letter: Letter, handing: Handing) -> Sent:
            if letter.to == slow:
                await go_on.wait()
            sent = await PaperChannel.send(self, letter, handing)
            if len(self.sent) == 20:
                go_on.set()
            return sent

    await post(office, slow)
    for number in range(20):
        await post(office, chat(str(9301 + number)))
    channel = OneIsSlow()
    async with asyncio.timeout(10):
        assert await Relay(office.store, office.desk, channel, office.clock).send_due() == 21
    assert channel.sent[-1].to == slow


async def test_what_was_under_way_when_the_relay_is_cut_short_stays_written_down(office: Office) -> None:
    class Stuck(PaperChannel):
        async def send(self, letter: Letter, handing: Handing) -> Sent:
            self.sent.append(letter)
            await handing()
            self.busy.set()
            await asyncio.Event().wait()
            return Sent(Delivery.SENT)

    stuck = Stuck()
    await post(office, PERSON)
    running = asyncio.create_task(Relay(office.store, office.desk, stuck, office.clock).run())
    await asyncio.wait_for(stuck.busy.wait(), 10)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await office.run(lambda uow: uow.release_leases(office.now))
    await relay_of(office).send_due()
    ((_, state, _),) = await office.run(lambda uow: uow.unsettled())
    assert state == "uncertain"


# --- the relay as a whole ----------------------------------------------------------------------------


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
    relay.wake()
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
    assert set(ALERTS) == set(Delivery) - {Delivery.SENT}
