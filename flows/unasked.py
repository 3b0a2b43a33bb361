"""The people on file could not be asked for minutes: the requester notices nothing, and staff check by hand."""

from __future__ import annotations

from datetime import datetime

from flows import cards
from flows.desk import Desk
from flows.store import AuditEntry, UnitOfWork

#: So often is the directory asked for one message, over some four minutes; then nobody counts as found.
LOOKUPS = 8
#: In the audit log, and so on the card and in the evidence.
ACTION = "not_looked_up"
REASON = "the people on file could not be asked"


def tell(uow: UnitOfWork, desk: Desk, request_id: str, now: datetime) -> None:
    """Mark a request whose requester was not looked up, and tell staff of the first one of an hour."""
    request = uow.request(request_id) if request_id else None
    if request is None or not uow.once(f"{ACTION}:{request.id}", now):
        return
    uow.audit(AuditEntry(now, request.id, "desk", ACTION, {}))
    cards.show(uow, desk, request, now)
    if uow.once(f"{ACTION}:{now:%Y-%m-%dT%H}", now):
        named = {"reference": request.reference, "command": "privacydesk check"}
        cards.alert(uow, desk, "directory_silent", now, request.id, **named)
