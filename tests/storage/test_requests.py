"""Requests and their history, on every database."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from core.messages import Address, ChannelName, RawMessage
from core.requests import Request, Right, Status
from flows.ports import Delivery, Sent
from flows.store import Disposition, StaleRequest
from storage.sealing import CannotUnseal
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import (
    CHAT,
    MAIL,
    MINUTE,
    NOON,
    a_note,
    a_raw,
    a_request,
    an_entry,
    an_item,
    an_outbound,
    post,
)


async def add(store: SqlStore, *requests: Request) -> None:
    def work(uow: SqlUnitOfWork) -> None:
        for request in requests:
            uow.add(request)

    await store.run(work)


async def test_a_request_is_found_by_every_name_it_has(store: SqlStore) -> None:
    request, other = a_request(), a_request()
    await add(store, request, other)
    found = await store.run(
        lambda uow: [
            uow.request(request.id),
            uow.by_card(request.card),
            uow.by_token(request.token.upper()),
            uow.by_reference(request.reference),
        ]
    )
    assert found == [request] * 4


async def test_unknown_names_find_nothing(store: SqlStore) -> None:
    await add(store, a_request())
    found = await store.run(
        lambda uow: [
            uow.request("?"),
            uow.by_card("?"),
            uow.by_token("?"),
            uow.by_reference("?"),
            uow.by_message_ids(["?"]),
            uow.by_message_ids([]),
        ]
    )
    assert found == [None] * 6


async def test_a_reference_is_given_once(store: SqlStore) -> None:
    request = a_request()
    await add(store, request)
    with pytest.raises(IntegrityError):
        await add(store, a_request(reference=request.reference))


async def test_saving_counts_the_revision_up(store: SqlStore) -> None:
    request = a_request()
    await add(store, request)
    changed = replace(request, status=Status.IN_REVIEW, requester=CHAT)
    saved = await store.run(lambda uow: uow.save(changed))
    assert saved == replace(changed, revision=1)
    assert await store.run(lambda uow: uow.request(request.id)) == saved
    assert await store.run(lambda uow: uow.requests_of(CHAT)) == [saved]


async def test_a_new_request_can_be_changed_before_it_is_written(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> tuple[Request, Request | None]:
        other, request = a_request(), a_request()
        uow.add(request)
        uow.add(other)
        uow.add_note(request.id, a_note())
        saved = uow.save(replace(request, status=Status.IN_REVIEW))
        with pytest.raises(StaleRequest):
            uow.save(replace(request, status=Status.REFUSED))
        return saved, uow.request(request.id)

    saved, found = await store.run(work)
    assert found == saved
    assert await store.run(lambda uow: uow.by_card(saved.card)) == saved
    assert len(await store.run(lambda uow: uow.notes(saved.id))) == 1


async def test_a_new_request_goes_with_the_savepoint_it_was_made_in(store: SqlStore) -> None:
    request = a_request()

    def work(uow: SqlUnitOfWork) -> None:
        with contextlib.suppress(KeyError), uow.savepoint():
            uow.add(request)
            raise KeyError
        with pytest.raises(StaleRequest):
            uow.save(request)

    await store.run(work)
    assert await store.run(lambda uow: uow.request(request.id)) is None


async def test_the_second_of_two_deciders_is_stale(store: SqlStore) -> None:
    request = a_request()
    await add(store, request)
    first = await store.run(lambda uow: uow.save(replace(request, status=Status.REFUSED)))
    with pytest.raises(StaleRequest):
        await store.run(lambda uow: uow.save(replace(request, status=Status.APPROVED)))
    assert await store.run(lambda uow: uow.request(request.id)) == first


async def test_a_request_that_was_never_added_is_stale(store: SqlStore) -> None:
    request = a_request()
    with pytest.raises((StaleRequest, CannotUnseal)):
        await store.run(lambda uow: uow.save(request))


async def test_the_requests_of_an_address_come_newest_first(store: SqlStore) -> None:
    old, new = a_request(), a_request(received_at=NOON + MINUTE)
    other = a_request(requester=Address(ChannelName.TELEGRAM, MAIL.value))
    await add(store, old, new, other)
    shouted = Address(ChannelName.EMAIL, f" {MAIL.value.upper()} ")
    assert await store.run(lambda uow: uow.requests_of(shouted)) == [new, old]


async def test_open_requests_come_by_due_date(store: SqlStore) -> None:
    late = a_request(items=(an_item(Right.ACCESS, date(2026, 12, 30)),))
    soon = a_request(
        items=(an_item(Right.ACCESS, date(2026, 12, 3)), an_item(Right.INQUIRY, date(2027, 1, 1)))
    )
    undated = a_request(items=(), status=Status.TRIAGE)
    closed = a_request(status=Status.COMPLETED)
    await add(store, late, undated, closed, soon)
    assert await store.run(lambda uow: uow.open_requests()) == [soon, late, undated]


async def test_the_history_keeps_notes_whole_and_in_order(store: SqlStore) -> None:
    request, other = a_request(), a_request()
    await add(store, request, other)
    later, first = a_note(at=NOON + MINUTE, incoming=False, notice="acknowledgement"), a_note()

    def work(uow: SqlUnitOfWork) -> None:
        uow.add_note(request.id, later)
        uow.add_note(request.id, first)
        uow.add_note(other.id, a_note())

    await store.run(work)
    assert await store.run(lambda uow: uow.notes(request.id)) == [first, later]


async def test_an_answer_finds_the_request_of_the_last_message_it_names(store: SqlStore) -> None:
    old, new = a_request(), a_request()
    await add(store, old, new)

    def work(uow: SqlUnitOfWork) -> None:
        uow.add_note(new.id, a_note(message_id="<2@customer.example>"))
        uow.add_note(old.id, a_note(message_id="<1@customer.example>"))

    await store.run(work)
    thread = ["<1@customer.example>", "<2@customer.example>", "<unknown@customer.example>"]
    assert await store.run(lambda uow: uow.by_message_ids(thread)) == new
    assert await store.run(lambda uow: uow.by_message_ids(thread[:1])) == old


async def test_an_answer_finds_the_request_of_a_mail_that_was_sent(store: SqlStore) -> None:
    request, letter = a_request(), an_outbound(MAIL)
    await add(store, request)
    await store.run(lambda uow: post(uow, letter, request_id=request.id))
    await store.run(
        lambda uow: uow.settle_letter(letter.id, Sent(Delivery.SENT, "<9@desk.example>"), NOON, None)
    )
    assert await store.run(lambda uow: uow.by_message_ids(["<9@desk.example>"])) == request


async def test_the_ids_of_chat_messages_name_no_request(store: SqlStore) -> None:
    """They begin anew in every chat: somebody else's message has the same one."""
    request, letter = a_request(), an_outbound(CHAT)
    await add(store, request)

    def work(uow: SqlUnitOfWork) -> None:
        uow.add_note(request.id, a_note(address=CHAT, message_id="42"))
        post(uow, letter, request_id=request.id)
        uow.settle_letter(letter.id, Sent(Delivery.SENT, "43"), NOON, None)

    await store.run(work)
    assert await store.run(lambda uow: uow.by_message_ids(["42", "43"])) is None


async def test_an_erased_request_leaves_its_audit_trail_and_nothing_to_read(store: SqlStore) -> None:
    request, kept = a_request(), a_request()
    await add(store, request, kept)
    raw: RawMessage = a_raw("1")

    def work(uow: SqlUnitOfWork) -> None:
        uow.accept(ChannelName.EMAIL, "help", [raw], "1", NOON)
        uow.settle(uow.pending(1, 10**9, NOON)[0].id, Disposition.REQUEST, "", request.id)
        uow.add_note(request.id, a_note())
        post(uow, an_outbound(), request_id=request.id)
        uow.audit(an_entry(request_id=request.id))
        uow.erase(request.id)

    await store.run(work)
    assert await store.run(lambda uow: uow.request(request.id)) is None
    assert await store.run(lambda uow: uow.notes(request.id)) == []
    assert await store.run(lambda uow: uow.requests_of(MAIL)) == [kept]
    assert await store.run(lambda uow: uow.lease(CHAT.channel, 9, NOON, NOON + MINUTE)) == []
    assert len(await store.run(lambda uow: uow.audit_trail(request.id))) == 1
    assert await store.run(lambda uow: uow.accept(ChannelName.EMAIL, "help", [raw], "1", NOON)) == 0
