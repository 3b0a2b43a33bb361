"""Names, subjects and files that would do something, if somebody took them for more than words and bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import details
from flows.store import Disposition
from mailer.mime import RAW_BYTES
from tests.flows.office import Office
from tests.flows.people import ACCESS, DELETION, ROB, STRANGER
from tests.flows.post import a_mail
from tests.flows.staff import STAFF_CHAT, chat
from tests.stories.attackers import (
    HEADERS,
    HOSTILE_FILES,
    HOSTILE_WORDS,
    OVERRIDE,
    a_mail_with,
    achieved,
    header_names,
    is_harmless,
    with_file,
    zip_bomb,
)

VISITOR = chat("9001")


@pytest.mark.parametrize("words", HOSTILE_WORDS)
async def test_names_and_subjects_are_only_ever_text(office: Office, words: str) -> None:
    raw = a_mail("PLACE <rob.ellis@example.org>", "PLACE", ACCESS).replace(b"PLACE", words.encode())
    await office.store_raw(raw)
    await office.handle()
    await office.chat(VISITOR, DELETION, name=words)
    handled = (await office.fates())[0]
    request = await office.request(handled.request_id)
    for letter in office.letters(ROB.email):
        assert header_names(letter) <= HEADERS
        assert not any(sign in letter.words for sign in ("49", "victim", "{", "<script"))
    shown = await office.run(lambda uow: details.of(uow, office.desk, request))
    assert OVERRIDE not in shown
    assert not any(line.startswith(("Bcc:", "Reply-To:")) for line in shown.splitlines())
    assert {letter.to.value for letter in office.post} <= {ROB.email, STAFF_CHAT.value, VISITOR.value}


@pytest.mark.parametrize("name", HOSTILE_FILES)
async def test_a_files_name_leads_nowhere(
    office: Office, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "here"
    empty.mkdir()
    monkeypatch.chdir(empty)
    await office.store_raw(a_mail_with(name))
    await office.handle()
    request = await office.request((await office.last()).request_id)
    (note,) = [note for note in await office.notes(request) if note.incoming]
    assert [is_harmless(file.name) for file in note.attachments] == [True]
    assert list(empty.iterdir()) == []
    assert all(not letter.files for letter in office.post)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.zip", zip_bomb()),
        ("setup.exe", b"MZ\x90\0" + bytes(4096)),
        ("run.sh", b"#!/bin/sh\nrm -rf /\n"),
    ],
)
async def test_files_that_could_do_harm_are_kept_shut_and_sent_to_nobody(
    office: Office, name: str, content: bytes
) -> None:
    await office.store_raw(a_mail_with(name, content))
    await office.handle()
    request = await office.request((await office.last()).request_id)
    (note,) = [note for note in await office.notes(request) if note.incoming]
    assert [(file.name, file.content) for file in note.attachments] == [(name, None)]
    assert (await achieved(office)).files == 0


async def test_a_mail_beyond_the_limit_is_parked_and_staff_are_told(office: Office) -> None:
    raw = with_file(a_mail(STRANGER.sender, "My data", ACCESS), "large.bin", bytes(RAW_BYTES))
    await office.store_raw(raw)
    await office.handle()
    fate = await office.last()
    assert (fate.disposition, fate.request_id) == (Disposition.PARKED, "")
    assert "25 MB" in fate.reason
    assert [letter.to for letter in office.post] == [STAFF_CHAT]
