"""Results reach the person they are about, and nobody else: by a one-time page, or sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.hand_over import Way
from core.messages import Attachment, InboundMessage, SenderEvidence, Verb
from core.requests import Request, Right, Status
from flows import hand_over, one_time_page
from flows.one_time_page import View, Word
from tests.flows.handing import (
    TABLE,
    URL,
    handed_over,
    link_tokens,
    passphrases,
    unzipped,
    with_page,
)
from tests.flows.office import Office
from tests.flows.people import ACCESS, LAN, ROB
from tests.flows.post import Received
from tests.flows.staff import AN, STAFF_CHAT, chat

PHOTO = Attachment("ảnh.png", "image/png", b"\x89PNG", size=4)
#: ROB's chat in these tests.
ROBS_CHAT = chat("8801")


def _zip_of(office: Office) -> bytes:
    (files,) = [letter.files for letter in office.letters(ROB.email) if letter.files]
    return files[0][1]


def _code_letter(office: Office) -> Received:
    return [letter for letter in office.letters(ROB.email) if letter.code][-1]


async def _actions(office: Office, request: Request) -> list[str]:
    return [entry.action for entry in await office.trail(request)]


# --- the one-time page ------------------------------------------------------------------------------


async def test_with_a_page_a_link_goes_to_the_proven_contact_and_no_file(office: Office) -> None:
    request = await handed_over(with_page(office))
    assert request.status is Status.COMPLETED
    assert not [letter for letter in office.letters(ROB.email) if letter.files]
    (token,) = link_tokens(office)
    (kept,) = await office.run(lambda uow: uow.hand_overs_of(request.id))
    assert kept.way is Way.PAGE
    assert kept.expires_at == office.now + timedelta(hours=72)
    notes = "\n".join(note.text for note in await office.notes(request))
    assert f"{URL}/h/…" in notes
    assert token not in notes
    assert token not in "\n".join(office.staff_room())


async def test_several_files_become_one_zip(office: Office) -> None:
    request = await handed_over(with_page(office), files=(TABLE, PHOTO, TABLE))
    (kept,) = await office.run(lambda uow: uow.hand_overs_of(request.id))
    file = await office.run(lambda uow: uow.handed_file(kept.id))
    assert file is not None
    assert file.name == f"{request.reference}.zip"
    content = {"data.csv": TABLE.content, "ảnh.png": PHOTO.content, "data (2).csv": TABLE.content}
    assert unzipped(file.content or b"", "") == content


async def test_looking_at_a_page_does_nothing(office: Office) -> None:
    request = await handed_over(with_page(office))
    (token,) = link_tokens(office)
    before, letters = await _actions(office, request), len(office.post)
    view = await office.run(lambda uow: one_time_page.look(uow, office.desk, token, office.now))
    await office.deliver()
    assert view is not None
    assert (view.reference, view.opens_left, view.has_code) == (request.reference, 3, False)
    assert await _actions(office, request) == before
    assert len(office.post) == letters


async def test_a_code_from_the_page_is_not_kept_with_the_request(office: Office) -> None:
    request = await handed_over(with_page(office))
    (token,) = link_tokens(office)
    view = await office.run(lambda uow: one_time_page.send_code(uow, office.desk, token, office.now))
    await office.deliver()
    assert isinstance(view, View)
    assert view.word is Word.SENT
    code = _code_letter(office).code
    assert code
    assert all(code not in note.text and code[:4] not in note.text for note in await office.notes(request))
    assert code not in str(await office.trail(request))


async def test_a_link_is_wanted_anew_once_a_day_and_the_operator_sends_it(office: Office) -> None:
    request = await handed_over(with_page(office))
    (token,) = link_tokens(office)
    office.passes(hours=73)
    for _ in range(3):
        await office.run(lambda uow: one_time_page.ask_again(uow, office.desk, token, office.now))
    await office.deliver()
    alerts = [letter.text for letter in office.letters(STAFF_CHAT) if "hand-over again" in letter.text]
    assert alerts == [
        office.say(
            "alert.link_wanted",
            reference=request.reference,
            command=f"privacydesk hand-over again {request.reference}",
        )
    ]
    count = await office.run(lambda uow: hand_over.reissue(uow, office.desk, request, "operator", office.now))
    await office.deliver()
    assert count == 1
    old, new = link_tokens(office)
    assert old == token
    look = one_time_page.look
    assert await office.run(lambda uow: look(uow, office.desk, old, office.now)) is None
    assert await office.run(lambda uow: look(uow, office.desk, new, office.now)) is not None
    assert "link_renewed" in await _actions(office, request)


async def test_a_link_that_comes_back_quoted_is_not_kept_for_staff_to_follow(office: Office) -> None:
    request = await handed_over(with_page(office))
    (token,) = link_tokens(office)
    letter = next(each for each in office.letters(ROB.email) if token in each.text)
    await office.mail(ROB.sender, "", f"This does not open here: {URL}/h/{token}", letter, quoting=True)
    notes = await office.notes(request)
    assert any("does not open here" in note.text for note in notes)
    assert token not in repr(notes)
    await office.tap(AN, Verb.DETAILS, await office.request(request.id))
    assert token not in repr(office.letters(AN.address))


async def test_a_good_link_cannot_be_renewed_by_its_holder(office: Office) -> None:
    await handed_over(with_page(office))
    (token,) = link_tokens(office)
    letters = len(office.post)
    await office.run(lambda uow: one_time_page.ask_again(uow, office.desk, token, office.now))
    await office.deliver()
    assert len(office.post) == letters


async def test_results_are_erased_with_their_keys_and_links_that_live_are_spared(office: Office) -> None:
    request = await handed_over(with_page(office))
    (kept,) = await office.run(lambda uow: uow.hand_overs_of(request.id))
    now = office.now
    assert await office.run(lambda uow: uow.drop_hand_overs(now)) == 0
    assert await office.run(lambda uow: uow.drop_hand_overs(now + timedelta(seconds=1))) == 1
    assert await office.run(lambda uow: uow.hand_overs_of(request.id)) == []
    assert not await office.run(lambda uow: uow.keys.has(f"hand_over:{kept.id}"))
    assert await office.run(lambda uow: hand_over.reissue(uow, office.desk, request, "operator", now)) == 0


async def test_erasing_a_request_erases_its_results(office: Office) -> None:
    request = await handed_over(with_page(office))
    (kept,) = await office.run(lambda uow: uow.hand_overs_of(request.id))
    await office.run(lambda uow: uow.erase(request.id))
    assert await office.run(lambda uow: uow.hand_overs_of(request.id)) == []
    assert await office.run(lambda uow: uow.handed_file(kept.id)) is None


# --- sealed files -----------------------------------------------------------------------------------


async def test_without_a_page_the_file_goes_sealed_and_its_passphrase_for_a_code(office: Office) -> None:
    request = await handed_over(office, files=(TABLE, PHOTO))
    assert passphrases(office, ROB.email) == []
    handled = await office.mail(ROB.sender, "", _code_letter(office).code, answers=_code_letter(office))
    assert handled.reason == "passphrase"
    (passphrase,) = passphrases(office, ROB.email)
    assert unzipped(_zip_of(office), passphrase) == {"data.csv": TABLE.content, "ảnh.png": PHOTO.content}
    with pytest.raises(RuntimeError):
        unzipped(_zip_of(office), passphrase[:-1])
    assert all(passphrase not in note.text for note in await office.notes(request))
    assert "passphrase_sent" in await _actions(office, request)


async def test_a_code_for_a_passphrase_is_good_once(office: Office) -> None:
    await handed_over(office)
    letter = _code_letter(office)
    await office.mail(ROB.sender, "", letter.code, answers=letter)
    await office.mail(ROB.sender, "", letter.code, answers=letter)
    assert len(passphrases(office, ROB.email)) == 1


async def test_an_old_code_brings_a_new_one(office: Office) -> None:
    await handed_over(office)
    first = _code_letter(office)
    office.passes(hours=5)
    await office.mail(ROB.sender, "", first.code, answers=first)
    second = _code_letter(office)
    assert second.code != first.code
    assert passphrases(office, ROB.email) == []
    await office.mail(ROB.sender, "", second.code, answers=second)
    assert len(passphrases(office, ROB.email)) == 1


async def test_wrong_codes_make_the_right_one_void(office: Office) -> None:
    await handed_over(office)
    letter = _code_letter(office)
    wrong = f"{(int(letter.code) + 1) % 10**8:08}"
    for _ in range(5):
        await office.mail(ROB.sender, "", f"{wrong[:4]} {wrong[4:]}", answers=letter)
    await office.mail(ROB.sender, "", letter.code, answers=letter)
    assert passphrases(office, ROB.email) == []


async def test_digits_in_a_message_about_something_else_are_no_try_and_staff_see_it(office: Office) -> None:
    request = await handed_over(office)
    letter = _code_letter(office)
    text = "Thank you, but my old account 4821 9077 is missing in the file. Could you have a look, please?"
    handled = await office.mail(ROB.sender, "", text, answers=letter)
    assert handled.reason != "passphrase"
    assert office.say("alert.wrote_after_end", reference=request.reference) in office.staff_room()[-2]
    (kept,) = await office.run(lambda uow: uow.hand_overs_of(request.id))
    assert kept.tries_left == office.desk.terms.tries
    await office.mail(ROB.sender, "", letter.code, answers=letter)
    assert len(passphrases(office, ROB.email)) == 1


async def test_whoever_has_used_up_the_codes_of_a_day_is_seen_by_staff(office: Office) -> None:
    request = await handed_over(office)
    for _ in range(office.desk.terms.codes):
        letter = _code_letter(office)
        office.passes(hours=1)
        await office.mail(ROB.sender, "", letter.code, answers=letter)
    alert = office.say("alert.wrote_after_end", reference=request.reference)
    assert any(alert in each for each in office.staff_room())


async def test_a_forged_sender_uses_up_no_tries(office: Office) -> None:
    request = await handed_over(office)
    letter = _code_letter(office)
    mail = InboundMessage(
        letter.to,
        office.now,
        "1111 2222",
        evidence=SenderEvidence(dmarc="fail"),
    )
    assert not await office.run(
        lambda uow: hand_over.answered(uow, office.desk, request, mail, "11112222", office.now)
    )
    (kept,) = await office.run(lambda uow: uow.hand_overs_of(request.id))
    assert kept.tries_left == office.desk.terms.tries


async def test_a_code_from_somebody_else_opens_nothing(office: Office) -> None:
    await handed_over(office)
    letter = _code_letter(office)
    await office.mail(LAN.sender, "", letter.code, answers=letter)
    assert passphrases(office, ROB.email) == passphrases(office, LAN.email) == []


async def test_a_contact_on_another_channel_gets_the_passphrase_at_once(office: Office) -> None:
    request = await office.approved(ROB, ACCESS)
    assert request.subject is not None
    both = replace(request.subject, contacts=(*request.subject.contacts, ROBS_CHAT))
    await office.run(lambda uow: uow.save(replace(request, subject=both)))
    await office.tap(AN, Verb.DONE, await office.request(request.id), Right.ACCESS)
    await office.chat(AN.address, files=(TABLE,))
    found = [letter.text for letter in office.letters(ROBS_CHAT)]
    assert len(found) == 1
    assert passphrases(office, ROB.email) == []


# --- what staff send --------------------------------------------------------------------------------


async def test_portability_takes_only_what_machines_read(office: Office) -> None:
    request = await office.picked(ROB, Right.PORTABILITY)
    letters = office.letters(ROB.email)
    await office.mail(ROB.sender, "", letters[-1].code, answers=letters[-1])
    await office.tap(AN, Verb.APPROVE, await office.request(request.id))
    request = await office.second_approval(request)
    await office.tap(AN, Verb.DONE, request, Right.PORTABILITY)
    await office.chat(AN.address, files=(PHOTO,))
    refused = office.say("staff.file_not_machine_readable", reference=request.reference)
    assert office.letters(AN.address)[-1].text == refused
    assert (await office.request(request.id)).status is Status.APPROVED
    await office.chat(AN.address, files=(TABLE,))
    assert (await office.request(request.id)).status is Status.COMPLETED


async def test_what_is_too_large_is_told_with_the_limit(office: Office) -> None:
    office.desk = replace(office.desk, terms=replace(office.desk.terms, most_bytes=1_000_000))
    request = await office.approved(ROB, ACCESS)
    await office.tap(AN, Verb.DONE, request, Right.ACCESS)
    large = replace(TABLE, content=b"x" * 1_000_001)
    await office.chat(AN.address, files=(large,))
    said = office.say("staff.file_too_large", reference=request.reference, limit="1 MB")
    assert office.letters(AN.address)[-1].text == said
    assert (await office.request(request.id)).status is Status.APPROVED
