"""Stories of who asks: proven, unknown, and not proven."""

from __future__ import annotations

import io
import re

import pyzipper

from sandbox.mail_person import Letter, MailPerson
from sandbox.people_on_file import CUSTOMERS, STRANGER, Customer
from sandbox.stories.story import Narrator, expect
from sandbox.telegram import Message
from sandbox.world import World

_FILE = b"date,course,score\n2026-03-02,K12-A,8.5\n"
_PASSPHRASE = re.compile(r"\b[0-9a-z]{5}(?:-[0-9a-z]{5}){3}\b")
_ASKS = """\
Kính gửi MentraCere,

Tôi muốn biết công ty đang giữ những dữ liệu gì về tôi và xin một bản sao đầy đủ.

Trân trọng,
{name}
"""


async def reads(person: MailPerson, who: str, tell: Narrator) -> Letter:
    """Read the next mail, and show it."""
    letter = await person.reads()
    seconds = person.waits[-1] if person.waits else None
    tell.shows(who, letter.subject, letter.text, seconds)
    return letter


async def asks_for_access(world: World, who: Customer, tell: Narrator) -> tuple[MailPerson, Letter, Letter]:
    """Ask for a copy by mail; returns the acknowledgement and the mail with the code."""
    person = world.writer(who)
    tell.step(
        who.name,
        "writes: “Tôi muốn biết công ty đang giữ những dữ liệu gì về tôi và xin một bản sao đầy đủ.”",
    )
    await person.write("Yêu cầu cung cấp bản sao dữ liệu cá nhân", _ASKS.format(name=who.name))
    acknowledgement = await reads(person, who.name, tell)
    code = await reads(person, who.name, tell)
    expect(code.code, "the second mail brings no code")
    expect(code.reference == acknowledgement.reference, "the code belongs to another request")
    return person, acknowledgement, code


async def access_by_mail(world: World, tell: Narrator) -> None:
    """a: acknowledged, proven by a code, approved, handed over, completed."""
    lan, staff = CUSTOMERS[0], world.staff
    person, acknowledgement, code = await asks_for_access(world, lan, tell)
    tell.step(lan.name, "replies with the code, above the quoted history")
    await person.reply(code, code.code)
    verified = await reads(person, lan.name, tell)
    expect(verified.reference == acknowledgement.reference, "the answer is about another request")
    card = await staff.card(acknowledgement.reference, "in_review")
    tell.shows("staff group", "card", card.text)
    expect_masked(card, lan)
    tell.step("An", "taps “Approve”")
    await staff.press(staff.an, card, "staff_button.approve")
    await reads(person, lan.name, tell)
    card = await staff.all_ticked(staff.an, acknowledgement.reference)
    tell.step("An", "taps “Done”, and sends the file in the private chat with the bot")
    await staff.hand_over(staff.an, card, "access", "du-lieu-cua-ban.csv", _FILE)
    letters = [await reads(person, lan.name, tell) for _ in range(3)]
    expect(sum(bool(letter.files) for letter in letters) == 1, "one of three mails brings the sealed file")
    await _opens(person, lan, letters, tell)
    tell.shows("staff group", "card", (await staff.card(acknowledgement.reference, "completed")).text)


async def _opens(person: MailPerson, who: Customer, letters: list[Letter], tell: Narrator) -> None:
    """The passphrase of the sealed file comes for the code in a mail of its own."""
    (code,) = (letter for letter in letters if letter.code)
    tell.step(who.name, "replies with the code that came beside the sealed file")
    await person.reply(code, code.code)
    answer = await reads(person, who.name, tell)
    found = _PASSPHRASE.search(answer.text)
    expect(found is not None, "the code brings no passphrase")
    (sealed,) = (content for letter in letters for content in letter.files.values())
    opened = _unsealed(sealed, found[0] if found else "")
    expect(opened == {"du-lieu-cua-ban.csv": _FILE}, "the file did not arrive as it was sent")


