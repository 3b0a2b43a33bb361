"""Shows an operator what a person must see: messages that could not be handled, letters that did not arrive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app.console import Mendable, ok, say, table
from app.starting import loaded_store, plain_words
from flows.store import UnitOfWork

T = TypeVar("T")


def parked(path: Path, number: int | None) -> None:
    """List what is parked, or write one message to standard output as it arrived."""
    items = read(path, lambda uow: uow.parked())
    if number is not None:
        chosen = next((item for item, _ in items if item.id == number), None)
        if chosen is None:
            raise _not_parked(number)
        sys.stdout.buffer.write(chosen.raw.raw)
        return
    if not items:
        ok("Nothing is parked: every message could be handled.")
        return
    rows = [
        (str(item.id), item.channel.value, _minute(item.raw.received_at), str(item.attempts), reason)
        for item, reason in items
    ]
    table(("number", "channel", "received", "tries", "reason"), rows)
    say("See one as it arrived: privacydesk inbox NUMBER.  Try it again: privacydesk replay NUMBER")


def replay(path: Path, number: int) -> None:
    """Let a parked message be handled once more."""
    if not read(path, lambda uow: uow.replay(number, datetime.now(UTC))):
        raise _not_parked(number)
    ok(f"Message {number} will be handled once more: at once where the desk runs, else when it starts.")


def unsettled(path: Path, letter: str) -> None:
    """List letters that did not arrive or may not have."""
    found = [row for row in read(path, lambda uow: uow.unsettled()) if letter in ("", row[0].id)]
    if letter and not found:
        raise Mendable(f"No letter {letter} is in doubt. See: privacydesk outbox")
    if not found:
        ok("Every letter has arrived, or is on its way.")
        return
    rows = [
        (one.id, one.to.channel.value, one.to.value, _minute(one.created_at), str(one.attempts), state, said)
        for one, state, said in found
    ]
    table(("letter", "channel", "to", "written", "tries", "state", "what the other side said"), rows)


def _not_parked(number: int) -> Mendable:
    return Mendable(f"No message {number} is parked. See: privacydesk inbox")


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def read(path: Path, work: Callable[[UnitOfWork], T]) -> T:
    """One transaction beside a desk that may be running. Raises Mendable."""
    data = loaded_store(path)
    from storage.sealing import load_master_key
    from storage.store import open_store

    with plain_words():
        store = open_store(data.database, load_master_key(data.master_key_file))

        async def once() -> T:
            try:
                return await store.run(work)
            finally:
                await store.close()

        return asyncio.run(once())
