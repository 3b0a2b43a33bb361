"""A document on its whole way through a real desk: asked for, sent as a photo, seen in private, judged, erased."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from sandbox.people_on_file import CUSTOMERS
from sandbox.stories.chat import PATIENCE
from sandbox.telegram import Message, Person
from sandbox.world import World

PICTURE = b"\xff\xd8\xff\xe0 a card with all but a name covered"


async def _says(world: World, person: Person) -> Message:
    return await person.next_message(world.bot, PATIENCE)


async def _asks_for_deletion(world: World, person: Person, account: str) -> str:
    """By buttons, up to the acknowledgement; returns the reference."""
    await person.start(world.bot)
    await person.press(await _says(world, person), world.texts.phrase("button.deletion", "en"))
    await _says(world, person)
    await person.say(world.bot, account)
    await person.press(await _says(world, person), world.texts.phrase("dialogue.yes", "en"))
    words = (await _says(world, person)).text.split()
    return next(word for word in words if word.startswith("MC-")).strip(".,:")


async def _rows_of_documents(world: World) -> int:
    with sqlite3.connect(world.folder / "privacydesk.db") as connection:
        (count,) = connection.execute("SELECT count(*) FROM document").fetchone()
    return int(count)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_photo_that_staff_asked_for_is_seen_by_them_and_by_nobody_afterwards(world: World) -> None:
    staff, person = world.staff, world.newcomer("Grace", "en")
    reference = await _asks_for_deletion(world, person, CUSTOMERS[5].account)
    card = await staff.card(reference, "verifying")
    await staff.press(staff.an, card, "staff_button.ask_document")
    assert reference in (await _says(world, staff.an)).text
    await staff.an.say(world.bot, "The mailbox on file is not in use any more.")
    assert reference in (await _says(world, staff.an)).text
    assert "black out" in (await _says(world, person)).text
    await person.send_document(world.bot, "card.jpg", PICTURE, caption="my card", media_type="image/jpeg")
    assert "have received what you sent" in (await _says(world, person)).text
    card = await staff.group.until(
        lambda message: reference in message.text and staff.word("staff_button.look") in message.labels,
        PATIENCE,
    )
    await staff.press(staff.an, card, "staff_button.look")
    shown = await _says(world, staff.an)
    await staff.an.press(shown, "1. card.jpg")
    assert await staff.an.download(await _says(world, staff.an)) == PICTURE
    assert await _rows_of_documents(world) == 1
    await staff.press(staff.an, card, "staff_button.verify")
    card = await staff.group.until(
        lambda message: (
            reference in message.text and staff.word("identity_reason.document_seen") in message.labels
        ),
        PATIENCE,
    )
    await staff.press(staff.an, card, "identity_reason.document_seen")
    await staff.card(reference, "in_review")
    assert await _rows_of_documents(world) == 0
    database = await asyncio.to_thread((world.folder / "privacydesk.db").read_bytes)
    assert PICTURE not in database
    assert not any(message.file for message in staff.group.sees())
