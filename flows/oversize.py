"""A mail that is too large to be read: its sender is told once a day, if anybody may be told at all."""

from __future__ import annotations

from datetime import datetime

from core.messages import InboundMessage, Kind, Outbound
from flows import caps, reach
from flows.desk import Desk
from flows.store import UnitOfWork

NOTICE = "too_large"


def tell_sender(uow: UnitOfWork, desk: Desk, header: InboundMessage, now: datetime) -> None:
    """Ask for a smaller mail; staff are told in any case, by whoever parks it."""
    to = header.sender
    if header.silence or header.bounce is not None or reach.is_dead(uow, to, "", now):
        return
    if not uow.once(f"{NOTICE}:{to.normal}:{desk.today(now)}", now):
        return
    if cap := caps.broken_by(uow, desk, to, "", False, now):
        caps.tell(uow, desk, cap, None, NOTICE, now)
        return
    text = desk.texts.notice(NOTICE, desk.policy.language, {}, chat=False)
    letter = Outbound(
        id=desk.secrets.token(26),
        to=to,
        kind=Kind.NOTICE,
        created_at=now,
        text=text.text,
        subject=text.subject,
        html=text.html,
        in_reply_to=header.message_id,
        references=(header.message_id,) if header.message_id else (),
        language=desk.policy.language,
    )
    uow.count_automatic(to, "", False, now)
    uow.post(letter, desk.channels[to.channel].compose(letter), "", withheld=desk.silent)
