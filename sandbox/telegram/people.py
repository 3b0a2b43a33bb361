"""The human side: what people do in Telegram, and what they see there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.telegram import media
from sandbox.telegram.delivery import change_status, deliver_message, deliver_tap
from sandbox.telegram.groups import PATIENCE, Group
from sandbox.telegram.records import Chat, Json, Message, Status, StoredFile, Tap, TapAnswer, User, Version
from sandbox.telegram.texts import clean, commands_in
from sandbox.telegram.world import BotAccount, World

Place = BotAccount | Group


def _anything(_message: Message) -> bool:
    return True


@dataclass(eq=False, slots=True)
class Person:
    """Somebody with a Telegram client. A place is a bot, for the private chat with it, or a group."""

    world: World
    user: User
    _seen: dict[Chat, int] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.user.id

    # --- saying ------------------------------------------------------------------------------------

    async def start(self, bot: BotAccount, payload: str = "") -> Message:
        """Press Start, from a deep link where there is a payload; lifts a block."""
        chat = self.world.open_private(bot, self.user)
        if not chat.has(bot.user):
            await self.unblock(bot)
        return await self.say(bot, f"/start {payload}".strip())

    async def say(
        self, place: Place, text: str, reply_to: Message | None = None, anonymously: bool = False
    ) -> Message:
        """Write a text. Raises PermissionError where this person cannot write."""
        cleaned = clean(text)
        version = Version(self.world.clock(), cleaned, commands_in(cleaned))
        return self._post(place, version, reply_to=reply_to, anonymous=anonymously)

    async def send_document(
        self, place: Place, name: str, content: bytes, caption: str = "", media_type: str = "application/pdf"
    ) -> Message:
        return self._post_file(place, "document", self._store("document", name, media_type, content), caption)

    async def send_media(self, place: Place, kind: str, caption: str = "", **fields: object) -> Message:
        """Send a sample of any kind in media.FILES or media.THINGS; `fields` change a thing's fields.

        A person's own contact: `send_media(bot, "contact", phone_number=…, user_id=person.id)`.
        """
        if kind in media.THINGS:
            version = Version(self.world.clock())
            return self._post(place, version, content=media.thing_content(kind, **fields))
        sample = media.FILES[kind]
        stored = self._store(kind, sample.name, sample.media_type, kind.encode())
        return self._post_file(place, kind, stored, caption)

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message. Raises PermissionError for one of somebody else."""
        if message.sender is not self.user:
            raise PermissionError("only one's own messages can be edited")
        message.versions.append(Version(self.world.clock(), clean(text), commands_in(clean(text))))
        deliver_message(self.world, message, edited=True)

    def _store(self, kind: str, name: str, media_type: str, content: bytes) -> StoredFile:
        return self.world.store_file(name, media_type, content, media.FILES[kind].folder)

    def _post_file(self, place: Place, kind: str, file: StoredFile, caption: str) -> Message:
        version = Version(self.world.clock(), clean(caption))
        return self._post(place, version, content=media.file_content(kind, file), file=file)

    def _post(
        self,
        place: Place,
        version: Version,
        *,
        content: Json | None = None,
        file: StoredFile | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
    ) -> Message:
        chat = self._chat(place)
        if not chat.has(self.user) or not (isinstance(place, Group) or chat.has(place.user)):
            raise PermissionError("this person cannot write here")
        message = self.world.add_message(
            chat, self.user, version, content=content, file=file, reply_to=reply_to, anonymous=anonymous
        )
        deliver_message(self.world, message)
        return message

    # --- pressing ----------------------------------------------------------------------------------

    async def press(
        self, message: Message, label: str = "", data: str = "", version: int = -1, timeout: float = PATIENCE
    ) -> TapAnswer:
        """Press a button, and wait until the bot answered. Raises TimeoutError where it does not.

        `version` presses a button of an older version, as a client does that has not yet seen the
        edit. `data` without a label sends anything, as a modified client can. LookupError: no such button.
        """
        tap = await self.tap(message, label, data, version)
        return await self.world.bell.until(lambda: tap.answer, timeout)

    async def tap(self, message: Message, label: str = "", data: str = "", version: int = -1) -> Tap:
        """Press a button and do not wait for the answer."""
        if label:
            data = _button_data(message.versions[version], label)
        tap = Tap(str(self.world.number() + 10**17), self.user, message, data, self.world.clock())
        self.world.taps[tap.id] = tap
        deliver_tap(self.world, tap)
        return tap

    # --- seeing ------------------------------------------------------------------------------------

    def sees(self, place: Place | None = None) -> list[Message]:
        """What stands in a chat now, oldest first; without a place, in the private chat with the only bot."""
        return [message for message in self._chat(place).messages if not message.deleted]

    async def next_message(
        self,
        place: Place | None = None,
        timeout: float = PATIENCE,
        matching: Callable[[Message], bool] = _anything,
    ) -> Message:
        """The next message of a bot after the last one that this gave. Raises TimeoutError."""
        chat = self._chat(place)

        def look() -> Message | None:
            fresh = (message for message in chat.messages if message.id > self._seen.get(chat, 0))
            spoken = (message for message in fresh if message.sender.is_bot and not message.deleted)
            return next(filter(matching, spoken), None)

        found = await self.world.bell.until(look, timeout)
        self._seen[chat] = found.id
        return found

    async def until(
        self, predicate: Callable[[Message], bool], timeout: float = PATIENCE, place: Place | None = None
    ) -> Message:
        """Wait for a message, as it stands, that fits: also one that is edited until it does."""
        return await self.world.bell.until(lambda: next(filter(predicate, self.sees(place)), None), timeout)

    async def download(self, message: Message) -> bytes:
        """The content of the file in a message. Raises LookupError where there is none."""
        if message.file is None:
            raise LookupError("there is no file in this message")
        return message.file.content

    # --- coming and going --------------------------------------------------------------------------

    async def block(self, bot: BotAccount) -> None:
        self._change(bot, Status.KICKED)

    async def unblock(self, bot: BotAccount) -> None:
        self._change(bot, Status.MEMBER)

    def _change(self, bot: BotAccount, status: Status) -> None:
        change_status(self.world, self.world.open_private(bot, self.user), self.user, bot.user, status)

    def _chat(self, place: Place | None) -> Chat:
        if isinstance(place, Group):
            return place.chat
        if place is None:
            (place,) = self.world.bots.values()
        chat = self.world.private.get((place.id, self.id))
        if chat is None:
            raise PermissionError("this person has not started the bot")
        return chat


def _button_data(version: Version, label: str) -> str:
    for button in version.buttons:
        if button.label == label and button.data:
            return button.data
    raise LookupError("there is no such button under the message")
