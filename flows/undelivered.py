"""What staff are told of letters that did not arrive, or may not have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from core.messages import Kind
from flows import bounces, cards
from flows.desk import Desk
from flows.ports import Delivery, Letter, Sent
from flows.store import UnitOfWork

log = structlog.get_logger()

ALERTS = {
    Delivery.RETRY: "failed",
    Delivery.FAILED: "failed",
    Delivery.UNCERTAIN: "uncertain",
    Delivery.UNREACHABLE: "undeliverable",
}


def tell_staff(uow: UnitOfWork, desk: Desk, letter: Letter, sent: Sent, now: datetime) -> None:
    """A letter that will not go is a matter for a person; one to the staff chat itself can only be logged."""
    if desk.staff_chat is not None and letter.to.normal == desk.staff_chat.normal:
        log.error("staff_chat_unreachable", result=sent.result.value, detail=sent.detail)
        return
    member = uow.staff(letter.to)
    if member is not None and sent.result is Delivery.UNREACHABLE:
        cards.alert(uow, desk, "staff_unreachable", now, letter.request_id, name=member.name)
        return
    request = uow.request(letter.request_id) if letter.request_id else None
    if not letter.to.is_chat and sent.result is Delivery.UNREACHABLE:
        bounces.refused(uow, desk, request, letter, sent.detail, now)
        if request is not None:
            return
    name = _alert(letter, sent) if request else "other_letter"
    fields: dict[str, object] = {"channel": letter.to.channel}
    if request:
        fields["reference"] = request.reference
    if name != "undeliverable":
        fields["command"] = f"privacydesk outbox {letter.id}"
    cards.alert(uow, desk, name, now, letter.request_id, **fields)


def _alert(letter: Letter, sent: Sent) -> str:
    uncertain_code = letter.kind is Kind.CODE and sent.result is Delivery.UNCERTAIN
    return "uncertain_code" if uncertain_code else ALERTS[sent.result]


def tell_of_doubt(uow: UnitOfWork, desk: Desk, letters: Sequence[Letter], now: datetime) -> None:
    """Letters were being handed over when the desk was killed: one alert, however many there are."""
    if len(letters) == 1:
        tell_staff(uow, desk, letters[0], Sent(Delivery.UNCERTAIN), now)
    elif letters:
        count, channel = len(letters), letters[0].to.channel
        command = "privacydesk outbox"
        cards.alert(uow, desk, "many_uncertain", now, count=count, channel=channel, command=command)
