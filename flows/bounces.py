"""A letter comes back: it joins its request, a dead address gets no more mail, and the person is reached another way."""

from __future__ import annotations

import re
from datetime import datetime

from core.messages import Address, Bounce, ChannelName, InboundMessage, Kind
from core.requests import Request
from flows import cards, outcome, reach
from flows.automatic import SentLetter
from flows.desk import Desk
from flows.ports import Letter
from flows.store import AuditEntry, Disposition, Note, UnitOfWork

#: Beginnings of statuses that speak of us, the letter, or a full mailbox, and not of the address (RFC 3463 3).
_NOT_THE_ADDRESS = ("5.1.7", "5.1.8", "5.2.2", "5.2.3", "5.3.", "5.5.", "5.6.", "5.7.")

_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")


def returned(
    uow: UnitOfWork, desk: Desk, message: InboundMessage, bounce: Bounce, note: Note, now: datetime
) -> tuple[Disposition, str, str]:
    """Keep what a mail system says with the request of its letter, and act on it; it is never answered.

    Anybody can write such a mail: it counts for what it names, a letter of ours or a request's own address.
    """
    letter = _letter(uow, desk, bounce)
    request = _request(uow, letter, bounce, message)
    if request is not None:
        outcome.receive(uow, request, note)
        detail = {"channel": message.sender.channel.value, "silence": "bounce"}
        uow.audit(AuditEntry(now, request.id, "stranger", "received", detail))
    if bounce.permanent and (letter or request):
        gone = letter.to if letter else _requester(request, bounce)
        undelivered(uow, desk, request, letter, gone, bounce.status, now)
    return Disposition.SILENT, "bounce", request.id if request else ""


def refused(
    uow: UnitOfWork, desk: Desk, request: Request | None, letter: Letter, detail: str, now: datetime
) -> None:
    """Act on an address that our own mail server would not take; `detail` holds its codes."""
    status = _STATUS.search(detail)
    sent = SentLetter(letter.id, letter.to, letter.kind, letter.request_id)
    # A bare 550 may as well be about the letter, or about us.
    gone = letter.to if status else None
    undelivered(uow, desk, request, sent, gone, status[0] if status else "", now)


def undelivered(
    uow: UnitOfWork,
    desk: Desk,
    request: Request | None,
    letter: SentLetter | None,
    gone: Address | None,
    status: str,
    now: datetime,
) -> None:
    """A letter did not arrive for good. `gone`: where it went, None where that is not certain."""
    if gone is not None and not status.startswith(_NOT_THE_ADDRESS):
        uow.suppress(gone, status, now)
    if request is None or (letter and not uow.once(f"returned:{letter.id}", now)):
        return
    kind = letter.kind.value if letter else ""
    uow.audit(AuditEntry(now, request.id, "desk", "returned", {"status": status, "kind": kind}))
    if letter is not None and letter.kind is Kind.CODE:
        cards.alert(uow, desk, "code_bounced", now, request.id, reference=request.reference)
    elif letter is None or not _passed_on(uow, desk, request, letter, now):
        fields = {"reference": request.reference, "channel": ChannelName.EMAIL}
        cards.alert(uow, desk, "undeliverable", now, request.id, **fields)


def _letter(uow: UnitOfWork, desk: Desk, bounce: Bounce) -> SentLetter | None:
    """The letter of ours that is named, if it went to whom it is said to have failed for."""
    for message_id in bounce.message_ids:
        letter = uow.letter(message_id.strip("<>").partition("@")[0])
        if letter and desk.message_id(letter.id) == message_id and not letter.to.is_chat:
            said = bounce.recipients
            return letter if not said or letter.to.normal in said else None
    return None


def _request(
    uow: UnitOfWork, letter: SentLetter | None, bounce: Bounce, message: InboundMessage
) -> Request | None:
    if letter is not None:
        return uow.request(letter.request_id) if letter.request_id else None
    token = bounce.token or message.reply_token
    found = uow.by_token(token) if token else None
    named = (*bounce.message_ids, *message.references)
    return found or (uow.by_message_ids(named) if named else None)


def _requester(request: Request | None, bounce: Bounce) -> Address | None:
    """The requester's address, where no other is named: a request alone is no word about another contact."""
    if request is None or request.requester.is_chat:
        return None
    return request.requester if request.requester.normal in bounce.recipients else None


def _passed_on(uow: UnitOfWork, desk: Desk, request: Request, letter: SentLetter, now: datetime) -> bool:
    """Send the same words to another contact of the person, if there are both; files are never sent again."""
    message_id = desk.message_id(letter.id)
    note = next((each for each in uow.notes(request.id) if each.message_id == message_id), None)
    if note is None or not note.text or note.notice.startswith("hand_over"):
        return False
    other = reach.other_way(uow, desk, request, letter.to, note.notice, now)
    if other is not None:
        outcome.pass_on(uow, desk, request, note, other, now)
    return other is not None
