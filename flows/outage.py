"""Staff are told when a channel stops receiving, and when it goes on."""

from __future__ import annotations

from datetime import datetime

from core.messages import ChannelName
from flows import cards
from flows.desk import Desk
from flows.store import UnitOfWork


def begun(
    uow: UnitOfWork, desk: Desk, channel: ChannelName, since: datetime, reason: str, now: datetime
) -> None:
    """Nothing can be received; `reason` in plain words, without personal data."""
    command = "privacydesk check"
    cards.alert(
        uow, desk, "receiving_stopped", now, channel=channel, since=since, reason=reason, command=command
    )


def over(uow: UnitOfWork, desk: Desk, channel: ChannelName, since: datetime, now: datetime) -> None:
    """What began then and was told is over."""
    cards.alert(uow, desk, "receiving_again", now, channel=channel, since=since)
