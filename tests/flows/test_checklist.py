"""Every system that must act is ticked off before a right is done, or somebody says why not."""

from core.checklist import checklist, unticked
from core.messages import Attachment, Verb
from core.requests import Request, Right, Status
from tests.flows.office import Office
from tests.flows.people import ACCESS, OBJECTION, ROB
from tests.flows.staff import AN, HOA, VY, from_button

WHY = "The partner has no record of this person; they said so on the phone."


async def unticked_request(office: Office, text: str = OBJECTION) -> Request:
    """An approved request of which no system has acted."""
    request = await office.in_review(ROB, text)
    await office.tap(AN, Verb.APPROVE, request)
    return await office.request(request.id)


async def test_an_approved_request_opens_its_list_with_owners_and_days(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    assert office.say("card.checklist") not in office.card(request).text
    await office.tap(AN, Verb.APPROVE, request)
    request = await office.request(request.id)
    entries = checklist(request, office.desk.policy)
    assert len(entries) == 3
    for entry in entries:
        named = {"system": entry.system.name, "owner": entry.system.owner}
        assert office.say("card.system_open", **named, day=entry.due) in office.card(request).text


async def test_each_tick_is_a_button_and_is_written_down(office: Office) -> None:
    request = await unticked_request(office)
    names = [entry.system.name for entry in checklist(request, office.desk.policy)]
    for name in names:
        label = office.say("staff_button.tick", system=name)
        await office.store_paper(from_button(HOA, office.card(request), label))
        await office.handle()
        assert office.say("card.system_ticked", system=name) in office.card(request).text
    request = await office.request(request.id)
    assert request.ticked == tuple(names)
    told = [
        (entry.actor, entry.detail["systems"])
        for entry in await office.trail(request)
        if entry.action == "ticked"
    ]
    assert told == [("staff:hoa", name) for name in names]


async def test_a_right_is_done_once_all_is_ticked_and_the_customer_hears_who_was_told(office: Office) -> None:
    request = await office.ticked(await unticked_request(office))
    assert await office.tap(HOA, Verb.DONE, request, Right.OBJECTION) == office.say("staff.recorded")
    assert (await office.request(request.id)).status is Status.COMPLETED
    told = " ".join(office.letters(ROB.email)[-1].text.split())
    assert "Email service providers, Analytics tools, Partner institutions" in told


async def test_without_a_tick_a_reason_is_asked_for_and_kept_with_the_request(office: Office) -> None:
    request = await unticked_request(office)
    assert await office.tap(HOA, Verb.DONE, request, Right.OBJECTION) == office.say("staff.see_private")
    names = [entry.system.name for entry in unticked(request, office.desk.policy, Right.OBJECTION)]
    assert all(name in office.letters(HOA.address)[-1].text for name in names)
    assert (await office.request(request.id)).status is Status.APPROVED
    await office.chat(HOA.address, WHY)
    assert (await office.request(request.id)).status is Status.COMPLETED
    assert WHY in [note.text for note in await office.notes(request)]
    trail = await office.trail(request)
    assert "unticked" in [entry.action for entry in trail]
    assert WHY not in repr(trail)
    assert WHY not in office.letters(ROB.email)[-1].text
    assert "Partner institutions" not in office.letters(ROB.email)[-1].text


async def test_after_the_reason_the_file_is_asked_for(office: Office) -> None:
    request = await unticked_request(office, ACCESS)
    await office.tap(HOA, Verb.DONE, request, Right.ACCESS)
    await office.chat(HOA.address, WHY)
    asked = office.say("staff.send_file", reference=request.reference, right=Right.ACCESS)
    assert office.letters(HOA.address)[-1].text == asked
    await office.chat(HOA.address, files=(Attachment("data.csv", "text/csv", b"a,b\n1,2\n", size=8),))
    assert (await office.request(request.id)).status is Status.COMPLETED


async def test_a_reason_can_be_left_and_a_list_be_ticked_after_all(office: Office) -> None:
    request = await unticked_request(office)
    await office.tap(HOA, Verb.DONE, request, Right.OBJECTION)
    await office.chat(HOA.address, command="cancel")
    request = await office.ticked(await office.request(request.id))
    assert await office.tap(HOA, Verb.DONE, request, Right.OBJECTION) == office.say("staff.recorded")


async def test_a_tick_counts_once_and_only_for_a_system_of_this_request(office: Office) -> None:
    request = await unticked_request(office)
    entry = checklist(request, office.desk.policy)[0]
    assert await office.tap(VY, Verb.TICK, request, entry.token) == office.say("staff.role_too_low")
    assert await office.tap(HOA, Verb.TICK, request, "00000000") == office.say("staff.unknown_button")
    await office.tap(HOA, Verb.TICK, request, entry.token)
    again = await office.tap(HOA, Verb.TICK, await office.request(request.id), entry.token)
    assert again == office.say("staff.unknown_button")
