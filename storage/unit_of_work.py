"""The unit of work: every part of the store in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.store import UnitOfWork
from storage.audit import Audit
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.people import Conversations, Staff
from storage.requests import Requests


class SqlUnitOfWork(Inbox, Requests, Audit, Outbox, Conversations, Staff):
    """One transaction: `flows.ports.UnitOfWork`, with `erase` and `drop_conversations` beside it."""


if TYPE_CHECKING:
    _fits: type[UnitOfWork] = SqlUnitOfWork
