"""What the desk itself holds about somebody is found whole, and erased when it may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.messages import Address, ChannelName, RawMessage
from core.requests import Status
from flows import own_subjects
from flows.keeping import KeptMessage
from flows.own_subjects import Holdings, Role, wrote
from flows.store import Disposition
from tests.flows.handing import handed_over
from tests.flows.office import Office
from tests.flows.people import ACCESS, LAN, OBJECTION, ROB
from tests.flows.post import a_mail
from tests.flows.staff import AN, chat

WHEN = datetime(2026, 11, 24, tzinfo=UTC)
ROBS = Address(ChannelName.EMAIL, ROB.email.upper())
PERSON = chat("9001")


async def held_by(office: Office, address: Address) -> Holdings:
    return await own_subjects.find(office.store, address)


async def test_a_requester_finds_request_notes_letters_and_messages(office: Office) -> None:
    request = await office.refused(ROB)
    await office.in_review(LAN, OBJECTION)
    held = await held_by(office, ROBS)
    (file,) = held.files
    assert (file.request.id, file.role) == (request.id, Role.REQUESTER)
    assert any(note.incoming and OBJECTION.split("\n", maxsplit=1)[0] in note.text for note in file.notes)
    assert {letter.to.normal for letter in file.letters} == {ROB.email.lower()}
    assert all(ROB.email.encode() in message.raw.raw for message in file.messages)
    assert file.messages


async def test_a_contact_on_file_is_found_in_what_somebody_else_sent(office: Office) -> None:
    await office.chat(PERSON, ACCESS)
    await office.chat(PERSON, ROB.account)
    await office.press(PERSON, office.say("dialogue.yes"))
    (file,) = (await held_by(office, ROBS)).files
    assert file.role is Role.CONTACT
    assert (await held_by(office, PERSON)).files[0].role is Role.REQUESTER


async def test_what_staff_send_is_not_among_what_is_found(office: Office) -> None:
    request = await handed_over(office)
    (file,) = (await held_by(office, ROBS)).files
    stored = await office.run(lambda uow: uow.messages_of(request.id))
    assert [each for each in stored if each.disposition == Disposition.STAFF]
    assert all(ROB.email.encode() in message.raw.raw for message in file.messages)
    assert {letter.to.normal for letter in file.letters} == {ROB.email.lower()}


async def test_who_asked_for_somebody_else_and_proved_nothing_does_not_read_who_is_on_file(
    office: Office,
) -> None:
    await office.chat(PERSON, ACCESS)
    await office.chat(PERSON, ROB.account)
    await office.press(PERSON, office.say("dialogue.yes"))
    (file,) = (await held_by(office, PERSON)).files
    assert file.role is Role.REQUESTER
    assert file.notes
    assert ROB.email not in repr(file)
    code = next(letter.code for letter in reversed(office.letters(ROB.email)) if letter.code)
    await office.chat(PERSON, code)
    assert ROB.email in repr((await held_by(office, PERSON)).files)


async def test_a_message_that_waits_is_settled_once_it_is_erased(office: Office) -> None:
    await office.store_raw(a_mail(ROB.sender, "My data", ACCESS))
    held = await held_by(office, ROBS)
    await own_subjects.erase(office.store, held, False, office.now)
    assert await office.handle() == 0
    assert (await office.last()).disposition is Disposition.IGNORED


async def test_a_code_is_never_among_what_is_found(office: Office) -> None:
    await office.mail(ROB.sender, "My data", ACCESS)
    held = await held_by(office, ROBS)
    codes = [letter for file in held.files for letter in file.letters if letter.kind.value == "code"]
    assert codes
    assert all(letter.body == b"" for letter in codes)


async def test_mail_that_was_no_request_is_found_by_its_sender(office: Office) -> None:
    newsletter = {"List-Id": "<sale.shop.example>"}
    await office.mail("Shop <news@shop.example>", "Sale", "Buy", headers=newsletter)
    held = await held_by(office, Address(ChannelName.EMAIL, "News@Shop.example"))
    assert (len(held.files), len(held.messages)) == (0, 1)
    assert (await held_by(office, Address(ChannelName.EMAIL, "ews@shop.example"))).is_empty


async def test_a_draft_a_block_and_a_record_of_staff_are_found(office: Office) -> None:
    await office.chat(PERSON, ACCESS)
    await office.run(lambda uow: uow.suppress(ROBS, "5.1.1", office.now))
    drafted = await held_by(office, PERSON)
    assert drafted.conversation is not None
    blocked = (await held_by(office, ROBS)).blocked
    assert blocked is not None
    assert blocked.status == "5.1.1"
    assert (await held_by(office, AN.address)).staff == AN


async def test_closed_requests_are_erased_and_open_ones_stay(office: Office) -> None:
    closed, still_open = await office.refused(ROB), await office.in_review(ROB, OBJECTION)
    held = await held_by(office, ROBS)
    assert [file.request.id for file in held.open_files] == [still_open.id]
    left = await own_subjects.erase(office.store, held, False, office.now)
    assert left == (still_open.reference,)
    assert await office.run(lambda uow: uow.request(closed.id)) is None
    assert (await office.request(still_open.id)).status is Status.IN_REVIEW
    trail = await office.run(lambda uow: uow.audit_trail(closed.id))
    assert (trail[-1].action, trail[-1].actor, trail[-1].detail["reason"]) == ("erased", "operator", "asked")


async def test_open_requests_go_too_where_that_is_said(office: Office) -> None:
    await office.in_review(ROB, OBJECTION)
    held = await held_by(office, ROBS)
    assert await own_subjects.erase(office.store, held, True, office.now) == ()
    assert (await held_by(office, ROBS)).is_empty


async def test_a_request_that_was_opened_again_meanwhile_stays(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    office.passes(days=10)
    await office.timers()
    held = await held_by(office, ROBS)
    assert held.open_files == ()
    await office.mail(ROB.sender, "", "Please go on.", answers=office.letters(ROB.email)[-1])
    left = await own_subjects.erase(office.store, held, False, office.now)
    assert left == ((await office.request(handled.request_id)).reference,)


async def test_everything_else_is_erased_and_written_down_without_the_address(office: Office) -> None:
    newsletter = {"List-Id": "<sale.shop.example>"}
    await office.mail("Shop <news@shop.example>", "Sale", "Buy", headers=newsletter)
    shop = Address(ChannelName.EMAIL, "news@shop.example")
    await office.run(lambda uow: uow.suppress(shop, "5.1.1", office.now))
    await own_subjects.erase(office.store, await held_by(office, shop), False, office.now)
    assert (await held_by(office, shop)).is_empty
    rows = await office.run(lambda uow: [row for row in uow.audit_trail("") if row.action == "erased"])
    assert {row.detail["kind"] for row in rows} == {"messages", "blocks"}
    assert "shop" not in str(rows)


async def test_whoever_works_here_stays_until_the_settings_name_them_no_more(office: Office) -> None:
    await own_subjects.erase(office.store, await held_by(office, AN.address), False, office.now)
    assert await office.run(lambda uow: uow.staff(AN.address)) == AN


async def test_nobody_is_held_under_an_address_that_never_wrote(office: Office) -> None:
    await office.refused(ROB)
    assert (await held_by(office, Address(ChannelName.EMAIL, "nobody@example.com"))).is_empty


@pytest.mark.parametrize(
    ("raw", "is_theirs"),
    [
        (b"From: =?utf-8?q?L=C3=A1n?= <LAN@example.com>\r\n\r\nhello", True),
        (b"From: a@example.com\r\nReply-To: lan@example.com\r\n\r\nhello", True),
        (b"From: a@example.com\r\nTo: lan@example.com\r\n\r\nhello", False),
        (b"From: a@example.com\r\n\r\nFrom: lan@example.com", False),
        (b"From: not-lan@example.com\r\n\r\n", False),
        (b"\xff\xfe no header at all", False),
        (b"", False),
    ],
)
def test_a_mail_is_somebodys_by_its_header(raw: bytes, is_theirs: bool) -> None:
    message = KeptMessage(1, ChannelName.EMAIL, "silent", "", RawMessage("1", raw, WHEN))
    assert wrote(message, Address(ChannelName.EMAIL, "lan@example.com")) is is_theirs


@pytest.mark.parametrize(
    ("raw", "is_theirs"),
    [
        (b'{"message":{"from":{"id":9001,"is_bot":false},"text":"hi"}}', True),
        (b'{"message":{"from":{"id":90011},"text":"9001"}}', False),
        (b'{"message":{"message_id":9001,"from":{"id":7}}}', False),
    ],
)
def test_a_chat_message_is_somebodys_by_the_account(raw: bytes, is_theirs: bool) -> None:
    message = KeptMessage(1, ChannelName.TELEGRAM, "dialogue", "", RawMessage("1", raw, WHEN))
    assert wrote(message, PERSON) is is_theirs
