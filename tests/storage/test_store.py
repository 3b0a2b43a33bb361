"""The store, on every database: one commit a unit of work, nothing personal in clear."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import make_url, select, text

from core.conversation import Conversation, Step
from core.messages import ChannelName, Kind
from core.requests import Request
from flows.ports import Delivery, Sent
from flows.store import Store
from storage.engine import UnknownDatabase
from storage.sealing import CannotUnseal, MasterKeyError
from storage.store import SqlStore, open_store
from storage.tables import REQUEST, metadata
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import (
    CHAT,
    MAIL,
    MASTER_KEY,
    MINUTE,
    NAME,
    NOON,
    TEXT,
    a_member,
    a_note,
    a_raw,
    a_request,
    an_entry,
    an_outbound,
    post,
)

#: As they may stand in a file: in UTF-8, in JSON with escapes, in lower case.
PERSONAL: Sequence[bytes] = (
    NAME.encode(),
    NAME.encode("unicode_escape"),
    TEXT.encode(),
    MAIL.value.encode(),
    MAIL.normal.encode(),
    CHAT.value.encode(),
    b"message 31",
    b"550 mailbox",
)


def live(uow: SqlUnitOfWork) -> None:
    """A little of everything that the store keeps."""
    request = a_request(reference="MC-SEEN")
    uow.accept(ChannelName.EMAIL, "help", [a_raw("100/1")], "100:1", NOON)
    uow.add(request)
    uow.add_note(request.id, a_note())
    uow.audit(an_entry(request_id=request.id))
    uow.put_conversation(CHAT, Conversation(Step.CONFIRM, "vi", details=TEXT, contact=MAIL.value), NOON)
    uow.put_staff(a_member())
    sent, failed = an_outbound(CHAT, slot=f"talk {CHAT.value}"), an_outbound(MAIL, Kind.CODE)
    post(uow, sent, failed, request_id=request.id)
    uow.settle_letter(sent.id, Sent(Delivery.SENT, "message 31"), NOON, None)
    uow.settle_letter(failed.id, Sent(Delivery.UNREACHABLE, detail="550 mailbox"), NOON, None)


def everything(uow: SqlUnitOfWork) -> bytes:
    """All rows of all tables, byte values as they are."""
    rows = [row for table in metadata.sorted_tables for row in uow.connection.execute(select(table))]
    values = [value for row in rows for value in row]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


async def test_nothing_personal_stands_in_a_clear_column(store: SqlStore) -> None:
    await store.run(live)
    content = await store.run(everything)
    assert b"MC-SEEN" in content
    assert [piece for piece in PERSONAL if piece in content] == []


def files_of(url: str) -> dict[str, bytes]:
    """What stands in the files of an SQLite database, its write-ahead log among them."""
    return {file.name: file.read_bytes() for file in Path(str(make_url(url).database)).parent.iterdir()}


async def test_nothing_personal_stands_in_the_files_of_the_database(file_url: str) -> None:
    store = open_store(file_url, MASTER_KEY)
    await store.run(live)
    opened = files_of(file_url)
    await store.close()
    assert "desk.db-wal" in opened
    for files in (opened, files_of(file_url)):
        content = b"".join(files.values())
        assert b"MC-SEEN" in content
        assert [piece for piece in PERSONAL if piece in content] == []


async def test_work_that_raises_leaves_nothing_behind(store: SqlStore) -> None:
    empty = await store.run(everything)

    def work(uow: SqlUnitOfWork) -> None:
        live(uow)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(work)
    assert await store.run(everything) == empty
    await store.run(live)


def add_in_vain(uow: SqlUnitOfWork, request: Request) -> None:
    with suppress(ZeroDivisionError), uow.savepoint():
        uow.add(request)
        raise ZeroDivisionError


async def test_a_savepoint_undoes_what_is_inside_and_only_that(store: SqlStore) -> None:
    outside, inside = a_request(), a_request()

    def work(uow: SqlUnitOfWork) -> None:
        uow.add(outside)
        add_in_vain(uow, inside)
        with uow.savepoint():
            uow.add_note(outside.id, a_note())

    await store.run(work)
    assert await store.run(lambda uow: uow.open_requests()) == [outside]
    assert len(await store.run(lambda uow: uow.notes(outside.id))) == 1


async def test_what_was_undone_in_a_savepoint_can_be_done_again(store: SqlStore) -> None:
    """The key that was made in the savepoint is gone with it: a new one must be stored."""
    request = a_request()

    def work(uow: SqlUnitOfWork) -> None:
        add_in_vain(uow, request)
        uow.add(request)

    await store.run(work)
    assert await store.run(lambda uow: uow.request(request.id)) == request


async def test_times_are_aware_on_the_way_out_and_must_be_on_the_way_in(store: SqlStore) -> None:
    request = a_request()
    await store.run(lambda uow: uow.add(request))
    at = await store.run(lambda uow: uow.connection.scalar(select(REQUEST.c.received_at)))
    assert at == NOON
    naive = datetime(2026, 11, 23, 12)  # noqa: DTZ001
    with pytest.raises(Exception, match="time zone"):
        await store.run(lambda uow: uow.drop_conversations(naive))


def note_down(done: list[int], number: int, _: SqlUnitOfWork) -> None:
    done.append(number)


async def test_work_is_done_in_the_order_it_was_handed_over(file_url: str) -> None:
    store = open_store(file_url, MASTER_KEY)
    done: list[int] = []
    await asyncio.gather(*[store.run(partial(note_down, done, number)) for number in range(20)])
    assert done == list(range(20))
    await store.close()


async def test_a_cancelled_caller_leaves_no_work_half_done(file_url: str) -> None:
    store = open_store(file_url, MASTER_KEY)
    request, inside, go_on = a_request(), Event(), Event()

    def work(uow: SqlUnitOfWork) -> None:
        uow.add(request)
        inside.set()
        assert go_on.wait(10)

    caller = asyncio.ensure_future(store.run(work))
    assert await asyncio.to_thread(inside.wait, 10)
    caller.cancel()
    go_on.set()
    assert await store.run(lambda uow: uow.request(request.id)) == request
    assert caller.cancelled()
    await store.close()


async def test_a_stored_unit_of_work_survives_the_process(file_url: str) -> None:
    request = a_request()
    first = open_store(file_url, MASTER_KEY)
    await first.run(lambda uow: uow.add(request))
    await first.close()
    second = open_store(file_url, MASTER_KEY)
    assert await second.run(lambda uow: uow.request(request.id)) == request
    await second.close()


async def test_sqlite_is_set_up_to_lose_nothing(file_url: str) -> None:
    store = open_store(file_url, MASTER_KEY)
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    settings = await store.run(
        lambda uow: [uow.connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    )
    assert settings == ["wal", 2, 1, 1]
    await store.close()


async def test_a_unit_of_work_locks_the_file_from_its_beginning(file_url: str) -> None:
    store = open_store(file_url, MASTER_KEY)

    def work(_: SqlUnitOfWork) -> None:
        other = sqlite3.connect(str(make_url(file_url).database), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()

    await store.run(work)
    await store.close()


async def test_another_master_key_reads_nothing_and_finds_nobody(file_url: str) -> None:
    request = a_request()
    right, wrong = open_store(file_url, MASTER_KEY), open_store(file_url, bytes(32))
    await right.run(lambda uow: uow.add(request))
    assert await wrong.run(lambda uow: uow.requests_of(MAIL)) == []
    with pytest.raises(CannotUnseal):
        await wrong.run(lambda uow: uow.request(request.id))
    await right.close()
    await wrong.close()


def test_a_store_needs_a_whole_master_key() -> None:
    with pytest.raises(MasterKeyError):
        open_store("sqlite://", b"short")


@pytest.mark.parametrize("url", ["mysql://localhost/desk", "sqlite+aiosqlite://", "postgresql+asyncpg://h/d"])
def test_an_unknown_database_is_refused(url: str) -> None:
    with pytest.raises(UnknownDatabase):
        open_store(url, MASTER_KEY)


async def test_the_store_is_what_the_flows_ask_for(store: SqlStore) -> None:
    asked: Store = store
    assert await asked.run(lambda uow: uow.lease(CHAT.channel, 1, NOON, NOON + MINUTE)) == []
