"""The running desk erases what is due once a day; and none starts under the key of another database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.messages import Address, ChannelName
from core.requests import Request, Status
from storage.migrate import migrate
from storage.sealing import create_master_key, load_master_key
from storage.store import open_store
from storage.unit_of_work import SqlUnitOfWork
from tests.app.desk import RunningDesk, command

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=4 * 366)


async def on_store(folder: Path, work: Callable[[SqlUnitOfWork], object]) -> object:
    store = open_store(f"sqlite:///{folder / 'desk.db'}", load_master_key(folder / "master.key"))
    try:
        return await store.run(work)
    finally:
        await store.close()


def a_closed_request(number: int) -> Request:
    return Request(
        id=f"r-{number}",
        reference=f"MC-{number:04}",
        token=f"token-{number}",
        card=f"card-{number}",
        status=Status.COMPLETED,
        language="vi",
        requester=Address(ChannelName.EMAIL, "lan@example.com"),
        received_at=LONG_AGO,
        closed_at=LONG_AGO,
    )


def _add_many(uow: SqlUnitOfWork) -> None:
    for number in range(50):
        uow.add(a_closed_request(number))


async def test_the_desk_erases_what_is_due_when_it_starts_and_once_a_day(
    folder: Path, desk: RunningDesk
) -> None:
    await asyncio.to_thread(migrate, f"sqlite:///{folder / 'desk.db'}")
    await on_store(folder, _add_many)
    await desk.start("ready")
    line = await desk.until("retention")
    assert line["requests"] == 50
    assert await desk.stop() == 0
    assert await on_store(folder, lambda uow: uow.every_request()) == []
    await desk.start("mailbox_open")
    assert await desk.stop() == 0
    assert sum(line["event"] == "retention" for line in desk.log) == 1


async def test_a_desk_goes_on_under_a_new_key(folder: Path, desk: RunningDesk) -> None:
    await desk.start()
    assert (await command(folder, "keys", "rotate")).code == 1
    assert await desk.stop() == 0
    assert (await command(folder, "keys", "rotate")).code == 0
    await desk.start()
    assert await desk.stop() == 0


async def test_a_desk_under_the_key_of_another_database_does_not_start(
    folder: Path, desk: RunningDesk
) -> None:
    await desk.start()
    await desk.stop()
    (folder / "master.key").rename(folder / "another.key")
    await asyncio.to_thread(create_master_key, folder / "master.key")
    with pytest.raises(EOFError):
        await desk.start("ready")
    assert "The master key is not the one that this database is sealed under" in "".join(desk.words)
    assert desk.process.returncode in (None, 1)
