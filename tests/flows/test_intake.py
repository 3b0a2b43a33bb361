"""Messages come in."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import structlog

from core.messages import ChannelName, Ignored, InboundMessage, RawMessage, Verb
from flows import arrivals, correspondence, intake
from flows.reading import ReaderInPlace, Reading
from flows.store import Disposition, InboxItem, UnitOfWork
from tests.flows.office import Office
from tests.flows.people import ACCESS, CANCEL, DELETION, LAN, OBJECTION, ROB, customer_list
from tests.flows.post import a_mail
from tests.flows.staff import AN, STAFF_CHAT, an_action, chat

PERSON = chat("9001")


def breaks_on(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """From now on a mail with this text runs into a mistake of ours, after it has written something."""
    real = correspondence.read

    def read(uow, desk, message, *rest):  # type: ignore[no-untyped-def]
        settled = real(uow, desk, message, *rest)
        if text in message.text:
            raise ZeroDivisionError(f"this quotes the letter: {message.text}")
        return settled

    monkeypatch.setattr(correspondence, "read", read)


def take_away(file: Path) -> None:
    file.unlink()


def bring_back(file: Path) -> None:
    file.write_text(customer_list(), encoding="utf-8")


async def test_what_is_accepted_twice_is_stored_once(office: Office) -> None:
    woken: list[int] = []
    inbox = arrivals.StoredInbox(office.store, office.clock, lambda: woken.append(1))
    arrival = RawMessage("1/17", a_mail(ROB.sender, "My data", ACCESS), office.now)
    assert await inbox.accept(ChannelName.EMAIL, "INBOX", [arrival], "17") == 1
    assert await inbox.accept(ChannelName.EMAIL, "INBOX", [arrival], "18") == 0
    assert await inbox.cursor("INBOX") == "18"
    assert len(woken) == 1


async def test_a_mistake_of_ours_undoes_its_message_and_leaves_the_others_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_on(monkeypatch, "copy")
    await office.store_raw(a_mail(ROB.sender, "My data", ACCESS))
    await office.store_raw(a_mail(LAN.sender, "Advertising", OBJECTION))
    await office.handle()
    broken, other = await office.fates()
    assert broken.disposition is Disposition.PENDING
    assert other.disposition is Disposition.REQUEST
    assert [request.requester.value for request in await office.open_requests()] == [LAN.email]
    assert office.letters(ROB.email) == []


async def test_a_message_that_always_fails_is_parked_and_staff_are_told_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_on(monkeypatch, "copy")
    await office.store_raw(a_mail(ROB.sender, "My data", ACCESS))
    for _ in range(8):
        await office.handle()
        office.passes(minutes=2)
    (fate,) = await office.fates()
    (alert,) = office.letters(STAFF_CHAT)
    assert fate.disposition is Disposition.PARKED
    assert "ZeroDivisionError" in alert.text
    assert "privacydesk inbox 1" in alert.text


async def test_a_parked_message_can_be_handled_once_what_broke_is_mended(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        breaks_on(broken, "copy")
        await office.store_raw(a_mail(ROB.sender, "My data", ACCESS))
        for _ in range(6):
            await office.handle()
            office.passes(minutes=2)
    ((item, _),) = await office.run(lambda uow: uow.parked())
    assert await office.run(lambda uow: uow.replay(item.id, office.now))
    await office.handle()
    assert (await office.last()).disposition is Disposition.REQUEST


async def test_neither_logs_nor_alerts_quote_the_message_that_failed(
    office: Office, monkeypatch: pytest.MonkeyPatch, log_lines: list[structlog.typing.EventDict]
) -> None:
    breaks_on(monkeypatch, "copy")
    await office.store_raw(a_mail(ROB.sender, "My data", ACCESS))
    for _ in range(6):
        await office.handle()
        office.passes(minutes=2)
    said = repr((log_lines, office.staff_room()))
    assert "handling_failed" in said
    assert not [secret for secret in (*ROB.secrets, ACCESS, "copy of all") if secret in said]


async def test_a_mail_that_cannot_be_read_is_parked_with_an_alert(office: Office) -> None:
    await office.store_raw(b"Subject: no sender\r\n\r\nPlease delete my data.\r\n")
    await office.handle()
    (alert,) = office.letters(STAFF_CHAT)
    assert (await office.last()).disposition is Disposition.PARKED
    assert "no usable sender address" in alert.text


async def test_a_chat_message_that_cannot_be_read_is_parked_with_an_alert(office: Office) -> None:
    await office.store_raw(b"{", ChannelName.TELEGRAM)
    await office.handle()
    assert (await office.last()).disposition is Disposition.PARKED
    assert len(office.letters(STAFF_CHAT)) == 1


async def test_what_the_desk_has_no_business_with_is_ignored_with_its_reason(office: Office) -> None:
    await office.store_paper(Ignored("group chatter"))
    await office.handle()
    fate = await office.last()
    assert (fate.disposition, fate.reason) == (Disposition.IGNORED, "group chatter")
    assert office.post == []


async def test_a_list_of_people_that_is_missing_loses_no_message(office: Office, people_file: Path) -> None:
    take_away(people_file)
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    assert handled.disposition is Disposition.PENDING
    assert office.post == []
    bring_back(people_file)
    office.passes(minutes=1)
    await office.handle()
    assert (await office.last()).disposition is Disposition.REQUEST
    assert len(office.letters(ROB.email)) == 2


async def test_a_list_that_is_missing_keeps_back_only_who_must_be_looked_up(
    office: Office, people_file: Path
) -> None:
    take_away(people_file)
    await office.store_raw(a_mail(ROB.sender, "My data", ACCESS))
    await office.store_raw(a_mail(LAN.sender, "Refund", "When do I get my refund for course K12-A?"))
    await office.store_paper(an_action(AN, Verb.QUEUE, None))
    await office.handle()
    waiting, *others = await office.fates()
    assert waiting.disposition is Disposition.PENDING
    assert [other.disposition for other in others] == [Disposition.NOT_A_REQUEST, Disposition.STAFF]


async def test_the_messages_of_one_sender_stay_in_their_order(office: Office) -> None:
    await office.store_raw(a_mail(ROB.sender, "My data", DELETION))
    await office.store_raw(a_mail(LAN.sender, "My data", ACCESS))
    await office.store_raw(a_mail(ROB.sender, "Changed my mind", CANCEL))
    await office.handle()
    first, _, last = await office.fates()
    assert last.request_id == first.request_id
    assert "cancel your request" in office.letters(ROB.email)[-1].subject


async def test_a_later_message_waits_while_an_earlier_one_of_its_sender_has_to(
    office: Office, people_file: Path
) -> None:
    take_away(people_file)
    await office.store_raw(a_mail(ROB.sender, "My data", DELETION))
    await office.store_raw(a_mail(ROB.sender, "Changed my mind", CANCEL))
    await office.handle()
    assert {fate.disposition for fate in await office.fates()} == {Disposition.PENDING}
    bring_back(people_file)
    office.passes(minutes=1)
    await office.handle()
    first, last = await office.fates()
    assert last.request_id == first.request_id
    assert "cancel your request" in office.letters(ROB.email)[-1].subject


async def test_more_messages_of_one_sender_than_one_round_can_look_up_are_all_handled(office: Office) -> None:
    for course in range(8):
        await office.store_raw(a_mail(ROB.sender, f"Course {course}", ACCESS))
    while await office.handle():
        continue
    fates = await office.fates()
    assert {fate.disposition for fate in fates} == {Disposition.REQUEST}
    assert len({fate.request_id for fate in fates}) == 8


class Overtaken:
    """A reader that is slow: meanwhile another process settles what it reads."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def read(self, items: Sequence[InboxItem]) -> list[Reading]:
        for item in items:
            await self._office.run(partial(self._settle, item_id=item.id))
        return await ReaderInPlace.of(self._office.desk).read(items)

    def _settle(self, uow: UnitOfWork, item_id: int) -> None:
        uow.settle(item_id, Disposition.NOT_A_REQUEST, "by another process")


