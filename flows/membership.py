"""Who comes and goes: leaving the staff chat ends a role at once; a blocked desk is noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.messages import Membership
from flows.desk import Desk
from flows.store import AuditEntry, UnitOfWork


def changed(uow: UnitOfWork, desk: Desk, change: Membership, now: datetime) -> str:
    """Write down a change of membership; returns what it meant.

    Whoever comes back gets no role from it: anybody with an invitation can, also somebody whom the
    settings do not name any more. The settings give roles, at every start.
    """
    member = uow.staff(change.person)
    if desk.staff_chat is None or change.chat.normal != desk.staff_chat.normal or member is None:
        return "blocked" if not change.present else "member"
    if member.active and not change.present:
        uow.put_staff(replace(member, active=False))
        uow.audit(AuditEntry(now, "", f"staff:{member.id}", "staff_left", {}))
    return "staff"
