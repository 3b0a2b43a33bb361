"""Shows an operator what became of messages: quarantined, silent, each as it arrived; and lets one be handled again."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.console import Mendable, ok, say, table
from app.looking import minute, read
from flows.automatic import Registered
from flows.store import AuditEntry, Disposition, InboxItem, UnitOfWork


def inbox(path: Path, silent: bool, as_json: bool) -> None:
    """List what is quarantined, or what was registered in silence, with the reason; no addresses."""
    disposition = Disposition.SILENT if silent else Disposition.PARKED
    found = read(path, lambda uow: uow.registered(disposition))
    if as_json:
        sys.stdout.write(json.dumps([_fields(one) for one in found], ensure_ascii=False) + "\n")
    elif silent:
        _list_silent(found)
    else:
        _list_quarantined(found)


def _list_quarantined(found: list[Registered]) -> None:
    if not found:
        ok("Nothing is parked: every message could be handled.")
        return
    rows = [
        (str(one.id), one.channel.value, minute(one.received_at), str(one.attempts), one.reason)
        for one in found
    ]
    table(("number", "channel", "received", "tries", "reason"), rows)
    say("See one as it arrived: privacydesk inbox NUMBER.  Try it again: privacydesk replay NUMBER")


def _list_silent(found: list[Registered]) -> None:
    if not found:
        ok("No message was registered in silence.")
        return
    table(("number", "received", "reason"), [(str(o.id), minute(o.received_at), o.reason) for o in found])
    say("See one as it arrived: privacydesk inbox NUMBER")


def _fields(one: Registered) -> dict[str, object]:
    return {
        "number": one.id,
        "channel": one.channel.value,
        "received": one.received_at.astimezone(UTC).isoformat(timespec="seconds"),
        "tries": one.attempts,
        "reason": one.reason,
    }


def show(path: Path, number: int) -> None:
    """Write one message to standard output as it arrived, whatever became of it. Raises Mendable."""
    item = read(path, lambda uow: _look_at(uow, number))
    if item is None:
        raise Mendable(f"There is no message {number}, or it is erased. See: privacydesk inbox")
    sys.stdout.buffer.write(item.raw.raw)


def _look_at(uow: UnitOfWork, number: int) -> InboxItem | None:
    """Whoever reads what somebody wrote is written down."""
    item = uow.message(number)
    if item is not None:
        uow.audit(AuditEntry(datetime.now(UTC), "", "operator", "looked", {"message": str(number)}))
    return item


def replay(path: Path, number: int) -> None:
    """Let a parked message be handled once more."""
    if not read(path, lambda uow: uow.replay(number, datetime.now(UTC))):
        raise Mendable(f"No message {number} is parked. See: privacydesk inbox")
    ok(f"Message {number} will be handled once more: at once where the desk runs, else when it starts.")
