"""Documents from the first question to the last trace: asked for by a person, seen in private, erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from core.buttons import read_card
from core.documents import LIFE, MOST_BYTES, MOST_FILES, Document
from core.messages import Address, Attachment, ChannelName, Verb
from core.requests import Request, Status
from directory.csv_file import CsvDirectory
from flows.desk import Desk
from flows.store import AuditEntry, Disposition
from storage.migrate import migrate
from storage.store import open_store
from storage.tables import DATA_KEY, DOCUMENT, INBOX, OUTBOX
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.conftest import MASTER_KEY
from tests.flows.office import Office
from tests.flows.paper import PaperChannel, by_label
from tests.flows.people import ACCESS, CANCEL, DELETION, NOSY, OBJECTION, ROB, Person
from tests.flows.post import Received, a_mail
from tests.flows.staff import AN, BINH, HOA, STAFF, STAFF_CHAT, chat, from_button

PICTURE = b"\xff\xd8\xff\xe0 the face of Robert Ellis " * 40
PAPER = b"%PDF-1.7 the number of his card 079123456789 "
WHY = "The mailbox on file is dead and he has a new telephone."
IN_CHAT = chat("9200")
PHOTO = Attachment("photo.jpg", "image/jpeg", remote="photo-1", size=len(PICTURE))
Files = tuple[tuple[str, str, bytes], ...]
CARD: Files = (("cccd.jpg", "image/jpeg", PICTURE),)


@pytest.fixture
async def office(rules: Desk, people_file: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """The desk at work on a file, so that what is erased can be looked for in it."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    migrate(url)
    paper, store = PaperChannel(), open_store(url, MASTER_KEY)
    channels = {**rules.channels, ChannelName.TELEGRAM: paper}
    for member in STAFF:
        await store.run(partial(SqlUnitOfWork.put_staff, member=member))
    yield Office(replace(rules, directory=CsvDirectory(people_file), channels=channels), store, paper)
    await store.close()


# --- hands ------------------------------------------------------------------------------------------


async def opened(office: Office, who: Person = ROB, text: str = ACCESS) -> Request:
    """A request by mail that waits for its code."""
    handled = await office.mail(who.sender, "My data", text)
    return await office.request(handled.request_id)


async def ask(office: Office, request: Request, why: str = WHY) -> Request:
    """A member of staff asks for a document, by the buttons that are there."""
    button = from_button(AN, office.card(request), office.say("staff_button.ask_document"))
    await office.store_paper(button)
    await office.handle()
    await office.chat(AN.address, why)
    return await office.request(request.id)


async def asked(office: Office) -> Request:
    return await ask(office, await opened(office))


async def send(
    office: Office,
    files: Files = CARD,
    text: str = "Here it is.",
    who: Person = ROB,
    answers: Received | None = None,
    headers: dict[str, str] | None = None,
) -> Request:
    """A mail with files in answer to the last letter."""
    answers = answers or office.letters(ROB.email)[-1]
    mail = message_from_bytes(a_mail(who.sender, "", text, answers, headers=headers), policy=policy.default)
    for name, media_type, content in files:
        kind, _, form = media_type.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=form, filename=name)
    await office.store_raw(mail.as_bytes())
    await office.handle()
    return await office.request((await office.last()).request_id)


