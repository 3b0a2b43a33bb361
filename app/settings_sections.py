"""The sections of the settings file: data, telegram, web, staff; mail and directory have modules of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from app.settings_fields import Secret, Section, existing_file, mistake, secret_of
from mailer.settings import is_safe

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


class WebSettings(Section):
    """The one-time page: where it listens, and how it is reached from outside."""

    listen: str = Field(default="127.0.0.1:8080", pattern=r"^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$")
    #: What links begin with: a proxy with a certificate stands before the page.
    public_url: str

    @field_validator("listen")
    @classmethod
    def _port(cls, listen: str) -> str:
        if not 0 <= int(listen.rpartition(":")[2]) <= 65535:
            raise mistake("has no port that there is", 'For example "127.0.0.1:8080".')
        return listen

    @field_validator("public_url")
    @classmethod
    def _safe_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if not parts.hostname or parts.query or parts.fragment or parts.username:
            hint = 'For example "https://privacy.example.com".'
            raise mistake("is no address that a link can begin with", hint)
        if not is_safe(url):
            raise mistake("would send personal data in clear text", "It must begin with https://.")
        return url.rstrip("/")

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])
