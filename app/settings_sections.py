"""The sections of the settings file: data, telegram, staff, directory; mail has a module of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from app.settings_fields import Secret, Section, existing_file, mistake, secret_of

_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


class DataSettings(Section):
    """Where requests are kept, and the key that seals them."""

    database: str = Field(default="", repr=False, validate_default=True)
    master_key_file: Path

    @field_validator("database")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(_DATABASES):
            hint = 'For example "sqlite:///data/privacydesk.db" or "postgresql://user@host/name".'
            raise mistake(f"must begin with one of {', '.join(_DATABASES)}", hint)
        return url


class TelegramSettings(Section):
    """The bot, and the group in which staff work."""

    token_file: Path | None = None
    token: Secret = None
    staff_chat: int = 0
    api_base: str = Field(default="https://api.telegram.org", pattern=r"^https?://\S+[^/]$")

    _files = field_validator("token_file")(existing_file)

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "token_file" not in info.data:
            return value  # the file is wrong already
        token = secret_of(value, info.data["token_file"], "PRIVACYDESK_TELEGRAM__TOKEN")
        number, colon, rest = token.get_secret_value().partition(":")
        if not (number.isdigit() and colon and rest):
            raise mistake("is no bot token", "@BotFather gives one: digits, a colon, letters.")
        return token


class StaffSettings(Section):
    """Somebody who works with the desk."""

    name: str = Field(min_length=1)
    telegram: int = Field(gt=0)
    role: Literal["viewer", "handler", "approver", "lead"]


class DirectorySettings(Section):
    """The list of the people on file."""

    csv: Path
