"""The tables, declared with SQLModel; statements are written in SQLAlchemy Core on the constants below."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field

from storage import tables_of_files
from storage.columns import Row, UtcDateTime, metadata

#: The messages that a channel may have to put away: an index on them alone is small.
UNFILED = text("disposition = 'request' AND NOT filed")
#: The requests that retention looks for.
CLOSED = text("closed_at IS NOT NULL")


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
        Index(None, "accepted_at"),
        Index(None, "source", "key", sqlite_where=UNFILED, postgresql_where=UNFILED),
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
    #: Whether the original was put away at its source, where the settings ask for it.
    filed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class RequestRow(Row, table=True):
    """A privacy request: what is searched for in clear or as a keyed hash, all of it in `sealed`."""

    __tablename__ = "request"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("token"),
        UniqueConstraint("card"),
        Index(None, "status", "due"),
        Index(None, "requester"),
        Index(None, "closed_at", sqlite_where=CLOSED, postgresql_where=CLOSED),
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
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
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
        Index(None, "state", "channel", "rank", "seq"),
        Index(None, "slot", "state", "seq"),
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


class AutomaticRow(Row, table=True):
    """A letter that went out without a person's word, to be counted: by keyed hashes, kept for a day."""

    __tablename__ = "automatic"
    __table_args__ = (
        Index(None, "address", "at"),
        Index(None, "request_id", "at"),
        Index(None, "domain", "at"),
        Index(None, "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    address: bytes
    domain: bytes | None = None
    request_id: str
    code: bool


class SuppressionRow(Row, table=True):
    """An address that takes no mail: its keyed hash, since when, and the status that said so (RFC 3463)."""

    __tablename__ = "suppression"
    address: bytes = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str


class OnceRow(Row, table=True):
    """Something that must happen once only, by keyed hash."""

    __tablename__ = "once"
    what: bytes = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class SeenRow(Row, table=True):
    """Which message bore a Message-ID first, by keyed hash."""

    __tablename__ = "seen"
    message_id: bytes = Field(primary_key=True)
    item: int


DATA_KEY = metadata.tables["data_key"]
CURSOR = metadata.tables["cursor"]
INBOX = metadata.tables["inbox"]
REQUEST = metadata.tables["request"]
MESSAGE = metadata.tables["message"]
AUDIT = metadata.tables["audit"]
OUTBOX = metadata.tables["outbox"]
CONVERSATION = metadata.tables["conversation"]
STAFF = metadata.tables["staff"]
AUTOMATIC = metadata.tables["automatic"]
SUPPRESSION = metadata.tables["suppression"]
ONCE = metadata.tables["once"]
SEEN = metadata.tables["seen"]
HAND_OVER = tables_of_files.HAND_OVER
DOCUMENT = tables_of_files.DOCUMENT
