"""Stories by mail that ask for no proof, or for something else than a right."""

from __future__ import annotations

import re

from sandbox.people_on_file import CUSTOMERS, HELP
from sandbox.stories.identity import reads
from sandbox.stories.story import Narrator, expect
from sandbox.world import World


async def no_more_advertising(world: World, tell: Narrator) -> None:
    """c: an objection needs no proof, and one approval."""
    bao, staff = CUSTOMERS[2], world.staff
    person = world.writer(bao)
    tell.step(bao.name, "writes: “Đừng gửi quảng cáo nữa.”")
    await person.write("Quảng cáo", "Đừng gửi quảng cáo nữa. Tuần nào cũng nhận, phiền lắm ạ.")
    acknowledgement = await reads(person, bao.name, tell)
    expect(not acknowledgement.code, "an objection is asked for a code")
    card = await staff.card(acknowledgement.reference, "in_review")
    tell.shows("staff group", "card", card.text)
    tell.step("An", "taps “Approve”, takes the address off the list, taps “Done”")
    await staff.press(staff.an, card, "staff_button.approve")
    await reads(person, bao.name, tell)
    card = await staff.all_ticked(staff.an, acknowledgement.reference)
    await staff.press(staff.an, card, "staff_button.done", right=staff.word("right.objection"))
    completed = await reads(person, bao.name, tell)
    expect(completed.reference == acknowledgement.reference, "another request was completed")
    await staff.card(acknowledgement.reference, "completed")


async def refund_question(world: World, tell: Narrator) -> None:
    """f: not a privacy request: no answer, no card, unread as it was."""
    ha, staff = CUSTOMERS[3], world.staff
    person, before = world.writer(ha), staff.last_message
    tell.step(ha.name, "writes about a refund: “Em muốn hoàn lại học phí khóa K12-A…”")
    text = (
        "Chào trung tâm, em muốn hoàn lại học phí khóa K12-A vì trùng lịch làm. Khi nào em nhận được tiền ạ?"
    )
    await person.write("Hoàn học phí", text)
    tell.step(ha.name, "then writes another mail, which is one: “Ngừng gửi tin khuyến mãi cho tôi.”")
    await person.write("Tin khuyến mãi", "Ngừng gửi tin khuyến mãi cho tôi nhé.")
    answer = await reads(person, ha.name, tell)
    card = await staff.card(answer.reference, "in_review")
    fresh = [message for message in staff.group.sees() if message.id > before]
    expect(fresh == [card], "somebody was disturbed by the refund question")
    expect(person.unread() == 0, "the refund question was answered")
    unread = [flags for flags in await world.mail.flags(HELP) if "\\Seen" not in flags]
    expect(len(unread) == len(await world.mail.flags(HELP)), "a mail was marked as read")
    tell.notes("The refund question has no answer and no card, and is as unread in the mailbox as it came.")


async def unclear_mail(world: World, tell: Narrator) -> None:
    """g: a person picks the right in one tap; only then the customer is acknowledged."""
    khoi, staff = CUSTOMERS[5], world.staff
    person, before = world.writer(khoi), staff.last_message
    tell.step(khoi.name, "writes something unclear about the record")
    text = "Em thấy không ổn về chuyện hồ sơ của em ở bên mình."
    await person.write("Về hồ sơ của em", text)
    card = await staff.unclear_card(before)
    tell.shows("staff group", "card with a suggestion", f"{card.text}\n[{'] ['.join(card.labels)}]")
    tell.step("An", "taps the right that is meant: access")
    await staff.press(staff.an, card, "right.access")
    acknowledgement = await reads(person, khoi.name, tell)
    expect(acknowledgement.reference in card.text, "another request was acknowledged")
    code = await reads(person, khoi.name, tell)
    expect(code.code, "access is not asked for proof")


async def change_of_mind(world: World, tell: Narrator) -> None:
    """h: the requester takes it back, and reads that it is so."""
    chi, staff = CUSTOMERS[6], world.staff
    person = world.writer(chi)
    tell.step(chi.name, "writes: “Xóa giúp em tài khoản và toàn bộ thông tin của em.”")
    await person.write("Xóa tài khoản", "Xóa giúp em tài khoản và toàn bộ thông tin của em với ạ.")
    acknowledgement = await reads(person, chi.name, tell)
    await reads(person, chi.name, tell)
    tell.step(chi.name, "replies: “Thôi không xóa nữa ạ, em vẫn muốn học tiếp.”")
    await person.reply(acknowledgement, "Thôi không xóa nữa ạ, em vẫn muốn học tiếp.")
    withdrawn = await reads(person, chi.name, tell)
    expect(withdrawn.reference == acknowledgement.reference, "another request was withdrawn")
    await staff.card(acknowledgement.reference, "withdrawn")


async def status_by_reply(world: World, tell: Narrator) -> None:
    """i: how it stands, in the customer's words."""
    emily = CUSTOMERS[4]
    person = world.writer(emily)
    tell.step(emily.name, "writes: “My surname is misspelled: it is Carter, not Cartre. Please correct it.”")
    text = "Hello,\n\nMy surname is misspelled in my record: it is Carter, not Cartre. Please correct it.\n\nEmily"
    await person.write("Please correct my name", text)
    acknowledgement = await reads(person, emily.name, tell)
    await reads(person, emily.name, tell)
    tell.step(emily.name, "replies: “What is the status of my request?”")
    await person.reply(acknowledgement, "What is the status of my request?", client="en")
    status = await reads(person, emily.name, tell)
    expect(status.reference == acknowledgement.reference, "the status of another request was told")


async def copy_then_deletion(world: World, tell: Narrator) -> None:
    """j: one request, two items, each with its own due date."""
    nam = CUSTOMERS[7]
    person = world.writer(nam)
    tell.step(nam.name, "writes: “Gửi em bản sao dữ liệu của em rồi xóa hết giúp em.”")
    text = "Chào anh chị, gửi em bản sao dữ liệu cá nhân của em, sau đó xóa hết tài khoản và dữ liệu giúp em."
    await person.write("Dữ liệu của em", text)
    acknowledgement = await reads(person, nam.name, tell)
    days = set(re.findall(r"\d{2}/\d{2}/\d{4}", acknowledgement.text))
    copy, deletion = (world.staff.word(f"right_verb.{right}") for right in ("access", "deletion"))
    both = copy in acknowledgement.text and deletion in acknowledgement.text
    expect(both, "the acknowledgement does not name both rights")
    expect(len(days) >= 2, "the two rights have the same due date")
    await reads(person, nam.name, tell)
