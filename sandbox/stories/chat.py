"""Stories in Telegram: guided by buttons, decided by two people."""

from __future__ import annotations

from sandbox.people_on_file import CUSTOMERS
from sandbox.stories.identity import reads
from sandbox.stories.story import Narrator, expect
from sandbox.telegram import Message, Person
from sandbox.world import World

PATIENCE = 20.0


async def _sees(world: World, person: Person, name: str, tell: Narrator) -> Message:
    message = await person.next_message(world.bot, PATIENCE)
    buttons = f"\n[{'] ['.join(message.labels)}]" if message.labels else ""
    tell.shows(name, "Telegram", f"{message.text}{buttons}")
    return message


async def _asks_by_button(world: World, person: Person, name: str, right: str, tell: Narrator) -> None:
    """Start the bot, choose a right by its button."""
    tell.step(name, "opens the bot and presses Start")
    await person.start(world.bot)
    menu = await _sees(world, person, name, tell)
    label = world.texts.phrase(f"button.{right}", "en")
    tell.step(name, f"taps “{label}”")
    await person.press(menu, label)


async def deletion_in_telegram(world: World, tell: Narrator) -> None:
    """b: the right by button, confirmed, proven by a code to the mail on file, two approvals, completed."""
    emily, staff = CUSTOMERS[4], world.staff
    person, mailbox = world.newcomer("Emily", "en"), world.writer(emily)
    await _asks_by_button(world, person, "Emily", "deletion", tell)
    await _sees(world, person, "Emily", tell)
    tell.step("Emily", f"answers: “{emily.account}”")
    await person.say(world.bot, emily.account)
    summary = await _sees(world, person, "Emily", tell)
    tell.step("Emily", "confirms")
    await person.press(summary, world.texts.phrase("dialogue.yes", "en"))
    acknowledgement = await _sees(world, person, "Emily", tell)
    code = await reads(mailbox, f"{emily.name}, in the mailbox on file", tell)
    expect(code.reference in acknowledgement.text, "the code belongs to another request")
    tell.step("Emily", "types the code into the chat")
    await person.say(world.bot, code.code)
    await _sees(world, person, "Emily", tell)
    card = await staff.card(code.reference, "in_review")
    tell.shows("staff group", "card", card.text)
    tell.step("An", "approves")
    answer = await staff.press(staff.an, card, "staff_button.approve")
    tell.shows("An", "answer to the tap", answer.text)
    one_of_two = staff.word("card.approvals", given=1, needed=2)
    card = await staff.group.until(lambda message: one_of_two in message.text)
    again = await staff.press(staff.an, card, "staff_button.approve")
    expect(again.text == staff.word("staff.already_approved"), "one person could approve twice")
    tell.step("Bình", "approves too")
    await staff.press(staff.binh, card, "staff_button.approve")
    await _sees(world, person, "Emily", tell)
    card = await staff.all_ticked(staff.binh, code.reference)
    tell.step("Bình", "deletes the data in the company's systems, and taps “Done”")
    await staff.press(staff.binh, card, "staff_button.done", right=staff.word("right.deletion"))
    completed = await _sees(world, person, "Emily", tell)
    expect(code.reference in completed.text, "another request was completed")
    tell.shows("staff group", "card", (await staff.card(code.reference, "completed")).text)


async def status_in_telegram(world: World, tell: Narrator) -> None:
    """i: /status tells one's own requests, and nobody else's."""
    person = world.newcomer("Tom", "en")
    tell.step("Tom", "opens the bot, presses Start, and asks /status at once")
    await person.start(world.bot)
    await _sees(world, person, "Tom", tell)
    await person.say(world.bot, "/status")
    nothing = await _sees(world, person, "Tom", tell)
    expect(nothing.text == world.texts.phrase("dialogue.no_open_request", "en"), "a stranger has a request")
    tell.step("Tom", "writes: “please stop sending me marketing messages”, and confirms")
    await person.say(world.bot, "please stop sending me marketing messages")
    summary = await _sees(world, person, "Tom", tell)
    await person.press(summary, world.texts.phrase("dialogue.yes", "en"))
    acknowledgement = await _sees(world, person, "Tom", tell)
    tell.step("Tom", "asks /status again")
    await person.say(world.bot, "/status")
    status = await _sees(world, person, "Tom", tell)
    reference = next(word for word in status.text.split() if word.strip(".,:").startswith("MC-")).strip(".,:")
    expect(reference in acknowledgement.text, "the status of another request was told")
