"""What is due is found and erased, in steps, on every database; what is not due stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from core.conversation import Conversation
from core.messages import ChannelName, Kind
from core.requests import Status
from core.retention import Kept
from flows.ports import Delivery, Sent
from flows.store import Disposition
from storage import erasing
from storage.store import SqlStore, open_store
from storage.tables import DATA_KEY, INBOX, ONCE, OUTBOX, SEEN
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import (
    CHAT,
    MAIL,
    MASTER_KEY,
    MINUTE,
    NOON,
    TEXT,
    a_note,
    a_raw,
    a_request,
    an_outbound,
    post,
)

#: What is kept for so long is due; a minute less is not.
TERM = timedelta(days=90)
OLD, YOUNG = NOON - TERM, NOON - TERM + MINUTE


async def erase_all(store: SqlStore, kind: Kept) -> tuple[int, int]:
    """How much was erased, in how many steps."""
    count, steps, after = 0, 0, 0
    while True:
        step = await store.run(lambda uow, after=after: uow.erase_due(kind, OLD, after))  # type: ignore[misc]
        count, steps = count + step.count, steps + 1
        if step.after is None:
            return count, steps
        after = step.after


async def due_of(store: SqlStore, kind: Kept) -> int:
    due = await store.run(lambda uow: uow.due_of(kind, OLD))
    assert (due.oldest is None) == (due.count == 0)
    return due.count


async def test_requests_are_due_so_long_after_they_were_closed_and_open_ones_never(store: SqlStore) -> None:
    old = a_request(status=Status.COMPLETED, closed_at=OLD, received_at=OLD - TERM)
    young = a_request(status=Status.COMPLETED, closed_at=YOUNG, received_at=OLD - TERM)
    still_open = a_request(received_at=OLD - TERM)

    def work(uow: SqlUnitOfWork) -> None:
        for request in (old, young, still_open):
            uow.add(request)
            uow.add_note(request.id, a_note())
            post(uow, an_outbound(MAIL), request_id=request.id)

    await store.run(work)
    assert await due_of(store, Kept.REQUESTS) == 1
    erased = await store.run(lambda uow: uow.erase_due(Kept.REQUESTS, OLD, 0))
    assert (erased.count, erased.requests, erased.after) == (1, (old.id,), None)
    kept = await store.run(lambda uow: uow.every_request())
    assert {request.id for request in kept} == {young.id, still_open.id}
    assert await store.run(lambda uow: uow.letters_of(old.id)) == []


async def test_a_request_that_is_opened_again_is_due_no_more(store: SqlStore) -> None:
    request = a_request(status=Status.LAPSED, closed_at=OLD)
    await store.run(lambda uow: uow.add(request))
    assert await due_of(store, Kept.REQUESTS) == 1
    again = replace(request, status=Status.VERIFYING, closed_at=None)
    await store.run(lambda uow: uow.save(again))
    assert await due_of(store, Kept.REQUESTS) == 0


async def test_many_requests_are_erased_in_small_steps(store: SqlStore) -> None:
    many = 2 * erasing.REQUESTS + 1

    def work(uow: SqlUnitOfWork) -> None:
        for _ in range(many):
            uow.add(a_request(status=Status.REFUSED, closed_at=OLD))

    await store.run(work)
    assert await erase_all(store, Kept.REQUESTS) == (many, 3)
    assert await store.run(lambda uow: uow.every_request()) == []


def _settled(
    disposition: Disposition, at: str = "old", request_id: str = ""
) -> Callable[[SqlUnitOfWork], None]:
    when = {"old": OLD, "young": YOUNG}[at]

    def work(uow: SqlUnitOfWork) -> None:
        uow.accept(ChannelName.EMAIL, "help", [a_raw(f"{disposition} {at} {request_id}")], "", when)
        uow.settle(uow.last_message(), disposition, "", request_id)

    return work


@pytest.mark.parametrize("disposition", list(Disposition))
async def test_messages_without_a_request_are_due_unless_somebody_must_still_see_to_them(
    store: SqlStore, disposition: Disposition
) -> None:
    for at in ("old", "young"):
        await store.run(_settled(disposition, at))
    await store.run(_settled(disposition, request_id="r-1"))
    waits = disposition in (Disposition.PENDING, Disposition.PARKED)
    assert await due_of(store, Kept.MESSAGES) == (0 if waits else 1)
    assert await erase_all(store, Kept.MESSAGES) == (0 if waits else 1, 1)
    assert await due_of(store, Kept.MESSAGES) == 0
    messages, _ = await store.run(lambda uow: uow.loose_messages(0))
    assert len(messages) == (2 if waits else 1)
    left = await store.run(lambda uow: uow.connection.scalar(select(func.count()).select_from(DATA_KEY)))
    assert left == (3 if waits else 2)


async def test_an_erased_message_that_comes_again_is_still_known(store: SqlStore) -> None:
    await store.run(_settled(Disposition.SILENT))
    await erase_all(store, Kept.MESSAGES)
    again = replace(a_raw("silent old "), key="another number")
    new = await store.run(lambda uow: uow.accept(ChannelName.EMAIL, "help", [again], "", NOON))
    assert new == 0


async def test_messages_are_looked_through_window_by_window(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "WINDOW", 7)
    monkeypatch.setattr(erasing, "ROWS", 3)

    def work(uow: SqlUnitOfWork) -> None:
        uow.accept(ChannelName.EMAIL, "help", [a_raw(str(number)) for number in range(30)], "", OLD)
        for item in uow.pending(30, 10**9, NOON):
            uow.settle(item.id, Disposition.PARKED if item.id % 5 == 0 else Disposition.IGNORED, "")

    await store.run(work)
    first = await store.run(lambda uow: uow.connection.scalar(select(func.min(INBOX.c.id))))
    kept = sum((first + number) % 5 == 0 for number in range(30))
    count, steps = await erase_all(store, Kept.MESSAGES)
    assert count == 30 - kept
    assert steps > 4


async def test_letters_without_a_request_are_erased_once_they_have_come_to_an_end(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> None:
        sent, waiting = an_outbound(MAIL, created_at=OLD), an_outbound(CHAT, created_at=OLD)
        young, of_request = an_outbound(MAIL, created_at=YOUNG), an_outbound(MAIL, created_at=OLD)
        request = a_request()
        uow.add(request)
        post(uow, sent, waiting, young)
        post(uow, of_request, request_id=request.id)
        for letter in (sent, young, of_request):
            uow.settle_letter(letter.id, Sent(Delivery.SENT, "<1@desk.example>"), NOON, None)

    await store.run(work)
    assert await due_of(store, Kept.LETTERS) == 1
    assert await erase_all(store, Kept.LETTERS) == (1, 1)
    left = await store.run(lambda uow: uow.connection.scalar(select(func.count()).select_from(OUTBOX)))
    assert left == 3


async def test_the_body_of_what_never_arrived_goes_when_its_request_is_long_closed(store: SqlStore) -> None:
    done = a_request(status=Status.COMPLETED, closed_at=OLD)
    young = a_request(status=Status.COMPLETED, closed_at=YOUNG)
    lost, waits = an_outbound(MAIL, Kind.NOTICE), an_outbound(CHAT, Kind.NOTICE)

    def work(uow: SqlUnitOfWork) -> None:
        uow.add(done)
        uow.add(young)
        post(uow, lost, waits, request_id=done.id)
        post(uow, an_outbound(MAIL, Kind.NOTICE), request_id=young.id)
        uow.settle_letter(lost.id, Sent(Delivery.UNREACHABLE, detail="550"), NOON, None)

    await store.run(work)
    assert await due_of(store, Kept.RESULTS) == 1
    assert await erase_all(store, Kept.RESULTS) == (1, 1)
    assert await due_of(store, Kept.RESULTS) == 0
    ((letter, state, said),) = await store.run(lambda uow: uow.unsettled())
    assert (letter.id, letter.body, state, said) == (lost.id, b"", "unreachable", "550")
    assert not await store.run(lambda uow: uow.send_again(lost.id, NOON))


async def test_marks_are_forgotten_and_message_ids_with_the_message_that_bore_them(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> None:
        for number, when in enumerate((OLD, YOUNG)):
            uow.once(str(when), when)
            uow.accept(ChannelName.EMAIL, "help", [a_raw(f"marks {number}")], "", when)
            uow.bearers({uow.last_message(): f"<{number}@customer.example>"})

    await store.run(work)
    assert await due_of(store, Kept.MARKS) == 1
    assert await erase_all(store, Kept.MARKS) == (2, 1)
    counts = [
        await store.run(lambda uow, of=of: uow.connection.scalar(select(func.count()).select_from(of)))  # type: ignore[misc]
        for of in (ONCE, SEEN)
    ]
    assert counts == [1, 1]


async def test_drafts_that_nobody_went_on_with_are_erased_with_their_keys(store: SqlStore) -> None:
    await store.run(lambda uow: uow.put_conversation(CHAT, Conversation(details=TEXT), OLD - MINUTE))
    await store.run(lambda uow: uow.put_conversation(MAIL, Conversation(details=TEXT), OLD))
    assert await due_of(store, Kept.DRAFTS) == 1
    assert await erase_all(store, Kept.DRAFTS) == (1, 1)
    assert await store.run(lambda uow: uow.conversation(CHAT)) is None
    assert await store.run(lambda uow: uow.conversation(MAIL)) is not None


async def test_nothing_of_what_was_erased_stays_in_the_files(file_url: str) -> None:
    """Not even sealed: the raw bytes of the column are in no file, nor is the wrapped key."""
    store = open_store(file_url, MASTER_KEY)
    await store.run(_settled(Disposition.SILENT))

    def sealed(uow: SqlUnitOfWork) -> list[bytes]:
        (raw,) = uow.connection.scalars(select(INBOX.c.raw))
        (wrapped,) = uow.connection.scalars(select(DATA_KEY.c.wrapped))
        return [raw, wrapped]

    pieces = await store.run(sealed)
    folder = Path(str(make_url(file_url).database)).parent
    assert all(any(piece in file.read_bytes() for file in folder.iterdir()) for piece in pieces)
    await erase_all(store, Kept.MESSAGES)
    await store.scrub()
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    assert [piece for piece in pieces if piece in content] == []
    assert (folder / "desk.db-wal").stat().st_size == 0
    await store.close()


async def test_scrubbing_waits_for_its_turn_and_stops_nobody(store: SqlStore) -> None:
    await store.run(lambda uow: uow.once("this", NOON))
    await store.scrub()
    assert not await store.run(lambda uow: uow.once("this", NOON))
