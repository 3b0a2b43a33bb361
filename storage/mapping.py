"""Frozen dataclasses to JSON bytes and back; fields that were added later take their defaults."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter

from core.conversation import Conversation
from core.requests import Request
from flows.store import Note, StaffMember

T = TypeVar("T")

_BASE64 = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class Json(Generic[T]):
    """Reads and writes one type. Unknown fields are passed over, so that an older program can read on."""

    def __init__(self, kind: type[T]) -> None:
        # In a tuple of one: pydantic takes a configuration for a container, never for a dataclass.
        self._adapter: TypeAdapter[tuple[T]] = TypeAdapter(tuple[kind], config=_BASE64)  # type: ignore[valid-type]

    def dump(self, value: T) -> bytes:
        return self._adapter.dump_json((value,))

    def load(self, text: bytes) -> T:
        """Raises pydantic.ValidationError for text that `dump` cannot have made."""
        return self._adapter.validate_json(text)[0]


REQUEST_JSON = Json(Request)
NOTE_JSON = Json(Note)
CONVERSATION_JSON = Json(Conversation)
STAFF_JSON = Json(StaffMember)
