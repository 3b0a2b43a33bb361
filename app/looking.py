"""Shows an operator letters that did not arrive; and lets them look beside a desk that may be running."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app.console import Mendable, ok, say, table
from app.starting import loaded_store, plain_words
from core.messages import Address, ChannelName, Kind
from flows.store import AuditEntry, UnitOfWork

T = TypeVar("T")


def unsettled(path: Path, letter: str) -> None:
    """List letters that did not arrive or may not have."""
    found = [row for row in read(path, lambda uow: uow.unsettled()) if letter in ("", row[0].id)]
    if letter and not found:
        raise Mendable(f"No letter {letter} is in doubt. See: privacydesk outbox")
    if not found:
        ok("Every letter has arrived, or is on its way.")
        return
    rows = [
        (one.id, one.to.channel.value, one.to.value, minute(one.created_at), str(one.attempts), state, said)
        for one, state, said in found
    ]
    table(("letter", "channel", "to", "written", "tries", "state", "what the other side said"), rows)
    say("Send one once more, as it is: privacydesk outbox LETTER --again")


def again(path: Path, letter: str) -> None:
    """Send a letter that did not arrive, or may not have, once more. Raises Mendable."""
    if not letter:
        raise Mendable("Which letter? See: privacydesk outbox")
    in_doubt = {one.id: one for one, _, _ in read(path, lambda uow: uow.unsettled())}
    if letter not in in_doubt:
        raise Mendable(f"No letter {letter} is in doubt. See: privacydesk outbox")
    if in_doubt[letter].kind is Kind.CODE:
        raise Mendable(
            "This letter holds a code, and a code is never sent twice. Check the identity by hand on the "
            "card; or let the person write again once the code has lapsed: then a new one goes out."
        )
    request_id = in_doubt[letter].request_id
    read(path, lambda uow: _send_again(uow, letter, request_id, datetime.now(UTC)))
    ok(f"Letter {letter} goes out once more: within a minute where the desk runs, else when it starts.")


def _send_again(uow: UnitOfWork, letter: str, request_id: str, now: datetime) -> None:
    if uow.send_again(letter, now):
        uow.audit(AuditEntry(now, request_id, "operator", "sent_again", {"letter": letter}))


def minute(moment: datetime) -> str:
    """A moment as the operator's lists show it."""
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
                await store.run(lambda uow: uow.own_key(leave_mark=False))
                return await store.run(work)
            finally:
                await store.close()

        return asyncio.run(once())


def release(path: Path, address: str) -> None:
    """Let mail go again to an address that had refused it."""
    to = Address(ChannelName.EMAIL, address)
    if not read(path, lambda uow: _release(uow, to)):
        raise Mendable("Nothing keeps mail back from this address.")
    ok("From now on mail goes to this address again; what was not sent meanwhile stays unsent.")


def _release(uow: UnitOfWork, to: Address) -> bool:
    released = uow.release(to)
    if released:
        uow.audit(AuditEntry(datetime.now(UTC), "", "operator", "released", {}))
    return released
