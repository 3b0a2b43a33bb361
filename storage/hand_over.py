"""What is handed over: found by the keyed hash of its link's token, sealed under a key of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, select, update

from core.hand_over import HandOver, Way
from core.messages import Attachment
from storage.tables import DATA_KEY, HAND_OVER
from storage.transaction import AnyRow, Transaction

#: Results can be large: a running desk waits no longer than for the erasing of so many.
AT_ONCE = 20

_STATE = [HAND_OVER.c[field.name] for field in fields(HandOver)]
#: Locked: two who type the same code must not both be the first.
_BY_TOKEN = select(*_STATE).where(HAND_OVER.c.token == bindparam("token")).with_for_update()
_OF_REQUEST = (
    select(*_STATE)
    .where(HAND_OVER.c.request_id == bindparam("of_request"))
    .order_by(HAND_OVER.c.created_at.desc(), HAND_OVER.c.id)
    .with_for_update()
)
_LABEL = select(HAND_OVER.c.label).where(HAND_OVER.c.id == bindparam("of"))
_FILE = select(HAND_OVER.c.label, HAND_OVER.c.content).where(HAND_OVER.c.id == bindparam("of"))


def hand_over_key(hand_over_id: str) -> str:
    """The name of the data key that results lie under: erased with them, long before their request's."""
    return f"hand_over:{hand_over_id}"


class HandOvers(Transaction):
    """Results that wait to be fetched."""

    def add_hand_over(self, what: HandOver, token: str, file: Attachment) -> None:
        """Lay out a file with its content under a link's token."""
        key_id = hand_over_key(what.id)
        self.keys.make([key_id])
        self._pending.write(DATA_KEY)
        label = json.dumps([file.name, file.media_type, file.size]).encode()
        row = {
            **asdict(what),
            "way": what.way.value,
            "token": self._token_of(token),
            "label": self.keys.seal(key_id, HAND_OVER.c.label, what.id, label),
            "content": self.keys.seal(key_id, HAND_OVER.c.content, what.id, file.content or b""),
        }
        self._on(HAND_OVER).execute(insert(HAND_OVER), row)

    def save_hand_over(self, what: HandOver, token: str = "") -> None:
        """Write what has changed; a new token makes the old one unknown."""
        row: dict[str, object] = {**asdict(what), "way": what.way.value}
        if token:
            row["token"] = self._token_of(token)
        self._on(HAND_OVER).execute(update(HAND_OVER).where(HAND_OVER.c.id == what.id).values(row))

    def hand_over_by_token(self, token: str) -> HandOver | None:
        """What lies under a link's token, whatever its state."""
        row = self._on(HAND_OVER).execute(_BY_TOKEN, {"token": self._token_of(token)}).first()
        return _read(row) if row else None

    def hand_overs_of(self, request_id: str) -> list[HandOver]:
        """What is laid out for a request, newest first."""
        rows = self._on(HAND_OVER).execute(_OF_REQUEST, {"of_request": request_id}).all()
        return [_read(row) for row in rows]

    def handed_label(self, hand_over_id: str) -> Attachment | None:
        """Name, type and size of what is handed over, without its content; None: it is erased."""
        row = self._labelled(_LABEL, hand_over_id)
        return self._label(hand_over_id, row) if row else None

    def handed_file(self, hand_over_id: str) -> Attachment | None:
        """What is handed over; None: it is erased."""
        row = self._labelled(_FILE, hand_over_id)
        if row is None:
            return None
        label = self._label(hand_over_id, row)
        key_id = hand_over_key(hand_over_id)
        content = self.keys.unseal(key_id, HAND_OVER.c.content, hand_over_id, row.content)
        return Attachment(label.name, label.media_type, content, size=len(content))

    def drop_hand_overs(self, before: datetime) -> int:
        """Erase results that were laid out before, with their keys, `AT_ONCE` at most; returns how many there were.

        A new link counts from its own day: it lives shorter than results are kept, so none is cut short.
        """
        old = select(HAND_OVER.c.id).where(HAND_OVER.c.created_at < before)
        return self._erase_hand_overs(HAND_OVER.c.id.in_(old.order_by(HAND_OVER.c.created_at).limit(AT_ONCE)))

    def erase_hand_overs_of(self, request_id: str) -> int:
        """Erase the results of a request, with their keys; returns how many there were."""
        return self._erase_hand_overs(HAND_OVER.c.request_id == request_id)

    def _erase_hand_overs(self, which: ColumnElement[bool]) -> int:
        ids = list(self.connection.scalars(select(HAND_OVER.c.id).where(which).with_for_update()))
        self.connection.execute(delete(HAND_OVER).where(HAND_OVER.c.id.in_(ids)))
        self.keys.erase(map(hand_over_key, ids))
        return len(ids)

    def _labelled(
        self, statement: Select[tuple[bytes]] | Select[tuple[bytes, bytes]], of: str
    ) -> AnyRow | None:
        return self._on(HAND_OVER).execute(statement, {"of": of}).first()

    def _label(self, hand_over_id: str, row: AnyRow) -> Attachment:
        key_id = hand_over_key(hand_over_id)
        name, media_type, size = json.loads(
            self.keys.unseal(key_id, HAND_OVER.c.label, hand_over_id, row.label)
        )
        return Attachment(name, media_type, size=size)

    def _token_of(self, token: str) -> bytes:
        return self._index("hand-over", token)


def _read(row: AnyRow) -> HandOver:
    values = row._asdict()
    return HandOver(**{**values, "way": Way(values["way"])})
