"""Where channels lay what they received, and learn what the store knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.messages import ChannelName, RawMessage
from flows import outage
from flows.desk import Desk
from flows.ports import Clock, Wake
from flows.store import Store


@dataclass(frozen=True, slots=True)
class StoredInbox:
    """Where channels lay what they received: stored for good when `accept` returns."""

    store: Store
    clock: Clock
    wake: Wake
    #: Whose staff are told of trouble; without one nobody is.
    desk: Desk | None = None

    async def cursor(self, source: str) -> str:
        return await self.store.run(lambda uow: uow.cursor(source))

    async def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str
    ) -> int:
        now = self.clock()
        new = await self.store.run(lambda uow: uow.accept(channel, source, arrivals, cursor, now))
        if new:
            self.wake()
        return new

    async def unknown(self, channel: ChannelName, source: str, keys: Sequence[str]) -> list[str]:
        return await self.store.run(lambda uow: uow.unknown(channel, source, keys))

    async def answered(self, channel: ChannelName, source: str, prefix: str, limit: int) -> list[str]:
        return await self.store.run(lambda uow: uow.answered(channel, source, prefix, limit))

    async def filed(self, channel: ChannelName, source: str, keys: Sequence[str]) -> None:
        await self.store.run(lambda uow: uow.file(channel, source, keys))

    async def trouble(self, channel: ChannelName, since: datetime, reason: str) -> None:
        if (desk := self.desk) is not None:
            await self.store.run(lambda uow: outage.begun(uow, desk, channel, since, reason, self.clock()))

    async def recovered(self, channel: ChannelName, since: datetime) -> None:
        if (desk := self.desk) is not None:
            await self.store.run(lambda uow: outage.over(uow, desk, channel, since, self.clock()))
