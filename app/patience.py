"""A store that waits: what must not fail halfway is tried until the database takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from flows.store import Store, UnitOfWork

T = TypeVar("T")

log = structlog.get_logger()

#: Seconds between two tries.
PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class PatientStore:
    """`flows.store.Store` for receiving and sending, which each have a foot outside the transaction.

    A message that was fetched waits here until it is stored, and with it its channel; the result of a
    letter that was sent waits until it is written down, since otherwise the letter would go twice.
    """

    store: Store

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Commit what `work` did, however long that takes; ends early only where it is cancelled."""
        while True:
            try:
                return await self.store.run(work)
            except Exception as error:  # noqa: BLE001 - a full disk, a lost database: it will come back
                log.error("store_failed", error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def scrub(self) -> None:
        await self.store.scrub()