def _unsealed(content: bytes, passphrase: str) -> dict[str, bytes]:
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        archive.setpassword(passphrase.encode())
        return {name: archive.read(name) for name in archive.namelist()}


async def access_by_a_stranger(world: World, tell: Narrator) -> None:
    """d: the same words and the same steps as for somebody on file; nothing is disclosed."""
    known = CUSTOMERS[7]
    _, known_acknowledgement, known_code = await asks_for_access(world, known, tell)
    person, acknowledgement, code = await asks_for_access(world, STRANGER, tell)
    for ours, theirs in ((acknowledgement, known_acknowledgement), (code, known_code)):
        expect(masked(ours) == masked(theirs), "a stranger reads other words than somebody on file")
    tell.notes("The stranger's mails are word for word those that somebody on file gets.")
    tell.step(STRANGER.name, "replies with the code: it proves an address that is not on file")
    await person.reply(code, code.code)
    await reads(person, STRANGER.name, tell)
    card = await world.staff.card(acknowledgement.reference, "identity_review")
    tell.shows("staff group", "card", card.text)
    approve = world.staff.word("staff_button.approve")
    expect(approve not in card.labels, "a request of a stranger can be approved")
    await _refused(world, person, card, STRANGER, tell)


async def three_wrong_codes(world: World, tell: Narrator) -> None:
    """e: a code never ends a request: a person can decide, and says by what they know who asks."""
    rob = CUSTOMERS[1]
    person = world.writer(rob)
    tell.step(rob.name, "writes: “Please send me a copy of all personal data you hold about me.”")
    await person.write(
        "My data", "Hello,\n\nPlease send me a copy of all personal data you hold about me.\n\nRob Ellis"
    )
    acknowledgement = await reads(person, rob.name, tell)
    code = await reads(person, rob.name, tell)
    right = code.code.replace(" ", "")
    wrong = [f"{(int(right) + step) % 10**8:08d}" for step in (1, 2, 3)]
    for guess in wrong:
        tell.step(rob.name, f"replies with a wrong code, {guess[:4]} {guess[4:]}")
        await person.reply(code, f"{guess[:4]} {guess[4:]}", client="en")
        await reads(person, rob.name, tell)
    staff = world.staff
    card = await staff.card(acknowledgement.reference, "verifying")
    tell.shows("staff group", "card", card.text)
    tell.step("Bình", "has called the customer on the number on file, and taps “Identity checked…”")
    # The last wrong answer may still be on its way to the card.
    while (await staff.press(staff.binh, card, "staff_button.verify")).text:
        card = await staff.card(acknowledgement.reference, "verifying")
    reason = staff.word("identity_reason.called_back")
    card = await staff.group.until(lambda message: message.id == card.id and reason in message.labels)
    tell.step("Bình", "chooses: called back, number on file")
    await staff.press(staff.binh, card, "identity_reason.called_back")
    await reads(person, rob.name, tell)
    await staff.card(acknowledgement.reference, "in_review")


async def _refused(world: World, person: MailPerson, card: Message, who: Customer, tell: Narrator) -> None:
    staff = world.staff
    tell.step("Bình", "refuses: not found on file")
    await staff.press(staff.binh, card, "staff_button.refuse")
    reason = staff.word("reason_label.not_on_file")
    card = await staff.group.until(lambda message: message.id == card.id and reason in message.labels)
    await staff.press(staff.binh, card, "reason_label.not_on_file")
    refused = await reads(person, who.name, tell)
    expect(not refused.files, "a refusal carries a file")


def masked(letter: Letter) -> str:
    """A mail without what differs from one request to the next: its reference, its code."""
    text = f"{letter.subject}\n{letter.text}".replace(letter.reference, "REFERENCE")
    return re.sub(r"\d{4} \d{4}", "CODE", text)


def expect_masked(card: Message, who: Customer) -> None:
    """A card in the group names nobody."""
    for said in (version.text for version in card.versions):
        for secret in (who.name, who.email, who.phone, who.account):
            expect(secret not in said, f"the card shows personal data: {secret}")
