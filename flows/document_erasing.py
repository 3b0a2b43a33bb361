"""Erases documents: with the decision, or when their time is over; and the messages that brought them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.documents import Document
from core.messages import ChannelName
from core.requests import Request
from flows import cards
from flows.desk import Desk
from flows.store import AuditEntry, UnitOfWork

#: The reason for erasing what nobody has judged in time.
TIME_OVER = "time_over"


def erase(uow: UnitOfWork, desk: Desk, request: Request, reason: str, now: datetime) -> int:
    """Erase the documents of a request, for a coded reason; returns how many there were."""
    return _erase(uow, desk, request, uow.documents_of(request.id), reason, now)


def erase_expired(uow: UnitOfWork, desk: Desk, now: datetime) -> int:
    """Erase the documents whose time is over, and tell staff; returns how many there were."""
    count, expired = 0, uow.expired_documents(now)
    for request_id in {each.request_id for each in expired}:
        # What else time brings for a request must not keep its documents here, should it fail.
        request = uow.request(request_id)
        found = [each for each in expired if each.request_id == request_id]
        if request is not None:
            count += _erase(uow, desk, request, found, TIME_OVER, now)
            cards.alert(uow, desk, "document_expired", now, request.id, reference=request.reference)
            cards.show(uow, desk, request, now)
    return count


def _erase(
    uow: UnitOfWork, desk: Desk, request: Request, found: Sequence[Document], reason: str, now: datetime
) -> int:
    """The message that brought a document holds it too, or the way to it: its text stands with the request."""
    if not found:
        return 0
    for each in found:
        uow.erase_document(each.id)
    items = sorted({each.item for each in found})
    in_mailbox = any(_is_mail(uow, item) for item in items)
    uow.erase_messages(items)
    detail = {"count": str(len(found)), "reason": reason}
    uow.audit(AuditEntry(now, request.id, "desk", "document_erased", detail))
    if in_mailbox:
        cards.alert(uow, desk, "document_in_mailbox", now, request.id, reference=request.reference)
    return len(found)


def _is_mail(uow: UnitOfWork, item: int) -> bool:
    found = uow.message(item)
    return found is not None and found.channel is ChannelName.EMAIL
