"""The state of the sandbox's Telegram: who is there, what was said, and a bell that rings at every change."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TypeVar

from sandbox.telegram.records import (
    ApiCall,
    Chat,
    Json,
    Message,
    Status,
    StoredFile,
    Tap,
    User,
    Version,
)
from sandbox.telegram.refusals import Refusal, bad_request, forbidden
from sandbox.telegram.updates import UpdateQueue

T = TypeVar("T")


class Bell:
    """Lets anybody wait for a change of the world."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, look: Callable[[], T | None], timeout: float) -> T:
        """Wait until `look` finds something that counts as true, and return it. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not (found := look()):
                await self._event.wait()
        return found


@dataclass(eq=False, slots=True)
class BotAccount:
    """A bot: its account, its secret and what it set up."""

    user: User
    token: str = field(repr=False)
    #: Privacy mode is off: sees everything in its groups.
    reads_everything: bool
    queue: UpdateQueue
    webhook: str = ""
    #: By scope (as sorted JSON) and language.
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def username(self) -> str:
        return self.user.username


class World:
    """Everything the server knows. `clock` gives the present moment, aware."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.bell = Bell()
        self.users: dict[int, User] = {}
        self.bots: dict[str, BotAccount] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        #: Old id of a group -> id of the supergroup that it became.
        self.migrated: dict[int, int] = {}
        self.files: dict[str, StoredFile] = {}
        self.taps: dict[str, Tap] = {}
        self.calls: list[ApiCall] = []
        self.violations: list[str] = []
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number that nothing else in this world has."""
        return next(self._numbers)

    # --- coming into being -------------------------------------------------------------------------

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_bot(self, token: str, username: str, reads_everything: bool) -> BotAccount:
        """A bot with this token: `<its id>:<secret>`. Raises ValueError for one of another form."""
        number, _, secret = token.partition(":")
        if not number.isdigit() or not secret:
            raise ValueError("a bot's token is its number, a colon and a secret")
        user = self.add_user(User(int(number), username, username=username, is_bot=True))
        first = secrets.randbelow(10**8) + 10**8
        bot = self.bots[token] = BotAccount(user, token, reads_everything, UpdateQueue(first, self.bell.ring))
        return bot

    def add_group(self, title: str, type_: str) -> Chat:
        chat = Chat(-self.number() - (10**12 if type_ == "supergroup" else 10**6), type_, title)
        self.groups[chat.id] = chat
        return chat

    def open_private(self, bot: BotAccount, person: User) -> Chat:
        """The chat of these two, which begins to exist if it did not."""
        members = {bot.id: Status.MEMBER, person.id: Status.MEMBER}
        fresh = Chat(person.id, "private", person=person, members=members)
        return self.private.setdefault((bot.id, person.id), fresh)

    def store_file(self, name: str, media_type: str, content: bytes, folder: str = "documents") -> StoredFile:
        number = self.number()
        path = f"{folder}/file_{number}{PurePath(name).suffix}"
        stored = StoredFile(
            f"BQAC{secrets.token_urlsafe(30)}", f"AgAD{number:06d}", path, name, media_type, content
        )
        self.files[stored.id] = stored
        return stored

    def add_message(
        self,
        chat: Chat,
        sender: User,
        version: Version,
        *,
        content: Json | None = None,
        file: StoredFile | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
    ) -> Message:
        message = Message(self.number(), chat, sender, [version], content or {}, file, reply_to, anonymous)
        chat.messages.append(message)
        self.bell.ring()
        return message

    def migrate(self, chat: Chat) -> int:
        """Make a group a supergroup with a new id; returns the old one."""
        old = chat.id
        del self.groups[old]
        chat.id, chat.type = -self.number() - 10**12, "supergroup"
        chat.left_behind = chat.messages[-1].id if chat.messages else 0
        self.groups[chat.id] = chat
        self.migrated[old] = chat.id
        return old

    # --- finding -----------------------------------------------------------------------------------

    def find_chat(self, bot: BotAccount, chat_id: int) -> Chat | None:
        """The chat that goes or went by this id; None where the bot has none such."""
        return self.private.get((bot.id, chat_id)) or self.groups.get(self.migrated.get(chat_id, chat_id))

    def chat_of(self, bot: BotAccount, chat_id: int) -> Chat:
        """The chat in which the bot may act. Raises Refusal with Telegram's reason where it may not."""
        chat = self.find_chat(bot, chat_id)
        if chat is None:
            raise self._no_chat(chat_id)
        if chat_id in self.migrated:
            words = "group chat was upgraded to a supergroup chat"
            raise bad_request(words, migrate_to_chat_id=self.migrated[chat_id])
        if not chat.has(bot.user):
            raise _shut_out(chat, chat.status(bot.user))
        return chat

    def _no_chat(self, chat_id: int) -> Refusal:
        """Telegram tells whom it knows: an account that never started the bot, or nobody at all."""
        user = self.users.get(chat_id)
        if user is None:
            return bad_request("chat not found")
        return forbidden(
            f"bot can't {'send messages to bots' if user.is_bot else 'initiate conversation with a user'}"
        )

    def bots_in(self, chat: Chat) -> list[BotAccount]:
        return [bot for bot in self.bots.values() if chat.has(bot.user)]


def _shut_out(chat: Chat, status: Status) -> Refusal:
    if chat.type == "private":
        return forbidden("bot was blocked by the user")
    if status is Status.KICKED:
        return forbidden(f"bot was kicked from the {chat.type} chat")
    return forbidden(f"bot is not a member of the {chat.type} chat")


def system_clock() -> datetime:
    return datetime.now(UTC)
