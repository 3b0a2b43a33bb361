"""Erases what is due, a little at a time: rows, what lies in them, and the keys that could read a copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, func, select, update

from core.messages import Address, Kind
from core.requests import OPEN
from core.retention import Kept
from flows.keeping import Due, Erased
from flows.store import Disposition
from storage.hand_over import AT_ONCE, HandOvers
from storage.queueing import State, is_one_of
from storage.requests import Requests
from storage.tables import CONVERSATION, HAND_OVER, INBOX, ONCE, OUTBOX, REQUEST, SEEN, STAFF
from storage.transaction import AnySelect

#: So much is erased in one step: a running desk waits no longer than that for its turn.
REQUESTS, ROWS = 20, 500
#: So many messages are looked through in one step, whatever became of them.
WINDOW = 5000

#: What has come to its end without a request.
_SETTLED = tuple(each for each in Disposition if each not in (Disposition.PENDING, Disposition.PARKED))
_LOOSE = (
    INBOX.c.disposition.in_(_SETTLED),
    INBOX.c.request_id == "",
    func.length(INBOX.c.raw) > 0,
)
_ENDED = tuple(state for state in State if state not in (State.WAITING, State.LEASED, State.HANDING))
#: By the index on the moment: going back by number would read all that is younger.
_NEWEST = (INBOX.c.accepted_at.desc(), INBOX.c.id.desc())
#: The letters whose bodies stay when they have come to their end, in case that somebody sends them again.
_UNSENT = (
    is_one_of(OUTBOX.c.state, (State.UNCERTAIN, State.UNREACHABLE, State.FAILED, State.WITHHELD)),
    OUTBOX.c.kind == Kind.NOTICE,
    func.length(OUTBOX.c.body) > 0,
)


class Erasing(Requests, HandOvers):
    """What is kept no longer than it may be."""

    def due_of(self, kind: Kept, before: datetime) -> Due:
        """What of a kind is as old as `before`, or older."""
        found = [_counted(self, *where) for where in _DUE[kind](before)]
        oldest = min((since for _, since in found if since is not None), default=None)
        return Due(kind, sum(count for count, _ in found), oldest)

    def erase_due(self, kind: Kept, before: datetime, after: int) -> Erased:
        """Erase a little of what is due, in one short step; `after` is 0 at first."""
        return _ERASE[kind](self, before, after)

    def erase_messages(self, item_ids: Sequence[int]) -> None:
        """Erase what raw messages hold, with their keys; what recognises them again stays."""
        mine = INBOX.c.id.in_(list(item_ids))
        key_ids = self.connection.scalars(select(INBOX.c.data_key).where(mine)).all()
        self.connection.execute(update(INBOX).where(mine).values(raw=b""))
        # What still waits, or could be handled once more, would wait for ever: nobody can read it.
        unsettled = INBOX.c.disposition.in_((Disposition.PENDING, Disposition.PARKED))
        ended = {"disposition": Disposition.IGNORED, "reason": "erased"}
        self.connection.execute(update(INBOX).where(mine, unsettled).values(ended))
        self.keys.erase(key_ids)

    def erase_letters_to(self, address: Address) -> int:
        """Erase the letters to an address that belong to no request; returns how many there were."""
        mine = (OUTBOX.c.request_id == "", OUTBOX.c.lane == self._address_index(address))
        return self.erase_these(select(OUTBOX.c.seq, OUTBOX.c.data_key).where(*mine))

    def drop_staff(self, address: Address) -> bool:
        """Erase the record of somebody who does not work here any more; False where there is none."""
        mine = (STAFF.c.address == self._address_index(address), STAFF.c.active.is_(False))
        member = self.connection.scalar(select(STAFF.c.id).where(*mine))
        if member is None:
            return False
        self.connection.execute(delete(STAFF).where(*mine))
        self.keys.erase([f"staff:{member}"])
        return True

    def erase_these(self, which: AnySelect) -> int:
        rows = self._on(OUTBOX).execute(which).all()
        self.connection.execute(delete(OUTBOX).where(OUTBOX.c.seq.in_([row.seq for row in rows])))
        self.keys.erase(row.data_key for row in rows)
        return len(rows)


# --- what is due ---------------------------------------------------------------------------------

#: A table, the column that says since when, and the conditions.
Where = tuple[Table, "ColumnElement[datetime]", Sequence[ColumnElement[bool]]]


def _requests(before: datetime) -> Sequence[Where]:
    return ((REQUEST, REQUEST.c.closed_at, (REQUEST.c.closed_at <= before, REQUEST.c.status.not_in(OPEN))),)


def _messages(before: datetime) -> Sequence[Where]:
    return ((INBOX, INBOX.c.accepted_at, (INBOX.c.accepted_at <= before, *_LOOSE)),)


def _letters(before: datetime) -> Sequence[Where]:
    mine = (OUTBOX.c.request_id == "", OUTBOX.c.created_at <= before, is_one_of(OUTBOX.c.state, _ENDED))
    return ((OUTBOX, OUTBOX.c.created_at, mine),)


def _results(before: datetime) -> Sequence[Where]:
    completed = select(REQUEST.c.id).where(REQUEST.c.id == OUTBOX.c.request_id, REQUEST.c.closed_at <= before)
    unsent = (*_UNSENT, completed.exists())
    return (
        (HAND_OVER, HAND_OVER.c.created_at, (HAND_OVER.c.created_at < before,)),
        (OUTBOX, OUTBOX.c.created_at, unsent),
    )


def _marks(before: datetime) -> Sequence[Where]:
    return ((ONCE, ONCE.c.at, (ONCE.c.at <= before,)),)


def _drafts(before: datetime) -> Sequence[Where]:
    return ((CONVERSATION, CONVERSATION.c.updated_at, (CONVERSATION.c.updated_at < before,)),)


_DUE: Mapping[Kept, Callable[[datetime], Sequence[Where]]] = {
    Kept.REQUESTS: _requests,
    Kept.RESULTS: _results,
    Kept.MESSAGES: _messages,
    Kept.LETTERS: _letters,
    Kept.MARKS: _marks,
    Kept.DRAFTS: _drafts,
}


def _counted(
    uow: Erasing, of: Table, since: ColumnElement[datetime], conditions: Sequence[ColumnElement[bool]]
) -> tuple[int, datetime | None]:
    statement = select(func.count(), func.min(since)).select_from(of).where(*conditions)
    count, oldest = uow.connection.execute(statement).one()
    return count, oldest


# --- one step of erasing -------------------------------------------------------------------------


def _more(count: int, most: int) -> int | None:
    return 0 if count >= most else None


def _erase_requests(uow: Erasing, before: datetime, after: int) -> Erased:
    ((_, since, conditions),) = _requests(before)
    oldest = select(REQUEST.c.id).where(*conditions).order_by(since).limit(REQUESTS)
    ids = tuple(uow.connection.scalars(oldest))
    for request_id in ids:
        uow.erase(request_id)
    return Erased(len(ids), _more(len(ids), REQUESTS), ids)


def _erase_results(uow: Erasing, before: datetime, after: int) -> Erased:
    """Links live shorter than results are kept: none is cut short."""
    count = uow.drop_hand_overs(before)
    _, (_, _, conditions) = _results(before)
    seqs = uow.connection.scalars(select(OUTBOX.c.seq).where(*conditions).limit(ROWS)).all()
    uow.connection.execute(update(OUTBOX).where(OUTBOX.c.seq.in_(seqs)).values(body=b""))
    is_more = count >= AT_ONCE or len(seqs) >= ROWS
    return Erased(count + len(seqs), 0 if is_more else None)


def _erase_messages(uow: Erasing, before: datetime, after: int) -> Erased:
    """One window of numbers after the other: what was erased stays as a stub, and would be met again."""
    last: int = uow.connection.scalar(select(func.max(INBOX.c.id))) or 0
    ((_, _, conditions),) = _messages(before)
    window = (INBOX.c.id > after, INBOX.c.id <= after + WINDOW)
    found = uow.connection.scalars(
        select(INBOX.c.id).where(*window, *conditions).order_by(INBOX.c.id).limit(ROWS)
    ).all()
    uow.erase_messages(found)
    reached = found[-1] if len(found) == ROWS else after + WINDOW
    return Erased(len(found), reached if reached < last else None)


def _erase_letters(uow: Erasing, before: datetime, after: int) -> Erased:
    ((_, _, conditions),) = _letters(before)
    count = uow.erase_these(select(OUTBOX.c.seq, OUTBOX.c.data_key).where(*conditions).limit(ROWS))
    return Erased(count, _more(count, ROWS))


def _erase_marks(uow: Erasing, before: datetime, after: int) -> Erased:
    """A Message-ID is forgotten with the message that bore it first."""
    newest = select(INBOX.c.id).where(INBOX.c.accepted_at <= before).order_by(*_NEWEST).limit(1)
    last: int = uow.connection.scalar(newest) or 0
    of_seen = select(SEEN.c.message_id).where(SEEN.c.item <= last).limit(ROWS)
    seen = uow.connection.execute(delete(SEEN).where(SEEN.c.message_id.in_(of_seen))).rowcount
    of_once = select(ONCE.c.what).where(ONCE.c.at <= before).limit(ROWS)
    once = uow.connection.execute(delete(ONCE).where(ONCE.c.what.in_(of_once))).rowcount
    return Erased(seen + once, _more(max(seen, once), ROWS))


def _erase_drafts(uow: Erasing, before: datetime, after: int) -> Erased:
    stale = select(CONVERSATION.c.data_key).where(CONVERSATION.c.updated_at < before).limit(ROWS)
    key_ids = uow.connection.scalars(stale).all()
    uow.connection.execute(delete(CONVERSATION).where(CONVERSATION.c.data_key.in_(key_ids)))
    uow.keys.erase(key_ids)
    return Erased(len(key_ids), _more(len(key_ids), ROWS))


_ERASE: Mapping[Kept, Callable[[Erasing, datetime, int], Erased]] = {
    Kept.REQUESTS: _erase_requests,
    Kept.RESULTS: _erase_results,
    Kept.MESSAGES: _erase_messages,
    Kept.LETTERS: _erase_letters,
    Kept.MARKS: _erase_marks,
    Kept.DRAFTS: _erase_drafts,
}
