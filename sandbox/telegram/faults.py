"""What can go wrong on the way: faults that a test orders, and Telegram's flood control."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.telegram.records import Chat, Json
from sandbox.telegram.refusals import Refusal, too_many_requests

ErrorBody = tuple[int, str, Json]


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of a method, in this chat only where one is given."""

    method: str
    times: int
    error: ErrorBody | None = None
    #: The connection is cut instead of answered; the call has had its effect, or has not.
    drop_after_effect: bool = False
    drop_before_effect: bool = False
    #: The answer comes that many seconds late, after its effect.
    delay: float = 0.0
    #: The answer comes when this event is set, after its effect.
    hold: asyncio.Event | None = None
    chat_id: int | None = None

    def refuse(self) -> None:
        """Raise the Refusal that was ordered, if one was."""
        if self.error is not None:
            code, description, parameters = self.error
            raise Refusal(code, description, **parameters)

    async def keep_waiting(self) -> None:
        await asyncio.sleep(self.delay)
        if self.hold is not None:
            await self.hold.wait()


@dataclass(slots=True)
class Faults:
    """The faults that are still to happen, in the order in which they were ordered."""

    ordered: list[Fault] = field(default_factory=list)

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that meets this call, used up by it; None where none does."""
        for fault in self.ordered:
            if fault.method.lower() == method and fault.chat_id in (None, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self.ordered.remove(fault)
                return fault
        return None


@dataclass(slots=True)
class FloodControl:
    """How many messages and edits a chat takes before 429. None: no limit.

    Telegram's published advice: 20 a minute in a group, one a second in a private chat.
    """

    group_per_minute: int | None = None
    private_per_second: int | None = None
    _past: dict[int, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def count(self, chat: Chat, now: datetime) -> None:
        """Count one message. Raises Refusal with the seconds to wait where there were too many."""
        limit, span = self._limit(chat)
        past = self._past[chat.id]
        while past and now - past[0] >= span:
            past.popleft()
        if limit is not None and len(past) >= limit:
            raise too_many_requests(math.ceil((past[0] + span - now).total_seconds()))
        past.append(now)

    def _limit(self, chat: Chat) -> tuple[int | None, timedelta]:
        if chat.type == "private":
            return self.private_per_second, timedelta(seconds=1)
        return self.group_per_minute, timedelta(minutes=1)
