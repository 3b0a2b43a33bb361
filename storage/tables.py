"""The tables, declared with SQLModel; statements are written in SQLAlchemy Core on the constants below."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, Dialect, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

if TYPE_CHECKING:
    Timestamp = TypeDecorator[datetime]
else:
    Timestamp = TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcDateTime(Timestamp):
    """An instant: aware on the way in and on the way out, UTC in between, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Raises ValueError for a naive datetime: it names no instant."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        # SQLite gives back what was stored, without its zone; PostgreSQL in the zone of the connection.
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel, registry=registry(metadata=metadata)):
    """What all tables share: one schema of their own."""


class DataKeyRow(Row, table=True):
    """The random key of a request, an inbox row, …, wrapped under the master key."""

    __tablename__ = "data_key"
    id: str = Field(primary_key=True)
    wrapped: bytes


class CursorRow(Row, table=True):
    """Up to where a source was read, in its channel's own words."""

    __tablename__ = "cursor"
    source: str = Field(primary_key=True)
    value: str


class InboxRow(Row, table=True):
    """A raw message; `content` is the keyed hash that recognises it under another key."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "source", "key"),
        UniqueConstraint("channel", "source", "content"),
        Index(None, "disposition", "id"),
        Index(None, "request_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    source: str
    key: str
    content: bytes
    data_key: str
    raw: bytes
    received_at: datetime = Field(sa_type=UtcDateTime)
    accepted_at: datetime = Field(sa_type=UtcDateTime)
    next_try: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    disposition: str
    reason: str
    request_id: str


class RequestRow(Row, table=True):
    """A privacy request: what is searched for in clear or as a keyed hash, all of it in `sealed`."""

    __tablename__ = "request"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("token"),
        UniqueConstraint("card"),
        Index(None, "status", "due"),
        Index(None, "requester"),
    )
    id: str = Field(primary_key=True)
    reference: str
    token: bytes
    card: bytes
    requester: bytes
    status: str
    revision: int
    received_at: datetime = Field(sa_type=UtcDateTime)
    due: date | None = None
    sealed: bytes


class MessageRow(Row, table=True):
    """A note in the history of a request; `uid` binds the sealed note to its row."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "request_id", "at"), Index(None, "message_id"))
    id: int | None = Field(default=None, primary_key=True)
    uid: str
    request_id: str = Field(foreign_key="request.id")
    at: datetime = Field(sa_type=UtcDateTime)
    message_id: bytes | None = None
    sealed: bytes


class AuditRow(Row, table=True):
    """A link of the audit chain. Triggers refuse to change or delete it."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "request_id"),)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    request_id: str
    actor: str
    action: str
    detail: str
    previous: bytes
    hash: bytes


class OutboxRow(Row, table=True):
    """A letter; `lane` is the keyed hash of its address, `slot` that of its slot in its lane."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("id"),
        Index(None, "state", "channel", "lane", "rank", "seq"),
        Index(None, "slot", "seq"),
        Index(None, "message_id"),
        Index(None, "request_id"),
    )
    seq: int | None = Field(default=None, primary_key=True)
    id: str
    request_id: str
    data_key: str
    channel: str
    kind: str
    rank: int
    lane: bytes
    slot: bytes | None = None
    recipient: bytes
    body: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    attempts: int
    next_try: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reference: bytes | None = None
    message_id: bytes | None = None
    detail: bytes | None = None


class ConversationRow(Row, table=True):
    """Where a chat stands, found by the keyed hash of its address."""

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "updated_at"),)
    address: bytes = Field(primary_key=True)
    data_key: str
    updated_at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes


class StaffRow(Row, table=True):
    """A staff member, found by the keyed hash of the account."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("address"),)
    id: str = Field(primary_key=True)
    address: bytes
    role: str
    active: bool
    sealed: bytes


DATA_KEY = metadata.tables["data_key"]
CURSOR = metadata.tables["cursor"]
INBOX = metadata.tables["inbox"]
REQUEST = metadata.tables["request"]
MESSAGE = metadata.tables["message"]
AUDIT = metadata.tables["audit"]
OUTBOX = metadata.tables["outbox"]
CONVERSATION = metadata.tables["conversation"]
STAFF = metadata.tables["staff"]
