"""The unit of work: every part of the store in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from flows.store import UnitOfWork
from storage.audit import Audit
from storage.caps import Caps
from storage.filing import Filing
from storage.outbox import Outbox
from storage.people import Conversations, Staff
from storage.register import Register
from storage.requests import Requests
from storage.sealing import Keyring

T = TypeVar("T")


class SqlUnitOfWork(Register, Filing, Requests, Audit, Outbox, Conversations, Staff, Caps):
    """One transaction: `flows.ports.UnitOfWork`, with `erase` and `drop_conversations` beside it."""

    @classmethod
    def complete(cls, connection: Connection, keyring: Keyring, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Do the work on an open transaction, to its last row; who opened it commits it."""
        uow = cls(connection, keyring)
        result = work(uow)
        uow.flush()
        return result


if TYPE_CHECKING:
    _fits: type[UnitOfWork] = SqlUnitOfWork
