"""The only door for staff authority."""

from dataclasses import replace

import pytest

from core.messages import Verb
from core.requests import Status
from flows.access import APPROVER, NEEDS, RANKS
from flows.store import StaffMember
from tests.flows.office import Office
from tests.flows.people import CHI, OBJECTION, ROB
from tests.flows.staff import AN, BINH, HOA, LEFT, STAFF_CHAT, VY, chat

NOBODY = StaffMember("x", "X", chat("666"), "lead")


@pytest.mark.parametrize("somebody", [NOBODY, LEFT], ids=["no member", "left"])
async def test_who_does_not_work_here_can_do_nothing(office: Office, somebody: StaffMember) -> None:
    request = await office.in_review(ROB, OBJECTION)
    for verb in Verb:
        assert await office.tap(somebody, verb, request) == office.say("staff.not_allowed")
        denied = (await office.trail(request))[-1]
        assert (denied.actor, denied.action, denied.detail) == ("stranger", "denied", {"verb": verb.value})
    assert await office.request(request.id) == request
    assert office.letters(somebody.address) == []


async def test_a_member_can_do_nothing_in_another_group(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    answer = await office.tap(AN, Verb.APPROVE, request, where=chat("-2002"))
    assert answer == office.say("staff.not_allowed")
    assert (await office.request(request.id)).status is Status.IN_REVIEW
    assert (await office.trail(request))[-1].action == "denied"


async def test_a_member_cannot_act_in_the_private_chat_of_another(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    assert await office.tap(AN, Verb.APPROVE, request, where=BINH.address) == office.say("staff.not_allowed")


async def test_a_member_may_act_in_their_own_private_chat(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request, where=AN.address)
    assert (await office.request(request.id)).status is Status.APPROVED


async def test_a_handler_cannot_decide(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    for verb in (verb for verb in Verb if NEEDS[verb] == APPROVER):
        assert await office.tap(HOA, verb, request, "legal_duty") == office.say("staff.role_too_low")
        assert (await office.trail(request))[-1].action == "denied"
    assert await office.request(request.id) == request


async def test_a_viewer_sees_the_queue_and_no_details(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap_less(VY, Verb.QUEUE)
    assert request.reference in office.letters(STAFF_CHAT)[-1].text
    assert await office.tap(VY, Verb.DETAILS, request) == office.say("staff.role_too_low")
    assert office.letters(VY.address) == []


async def test_a_role_that_was_lowered_counts_at_the_next_tap(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.run(lambda uow: uow.put_staff(replace(AN, role="viewer")))
    assert await office.tap(AN, Verb.APPROVE, request) == office.say("staff.role_too_low")


async def test_nobody_decides_their_own_request(office: Office) -> None:
    request = await office.in_review(CHI, OBJECTION)
    for verb in (Verb.APPROVE, Verb.REFUSE, Verb.ASK, Verb.ASK_REFUSAL):
        assert await office.tap(AN, verb, request, "legal_duty") == office.say("staff.own_request")
    assert await office.request(request.id) == request
    await office.tap(BINH, Verb.APPROVE, request)
    assert (await office.request(request.id)).status is Status.APPROVED


async def test_nobody_decides_what_they_asked_for_in_the_chat(office: Office) -> None:
    await office.chat(BINH.address, OBJECTION)
    await office.press(BINH.address, office.say("dialogue.yes"))
    (request,) = await office.open_requests()
    assert await office.tap(BINH, Verb.APPROVE, request) == office.say("staff.own_request")
    await office.tap(AN, Verb.APPROVE, request)
    assert (await office.request(request.id)).status is Status.APPROVED


def test_every_verb_has_a_role() -> None:
    assert set(NEEDS) == set(Verb)
    assert set(NEEDS.values()) <= set(RANKS)
