"""Whose turn it is in the outbox: one letter of a lane at a time, in order, the newest of a slot only.

A try leads from waiting over leased and handing to an end, or back to waiting:

- leased: somebody is about to send it; nothing of it has left the desk.
- handing: written down for good just before the other side can have it. Where the desk is killed after
  that, nobody can say whether it arrived: it ends uncertain, and is not sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)

from storage.prepared import Prepared
from storage.tables import DATA_KEY, OUTBOX


class State(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    LEASED = "leased"
    HANDING = "handing"
    SENT = "sent"
    SUPERSEDED = "superseded"  # a newer one took its slot before it was sent
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    WITHHELD = "withheld"  # kept, and never sent: beyond a cap, or of a desk that sends nothing


#: A try is under way: its lane has no place for another.
UNDER_WAY = (State.LEASED, State.HANDING)
#: Ended in a way that a person must look at.
IN_DOUBT = (State.UNCERTAIN, State.UNREACHABLE, State.FAILED)

_CHANNEL: BindParameter[str] = bindparam("of_channel")
_NOW: BindParameter[datetime] = bindparam("now")


def is_one_of(column: ColumnElement[str], states: Iterable[State]) -> ColumnElement[bool]:
    """One of these states; spelt out, since the length of a list would be known only when it runs."""
    return or_(*(column == state for state in states))


def _waiting(channel: ColumnElement[str]) -> list[ColumnElement[bool]]:
    return [OUTBOX.c.state == State.WAITING, OUTBOX.c.channel == channel]


def _lane_is_free() -> ColumnElement[bool]:
    other = OUTBOX.alias("under_way")
    same_lane = (other.c.channel == OUTBOX.c.channel, other.c.lane == OUTBOX.c.lane)
    return ~exists().where(is_one_of(other.c.state, UNDER_WAY), *same_lane)


def _is_head() -> ColumnElement[bool]:
    """The first that waits in its lane and rank; the others stand behind it, even while it is not due."""
    other = OUTBOX.alias("earlier")
    same_lane = (other.c.channel == OUTBOX.c.channel, other.c.lane == OUTBOX.c.lane)
    before = (other.c.rank == OUTBOX.c.rank, other.c.seq < OUTBOX.c.seq)
    return ~exists().where(other.c.state == State.WAITING, *same_lane, *before)


def _has_newer() -> ColumnElement[bool]:
    newer = OUTBOX.alias("newer")
    still_good = (State.WAITING, *UNDER_WAY, State.SENT)
    return exists().where(
        newer.c.slot == OUTBOX.c.slot, newer.c.seq > OUTBOX.c.seq, is_one_of(newer.c.state, still_good)
    )


#: What can go now, with its data key, by rank and age. Of a lane two can be found, if their ranks differ.
READY = Prepared(
    select(OUTBOX, DATA_KEY.c.wrapped)
    .join(DATA_KEY, DATA_KEY.c.id == OUTBOX.c.data_key)
    .where(*_waiting(_CHANNEL), OUTBOX.c.next_try <= _NOW, _lane_is_free(), _is_head())
    .order_by(OUTBOX.c.rank, OUTBOX.c.seq)
    .limit(bindparam("most"))
    .with_for_update(of=OUTBOX, skip_locked=True)
)

#: Letters that were leased by a desk that does not live any more: nothing of them has left.
TAKE_BACK = Prepared(
    update(OUTBOX)
    .where(OUTBOX.c.state == State.LEASED, OUTBOX.c.channel == _CHANNEL, OUTBOX.c.lease_until <= _NOW)
    .values(state=State.WAITING, attempts=OUTBOX.c.attempts + 1, lease_until=None)
)

#: Letters that were being handed over by a desk that does not live any more.
IN_NOBODYS_HANDS = Prepared(
    select(OUTBOX)
    .where(OUTBOX.c.state == State.HANDING, OUTBOX.c.channel == _CHANNEL, OUTBOX.c.lease_until <= _NOW)
    .order_by(OUTBOX.c.seq)
    .with_for_update(skip_locked=True)
)

_SUPERSEDED = {"state": State.SUPERSEDED, "settled_at": bindparam("now")}

#: A new letter has taken the slot: what waits in it is out of date.
SUPERSEDE_SLOT = Prepared(
    update(OUTBOX)
    .where(OUTBOX.c.slot == bindparam("the_slot"), OUTBOX.c.state == State.WAITING)
    .values(_SUPERSEDED)
)

#: What came back to waiting when its slot had been taken already.
SUPERSEDE_RETURNED = Prepared(
    update(OUTBOX).where(*_waiting(_CHANNEL), OUTBOX.c.slot.is_not(None), _has_newer()).values(_SUPERSEDED)
)


def _turns() -> Select[datetime]:
    heads = select(OUTBOX.c.next_try.label("at")).where(*_waiting(_CHANNEL), _lane_is_free(), _is_head())
    leases = select(OUTBOX.c.lease_until.label("at")).where(
        is_one_of(OUTBOX.c.state, UNDER_WAY), OUTBOX.c.channel == _CHANNEL
    )
    turns = union_all(heads, leases).subquery()
    return select(func.min(turns.c.at).label("at"))


#: When the first letter can go: at the next try of a head, or when somebody's lease ends.
TURN_AT = Prepared(_turns())
