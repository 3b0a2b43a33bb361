"""Whose turn it is in the outbox: one letter of a lane at a time, in order, the newest of a slot only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from core.messages import ChannelName
from storage.tables import OUTBOX
from storage.transaction import AnySelect


class State(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    SUPERSEDED = "superseded"  # a newer one took its slot before it was sent
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


#: Still to be sent.
_UNSETTLED = (State.WAITING, State.LEASED)


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(OUTBOX.c.state == State.WAITING, OUTBOX.c.next_try <= now),
        and_(OUTBOX.c.state == State.LEASED, OUTBOX.c.lease_until <= now),
    )


def _has_newer() -> ColumnElement[bool]:
    newer = OUTBOX.alias("newer")
    return exists().where(
        newer.c.slot == OUTBOX.c.slot,
        newer.c.seq > OUTBOX.c.seq,
        newer.c.state.in_((*_UNSETTLED, State.SENT)),
    )


def superseded(channel: ChannelName, now: datetime) -> ColumnElement[bool]:
    """Letters not on their way whose slot a newer one has taken."""
    idle = or_(OUTBOX.c.state == State.WAITING, _due(now))
    return and_(
        OUTBOX.c.state.in_(_UNSETTLED),
        OUTBOX.c.channel == channel,
        OUTBOX.c.slot.is_not(None),
        idle,
        _has_newer(),
    )


def _heads(channel: ChannelName) -> Select[int]:
    """The first unsettled letter of every lane and rank; the others stand behind it."""
    return (
        select(func.min(OUTBOX.c.seq))
        .where(OUTBOX.c.state.in_(_UNSETTLED), OUTBOX.c.channel == channel)
        .where(or_(OUTBOX.c.state == State.LEASED, OUTBOX.c.slot.is_(None), ~_has_newer()))
        .group_by(OUTBOX.c.lane, OUTBOX.c.rank)
    )


def _leased_lanes(channel: ChannelName) -> Select[bytes]:
    return select(OUTBOX.c.lane).where(OUTBOX.c.state == State.LEASED, OUTBOX.c.channel == channel)


def ready(channel: ChannelName, limit: int, now: datetime) -> AnySelect:
    """The letters to lease now, locked; those that another process holds are passed over."""
    place = func.row_number().over(partition_by=OUTBOX.c.lane, order_by=OUTBOX.c.rank)
    under_way = _leased_lanes(channel).where(OUTBOX.c.lease_until > now)
    candidates = (
        select(OUTBOX.c.seq, place.label("place"))
        .where(OUTBOX.c.seq.in_(_heads(channel)), _due(now), OUTBOX.c.lane.not_in(under_way))
        .subquery()
    )
    first = select(candidates.c.seq).where(candidates.c.place == 1)
    return (
        select(OUTBOX)
        # Said again for the row as it is once locked: it may have been leased since it was found.
        .where(OUTBOX.c.seq.in_(first), _due(now))
        .order_by(OUTBOX.c.rank, OUTBOX.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def turn_at(channel: ChannelName) -> Select[datetime]:
    """When the first letter can go: at the end of its lane's lease, or at the next try of a head."""
    its_turn = case((OUTBOX.c.state == State.LEASED, OUTBOX.c.lease_until), else_=OUTBOX.c.next_try)
    return select(func.min(its_turn)).where(
        OUTBOX.c.seq.in_(_heads(channel)),
        or_(OUTBOX.c.state == State.LEASED, OUTBOX.c.lane.not_in(_leased_lanes(channel))),
    )
