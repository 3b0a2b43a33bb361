"""Documents that show who asks: each sealed under a key of its own, erased with every letter that carries it."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select

from core.documents import Document
from core.messages import Attachment
from storage.tables import DATA_KEY, DOCUMENT, OUTBOX
from storage.transaction import AnyRow, Transaction

_LISTED = [column for column in DOCUMENT.c if column is not DOCUMENT.c.content]


def document_key(document_id: str) -> str:
    """The name of the data key that a document lies under, and the letters that carry it."""
    return f"document:{document_id}"


class Documents(Transaction):
    """Documents that wait for a decision."""

    def add_document(self, what: Document) -> None:
        """Keep a document with its content."""
        key_id = document_key(what.id)
        self.keys.make([key_id])
        self._pending.write(DATA_KEY)
        label = json.dumps([what.file.name, what.file.media_type, what.file.size]).encode()
        row = {
            "id": what.id,
            "request_id": what.request_id,
            "item": what.item,
            "data_key": key_id,
            "received_at": what.received_at,
            "expires_at": what.expires_at,
            "label": self.keys.seal(key_id, DOCUMENT.c.label, what.id, label),
            "content": self.keys.seal(key_id, DOCUMENT.c.content, what.id, what.file.content or b""),
        }
        self._on(DOCUMENT).execute(insert(DOCUMENT), row)

    def documents_of(self, request_id: str) -> list[Document]:
        """The documents of a request without their content, in the order they came."""
        return self._listed(DOCUMENT.c.request_id == request_id)

    def expired_documents(self, now: datetime) -> list[Document]:
        """Those whose time is over, without their content."""
        return self._listed(DOCUMENT.c.expires_at <= now)

    def document(self, document_id: str) -> Document | None:
        """One document with its content; None: it is erased."""
        row = self._on(DOCUMENT).execute(select(DOCUMENT).where(DOCUMENT.c.id == document_id)).first()
        if row is None:
            return None
        content = self.keys.unseal(row.data_key, DOCUMENT.c.content, row.id, row.content)
        return self._document(row, content)

    def erase_document(self, document_id: str) -> None:
        """Erase a document, with its key and every letter that carries it, sent or not."""
        self._erase_documents(DOCUMENT.c.id == document_id)

    def erase_documents_of(self, request_id: str) -> None:
        """Erase the documents of a request, as `erase_document` does."""
        self._erase_documents(DOCUMENT.c.request_id == request_id)

    def _erase_documents(self, which: ColumnElement[bool]) -> None:
        found = (
            self._on(DOCUMENT).execute(select(DOCUMENT.c.data_key, DOCUMENT.c.request_id).where(which)).all()
        )
        if not found:
            return
        key_ids, requests = [row.data_key for row in found], {row.request_id for row in found}
        carriers = (OUTBOX.c.request_id.in_(requests), OUTBOX.c.data_key.in_(key_ids))
        # A letter whose key is gone could not be leased, and would keep its lane from all that follow.
        self._on(OUTBOX).execute(delete(OUTBOX).where(*carriers))
        self._on(DOCUMENT).execute(delete(DOCUMENT).where(which))
        self.keys.erase(key_ids)

    def _listed(self, which: ColumnElement[bool]) -> list[Document]:
        in_order = select(*_LISTED).where(which).order_by(DOCUMENT.c.received_at, DOCUMENT.c.id)
        rows = self._on(DOCUMENT).execute(in_order).all()
        self.keys.load(row.data_key for row in rows)
        return [self._document(row) for row in rows]

    def _document(self, row: AnyRow, content: bytes | None = None) -> Document:
        label = self.keys.unseal(row.data_key, DOCUMENT.c.label, row.id, row.label)
        name, media_type, size = json.loads(label)
        file = Attachment(name, media_type, content, size=size)
        return Document(row.id, row.request_id, row.item, row.received_at, row.expires_at, file)
