"""How units of work are committed: several at once on SQLite, each for itself on PostgreSQL."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from storage.prepared import run_as_text
from storage.sealing import Keyring
from storage.unit_of_work import SqlUnitOfWork

Work = Callable[[SqlUnitOfWork], object]

#: Seconds after which a group takes no further unit of work: nobody waits much longer for its commit.
GROUP_SECONDS = 0.005
#: Threads, and so connections, that a process works with on PostgreSQL.
POSTGRESQL_THREADS = 4


class Committer(Protocol):
    """Runs units of work in threads of its own."""

    def submit(self, work: Work) -> Future[object]:
        """The result of the work, there once it is durable; or what it raised, with nothing of it kept."""
        ...

    def close(self) -> None:
        """Finish what was handed over."""
        ...


@dataclass(slots=True)
class _Unit:
    """A unit of work and what became of it, which nobody is told before the commit."""

    work: Work
    told: Future[object]
    result: object = None
    error: Exception | None = None

    def tell(self) -> None:
        if self.error is None:
            self.told.set_result(self.result)
        else:
            self.told.set_exception(self.error)


class GroupCommit:
    """One writer, in the order of arrival; units that wait at the same time share one durable commit."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine, self._keyring = engine, keyring
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._waiting: deque[_Unit] = deque()

    def submit(self, work: Work) -> Future[object]:
        unit = _Unit(work, Future())
        self._waiting.append(unit)
        # One call for each unit: whoever comes too late finds nothing left to do.
        self._thread.submit(self._commit_group)
        return unit.told

    def close(self) -> None:
        self._thread.shutdown()

    def _commit_group(self) -> None:
        if (first := self._next()) is None:
            return
        group = [first]
        try:
            with self._engine.begin() as connection:
                self._run_group(connection, group)
        except BaseException as error:  # noqa: BLE001 - whatever it was, nothing is kept and everybody is told
            for unit in group:
                unit.told.set_exception(error)
        else:
            for unit in group:
                unit.tell()

    def _run_group(self, connection: Connection, group: list[_Unit]) -> None:
        """The first unit, and what waits behind it; `group` grows. Raises what spoils all of it."""
        until = monotonic() + GROUP_SECONDS
        # Before the first there is nothing that a savepoint would have to keep.
        group[0].result = SqlUnitOfWork.complete(connection, self._keyring, group[0].work)
        while monotonic() < until and (unit := self._next()) is not None:
            group.append(unit)
            self._run_in_savepoint(connection, unit)
        if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            # SQLite itself undoes everything where its disk is full; a commit would say that all is well.
            raise OperationalError(None, None, Exception("the transaction was undone by the database"))

    def _run_in_savepoint(self, connection: Connection, unit: _Unit) -> None:
        run_as_text(connection, "SAVEPOINT unit")
        try:
            unit.result = SqlUnitOfWork.complete(connection, self._keyring, unit.work)
        except Exception as error:  # noqa: BLE001 - it is raised where the unit came from
            # Where this fails too, the whole group is lost, and everybody in it is told.
            run_as_text(connection, "ROLLBACK TO unit")
            unit.error = error
        run_as_text(connection, "RELEASE unit")

    def _next(self) -> _Unit | None:
        """The unit that has waited longest and that somebody still waits for."""
        while self._waiting:
            unit = self._waiting.popleft()
            if unit.told.set_running_or_notify_cancel():
                return unit
        return None


class EachAlone:
    """A transaction a unit of work, in a few threads: PostgreSQL groups commits by itself."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine, self._keyring = engine, keyring
        self._threads = ThreadPoolExecutor(POSTGRESQL_THREADS, thread_name_prefix="store")

    def submit(self, work: Work) -> Future[object]:
        return self._threads.submit(self._transact, work)

    def close(self) -> None:
        self._threads.shutdown()

    def _transact(self, work: Work) -> object:
        with self._engine.begin() as connection:
            return SqlUnitOfWork.complete(connection, self._keyring, work)


def committer(engine: Engine, keyring: Keyring) -> Committer:
    """What commits on this engine."""
    kind = GroupCommit if engine.dialect.name == "sqlite" else EachAlone
    return kind(engine, keyring)