async def in_chat(office: Office) -> Request:
    """A request from a chat whose number of a customer is on file, for which a document was asked."""
    for word in (ACCESS, ROB.account):
        await office.chat(IN_CHAT, word)
    await office.press(IN_CHAT, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    return await ask(office, request)


async def documents(office: Office, request: Request) -> list[Document]:
    return await office.run(lambda uow: uow.documents_of(request.id))


async def look(office: Office, request: Request) -> tuple[bytes, ...]:
    """Look at every document, by the buttons in private; what was sent."""
    before = len(office.post)
    await office.store_paper(from_button(AN, office.card(request), office.say("staff_button.look")))
    await office.handle()
    shown = office.letters(AN.address)[-1].paper
    assert shown is not None
    for token in by_label(shown).values():
        button = read_card(token)
        assert button is not None
        await office.tap(AN, Verb.LOOK, request, button.argument, where=AN.address)
    return tuple(content for each in office.post[before:] for _, content in each.files)


async def trail(office: Office, request: Request, action: str) -> list[AuditEntry]:
    return [entry for entry in await office.trail(request) if entry.action == action]


async def traces(office: Office, request: Request) -> tuple[int, int, int]:
    """Rows of documents, data keys of documents, raw messages of the request with a picture in them."""

    def work(uow: SqlUnitOfWork) -> tuple[int, int, int]:
        rows = len(uow.connection.execute(select(DOCUMENT.c.id)).all())
        keys = uow.connection.scalars(select(DATA_KEY.c.id).where(DATA_KEY.c.id.like("document:%"))).all()
        raw = [m for m in uow.messages_of(request.id) if b"cccd" in m.raw.raw or b"photo" in m.raw.raw]
        return rows, len(keys), len(raw)

    return await office.run(work)


NOTHING = (0, 0, 0)


# --- asking -----------------------------------------------------------------------------------------


async def test_nothing_but_a_person_ever_asks_for_a_document(office: Office) -> None:
    request = await opened(office)
    for days in (3, 7, 11):
        office.now += timedelta(days=days)
        await office.timers()
    assert not any("document" in each.words for each in office.letters(ROB.email) if "attach" in each.words)
    assert not await trail(office, request, "document_asked")


async def test_the_notice_says_why_and_what_to_cover_and_when_it_is_erased(office: Office) -> None:
    await asked(office)
    letter = office.letters(ROB.email)[-1]
    for words in ("black out", "QR code", "24 hours", "do not have to", "sensitive"):
        assert words in letter.text
    assert letter.subject.endswith("One more step to confirm who you are")


async def test_the_reason_stays_with_the_request_and_is_told_to_nobody(office: Office) -> None:
    request = await asked(office)
    assert WHY in [note.text for note in await office.notes(request)]
    assert not any(WHY in letter.text for letter in office.letters(ROB.email))
    assert not any(WHY in said for said in office.staff_room())
    (entry,) = await trail(office, request, "document_asked")
    assert (entry.actor, WHY in repr(entry)) == ("staff:an", False)


async def test_a_reason_is_needed_and_a_cancel_leaves_it(office: Office) -> None:
    request = await opened(office)
    await office.tap(AN, Verb.ASK_DOCUMENT, request)
    await office.chat(AN.address, media="photo")
    assert office.letters(AN.address)[-1].text == office.say("staff.question_empty")
    await office.chat(AN.address, command="cancel")
    assert not (await office.request(request.id)).awaits_document


async def test_a_right_that_needs_no_proof_has_no_such_button(office: Office) -> None:
    handled = await office.mail(ROB.sender, "Ads", OBJECTION)
    request = await office.request(handled.request_id)
    assert office.say("staff_button.ask_document") not in by_label(office.card(request))
    answer = await office.tap(AN, Verb.ASK_DOCUMENT, request)
    assert answer == office.say("staff.document_not_allowed")


async def test_only_an_approver_asks_or_looks(office: Office) -> None:
    request = await asked(office)
    for verb in (Verb.ASK_DOCUMENT, Verb.LOOK):
        assert await office.tap(HOA, verb, request) == office.say("staff.role_too_low")


async def test_what_was_decided_while_the_reason_was_typed_is_not_asked_again(office: Office) -> None:
    request = await opened(office)
    await office.tap(AN, Verb.ASK_DOCUMENT, request)
    await office.tap(BINH, Verb.VERIFY, request, "called_back")
    await office.chat(AN.address, WHY)
    assert office.letters(AN.address)[-1].text == office.say("staff.document_not_allowed")
    assert not await trail(office, request, "document_asked")


# --- what comes by mail -----------------------------------------------------------------------------


async def test_a_document_by_mail_is_kept_apart_and_stands_in_no_note(office: Office) -> None:
    request = await asked(office)
    assert (await send(office)).id == request.id
    (document,) = await documents(office, request)
    assert (document.file.name, document.expires_at) == ("cccd.jpg", office.now + LIFE)
    notes = await office.notes(request)
    assert [note.text.strip() for note in notes if note.incoming][-1] == "Here it is."
    assert not any(note.attachments for note in notes)
    assert (await office.last()).reason == "document"


async def test_staff_are_told_that_one_came_and_see_it_in_private_only(office: Office) -> None:
    request = await asked(office)
    request = await send(office)
    assert any(f"{request.reference}: a document has come" in said for said in office.staff_room())
    assert await look(office, request) == (PICTURE,)
    assert not any(each.files for each in office.letters(STAFF_CHAT))
    assert not any("cccd" in said for said in office.staff_room())


async def test_each_look_is_written_down(office: Office) -> None:
    await asked(office)
    request = await send(office)
    await look(office, request)
    await look(office, request)
    looks = await trail(office, request, "looked_at_document")
    assert [entry.actor for entry in looks] == ["staff:an"] * 2


async def test_the_customer_is_told_once_that_it_came(office: Office) -> None:
    await asked(office)
    for _ in range(2):
        await send(office, answers=office.letters(ROB.email)[0])
    got = [letter for letter in office.letters(ROB.email) if "received your document" in letter.subject]
    assert len(got) == 1


async def test_several_files_of_one_mail_are_all_kept(office: Office) -> None:
    request = await asked(office)
    files = (
        *CARD,
        ("back.pdf", "application/pdf", PAPER),
        ("smime.p7s", "application/pkcs7-signature", b"0"),
    )
    request = await send(office, files)
    assert [each.file.name for each in await documents(office, request)] != []
    assert set(await look(office, request)) == {PICTURE, PAPER}


async def test_a_mail_without_its_thread_is_known_by_its_sender(office: Office) -> None:
    request = await asked(office)
    mail = message_from_bytes(a_mail(ROB.sender, "scan", ""), policy=policy.default)
    mail.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="cccd.jpg")
    await office.store_raw(mail.as_bytes())
    await office.handle()
    assert (await office.last()).request_id == request.id
    assert len(await documents(office, request)) == 1


