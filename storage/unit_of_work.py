"""The unit of work: every part of the store in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from flows.store import UnitOfWork
from storage.audit import Audit
from storage.caps import Caps
from storage.documents import Documents
from storage.erasing import Erasing
from storage.evidence import Evidence
from storage.filing import Filing
from storage.hand_over import HandOvers
from storage.held import Held
from storage.outbox import Outbox
from storage.people import Conversations, Staff
from storage.register import Register
from storage.requests import Requests
from storage.rotating import OwnKey
from storage.sealing import Keyring

T = TypeVar("T")


class SqlUnitOfWork(
    Erasing,
    Held,
    Evidence,
    Register,
    Filing,
    Requests,
    Audit,
    Outbox,
    Conversations,
    Staff,
    Caps,
    HandOvers,
    Documents,
    OwnKey,
):
    """One transaction: `flows.store.UnitOfWork`."""

    @classmethod
    def complete(cls, connection: Connection, keyring: Keyring, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Do the work on an open transaction, to its last row; who opened it commits it."""
        uow = cls(connection, keyring)
        result = work(uow)
        uow.flush()
        return result


if TYPE_CHECKING:
    _fits: type[UnitOfWork] = SqlUnitOfWork
