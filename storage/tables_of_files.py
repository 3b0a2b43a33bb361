"""The tables of what is kept for a short while only: results to be fetched, and documents that show who asks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import Row, UtcDateTime, metadata


class HandOverRow(Row, table=True):
    """Results that wait to be fetched; `token` and `code` are keyed hashes, `label` and `content` sealed."""

    __tablename__ = "hand_over"
    __table_args__ = (UniqueConstraint("token"), Index(None, "request_id"), Index(None, "created_at"))
    id: str = Field(primary_key=True)
    request_id: str
    way: str
    token: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    opens_left: int
    tries_left: int
    code: bytes | None = None
    code_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    code_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    codes_sent: int
    codes_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    label: bytes
    content: bytes


class DocumentRow(Row, table=True):
    """A document that shows who asks: `label` and `content` sealed under a key of its own, for a day at most."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "request_id"), Index(None, "expires_at"))
    id: str = Field(primary_key=True)
    request_id: str
    #: The message in the inbox that brought it.
    item: int
    data_key: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    label: bytes
    content: bytes


HAND_OVER = metadata.tables["hand_over"]
DOCUMENT = metadata.tables["document"]
