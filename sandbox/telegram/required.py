"""The fields without which no Bot API client can read an update: checked on everything the server emits."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.records import Json

#: Object -> its required fields, and the object in each where it is one (Bot API, Available types).
#: A field with a question mark may be absent.
REQUIRED: dict[str, dict[str, str]] = {
    "Update": {
        "update_id": "int",
        "message?": "Message",
        "edited_message?": "Message",
        "callback_query?": "CallbackQuery",
        "my_chat_member?": "ChatMemberUpdated",
        "chat_member?": "ChatMemberUpdated",
    },
    "Message": {
        "message_id": "int",
        "date": "int",
        "chat": "Chat",
        "from?": "User",
        "sender_chat?": "Chat",
        "text?": "str",
        "document?": "File",
        "reply_to_message?": "Message",
    },
    "CallbackQuery": {
        "id": "str",
        "from": "User",
        "chat_instance": "str",
        "data?": "str",
        "message?": "Message",
    },
    "ChatMemberUpdated": {
        "chat": "Chat",
        "from": "User",
        "date": "int",
        "old_chat_member": "ChatMember",
        "new_chat_member": "ChatMember",
    },
    "ChatMember": {"user": "User", "status": "str"},
    "User": {"id": "int", "is_bot": "bool", "first_name": "str"},
    "Chat": {"id": "int", "type": "str", "title?": "str"},
    "File": {"file_id": "str", "file_unique_id": "str"},
}
_PLAIN: dict[str, type] = {"int": int, "str": str, "bool": bool}


def faults(name: str, value: Any, path: str = "") -> list[str]:
    """What is missing or of the wrong type in an object, by its path; empty where nothing is."""
    if name in _PLAIN:
        fits = type(value) is _PLAIN[name]
        return [] if fits else [f"{path} is no {name}"]
    if not isinstance(value, dict):
        return [f"{path} is no {name}"]
    found: list[str] = []
    for field, kind in REQUIRED[name].items():
        found += _field_faults(value, field, kind, path)
    return found


def _field_faults(value: Json, field: str, kind: str, path: str) -> list[str]:
    key = field.removesuffix("?")
    here = f"{path}.{key}" if path else key
    if key in value:
        return faults(kind, value[key], here)
    return [] if field.endswith("?") else [f"{here} is missing"]


def check(name: str, value: Json) -> None:
    """Raises ValueError that lists every fault of an object that is about to go out."""
    if found := faults(name, value):
        raise ValueError("; ".join(found))
