"""Writes what the desk holds about somebody as one ZIP: a text, the same for programs, messages as they came."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from app.console import Mendable
from core.messages import ChannelName
from core.policy import Policy
from flows.keeping import KeptMessage
from flows.own_subjects import Holdings
from templates.held import held_text
from templates.render import Texts

#: What opens doors: names of cards and replies, hashes of codes, where a file lies with its channel.
_SECRET = frozenset({"token", "card", "challenge", "remote"})
#: In the folder of messages, byte for byte.
_APART = frozenset({"raw"})


def write_zip(path: Path, held: Holdings, texts: Texts, policy: Policy, language: str, now: datetime) -> None:
    """Write the file, readable by its owner only. Raises Mendable."""
    text = held_text(texts, policy, language, _fields(held, now))
    data = {"written_at": now.astimezone(UTC).isoformat(timespec="seconds"), "held": _plain(held)}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            archive.writestr("overview.txt", text)
            archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
            for message in _messages(held):
                archive.writestr(f"messages/{file_name(message)}", message.raw.raw)
    except OSError as error:
        raise Mendable(f"{path} cannot be written: {error.strerror}") from None


def file_name(message: KeptMessage) -> str:
    """What a message is called in the folder."""
    return f"{message.id:06}.{'eml' if message.channel is ChannelName.EMAIL else 'json'}"


def _messages(held: Holdings) -> list[KeptMessage]:
    return [*(message for file in held.files for message in file.messages), *held.messages]


def _fields(held: Holdings, now: datetime) -> Mapping[str, object]:
    named = {field.name: getattr(held, field.name) for field in fields(held)}
    return {**named, "address": held.address.value, "now": now}


def _plain(value: object) -> object:
    """Values as JSON has them; what is secret or lies in the folder of messages is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = [field.name for field in fields(value) if field.name not in _SECRET | _APART]
        return {name: _plain(getattr(value, name)) for name in kept}
    if isinstance(value, bytes):
        return _text_of(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(each) for each in value]
    return value


def _text_of(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
