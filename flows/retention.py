"""What the desk holds itself is erased when its time is over: once a day, in steps that hold nobody up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from core.policy import Policy
from core.retention import DeskRetention, Kept, cut_offs
from core.telling import local_day
from flows.keeping import Due, Erased
from flows.store import AuditEntry, Store, UnitOfWork

log = structlog.get_logger()

#: The audit's word for it.
ERASED = "erased"

#: Told of every step: what kind, and how much.
Told = Callable[[Kept, int], None]


def due(uow: UnitOfWork, terms: DeskRetention, now: datetime) -> list[Due]:
    """What is due to be erased now, kind by kind; also where there is nothing of a kind."""
    return [uow.due_of(kind, before) for kind, before in cut_offs(terms, now).items()]


async def run_daily(store: Store, policy: Policy, now: datetime) -> int:
    """Erase what is due, at the first call of a local day; returns how much it was.

    Where it is interrupted, what is left is due on the next day.
    """
    today = local_day(now, policy)
    if not await store.run(lambda uow: uow.once(f"retention:{today}", now)):
        return 0
    erased = await erase_all(store, policy.desk_retention, "desk", now)
    log.info("retention", **{kind.value: count for kind, count in erased.items() if count})
    return sum(erased.values())


async def erase_all(
    store: Store, terms: DeskRetention, by: str, now: datetime, told: Told = lambda kind, count: None
) -> Mapping[Kept, int]:
    """Erase everything that is due, a step a transaction; returns how much of each kind."""
    totals = dict.fromkeys(Kept, 0)
    for kind, before in cut_offs(terms, now).items():
        after: int | None = 0
        while after is not None:
            step = await store.run(_one_step(kind, before, after, by, now))
            totals[kind] += step.count
            told(kind, step.count)
            after = step.after
    if any(totals.values()):
        await store.scrub()
    return totals


def _one_step(
    kind: Kept, before: datetime, after: int, by: str, now: datetime
) -> Callable[[UnitOfWork], Erased]:
    def step(uow: UnitOfWork) -> Erased:
        erased = uow.erase_due(kind, before, after)
        write_down(uow, kind.value, erased.count, erased.requests, "retention", by, now)
        return erased

    return step


def write_down(
    uow: UnitOfWork, kind: str, count: int, requests: tuple[str, ...], reason: str, by: str, now: datetime
) -> None:
    """Say in the audit that something was erased, and never what; each request has a row of its own."""
    for request_id in requests:
        uow.audit(AuditEntry(now, request_id, by, ERASED, {"kind": kind, "count": "1", "reason": reason}))
    if count and not requests:
        detail = {"kind": kind, "count": str(count), "reason": reason}
        uow.audit(AuditEntry(now, "", by, ERASED, detail))
