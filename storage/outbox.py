"""Letters on their way out: posted with the request, leased to be sent, settled afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, insert, select, update

from core.messages import Address, ChannelName, Kind, Outbound
from flows.ports import Delivery, Letter, Sent
from storage.queueing import State, ready, superseded, turn_at
from storage.requests import request_key
from storage.tables import OUTBOX
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

#: The tries so far: one whose lease ran out counts, though nobody settled it.
_TRIES = OUTBOX.c.attempts + case((OUTBOX.c.state == State.LEASED, 1), else_=0)


class Outbox(Transaction):
    """The outbox. Addresses, bodies, references and servers' words are sealed."""

    def post(self, message: Outbound, body: bytes, request_id: str) -> None:
        """Put a letter into the outbox; it is due at once."""
        key_id = request_key(request_id) if request_id else f"letter:{message.id}"
        self.keys.ensure(key_id)
        lane, recipient = self._address_index(message.to), message.to.value.encode()
        row = {
            "id": message.id,
            "request_id": request_id,
            "data_key": key_id,
            "channel": message.to.channel,
            "kind": message.kind,
            "rank": RANK[message.kind],
            "lane": lane,
            "slot": self._index("slot", lane + message.slot.encode()) if message.slot else None,
            "recipient": self.keys.seal(key_id, OUTBOX.c.recipient, message.id, recipient),
            "body": self.keys.seal(key_id, OUTBOX.c.body, message.id, body),
            "created_at": message.created_at,
            "state": State.WAITING,
            "attempts": 0,
            "next_try": message.created_at,
        }
        self.connection.execute(insert(OUTBOX), row)

    def lease(self, channel: ChannelName, limit: int, now: datetime, until: datetime) -> list[Letter]:
        """Letters that are due, answers to taps first, then oldest; at most one for each address at a time.

        A letter whose lease ran out comes again, with the try that nobody settled counted.
        """
        # Two at once could each see a lane free and take a letter of another rank from it.
        self._serialise(f"outbox/{channel}")
        self.connection.execute(
            update(OUTBOX).where(superseded(channel, now)).values(state=State.SUPERSEDED, settled_at=now)
        )
        rows = self.connection.execute(ready(channel, limit, now).add_columns(_TRIES.label("tries"))).all()
        if not rows:
            return []
        self.keys.load(row.data_key for row in rows)
        self.connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.seq.in_([row.seq for row in rows]))
            .values(state=State.LEASED, lease_until=until, attempts=_TRIES)
        )
        return [self._letter(row, row.tries) for row in rows]

    def release_leases(self, now: datetime) -> int:
        """End all leases: for a desk that starts, alone, after another was killed. Returns how many there were."""
        released = self.connection.execute(
            update(OUTBOX).where(OUTBOX.c.state == State.LEASED).values(lease_until=now)
        )
        return released.rowcount

    def settle_letter(self, letter_id: str, sent: Sent, now: datetime, next_try: datetime | None) -> None:
        """Write down how a try ended; `next_try` None: this was the last. What is sent stays sent."""
        row = self.connection.execute(
            select(OUTBOX.c.data_key, OUTBOX.c.channel).where(OUTBOX.c.id == letter_id)
        ).first()
        if row is None:  # erased with its request while it was on its way
            return
        again = next_try is not None and sent.result is not Delivery.SENT
        self.connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == letter_id, OUTBOX.c.state != State.SENT)
            .values(
                state=State.WAITING if again else END[sent.result],
                attempts=OUTBOX.c.attempts + 1,
                lease_until=None,
                settled_at=None if again else now,
                detail=self.keys.seal(row.data_key, OUTBOX.c.detail, letter_id, sent.detail.encode()),
                **({"next_try": next_try} if again else {}),
                **(self._sent_columns(letter_id, row, sent) if sent.result is Delivery.SENT else {}),
            )
        )

    def _sent_columns(self, letter_id: str, row: AnyRow, sent: Sent) -> dict[str, object]:
        """What is kept of a sent letter: its reference. Its body is not needed again."""
        reference = sent.reference.encode()
        is_mail = reference and row.channel == ChannelName.EMAIL
        return {
            "body": b"",
            "reference": self.keys.seal(row.data_key, OUTBOX.c.reference, letter_id, reference),
            "message_id": self._index("message-id", reference) if is_mail else None,
        }

    def next_letter_at(self, channel: ChannelName) -> datetime | None:
        """When `lease` can have something next; in the past: now. None: nothing waits."""
        return self.connection.scalar(turn_at(channel))

    def unsettled(self) -> list[tuple[Letter, str, str]]:
        """Letters that ended uncertain, unreachable or failed: with their state and detail."""
        ends = (State.UNCERTAIN, State.UNREACHABLE, State.FAILED)
        rows = self.connection.execute(
            select(OUTBOX).where(OUTBOX.c.state.in_(ends)).order_by(OUTBOX.c.seq)
        ).all()
        self.keys.load(row.data_key for row in rows)
        return [(self._letter(row, row.attempts), row.state, self._detail(row)) for row in rows]

    def _letter(self, row: AnyRow, attempts: int) -> Letter:
        recipient = self.keys.unseal(row.data_key, OUTBOX.c.recipient, row.id, row.recipient).decode()
        return Letter(
            id=row.id,
            to=Address(ChannelName(row.channel), recipient),
            body=self.keys.unseal(row.data_key, OUTBOX.c.body, row.id, row.body),
            attempts=attempts,
            created_at=row.created_at,
            replaces=self._replaced(row.slot) if row.slot else "",
            request_id=row.request_id,
        )

    def _replaced(self, slot: bytes) -> str:
        """The reference of the newest letter that was sent in this slot."""
        row = self.connection.execute(
            select(OUTBOX.c.id, OUTBOX.c.data_key, OUTBOX.c.reference)
            .where(OUTBOX.c.slot == slot, OUTBOX.c.state == State.SENT)
            .order_by(OUTBOX.c.seq.desc())
            .limit(1)
        ).first()
        if row is None:
            return ""
        return self.keys.unseal(row.data_key, OUTBOX.c.reference, row.id, row.reference).decode()

    def _detail(self, row: AnyRow) -> str:
        return self.keys.unseal(row.data_key, OUTBOX.c.detail, row.id, row.detail).decode()
