"""Staff are told when a channel stops receiving, and when it goes on; meanwhile it is kept for the morning board."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.messages import ChannelName
from flows import cards
from flows.desk import Desk
from flows.store import UnitOfWork


def begun(
    uow: UnitOfWork, desk: Desk, channel: ChannelName, since: datetime, reason: str, now: datetime
) -> None:
    """Nothing can be received; `reason` in plain words, without personal data."""
    _keep(uow, channel, since.isoformat(), now)
    command = "privacydesk check"
    cards.alert(
        uow, desk, "receiving_stopped", now, channel=channel, since=since, reason=reason, command=command
    )


def over(uow: UnitOfWork, desk: Desk, channel: ChannelName, since: datetime, now: datetime) -> None:
    """What began then and was told is over."""
    _keep(uow, channel, "", now)
    cards.alert(uow, desk, "receiving_again", now, channel=channel, since=since)


def standing(uow: UnitOfWork, desk: Desk) -> Iterator[tuple[ChannelName, datetime]]:
    """The channels that cannot be read, as far as staff were told, each since when."""
    for channel in desk.channels:
        if since := uow.cursor(_place(channel)):
            yield channel, datetime.fromisoformat(since)


def forget(uow: UnitOfWork, desk: Desk, now: datetime) -> None:
    """A desk that starts knows of no trouble yet."""
    for channel, _ in list(standing(uow, desk)):
        _keep(uow, channel, "", now)


def _place(channel: ChannelName) -> str:
    return f"unread:{channel}"


def _keep(uow: UnitOfWork, channel: ChannelName, since: str, now: datetime) -> None:
    """Up to when a channel was read is kept where the cursors are."""
    uow.accept(channel, _place(channel), (), since, now)
