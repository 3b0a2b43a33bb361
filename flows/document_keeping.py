"""What the use cases need of the store for documents that show who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from core.documents import Document


class KeptDocuments(Protocol):
    """The part of a unit of work that keeps documents until they are judged."""

    def add_document(self, what: Document) -> None:
        """Keep a document with its content, under a key of its own."""
        ...

    def documents_of(self, request_id: str) -> list[Document]:
        """The documents of a request without their content, in the order they came."""
        ...

    def expired_documents(self, now: datetime) -> list[Document]:
        """Those whose time is over, without their content."""
        ...

    def document(self, document_id: str) -> Document | None:
        """One document with its content; None: it is erased."""
        ...

    def erase_document(self, document_id: str) -> None:
        """Erase a document, with its key and every letter that carries it, sent or not."""
        ...
