"""The sections of the settings file: data, mail, telegram, staff, directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from core.policy_parsing import EMAIL
from mailer.settings import Start, Tls, is_this_machine

Port = Annotated[int, Field(ge=0, le=65535, validate_default=True)]
Secret = Annotated[SecretStr | None, Field(validate_default=True)]

#: Where servers listen when no port is given: IMAP (RFC 9051, RFC 8314), SMTP submission (RFC 6409, RFC 8314).
_IMAP_PORTS: Mapping[Tls, int] = {Tls.IMPLICIT: 993, Tls.NONE: 143}
_SMTP_PORTS: Mapping[Tls, int] = {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NONE: 25}

_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


def mistake(problem: str, hint: str) -> PydanticCustomError:
    """What a validator raises: what is wrong, and how to mend it. Never quote the value: it may be secret."""
    return PydanticCustomError("settings", "{problem}", {"problem": problem, "help": hint})


def _secret(value: SecretStr | None, file: Path | None, variable: str) -> SecretStr:
    """The secret itself, or what stands in its file; raises where there is neither."""
    if value and value.get_secret_value():
        return value
    if file is None:
        raise mistake("is missing", f"Set the environment variable {variable}, or name a file with it.")
    try:
        content = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise mistake("is missing: its file cannot be read", "Look at the file's owner and mode.") from None
    if not content:
        raise mistake("is missing: its file is empty", "Write the secret into the file, and nothing else.")
    return SecretStr(content)


def existing_file(path: Path | None) -> Path | None:
    """The path, if there is a file."""
    if path and not path.is_file():
        raise mistake("names a file that is not there", "Paths are relative to the settings file.")
    return path


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DataSettings(_Section):
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


class MailSettings(_Section):
    """The help mailbox: where mail is read (IMAP) and handed in (SMTP)."""

    address: str = Field(pattern=f"^{EMAIL}$")
    user: str = Field(default="", validate_default=True)
    password_file: Path | None = None
    password: Secret = None
    imap_host: str = Field(min_length=1)
    imap_tls: Tls = Tls.IMPLICIT
    imap_port: Port = 0
    smtp_host: str = Field(min_length=1)
    smtp_tls: Tls = Tls.STARTTLS
    smtp_port: Port = 0
    smtp_user: str = Field(default="", validate_default=True)
    smtp_password: Secret = None
    ca_file: Path | None = None
    start: Start = Start.NOW

    _files = field_validator("password_file", "ca_file")(existing_file)

    @field_validator("user", "smtp_user")
    @classmethod
    def _user_by_address(cls, user: str, info: ValidationInfo) -> str:
        return user or str(info.data.get("user") or info.data.get("address", ""))

    @field_validator("password")
    @classmethod
    def _password(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "password_file" not in info.data:
            return value  # the file is wrong already
        return _secret(value, info.data["password_file"], "PRIVACYDESK_MAIL__PASSWORD")

    @field_validator("smtp_password")
    @classmethod
    def _same_password(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return value or info.data.get("password")

    @field_validator("imap_tls", "smtp_tls")
    @classmethod
    def _no_clear_text(cls, tls: Tls, info: ValidationInfo) -> Tls:
        if tls is Tls.STARTTLS and info.field_name == "imap_tls":
            raise mistake("is not spoken with IMAP here", 'Set it to "implicit", on port 993 as a rule.')
        host = info.data.get(f"{str(info.field_name)[:4]}_host", "localhost")
        if tls is Tls.NONE and not is_this_machine(host):
            choices = '"implicit"' if info.field_name == "imap_tls" else '"implicit" or "starttls"'
            raise mistake("would send the password in clear text", f"Set it to {choices}.")
        return tls

    @field_validator("imap_port", "smtp_port")
    @classmethod
    def _usual_port(cls, port: int, info: ValidationInfo) -> int:
        imap = info.field_name == "imap_port"
        tls = info.data.get("imap_tls" if imap else "smtp_tls", Tls.IMPLICIT)
        return port or (_IMAP_PORTS if imap else _SMTP_PORTS).get(tls, 0)


class TelegramSettings(_Section):
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
        token = _secret(value, info.data["token_file"], "PRIVACYDESK_TELEGRAM__TOKEN")
        number, colon, rest = token.get_secret_value().partition(":")
        if not (number.isdigit() and colon and rest):
            raise mistake("is no bot token", "@BotFather gives one: digits, a colon, letters.")
        return token


class StaffSettings(_Section):
    """Somebody who works with the desk."""

    name: str = Field(min_length=1)
    telegram: int = Field(gt=0)
    role: Literal["viewer", "handler", "approver", "lead"]


class DirectorySettings(_Section):
    """The list of the people on file."""

    csv: Path