async def test_what_is_no_picture_is_refused_at_once_and_not_kept(office: Office) -> None:
    request = await asked(office)
    await send(office, (("cccd.jpg", "image/jpeg", b"MZ a program"),))
    letter = office.letters(ROB.email)[-1]
    assert letter.subject.endswith("We could not use your file")
    assert "pictures and PDF files only" in letter.text
    assert "erased" not in letter.text
    assert await traces(office, request) == NOTHING


async def test_a_file_that_is_too_large_is_refused(office: Office) -> None:
    request = await asked(office)
    await send(office, (("cccd.jpg", "image/jpeg", PICTURE.ljust(MOST_BYTES + 1, b"\0")),))
    assert office.letters(ROB.email)[-1].subject.endswith("We could not use your file")
    assert await traces(office, request) == NOTHING


async def test_no_more_than_five_are_kept(office: Office) -> None:
    request = await asked(office)
    await send(office, CARD * (MOST_FILES + 2))
    assert len(await documents(office, request)) == MOST_FILES
    assert "could not use" in office.letters(ROB.email)[-1].text


async def test_a_code_that_comes_with_a_document_still_counts(office: Office) -> None:
    request = await opened(office)
    code = office.letters(ROB.email)[-1]
    request = await ask(office, request)
    request = await send(office, text=code.code, answers=code)
    assert request.status is Status.IN_REVIEW
    assert await traces(office, request) == NOTHING


async def test_a_clear_new_wish_beside_a_document_is_not_lost(office: Office) -> None:
    request = await asked(office)
    other = await send(office, text=DELETION)
    assert other.id != request.id
    assert len(await documents(office, request)) == 1
    assert not any(note.attachments for note in await office.notes(other))


async def test_a_withdrawal_with_a_picture_ends_it_and_leaves_nothing(office: Office) -> None:
    request = await asked(office)
    request = await send(office, text=CANCEL)
    assert request.status is Status.WITHDRAWN
    assert await traces(office, request) == NOTHING


async def test_a_strangers_picture_in_the_thread_is_no_document(office: Office) -> None:
    request = await asked(office)
    await send(office, who=NOSY)
    assert not await documents(office, request)


async def test_a_second_delivery_of_the_same_mail_keeps_no_picture_either(office: Office) -> None:
    request = await asked(office)
    mail = message_from_bytes(
        a_mail(ROB.sender, "", "Here it is.", office.letters(ROB.email)[-1]), policy=policy.default
    )
    mail.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="cccd.jpg")
    raw = mail.as_bytes()
    for hop in (b"one", b"two"):
        await office.store_raw(b"Received: from " + hop + b".example\r\n" + raw)
        await office.handle()
    assert (await office.last()).reason == "delivered twice"
    await office.tap(AN, Verb.VERIFY, await office.request(request.id), "in_person")
    assert await traces(office, request) == NOTHING


# --- what comes unasked -----------------------------------------------------------------------------


async def test_a_picture_that_nobody_asked_for_is_no_document_and_the_card_says_that_it_came(
    office: Office,
) -> None:
    await opened(office)
    request = await send(office)
    assert not await documents(office, request)
    assert office.say("card.files_came", count=1) in office.card(request).text
    assert office.say("staff_button.look") not in by_label(office.card(request))


