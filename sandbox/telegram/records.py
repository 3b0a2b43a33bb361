"""Who and what exists in the sandbox's Telegram: users, chats, messages with all their versions, files, taps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Status(StrEnum):
    """What somebody is in a chat (Bot API, ChatMember)."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


PRESENT = frozenset({Status.CREATOR, Status.ADMINISTRATOR, Status.MEMBER, Status.RESTRICTED})
LEADING = frozenset({Status.CREATOR, Status.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class User:
    """An account, of a person or of a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False


#: Speaks for administrators who stay anonymous (Bot API, Message.from).
ANONYMOUS_ADMIN = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server; `path` is what getFile gives for the download."""

    id: str
    unique_id: str
    path: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button as a person sees it; `data` is what a tap sends, `url` where a link leads."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a message says at one time; offsets of `entities` count UTF-16 units."""

    at: datetime
    text: str = ""
    entities: tuple[Json, ...] = ()
    markup: Json = field(default_factory=dict)

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The inline keyboard; empty without one."""
        return tuple(tuple(_button(raw) for raw in row) for row in self.markup.get("inline_keyboard", ()))

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.rows for button in row)


def _button(raw: Json) -> Button:
    return Button(raw["text"], raw.get("callback_data", ""), raw.get("url", ""))


@dataclass(eq=False, slots=True)
class Message:
    """One message in a chat. Editing adds a version; deleting sets a mark: nothing is ever forgotten."""

    id: int
    chat: Chat
    sender: User
    versions: list[Version]
    #: What is in it beside text, as the Bot API shows it: {"document": {...}}, {"left_chat_member": {...}}.
    content: Json = field(default_factory=dict)
    file: StoredFile | None = None
    reply_to: Message | None = None
    anonymous: bool = False
    deleted: bool = False

    @property
    def now(self) -> Version:
        return self.versions[-1]

    @property
    def text(self) -> str:
        """The text, or the caption of a file, as it stands now."""
        return self.now.text

    @property
    def buttons(self) -> tuple[Button, ...]:
        return self.now.buttons

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons, row by row."""
        return [button.label for button in self.buttons]

    @property
    def edited(self) -> bool:
        return len(self.versions) > 1


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat of one bot with one person, or a group. `members` holds everybody who ever was in it."""

    id: int
    type: str
    title: str = ""
    person: User | None = None
    members: dict[int, Status] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    #: Messages up to this id stayed behind when the group became a supergroup.
    left_behind: int = 0

    def status(self, user: User) -> Status:
        return self.members.get(user.id, Status.LEFT)

    def has(self, user: User) -> bool:
        return self.status(user) in PRESENT

    def message(self, message_id: int) -> Message | None:
        """The message of that id, unless it was deleted or stayed behind in the old group."""
        for message in reversed(self.messages):
            if message.id == message_id and not message.deleted and message.id > self.left_behind:
                return message
        return None


@dataclass(frozen=True, slots=True)
class TapAnswer:
    """What a person is shown after a tap: a passing line, or an alert to close."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(eq=False, slots=True)
class Tap:
    """A press of an inline button: a callback query."""

    id: str
    person: User
    message: Message
    data: str
    at: datetime
    expired: bool = False
    answer: TapAnswer | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of a multipart body."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call as a bot made it, whatever became of it; `chat` is where it would show. getUpdates is left out."""

    at: datetime
    method: str
    chat: Chat | None
    values: Json
    uploads: tuple[Upload, ...] = ()
    #: The description of the error; empty where it succeeded.
    error: str = ""
