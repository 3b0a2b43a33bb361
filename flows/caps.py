"""Holds automatic mail to its caps: what goes beyond is kept and not sent, and staff are told, once a day a cap."""

from __future__ import annotations

from datetime import datetime

from core.caps import Cap, reached
from core.happenings import Event, Happening
from core.messages import Address
from core.requests import Request
from flows import cards
from flows.desk import Desk
from flows.store import AuditEntry, UnitOfWork

#: Who types the right code is no machine, and there are three codes a day at most.
_EARNED = frozenset({Event.IDENTITY_PROVEN, Event.STRANGER_PROVEN, Event.CODE_ACCEPTED, Event.PERSON_NEEDED})


def is_automatic(happening: Happening) -> bool:
    """Whether nobody but the desk answers: what a staff member has decided is always told."""
    return not happening.by.startswith("staff:") and happening.event not in _EARNED


def broken_by(
    uow: UnitOfWork, desk: Desk, to: Address, request_id: str, is_code: bool, now: datetime
) -> Cap | None:
    """The cap that one more automatic letter would break; None: it may go."""
    standing = uow.standing(to, request_id, now)
    return reached(standing, desk.policy.caps, is_code, to.is_chat)


def tell(uow: UnitOfWork, desk: Desk, cap: Cap, request: Request | None, notice: str, now: datetime) -> None:
    """Write down that a notice was held back, and tell staff of the first of a day."""
    request_id, reference = (request.id, request.reference) if request else ("", "–")
    uow.audit(AuditEntry(now, request_id, "desk", "held_back", {"notice": notice, "cap": cap.value}))
    if uow.once(f"capped:{cap}:{desk.today(now)}", now):
        most = getattr(desk.policy.caps, cap.value)
        words = desk.texts.phrase(f"cap.{cap}", desk.staff_language, count=most)
        cards.alert(uow, desk, "capped", now, request_id, cap=words, reference=reference)