async def test_a_picture_with_the_first_mail_shows_on_the_card(office: Office) -> None:
    mail = message_from_bytes(a_mail(ROB.sender, "My data", ACCESS), policy=policy.default)
    mail.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="cccd.jpg")
    await office.store_raw(mail.as_bytes())
    await office.handle()
    request = await office.request((await office.last()).request_id)
    assert office.say("card.files_came", count=1) in office.card(request).text


async def test_an_unasked_photo_in_a_chat_is_told_to_staff(office: Office) -> None:
    for word in (ACCESS, ROB.account):
        await office.chat(IN_CHAT, word)
    await office.press(IN_CHAT, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    handled = await office.chat(IN_CHAT, files=(PHOTO,), media="photo")
    assert handled.disposition is Disposition.DIALOGUE
    assert office.say("card.files_came", count=1) in office.card(request).text
    assert not await documents(office, request)


# --- what comes by chat -----------------------------------------------------------------------------


async def test_a_photo_in_a_chat_is_fetched_kept_apart_and_seen_in_private(office: Office) -> None:
    office.paper.files["photo-1"] = PICTURE
    request = await in_chat(office)
    assert "do not have to" in office.letters(IN_CHAT)[-1].text
    handled = await office.chat(IN_CHAT, "my card", files=(PHOTO,), media="photo")
    assert (handled.disposition, handled.reason) == (Disposition.REQUEST, "document")
    assert "have received what you sent" in office.letters(IN_CHAT)[-1].text
    request = await office.request(request.id)
    assert await look(office, request) == (PICTURE,)
    assert not any(note.attachments for note in await office.notes(request))


async def test_the_message_that_leads_to_a_photo_is_erased_with_it(office: Office) -> None:
    office.paper.files["photo-1"] = PICTURE
    request = await in_chat(office)
    await office.chat(IN_CHAT, files=(PHOTO,), media="photo")
    assert (await traces(office, request))[2] == 1
    await office.tap(AN, Verb.VERIFY, await office.request(request.id), "papers_matched")
    assert await traces(office, request) == NOTHING
    assert not any("lies in the mailbox" in said for said in office.staff_room())


async def test_a_photo_that_the_channel_does_not_hand_out_is_told(office: Office) -> None:
    request = await in_chat(office)
    await office.chat(IN_CHAT, files=(PHOTO,), media="photo")
    assert "could not use" in office.letters(IN_CHAT)[-1].text
    assert await traces(office, request) == NOTHING


# --- the end of it ----------------------------------------------------------------------------------


async def verify(office: Office, request: Request) -> None:
    await office.tap(AN, Verb.VERIFY, request, "papers_matched")


async def refuse(office: Office, request: Request) -> None:
    await office.tap(AN, Verb.REFUSE, request, "not_proven")


async def withdraw(office: Office, request: Request) -> None:
    await office.mail(ROB.sender, "", CANCEL, answers=office.letters(ROB.email)[-1])


async def prove(office: Office, request: Request) -> None:
    code = next(letter for letter in office.letters(ROB.email) if letter.code)
    await office.mail(ROB.sender, "", code.code, answers=code)


@pytest.mark.parametrize(
    ("end", "reason"),
    [(verify, "verified_by_hand"), (refuse, "refused"), (withdraw, "withdrawn"), (prove, "identity_proven")],
)
async def test_a_decision_erases_the_document_and_the_mail_that_brought_it(
    office: Office, end: object, reason: str
) -> None:
    await asked(office)
    request = await send(office)
    await look(office, request)
    assert await traces(office, request) == (1, 1, 1)
    await end(office, request)  # type: ignore[operator]
    assert await traces(office, request) == NOTHING
    (entry,) = await trail(office, request, "document_erased")
    assert entry.detail == {"count": "1", "reason": reason}
    assert any("still lies in the mailbox" in said for said in office.staff_room())


async def test_a_lapse_erases_it_too(office: Office) -> None:
    request = await asked(office)
    office.now += timedelta(days=office.desk.policy.verification.window_days, minutes=-5)
    await send(office)
    office.now += timedelta(minutes=10)
    await office.timers()
    assert (await office.request(request.id)).status is Status.LAPSED
    assert await traces(office, request) == NOTHING


async def test_after_a_day_it_is_erased_whether_anybody_looked_or_not(office: Office) -> None:
    await asked(office)
    request = await send(office)
    office.now += LIFE - timedelta(minutes=1)
    await office.timers()
    assert len(await documents(office, request)) == 1
    office.now += timedelta(minutes=1)
    await office.timers()
    assert await traces(office, request) == NOTHING
    (entry,) = await trail(office, request, "document_erased")
    assert entry.detail["reason"] == "time_over"
    assert any("24 hours are over" in said for said in office.staff_room())
    request = await office.request(request.id)
    assert office.say("card.document_awaited") in office.card(request).text
    await office.timers()
    assert len(await trail(office, request, "document_erased")) == 1


async def test_an_erased_document_cannot_be_looked_at_by_an_old_button(office: Office) -> None:
    await asked(office)
    request = await send(office)
    (document,) = await documents(office, request)
    await verify(office, request)
    answer = await office.tap(AN, Verb.LOOK, request, document.id, where=AN.address)
    assert answer == office.say("staff.document_gone")
    assert not await trail(office, request, "looked_at_document")


async def test_a_document_of_one_request_is_not_shown_for_another(office: Office) -> None:
    await asked(office)
    request = await send(office)
    (document,) = await documents(office, request)
    other = await opened(office, NOSY)
    assert await office.tap(AN, Verb.LOOK, other, document.id) == office.say("staff.document_gone")


async def test_the_letter_that_carries_it_goes_with_it_even_if_it_was_never_sent(office: Office) -> None:
    await asked(office)
    request = await send(office)
    (document,) = await documents(office, request)

    def post_and_lease(uow: SqlUnitOfWork) -> int:
        from flows import documents as flow

        flow.look(uow, office.desk, AN, request, document.id, office.now)
        flow.look(uow, office.desk, AN, request, document.id, office.now)
        return len(uow.lease(ChannelName.TELEGRAM, 1, office.now, office.now + timedelta(minutes=5)))

    assert await office.run(post_and_lease) == 1
    await verify(office, request)

    def letters(uow: SqlUnitOfWork) -> list[str]:
        key = f"document:{document.id}"
        return list(uow.connection.scalars(select(OUTBOX.c.state).where(OUTBOX.c.data_key == key)))

    assert await office.run(letters) == []
    await office.tap(AN, Verb.DETAILS, request)
    assert request.reference in office.letters(AN.address)[-1].text


async def test_of_a_letter_that_was_sent_no_body_is_left(office: Office) -> None:
    await asked(office)
    request = await send(office)
    await look(office, request)
    (document,) = await documents(office, request)

    def bodies(uow: SqlUnitOfWork) -> list[bytes]:
        key = f"document:{document.id}"
        return list(uow.connection.scalars(select(OUTBOX.c.body).where(OUTBOX.c.data_key == key)))

    assert await office.run(bodies) == [b""]


async def test_nothing_of_it_stands_in_clear_in_the_database_or_the_log(
    office: Office, tmp_path: Path, log_lines: list[object]
) -> None:
    await asked(office)
    request = await send(office)
    await look(office, request)
    await office.store.scrub()
    stored = (tmp_path / "desk.db").read_bytes()
    assert PICTURE[:40] not in stored
    assert b"cccd" not in stored
    assert "cccd" not in repr(log_lines)
    assert "cccd" not in repr(await office.trail(request))


async def test_what_is_written_beside_a_document_outlives_it(office: Office) -> None:
    await asked(office)
    request = await send(office, text="Here it is. I was born in 1990.")
    await verify(office, request)
    assert any("1990" in note.text for note in await office.notes(request))


async def test_erasing_a_request_takes_its_documents_along(office: Office) -> None:
    await asked(office)
    request = await send(office)
    await office.run(lambda uow: uow.erase(request.id))
    assert await traces(office, request) == NOTHING


async def test_the_message_stays_known_so_that_it_is_not_handled_twice(office: Office) -> None:
    await asked(office)
    request = await send(office)
    raw = await office.run(lambda uow: uow.messages_of(request.id)[-1].raw.raw)
    await verify(office, request)
    count = len(await office.fates())
    await office.store_raw(raw)
    assert await office.handle() == 0
    assert len(await office.fates()) == count
    kept = await office.run(lambda uow: list(uow.connection.scalars(select(INBOX.c.raw))))
    assert b"" in kept


def test_staff_and_customers_live_in_different_chats() -> None:
    assert Address(ChannelName.TELEGRAM, IN_CHAT.value) not in {member.address for member in STAFF}
