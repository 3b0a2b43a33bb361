"""What the morning board says: what is late, due today and this week, and who is waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.checklist import Entry, checklist, late
from core.policy import Policy
from core.requests import WAITS, Request, Status
from core.verification import identity_quorum


class Waiting(StrEnum):
    """Whose turn it is."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SECOND = "second"  # another staff member, where two must agree
    SYSTEM = "system"  # whoever sees to a system that must act


@dataclass(frozen=True, slots=True)
class Board:
    """The open requests of a morning; within each part the earliest date first."""

    overdue: tuple[Request, ...]
    today: tuple[Request, ...]
    week: tuple[Request, ...]
    waiting: Mapping[Waiting, int]
    #: Systems that should have acted before today, each with its request.
    late_systems: tuple[tuple[Request, Entry], ...]

    @property
    def is_empty(self) -> bool:
        return not self.waiting


def board(requests: Sequence[Request], policy: Policy, today: date) -> Board:
    """What a board of that morning says; `requests` are the open ones."""
    dated = sorted(
        ((day, request) for request in requests if (day := ends_on(request)) is not None),
        key=lambda pair: (pair[0], pair[1].reference),
    )
    sunday = today + timedelta(days=6 - today.weekday())
    return Board(
        overdue=tuple(request for day, request in dated if day < today),
        today=tuple(request for day, request in dated if day == today),
        week=tuple(request for day, request in dated if today < day <= sunday),
        waiting=Counter(waits_for(request, policy) for request in requests),
        late_systems=tuple(
            (request, entry) for request in requests for entry in late(request, policy, today)
        ),
    )


def ends_on(request: Request) -> date | None:
    """The day by which something must happen: a right's due date, the acknowledgement's at triage."""
    return request.due or (request.acknowledge_by if request.status is Status.TRIAGE else None)


def waits_for(request: Request, policy: Policy) -> Waiting:
    """Whose turn it is with an open request."""
    if request.status in WAITS:
        return Waiting.CUSTOMER
    if request.status is Status.APPROVED:
        todo = [entry for entry in checklist(request, policy) if not entry.is_ticked]
        return Waiting.SYSTEM if todo else Waiting.STAFF
    if request.status is Status.IDENTITY_REVIEW:
        needed, given = identity_quorum(request, policy), request.identity_votes
    else:
        needed, given = quorum(request, policy), request.approvals
    return Waiting.SECOND if 0 < len(given) < needed else Waiting.STAFF


def quorum(request: Request, policy: Policy) -> int:
    """How many staff members must approve: as many as the strictest of its rights asks for."""
    return max((policy.rights[right].quorum for right in request.rights), default=1)
