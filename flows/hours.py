"""Holds letters to the quiet hours: what answers nobody waits for the morning."""

from __future__ import annotations

from datetime import datetime

from core.messages import Outbound
from core.quiet import AT_ONCE, AWAKE, is_quiet, morning
from core.requests import Request
from core.verification import place
from flows.desk import Desk
from flows.store import UnitOfWork

#: The actor of what the requester does.
REQUESTER = "requester"


def mind(
    uow: UnitOfWork, desk: Desk, request: Request, letter: Outbound, notice: str, by: str, now: datetime
) -> None:
    """Put a letter off that was just posted, where it is night and the requester is not awake."""
    policy = desk.policy
    if not is_quiet(now, policy.quiet, policy.timezone):
        return
    if by == REQUESTER or notice in AT_ONCE or _is_awake(uow, request, now):
        # Whoever reads this one may have the ones before it too; they must not come after it.
        uow.let_go(letter.to, now)
    else:
        uow.put_off(letter.id, morning(now, policy.quiet, policy.timezone))


def _is_awake(uow: UnitOfWork, request: Request, now: datetime) -> bool:
    """Whether the requester has written just now."""
    theirs = place(request.requester)
    written = (note.at for note in uow.notes(request.id) if note.incoming and place(note.address) == theirs)
    return now - max(written, default=request.received_at) < AWAKE
