"""A group as its members see and run it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sandbox.telegram.delivery import change_status, deliver_message
from sandbox.telegram.records import PRESENT, ApiCall, Chat, Json, Message, Status, User, Version
from sandbox.telegram.shapes import user_json
from sandbox.telegram.world import World

#: Seconds that a person waits for the other side.
PATIENCE = 10.0


class Member(Protocol):
    """Whoever has an account: a person or a bot."""

    @property
    def user(self) -> User: ...


@dataclass(eq=False, slots=True)
class Group:
    """A group or supergroup; `owner` is the account that made it and manages its members."""

    world: World
    chat: Chat
    owner: User

    @property
    def id(self) -> int:
        """Negative, as every group's id; another one after `migrate`."""
        return self.chat.id

    def sees(self) -> list[Message]:
        """What stands in the group now, oldest first."""
        return [message for message in self.chat.messages if not message.deleted]

    @property
    def traffic(self) -> list[ApiCall]:
        """Every call that a bot ever made to this group, refused ones too."""
        return [call for call in self.world.calls if call.chat is self.chat]

    async def until(self, predicate: Callable[[Message], bool], timeout: float = PATIENCE) -> Message:
        """Wait for a message, as it stands, that fits: also one that is edited until it does."""
        return await self.world.bell.until(lambda: next(filter(predicate, self.sees()), None), timeout)

    async def add(self, member: Member, status: Status = Status.MEMBER) -> None:
        """Take somebody in, or give a member another status."""
        fresh = not self.chat.has(member.user)
        change_status(self.world, self.chat, self.owner, member.user, status)
        if fresh:
            self._announce({"new_chat_members": [user_json(member.user)]})

    async def remove(self, member: Member) -> None:
        """Throw somebody out."""
        change_status(self.world, self.chat, self.owner, member.user, Status.KICKED)
        self._announce({"left_chat_member": user_json(member.user)})

    async def migrate(self) -> None:
        """Become a supergroup with a new id; the old one answers with migrate_to_chat_id from now on."""
        before = Chat(self.chat.id, self.chat.type, self.chat.title, members=self.chat.members)
        old = self.world.migrate(self.chat)
        _say(self.world, before, self.owner, {"migrate_to_chat_id": self.chat.id})
        self._announce({"migrate_from_chat_id": old})

    def status(self, member: Member) -> Status:
        return self.chat.status(member.user)

    @property
    def member_ids(self) -> set[int]:
        return {user_id for user_id, status in self.chat.members.items() if status in PRESENT}

    def _announce(self, content: Json) -> None:
        _say(self.world, self.chat, self.owner, content)


def _say(world: World, chat: Chat, owner: User, content: Json) -> None:
    message = world.add_message(chat, owner, Version(world.clock()), content=content)
    deliver_message(world, message)
