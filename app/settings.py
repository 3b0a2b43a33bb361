"""The operator's settings: one file, with secrets from the environment or from files of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from app.settings_directory import DirectorySettings
from app.settings_errors import SettingsErrors, problems_of
from app.settings_fields import existing_file, mistake
from app.settings_mail import MailSettings
from app.settings_sections import (
    DataSettings,
    StaffSettings,
    TelegramSettings,
    WebSettings,
)
from core.policy_parsing import PolicyErrors
from core.schema import Problem
from policies.load import policy_names, read_toml

Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]

#: Settings that name a file or folder, relative to the settings file.
_PATHS = (
    ("templates",),
    ("holidays",),
    ("data", "master_key_file"),
    ("mail", "password_file"),
    ("mail", "ca_file"),
    ("mail", "oauth", "client_secret_file"),
    ("mail", "oauth", "refresh_token_file"),
    ("telegram", "token_file"),
    ("directory", "csv"),
    ("directory", "password_file"),
    ("directory", "secret_file"),
    ("directory", "ca_file"),
)


S = TypeVar("S", bound="StoreSettings")


class StoreSettings(BaseSettings):
    """Where the desk keeps its data: all that a command needs that only looks into the database."""

    model_config = SettingsConfigDict(
        env_prefix="PRIVACYDESK_",
        env_nested_delimiter="__",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    #: The folder of the settings file.
    folder: Path
    data: DataSettings

    @model_validator(mode="before")
    @classmethod
    def _absolute_paths(cls, given: dict[str, Any]) -> dict[str, Any]:
        return _anchored(given, Path(given["folder"]))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; there are no other sources."""
        return env_settings, init_settings


#: What in [mail] only serves to log in.
_SECRETS = frozenset({"password", "password_file", "smtp_password", "smtp_password_file", "oauth"})


class Settings(StoreSettings):
    """Everything that an operator can set. Paths are absolute here."""

    model_config = SettingsConfigDict(extra="forbid")

    #: The name of a shipped policy, or a file.
    policy: str
    templates: Path | None = None
    holidays: Path | None = None
    staff_language: Language = "vi"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    mail: MailSettings | None = None
    telegram: TelegramSettings | None = None
    web: WebSettings | None = None
    staff: tuple[StaffSettings, ...] = ()
    directory: DirectorySettings

    _files = field_validator("holidays")(existing_file)

    @field_validator("policy")
    @classmethod
    def _known_policy(cls, policy: str, info: ValidationInfo) -> str:
        if policy in policy_names():
            return policy
        path: Path = info.data["folder"] / policy
        if not path.is_file():
            hint = f"Name a file, or one of the shipped policies: {', '.join(policy_names())}."
            raise mistake("names a policy that is not there", hint)
        return str(path)

    @field_validator("templates")
    @classmethod
    def _existing_folder(cls, path: Path | None) -> Path | None:
        if path and not path.is_dir():
            raise mistake("names a folder that is not there", "Paths are relative to the settings file.")
        return path

    @field_validator("staff")
    @classmethod
    def _everybody_once(cls, staff: tuple[StaffSettings, ...]) -> tuple[StaffSettings, ...]:
        accounts = [member.telegram for member in staff]
        if len(set(accounts)) < len(accounts):
            raise mistake("has the same Telegram account twice", "Two roles for one person make no sense.")
        return staff


def load_settings(path: Path) -> Settings:
    """The settings in a file and the environment. Raises SettingsErrors with all mistakes at once."""
    settings = _read(path, Settings)
    if not settings.mail and not settings.telegram:
        hint = "Add [mail] or [telegram]."
        raise SettingsErrors((Problem("", "there is no channel to listen on", hint),))
    return settings


def load_silent_settings(path: Path) -> Settings:
    """The settings for work that talks to nobody: there is no chat, and no server's secret is asked for.

    Raises SettingsErrors.
    """
    return _read(path, Settings, _without_secrets)


def _without_secrets(given: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {name: table for name, table in given.items() if name != "telegram"}
    if isinstance(kept.get("mail"), dict):
        plain = {key: value for key, value in kept["mail"].items() if key not in _SECRETS}
        kept["mail"] = plain | {"password": "not used"}
    return kept


def load_store_settings(path: Path) -> StoreSettings:
    """Where the data lies, whatever else is wrong or missing. Raises SettingsErrors."""
    return _read(path, StoreSettings)


def _read(path: Path, model: type[S], change: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict) -> S:
    try:
        return model(**{**change(read_toml(path)), "folder": path.resolve().parent})
    except PolicyErrors as error:
        raise SettingsErrors(error.problems) from None
    except ValidationError as error:
        raise SettingsErrors(problems_of(error, model)) from None
    except SettingsError:
        hint = "Its parts are set one by one, for example PRIVACYDESK_MAIL__PASSWORD."
        raise SettingsErrors((Problem("", "an environment variable cannot be read", hint),)) from None


def _anchored(given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The settings with every relative path put below `folder`."""
    settings = deepcopy(dict(given))
    for *sections, key in _PATHS:
        table: Any = settings
        for section in sections:
            table = table.get(section) if isinstance(table, dict) else None
        if isinstance(table, dict) and isinstance(table.get(key), str):
            table[key] = folder / Path(table[key]).expanduser()
    for section, key in (("data", "database"), ("directory", "url")):
        table = settings.get(section)
        if isinstance(table, dict) and isinstance(table.get(key), str):
            table[key] = _anchored_url(table[key], folder)
    return settings


def _anchored_url(url: str, folder: Path) -> str:
    scheme, found, file = url.partition("sqlite:///")
    return f"sqlite:///{folder / file}" if found and not scheme and file else url
