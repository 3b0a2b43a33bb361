"""One call to the Bot API: its parameters checked against the method's table, and read by type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.telegram.keyboards import check_markup
from sandbox.telegram.records import Chat, Json, Message, Status, Upload
from sandbox.telegram.refusals import bad_request, malformed
from sandbox.telegram.texts import clean, read_html, utf16_length
from sandbox.telegram.world import BotAccount, World


class Form(StrEnum):
    """How a parameter is written."""

    INTEGER = "integer"
    TEXT = "text"
    FLAG = "flag"
    OBJECT = "object"
    LIST = "list"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a method; `missing` are Telegram's words where it is needed and absent."""

    form: Form
    missing: str = ""


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    return int(value)


def _flag(value: Any) -> bool:
    return str(value).lower() in {"true", "1", "yes"}


def _decoded(value: Any, kind: type) -> Any:
    decoded = json.loads(value) if isinstance(value, str) else value
    if not isinstance(decoded, kind):
        raise ValueError("another JSON type")
    return decoded


READERS: Mapping[Form, Callable[[Any], Any]] = {
    Form.INTEGER: _integer,
    Form.TEXT: str,
    Form.FLAG: _flag,
    Form.OBJECT: lambda value: _decoded(value, dict),
    Form.LIST: lambda value: _decoded(value, list),
    Form.FILE: lambda value: value,
}


def read_values(parameters: Mapping[str, Parameter], raw: Json, uploads: Mapping[str, Upload]) -> Json:
    """The parameters of a call, by type; a file is an Upload or a file_id.

    Raises Violation for what the method does not know, for a missing one, and for a wrong type.
    """
    given = {name: _attached(value, uploads) for name, value in raw.items() if value not in ("", None)}
    used = {id(value) for value in given.values()}
    given |= {name: part for name, part in uploads.items() if id(part) not in used}
    for name in given:
        if name not in parameters:
            raise malformed(f"unknown parameter {name}")
    for name, parameter in parameters.items():
        if parameter.missing and name not in given:
            raise malformed(parameter.missing)
    return {name: _read(name, parameters[name], value) for name, value in given.items()}


def _attached(value: Any, uploads: Mapping[str, Upload]) -> Any:
    if isinstance(value, str) and value.startswith("attach://"):
        return uploads.get(value.removeprefix("attach://"), value)
    return value


def _read(name: str, parameter: Parameter, value: Any) -> Any:
    try:
        return READERS[parameter.form](value)
    except (TypeError, ValueError):
        raise malformed(f"can't read {name} as {parameter.form}") from None


def _fits(entity: Any, length: int) -> bool:
    """Whether a MessageEntity has its fields and lies within a text of so many UTF-16 units."""
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        return False
    offset, extent = entity.get("offset"), entity.get("length")
    return isinstance(offset, int) and isinstance(extent, int) and 0 <= offset < offset + extent <= length


@dataclass(frozen=True, slots=True)
class Call:
    """A method call with valid parameters in `values`."""

    world: World
    bot: BotAccount
    method: str
    values: Json

    def integer(self, name: str, default: int = 0) -> int:
        return int(self.values.get(name, default))

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name, False))

    def chat(self) -> Chat:
        """The chat to act in. Raises Refusal where the bot may not."""
        return self.world.chat_of(self.bot, self.integer("chat_id"))

    def chat_to_write(self) -> Chat:
        chat = self.chat()
        if chat.status(self.bot.user) is Status.RESTRICTED:
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def words(self, name: str, limit: int) -> tuple[str, tuple[Json, ...]]:
        """Text or caption with its entities; `limit` in UTF-16 units. Raises Violation where it is too long."""
        mode = self.text("parse_mode")
        if mode not in ("", "HTML"):
            raise malformed("unsupported parse_mode")
        text, entities = (
            read_html(self.text(name)) if mode else (clean(self.text(name)), self._entities(name))
        )
        if utf16_length(text) > limit:
            raise malformed("message is too long" if name == "text" else "message caption is too long")
        return text, entities

    def _entities(self, name: str) -> tuple[Json, ...]:
        given = self.values.get("entities" if name == "text" else "caption_entities", ())
        length = utf16_length(self.text(name))
        if not all(_fits(entity, length) for entity in given):
            raise malformed("can't parse entities: an entity does not fit the text")
        return tuple(given)

    def markup(self, inline_only: bool = False) -> Json:
        return check_markup(self.values.get("reply_markup", {}), inline_only)

    def replied(self, chat: Chat) -> Message | None:
        """The message that reply_parameters name. Raises Refusal where there is none such."""
        wanted: Json = self.values.get("reply_parameters", {})
        if not wanted:
            return None
        message = chat.message(int(wanted.get("message_id", 0)))
        if message is None and not wanted.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return message
