"""Letters on their way out: posted with the request, leased to be sent, handed over, settled afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select, tuple_, update

from core.messages import Address, ChannelName, Kind, Outbound
from flows.ports import Delivery, Letter, Sent
from flows.store import Tried
from storage.documents import document_key
from storage.prepared import Prepared
from storage.queueing import (
    IN_DOUBT,
    IN_NOBODYS_HANDS,
    READY,
    SUPERSEDE_RETURNED,
    SUPERSEDE_SLOT,
    TAKE_BACK,
    TURN_AT,
    UNDER_WAY,
    State,
    is_one_of,
)
from storage.requests import request_key
from storage.tables import DATA_KEY, OUTBOX
from storage.transaction import AnyRow, Transaction

#: What goes first where several are due: a tap is answered while the finger is on the button. All else
#: goes in the order it was posted, so that no code overtakes the notice that speaks of it.
RANK: Mapping[Kind, int] = {kind: 0 if kind is Kind.TAP else 1 for kind in Kind}

#: How a letter ends when there is no next try.
END: Mapping[Delivery, State] = {
    Delivery.SENT: State.SENT,
    Delivery.RETRY: State.FAILED,
    Delivery.UNCERTAIN: State.UNCERTAIN,
    Delivery.UNREACHABLE: State.UNREACHABLE,
    Delivery.FAILED: State.FAILED,
}

_UNTIL: BindParameter[datetime] = bindparam("until")
_LEASE = Prepared(
    update(OUTBOX).where(OUTBOX.c.seq == bindparam("the_seq")).values(state=State.LEASED, lease_until=_UNTIL)
)
#: The tries so far tell one lease from the next: whoever lost the lease hands nothing over.
_HAND = (
    update(OUTBOX)
    .where(tuple_(OUTBOX.c.id, OUTBOX.c.attempts).in_(bindparam("leases", expanding=True)))
    .where(OUTBOX.c.state == State.LEASED)
    .values(state=State.HANDING, lease_until=_UNTIL)
    .returning(OUTBOX.c.id)
)
_SEALED_UNDER = (
    select(OUTBOX.c.id, OUTBOX.c.data_key, OUTBOX.c.channel, OUTBOX.c.slot, DATA_KEY.c.wrapped)
    .join(DATA_KEY, DATA_KEY.c.id == OUTBOX.c.data_key)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
)
_UNSENT = (OUTBOX.c.id == bindparam("the_id"), OUTBOX.c.state != State.SENT)
_ONE_MORE = {"attempts": OUTBOX.c.attempts + 1, "lease_until": None}
_SENT = Prepared(
    update(OUTBOX).where(*_UNSENT).values(_ONE_MORE | {"state": State.SENT, "body": b"", "detail": None}),
    ["reference", "message_id", "settled_at"],
)
_NOT_SENT = Prepared(
    update(OUTBOX).where(*_UNSENT).values(_ONE_MORE), ["state", "detail", "settled_at", "next_try"]
)
_END_LEASES = Prepared(
    update(OUTBOX).where(is_one_of(OUTBOX.c.state, UNDER_WAY)).values(lease_until=bindparam("now"))
)
_REPLACED = Prepared(
    select(OUTBOX.c.id, OUTBOX.c.data_key, OUTBOX.c.reference)
    .where(OUTBOX.c.slot == bindparam("slot"), OUTBOX.c.state == State.SENT)
    .order_by(OUTBOX.c.seq.desc())
    .limit(1)
)


class Outbox(Transaction):
    """The outbox. Addresses, bodies, references and servers' words are sealed."""

    def post(
        self, message: Outbound, body: bytes, request_id: str, withheld: bool = False, document: str = ""
    ) -> None:
        """Put a letter into the outbox, due at once unless withheld; what waits in its slot never goes."""
        key_id = request_key(request_id) if request_id else f"letter:{message.id}"
        # What carries a document is erased with it.
        key_id = document_key(document) if document else key_id
        if request_id:
            self.keys.ensure(key_id)
        else:
            self.keys.make([key_id])
        lane, recipient = self._address_index(message.to), message.to.value.encode()
        slot = self._index("slot", lane + message.slot.encode()) if message.slot else None
        if slot is not None:
            self._change(SUPERSEDE_SLOT, {"the_slot": slot, "now": message.created_at})
        row = {
            "id": message.id,
            "request_id": request_id,
            "data_key": key_id,
            "channel": message.to.channel,
            "kind": message.kind,
            "rank": RANK[message.kind],
            "lane": lane,
            "slot": slot,
            "recipient": self.keys.seal(key_id, OUTBOX.c.recipient, message.id, recipient),
            "body": self.keys.seal(key_id, OUTBOX.c.body, message.id, body),
            "created_at": message.created_at,
            "state": State.WITHHELD if withheld else State.WAITING,
            "attempts": 0,
            "next_try": message.created_at,
        }
        self._add(OUTBOX, row)

    # a try, step by step

    def lease(self, channel: ChannelName, limit: int, now: datetime, until: datetime) -> list[Letter]:
        """Letters that are due, answers to taps first, then oldest; at most one for each address at a time.

        One whose lease ran out before it was handed over comes again, with that try counted.
        """
        # Two at once could each see a lane free and take a letter of another rank from it.
        self._serialise(f"outbox/{channel}")
        moment = {"of_channel": channel, "now": now}
        if self._change(TAKE_BACK, moment):
            self._change(SUPERSEDE_RETURNED, moment)
        found = self._rows(READY, **moment, most=limit)
        rows = list({row.lane: row for row in reversed(found)}.values())[::-1]
        if rows:
            self._change_many(_LEASE, [{"the_seq": row.seq, "until": until} for row in rows])
        for row in rows:
            self.keys.learn(row.data_key, row.wrapped)
        return [self._letter(row) for row in rows]

    def hand_over(self, letters: Sequence[Letter], until: datetime) -> frozenset[str]:
        """Write down that the other side may have these from now on.

        Returns the ids of those that are still leased as they were; the others must not be sent.
        """
        leases = [(letter.id, letter.attempts) for letter in letters]
        return frozenset(self._on(OUTBOX).scalars(_HAND, {"leases": leases, "until": until}))

    def in_nobodys_hands(self, channel: ChannelName, now: datetime) -> list[Letter]:
        """End as uncertain what was being handed over when its desk was killed; returns those letters."""
        rows = self._rows(IN_NOBODYS_HANDS, of_channel=channel, now=now)
        self.keys.load(row.data_key for row in rows)
        letters = [self._letter(row) for row in rows if self.keys.has(row.data_key)]
        killed = Sent(Delivery.UNCERTAIN, detail="the desk ended while it handed the letter over")
        self.settle_letters([Tried(letter.id, killed) for letter in letters], now)
        return letters

    def release_leases(self, now: datetime) -> int:
        """End all leases: for a desk that starts, alone, after another was killed. Returns how many there were."""
        return self._change(_END_LEASES, {"now": now})

    def settle_letter(self, letter_id: str, sent: Sent, now: datetime, next_try: datetime | None) -> None:
        """Write down how one try ended; `next_try` None: this was the last."""
        self.settle_letters([Tried(letter_id, sent, next_try)], now)

    def settle_letters(self, tries: Sequence[Tried], now: datetime) -> None:
        """Write down how tries ended. What is sent stays sent."""
        if not tries:
            return
        ids = [tried.letter_id for tried in tries]
        rows = {row.id: row for row in self._on(OUTBOX, DATA_KEY).execute(_SEALED_UNDER, {"ids": ids})}
        for row in rows.values():
            self.keys.learn(row.data_key, row.wrapped)
        # A letter without a row was erased with its request while it was on its way.
        known = [(rows[tried.letter_id], tried) for tried in tries if tried.letter_id in rows]
        sent = [self._sent(row, tried, now) for row, tried in known if tried.sent.result is Delivery.SENT]
        if sent:
            self._change_many(_SENT, sent)
        self._settle_unsent([pair for pair in known if pair[1].sent.result is not Delivery.SENT], now)

    def _sent(self, row: AnyRow, tried: Tried, now: datetime) -> Mapping[str, object]:
        """What is kept of a sent letter: its reference. Its body is not needed again."""
        reference = tried.sent.reference.encode()
        is_mail = reference and row.channel == ChannelName.EMAIL
        return {
            "the_id": row.id,
            "reference": self.keys.seal(row.data_key, OUTBOX.c.reference, row.id, reference),
            "message_id": self._index("message-id", reference) if is_mail else None,
            "settled_at": now,
        }

    def _settle_unsent(self, known: Iterable[tuple[AnyRow, Tried]], now: datetime) -> None:
        for row, tried in known:
            again, said = tried.next_try is not None, tried.sent.detail.encode()
            values = {
                "the_id": row.id,
                "state": State.WAITING if again else END[tried.sent.result],
                "detail": self.keys.seal(row.data_key, OUTBOX.c.detail, row.id, said),
                "settled_at": None if again else now,
                "next_try": tried.next_try or now,
            }
            self._change(_NOT_SENT, values)
            if again and row.slot is not None:
                self._change(SUPERSEDE_RETURNED, {"of_channel": row.channel, "now": now})

    # looking

    def next_letter_at(self, channel: ChannelName) -> datetime | None:
        """When `lease` can have something next; in the past: now. None: nothing waits."""
        at: datetime | None = self._row(TURN_AT, of_channel=channel).at
        return at

    def unsettled(self) -> list[tuple[Letter, str, str]]:
        """Letters that ended uncertain, unreachable or failed: with their state and detail."""
        rows = self.connection.execute(
            select(OUTBOX).where(OUTBOX.c.state.in_(IN_DOUBT)).order_by(OUTBOX.c.seq)
        ).all()
        self.keys.load(row.data_key for row in rows)
        return [(self._letter(row), row.state, self._detail(row)) for row in rows]

    def send_again(self, letter_id: str, now: datetime) -> bool:
        """Let a letter that ended badly go once more; False where there is none, it holds a code, or it is erased."""
        changed = self.connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == letter_id, OUTBOX.c.state.in_(IN_DOUBT), OUTBOX.c.kind != Kind.CODE)
            .where(func.length(OUTBOX.c.body) > 0)
            .values(state=State.WAITING, next_try=now, settled_at=None)
        )
        return changed.rowcount == 1

    def _letter(self, row: AnyRow) -> Letter:
        recipient = self.keys.unseal(row.data_key, OUTBOX.c.recipient, row.id, row.recipient).decode()
        return Letter(
            id=row.id,
            to=Address(ChannelName(row.channel), recipient),
            # Retention may have taken the body of what never arrived.
            body=self.keys.unseal(row.data_key, OUTBOX.c.body, row.id, row.body) if row.body else b"",
            attempts=row.attempts,
            created_at=row.created_at,
            kind=Kind(row.kind),
            replaces=self._replaced(row.slot) if row.slot else "",
            request_id=row.request_id,
        )

    def _replaced(self, slot: bytes) -> str:
        """The reference of the newest letter that was sent in this slot."""
        row = self._row(_REPLACED, slot=slot)
        if row is None:
            return ""
        return self.keys.unseal(row.data_key, OUTBOX.c.reference, row.id, row.reference).decode()

    def _detail(self, row: AnyRow) -> str:
        return self.keys.unseal(row.data_key, OUTBOX.c.detail, row.id, row.detail).decode()
