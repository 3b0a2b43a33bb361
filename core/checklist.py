"""The checklist of a request: every system that must act for it, by when, and whether it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from core.policy import Policy, System, SystemKind
from core.requests import Outcome, Request, Right, Status


@dataclass(frozen=True, slots=True)
class Entry:
    """One system's part in a request."""

    system: System
    #: By when it must have acted; None once every right that it acts for is settled.
    due: date | None
    is_ticked: bool

    @property
    def token(self) -> str:
        """The name under which a button knows the system: short, and the same while the policy names it so."""
        return f"{crc32(self.system.name.encode()):08x}"


def checklist(request: Request, policy: Policy) -> tuple[Entry, ...]:
    """What the systems must do for an approved request, in the policy's order; empty before it is approved."""
    return tuple(_entries(request, policy)) if request.status is Status.APPROVED else ()


def unticked(request: Request, policy: Policy, right: Right) -> tuple[Entry, ...]:
    """What is still to do before a right is done everywhere."""
    return tuple(
        entry for entry in checklist(request, policy) if not entry.is_ticked and right in entry.system.rights
    )


def late(request: Request, policy: Policy, today: date) -> tuple[Entry, ...]:
    """The systems that should have acted before today."""
    return tuple(
        entry
        for entry in checklist(request, policy)
        if not entry.is_ticked and entry.due is not None and entry.due < today
    )


def informed(request: Request, policy: Policy, right: Right) -> tuple[str, ...]:
    """The processors and partners who have acted for a right, and so were told of it."""
    return tuple(
        system.name
        for system in policy.systems
        if system.name in request.ticked and right in system.rights and system.kind is not SystemKind.INTERNAL
    )


def _entries(request: Request, policy: Policy) -> Iterator[Entry]:
    wanted = [item for item in request.items if item.outcome is not Outcome.REFUSED]
    for system in policy.systems:
        mine = [item for item in wanted if item.right in system.rights]
        ends = [item.due.binding for item in mine if item.outcome is Outcome.OPEN]
        is_ticked = bool(mine) and system.name in request.ticked
        # What was done without a tick is asked for no more, and is no tick either.
        if ends or is_ticked:
            yield Entry(system, min(ends) - timedelta(days=system.days) if ends else None, is_ticked)
