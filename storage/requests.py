"""Privacy requests and their history: sealed whole, found by keyed hashes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import BindParameter, bindparam, delete, select, update

from core.messages import Address, ChannelName
from core.requests import OPEN, Request
from flows.store import Note, StaleRequest
from storage.documents import Documents
from storage.hand_over import HandOvers
from storage.mapping import NOTE_JSON, REQUEST_JSON
from storage.prepared import Prepared
from storage.tables import INBOX, MESSAGE, OUTBOX, REQUEST
from storage.transaction import AnyRow, AnySelect

_COLUMNS = [column.name for column in REQUEST.c]
_UPDATE = Prepared(
    update(REQUEST).where(REQUEST.c.id == bindparam("the_id"), REQUEST.c.revision == bindparam("before")),
    [name for name in _COLUMNS if name != "id"],
)


def _having(column: str) -> AnySelect:
    return select(REQUEST).where(REQUEST.c[column] == bindparam("value"))


_BY = {column: Prepared(_having(column)) for column in ("id", "card", "token", "reference")}
_NEWEST_FIRST = Prepared(
    _having("requester").order_by(REQUEST.c.received_at.desc(), REQUEST.c.reference.desc())
)
_WANTED: BindParameter[Sequence[bytes]] = bindparam("wanted", expanding=True)
_BY_MESSAGE_IDS = (
    select(MESSAGE.c.message_id, MESSAGE.c.request_id)
    .where(MESSAGE.c.message_id.in_(_WANTED))
    .union(
        select(OUTBOX.c.message_id, OUTBOX.c.request_id).where(
            OUTBOX.c.message_id.in_(_WANTED), OUTBOX.c.request_id != ""
        )
    )
)


def request_key(request_id: str) -> str:
    """The name of the data key of a request, its notes and its letters."""
    return f"request:{request_id}"


class Requests(HandOvers, Documents):
    """Requests and the notes in their history."""

    def add(self, request: Request) -> None:
        """Write a new request.

        Where id, reference, token or card is taken, sqlalchemy.exc.IntegrityError is raised as soon as the
        row is needed, at the latest when the savepoint or the transaction ends.
        """
        self.keys.make([request_key(request.id)])
        self._add(REQUEST, {"id": request.id, **self._columns(request)})

    def save(self, request: Request) -> Request:
        """Write a changed request; returns it with its revision one higher. Raises StaleRequest."""
        if not self.keys.has(request_key(request.id)):
            raise StaleRequest(f"request {request.id} is not stored, or erased")
        saved = replace(request, revision=request.revision + 1)
        if not self._changed(request, self._columns(saved)):
            raise StaleRequest(f"request {request.id} is no longer at revision {request.revision}")
        return saved

    def _changed(self, request: Request, columns: dict[str, object]) -> bool:
        """Whether the request was still at its revision, and so took the new columns."""
        new = self._pending.find(REQUEST, "id", request.id)
        if new is None:
            bound = {"the_id": request.id, "before": request.revision}
            return self._change(_UPDATE, columns | bound) == 1
        # It was made in this transaction, and the database has not seen it yet.
        fits = new["revision"] == request.revision
        if fits:
            new.update(columns)
        return fits

    def _columns(self, request: Request) -> dict[str, object]:
        text = REQUEST_JSON.dump(request)
        return {
            "reference": request.reference,
            "token": self._token_index(request.token),
            "card": self._index("card", request.card),
            "requester": self._address_index(request.requester),
            "status": request.status,
            "revision": request.revision,
            "received_at": request.received_at,
            "due": request.due,
            "closed_at": request.closed_at,
            "sealed": self.keys.seal(request_key(request.id), REQUEST.c.sealed, request.id, text),
        }

    def _token_index(self, token: str) -> bytes:
        # Mail servers on the way may change the case of a plus-address.
        return self._index("token", token.strip().lower())

    def request(self, request_id: str) -> Request | None:
        return self._one("id", request_id)

    def by_card(self, card: str) -> Request | None:
        return self._one("card", self._index("card", card))

    def by_token(self, token: str) -> Request | None:
        return self._one("token", self._token_index(token))

    def by_reference(self, reference: str) -> Request | None:
        return self._one("reference", reference)

    def by_message_ids(self, message_ids: Sequence[str]) -> Request | None:
        """The request of the last of these messages that is known: a note's, or a letter's that was sent."""
        wanted = {self._index("message-id", message_id): at for at, message_id in enumerate(message_ids)}
        found = self._on(MESSAGE, OUTBOX).execute(_BY_MESSAGE_IDS, {"wanted": list(wanted)}).all()
        newest = max(found, key=lambda row: wanted[row.message_id], default=None)
        return self.request(newest.request_id) if newest else None

    def requests_of(self, address: Address) -> list[Request]:
        """All requests of a requester, newest first."""
        return self._opened_all(self._rows(_NEWEST_FIRST, value=self._address_index(address)))

    def open_requests(self) -> list[Request]:
        """Oldest due date first; those without one last."""
        still_open = select(REQUEST).where(REQUEST.c.status.in_(OPEN))
        return self._read_requests(still_open.order_by(REQUEST.c.due.nulls_last(), REQUEST.c.received_at))

    def every_request(self) -> list[Request]:
        """All requests that have not been erased, oldest first."""
        return self._read_requests(select(REQUEST).order_by(REQUEST.c.received_at))

    def _one(self, column: str, value: str | bytes) -> Request | None:
        return next(iter(self._opened_all(self._rows(_BY[column], value=value))), None)

    def _read_requests(self, statement: AnySelect) -> list[Request]:
        return self._opened_all(self._on(REQUEST).execute(statement).all())

    def _opened_all(self, rows: Sequence[AnyRow]) -> list[Request]:
        self.keys.load(request_key(row.id) for row in rows)
        return [self._opened(row) for row in rows]

    def _opened(self, row: AnyRow) -> Request:
        return REQUEST_JSON.load(self.keys.unseal(request_key(row.id), REQUEST.c.sealed, row.id, row.sealed))

    # history

    def add_note(self, request_id: str, note: Note) -> None:
        """Add to the history of a request that is stored."""
        uid, key_id = secrets.token_hex(16), request_key(request_id)
        # A chat's message ids begin anew in every chat: only those of mails name one message.
        is_mail = note.message_id and note.address.channel is ChannelName.EMAIL
        row = {
            "uid": uid,
            "request_id": request_id,
            "at": note.at,
            "message_id": self._index("message-id", note.message_id) if is_mail else None,
            "sealed": self.keys.seal(key_id, MESSAGE.c.sealed, uid, NOTE_JSON.dump(note)),
        }
        self._add(MESSAGE, row)

    def notes(self, request_id: str) -> list[Note]:
        """The history of a request, oldest first."""
        rows = self.connection.execute(
            select(MESSAGE).where(MESSAGE.c.request_id == request_id).order_by(MESSAGE.c.at, MESSAGE.c.id)
        ).all()
        key_id = request_key(request_id)
        return [
            NOTE_JSON.load(self.keys.unseal(key_id, MESSAGE.c.sealed, row.uid, row.sealed)) for row in rows
        ]

    def erase(self, request_id: str) -> None:
        """Erase a request, its history, letters, results and raw messages, with their keys.

        The audit trail stays: it holds no personal data. The inbox keeps each message's keyed hash, so
        that one delivered again is still known.
        """
        mine = select(INBOX.c.data_key).where(INBOX.c.request_id == request_id)
        raw_keys = self.connection.scalars(mine).all()
        letter_keys = self.connection.scalars(
            select(OUTBOX.c.data_key).where(OUTBOX.c.request_id == request_id)
        ).all()
        self.connection.execute(update(INBOX).where(INBOX.c.request_id == request_id).values(raw=b""))
        self.erase_hand_overs_of(request_id)
        self.erase_documents_of(request_id)
        for table in (MESSAGE, OUTBOX):
            self.connection.execute(delete(table).where(table.c.request_id == request_id))
        self.connection.execute(delete(REQUEST).where(REQUEST.c.id == request_id))
        self.keys.erase({request_key(request_id), *raw_keys, *letter_keys})