async def test_a_message_is_handled_by_one_of_two_that_read_it(office: Office) -> None:
    await office.store_raw(a_mail(ROB.sender, "My data", ACCESS))
    await intake.handle(office.store, office.desk, Overtaken(office), office.clock)
    assert (await office.last()).reason == "by another process"
    assert office.post == []


class Stalling:
    """A reader in which one message fails every time."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def read(self, items: Sequence[InboxItem]) -> list[Reading]:
        readings = await ReaderInPlace.of(self._office.desk).read(items)
        return [
            Reading(None, failure="reading it takes longer than 10 seconds")
            if b"stall" in item.raw.raw
            else reading
            for item, reading in zip(items, readings, strict=True)
        ]


async def test_a_mail_that_fails_three_times_in_the_reader_is_left_to_a_person(office: Office) -> None:
    await office.store_raw(a_mail(ROB.sender, "My data", "stall"))
    await office.store_raw(a_mail(LAN.sender, "My data", ACCESS))
    for _ in range(3):
        await intake.handle(office.store, office.desk, Stalling(office), office.clock)
        office.now += timedelta(minutes=1)
    stalled, other = await office.fates()
    assert (stalled.disposition, stalled.reason) == (
        Disposition.PARKED,
        "reading it takes longer than 10 seconds",
    )
    assert other.disposition is Disposition.REQUEST


async def test_a_private_message_of_somebody_new_is_a_dialogue(office: Office) -> None:
    await office.store_paper(InboundMessage(PERSON, office.now, "", command="start", language="en"))
    await office.handle()
    assert (await office.last()).disposition is Disposition.DIALOGUE
