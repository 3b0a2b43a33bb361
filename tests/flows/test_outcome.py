"""The only writer of requests."""

from contextlib import suppress

import pytest

from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Verb
from core.requests import Status
from flows.outcome import record
from flows.store import StaleRequest
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.office import Office
from tests.flows.people import ACCESS, LAN, OBJECTION, ROB
from tests.flows.staff import AN, BINH


async def test_the_request_its_audit_entry_and_its_letters_come_together_or_not_at_all(
    office: Office,
) -> None:
    request = await office.in_review(ROB, OBJECTION)
    letters, trail = len(office.post), await office.trail(request)

    def breaks_after_it(uow: SqlUnitOfWork) -> None:
        step = advance(request, Happening(Event.APPROVED, "staff:an"), office.now)
        record(uow, office.desk, step, office.now)
        raise ZeroDivisionError

    with suppress(ZeroDivisionError):
        await office.run(breaks_after_it)
    await office.deliver()
    assert await office.request(request.id) == request
    assert len(office.post) == letters
    assert await office.trail(request) == trail


async def test_who_decides_on_an_outdated_request_decides_nothing(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    step = advance(request, Happening(Event.REFUSED, "staff:binh", reason="unfounded"), office.now)
    with pytest.raises(StaleRequest):
        await office.run(lambda uow: record(uow, office.desk, step, office.now))
    assert (await office.request(request.id)).status is Status.APPROVED


async def test_the_trail_tells_the_whole_life_in_codes_and_names_nobody(office: Office) -> None:
    request = await office.in_review(ROB, ACCESS)
    await office.tap(AN, Verb.APPROVE, request)
    trail = await office.trail(request)
    actions = [(entry.actor, entry.action) for entry in trail]
    assert actions == [
        ("requester", "claimed"),
        ("desk", "code_sent"),
        ("requester", "received"),
        ("requester", "identity_proven"),
        ("staff:an", "approved"),
    ]
    assert [entry.detail.get("channel") for entry in trail[:3]] == ["email", None, "email"]
    assert not [secret for secret in (*ROB.secrets, ACCESS) if secret in repr(trail)]


async def test_letters_stand_in_one_thread_and_answers_find_their_request(office: Office) -> None:
    await office.approved(ROB, ACCESS)
    first, *_, last = office.letters(ROB.email)
    assert first.message_id in last.references
    assert first.reply_to == last.reply_to
    assert "+" in last.reply_to


async def test_the_history_keeps_what_came_and_what_went_in_order(office: Office) -> None:
    request = await office.in_review(ROB, OBJECTION)
    await office.tap(AN, Verb.APPROVE, request)
    notes = await office.notes(request)
    assert {(note.incoming, note.notice) for note in notes} == {
        (True, ""),
        (False, "acknowledgement"),
        (False, "approved"),
    }
    assert next(note.text.strip() for note in notes if note.incoming) == OBJECTION


async def test_decisions_on_two_requests_do_not_meet(office: Office) -> None:
    one, other = await office.in_review(ROB, OBJECTION), await office.in_review(LAN, OBJECTION)
    await office.tap(AN, Verb.APPROVE, one)
    await office.tap(BINH, Verb.REFUSE, other, "unfounded")
    assert (await office.request(one.id)).status is Status.APPROVED
    assert (await office.request(other.id)).status is Status.REFUSED
