"""A Telegram of one's own: the server for the bots, and the people that a test or a demonstration plays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sandbox.telegram.endpoint import Endpoint
from sandbox.telegram.faults import ErrorBody, Fault, Faults, FloodControl
from sandbox.telegram.groups import PATIENCE, Group, Member
from sandbox.telegram.people import Person
from sandbox.telegram.records import ApiCall, Json, Status, User
from sandbox.telegram.world import BotAccount, World, system_clock

T = TypeVar("T")


class TelegramServer:
    """The whole of it. Bots reach it over HTTP at `base`, from this process or another one."""

    def __init__(self, clock: Callable[[], datetime] = system_clock) -> None:
        self.world = World(clock)
        #: Flood control is off until a limit is set.
        self.flood = FloodControl()
        self._faults = Faults()
        self._http = Endpoint(self.world, self._faults, self.flood)

    async def start(self, port: int = 0) -> None:
        """Listen on this port; 0: any free one, or the one it had before it was stopped."""
        await self._http.start(port)

    async def stop(self) -> None:
        """Stop listening; everything is still known when it starts again."""
        await self._http.stop()

    async def __aenter__(self) -> TelegramServer:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        return self._http.port

    @property
    def base(self) -> str:
        """What a bot sets as the address of the Bot API."""
        return f"http://127.0.0.1:{self.port}"

    # --- who is there ------------------------------------------------------------------------------

    def add_bot(self, token: str, username: str, reads_everything: bool = False) -> BotAccount:
        """A bot. Raises ValueError for a token that is not `<number>:<secret>`."""
        return self.world.add_bot(token, username, reads_everything)

    def add_user(
        self, first_name: str, last_name: str = "", username: str = "", language_code: str = ""
    ) -> Person:
        number = 5_000_000_000 + self.world.number()
        user = User(number, first_name, last_name, username, language_code)
        return Person(self.world, self.world.add_user(user))

    def add_group(
        self,
        title: str,
        members: Sequence[Member] = (),
        admins: Sequence[Member] = (),
        type_: str = "supergroup",
    ) -> Group:
        """A group that exists already: nobody is told of its members. An owner of its own runs it."""
        owner = self.add_user("Owner").user
        group = Group(self.world, self.world.add_group(title, type_), owner)
        statuses = {owner.id: Status.CREATOR}
        statuses |= {member.user.id: Status.MEMBER for member in members}
        statuses |= {admin.user.id: Status.ADMINISTRATOR for admin in admins}
        group.chat.members.update(statuses)
        return group

    # --- what was sent -----------------------------------------------------------------------------

    @property
    def traffic(self) -> list[ApiCall]:
        """Every call of every bot except getUpdates, with all it carried, refused ones too."""
        return self.world.calls

    @property
    def violations(self) -> list[str]:
        """What no correct client does: unknown methods or parameters, missing ones, too long ones."""
        return self.world.violations

    async def until(self, look: Callable[[], T | None], timeout: float = PATIENCE) -> T:
        """Wait until `look` finds something true; it looks at every change of the world."""
        return await self.world.bell.until(look, timeout)

    async def polled(self, bot: BotAccount | None = None, timeout: float = PATIENCE) -> None:
        """Wait until the bot waits for updates: everything before is confirmed."""
        queue = self._bot(bot).queue
        await self.world.bell.until(lambda: queue.is_polled, timeout)

    # --- what goes wrong ---------------------------------------------------------------------------

    def inject(
        self,
        method: str,
        *,
        times: int = 1,
        error: ErrorBody | None = None,
        drop_after_effect: bool = False,
        drop_before_effect: bool = False,
        delay: float = 0.0,
        hold: asyncio.Event | None = None,
        chat_id: int | None = None,
    ) -> None:
        """Order a fault for the next calls of a method, or downloads under the name "file"; see Fault.

        `error`: code, description, parameters.
        """
        fault = Fault(method, times, error, drop_after_effect, drop_before_effect, delay, hold, chat_id)
        self._faults.ordered.append(fault)

    def push_raw(self, update: Json, bot: BotAccount | None = None) -> int:
        """Deliver any update, also one that no client can read. Returns its update_id."""
        return self._bot(bot).queue.put_raw(update)

    def repeat_updates(self, count: int = 1, bot: BotAccount | None = None) -> None:
        """Deliver the last confirmed updates a second time. Raises LookupError where there are none."""
        self._bot(bot).queue.repeat(count)

    def expire_taps(self) -> None:
        """Let every callback query be too old to be answered."""
        for tap in self.world.taps.values():
            tap.expired = True

    def _bot(self, bot: BotAccount | None) -> BotAccount:
        if bot is not None:
            return bot
        (only,) = self.world.bots.values()
        return only
