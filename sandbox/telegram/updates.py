"""The updates that wait for one bot: confirmed by offset, fetched by long polling, one poller at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection

from sandbox.telegram.records import Json
from sandbox.telegram.refusals import superseded

#: Left out unless a bot asks for them by name (Bot API, getUpdates, allowed_updates).
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """What one bot has not confirmed yet, oldest first. `polls` counts its getUpdates calls, `changed` hears of each."""

    def __init__(self, first_id: int, changed: Callable[[], None]) -> None:
        self.polls = 0
        self._changed = changed
        self._next_id = first_id
        self._allowed: frozenset[str] = frozenset()
        self._pending: deque[Json] = deque()
        self._confirmed: deque[Json] = deque(maxlen=100)
        self._again: list[Json] = []
        self._waiting: asyncio.Future[bool] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_polled(self) -> bool:
        """Whether a long poll waits right now."""
        return self._waiting is not None

    def allow(self, kinds: Collection[str]) -> None:
        """Remember which kinds the bot wants from now on; none: all but the unasked."""
        self._allowed = frozenset(kinds)

    def wants(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in UNASKED

    def put(self, kind: str, body: Json) -> None:
        """Queue an update, unless the bot does not want this kind."""
        if self.wants(kind):
            self.put_raw({kind: body})

    def put_raw(self, update: Json) -> int:
        """Queue whatever it is, unchecked; gives it an update_id where it has none. Returns the id."""
        numbered = {"update_id": self._next_id, **update}
        self._next_id = max(self._next_id, int(numbered["update_id"])) + 1
        self._pending.append(numbered)
        self._wake(got_something=True)
        return int(numbered["update_id"])

    def repeat(self, count: int = 1) -> None:
        """Deliver the last confirmed updates once more, with the same ids, as after a lost confirmation.

        Raises LookupError where fewer have been confirmed.
        """
        if count > len(self._confirmed):
            raise LookupError("not so many updates have been confirmed")
        self._again.extend(list(self._confirmed)[-count:])
        self._wake(got_something=True)

    def clear(self) -> None:
        self._pending.clear()

    def release(self) -> None:
        """Let a waiting poll go home empty-handed: the server stops."""
        self._wake(got_something=True)

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """Confirm what lies below `offset`, then wait up to `timeout` seconds for something to come.

        A negative offset keeps that many of the newest. A poll that waited already is ended with 409.
        """
        self.polls += 1
        self._wake(got_something=False)
        self._confirm(offset)
        self._changed()
        if not (self._pending or self._again) and timeout > 0:
            await self._wait(timeout)
        return self._take(limit)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._pending) > -offset:
                self._confirmed.append(self._pending.popleft())
        while offset > 0 and self._pending and self._pending[0]["update_id"] < offset:
            self._confirmed.append(self._pending.popleft())

    def _take(self, limit: int) -> list[Json]:
        again, self._again = self._again, []
        return [*again, *self._pending][:limit]

    async def _wait(self, seconds: float) -> None:
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        self._changed()
        try:
            if not await asyncio.wait_for(waiting, seconds):
                raise superseded()
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def _wake(self, got_something: bool) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(got_something)
