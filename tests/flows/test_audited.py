"""Nothing happens to a request of which the audit log does not tell, in codes only."""

from __future__ import annotations

from core.messages import Verb
from flows.entries import reference_digest
from tests.flows.office import Office
from tests.flows.people import ACCESS, CANCEL, CHI, LAN, NOSY, OBJECTION, ROB, STATUS
from tests.flows.post import a_bounce
from tests.flows.staff import AN, VY


async def _actions(office: Office, request_id: str) -> list[tuple[str, str]]:
    return [(entry.actor, entry.action) for entry in await office.trail(request_id)]


async def test_the_first_row_tells_the_channel_and_by_which_digest_it_is_found(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    request = await office.request(handled.request_id)
    first, *others = await office.trail(request)
    assert first.detail["channel"] == "email"
    assert first.detail["reference"] == reference_digest(office.desk, request.reference)
    assert request.reference not in repr([first, *others])
    assert not any("reference" in entry.detail for entry in others)


async def test_a_wrong_code_leaves_two_rows_and_not_itself(office: Office) -> None:
    handled = await office.mail(ROB.sender, "My data", ACCESS)
    code = office.letters(ROB.email)[-1]
    wrong = f"{(int(code.code) + 1) % 10**8:08}"
    await office.mail(ROB.sender, "", wrong, answers=code)
    trail = await office.trail(handled.request_id)
    assert [entry.action for entry in trail[-2:]] == ["received", "wrong_code"]
    assert wrong not in repr(trail)
    assert code.code not in repr(trail)


async def test_a_question_for_the_state_and_its_answer_are_written_down(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.mail(ROB.sender, "", STATUS, answers=office.letters(ROB.email)[-1])
    assert (await _actions(office, request.id))[-2:] == [("requester", "received"), ("desk", "told")]
    assert (await office.trail(request))[-1].detail == {"notice": "status"}


async def test_a_withdrawal_that_must_be_confirmed_is_written_down(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.mail(ROB.sender, request.reference, CANCEL)
    assert (await office.trail(request))[-1].detail == {"notice": "confirm_cancel"}


async def test_whoever_does_not_belong_to_a_request_is_a_stranger_in_its_trail(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.mail(NOSY.sender, request.reference, STATUS)
    last = (await office.trail(request))[-1]
    assert (last.actor, last.action, last.detail["channel"]) == ("stranger", "wrote", "email")


async def test_a_bounce_is_received_and_its_letter_returned(office: Office) -> None:
    request = await office.in_review(LAN, OBJECTION)
    await office.store_raw(a_bounce(office.letters(LAN.email)[-1]))
    await office.handle()
    actions = [entry.action for entry in await office.trail(request)]
    assert actions[actions.index("received") :][:2] == ["received", "returned"]


async def test_mail_that_gets_no_answer_is_received_all_the_same(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    answer = office.letters(ROB.email)[-1]
    headers = {"Auto-Submitted": "auto-replied"}
    await office.mail(ROB.sender, "Out of office", "I am away.", answers=answer, headers=headers)
    last = (await office.trail(request))[-1]
    assert (last.actor, last.action) == ("stranger", "received")
    assert last.detail["silence"]


async def test_whoever_would_decide_their_own_request_is_written_down(office: Office) -> None:
    request = await office.in_review(CHI, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    last = (await office.trail(request))[-1]
    assert (last.actor, last.action) == ("staff:an", "denied")
    assert last.detail == {"verb": "approve", "reason": "own_request"}


async def test_a_role_that_is_too_low_is_denied_without_a_name(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(VY, Verb.APPROVE, request)
    last = (await office.trail(request))[-1]
    assert (last.actor, last.action, last.detail) == ("stranger", "denied", {"verb": "approve"})
