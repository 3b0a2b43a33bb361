"""The section `directory` of the settings file: where the people on file are kept, and how they are asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from app.settings_fields import Secret, Section, existing_file, mistake, secret_of
from directory.signing import is_private

_SQL_URL = re.compile(r"[a-z][a-z0-9_+]*://\S+")

#: Setting -> the kinds that it belongs to; what is not named here belongs to all.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "csv": ("csv",),
    "url": ("sql", "http"),
    "query": ("sql",),
    "password_file": ("sql",),
    "password": ("sql",),
    "secret_file": ("http",),
    "secret": ("http",),
    "ca_file": ("http",),
}
#: What must be given where it belongs.
_NEEDED = ("csv", "url", "query")


class DirectorySettings(Section):
    """The people on file: a list in a CSV file, a query to a database, or a service that is asked by HTTPS."""

    kind: Literal["csv", "sql", "http"] = "csv"
    csv: Annotated[Path | None, Field(validate_default=True)] = None
    #: May hold a password.
    url: str = Field(default="", repr=False, validate_default=True)
    query: str = Field(default="", validate_default=True)
    password_file: Path | None = None
    password: Secret = None
    secret_file: Path | None = None
    secret: Secret = None
    ca_file: Path | None = None
    #: Seconds that one look-up may take.
    timeout_seconds: Annotated[float, Field(ge=0.5, le=60)] = 5.0

    @field_validator("csv", "url", "query", "password_file", "secret_file", "ca_file", mode="before")
    @classmethod
    def _of_this_kind(cls, value: Any, info: ValidationInfo) -> Any:
        kind, name = info.data.get("kind"), str(info.field_name)
        if kind is None:
            return value  # the kind is wrong already
        kinds = _KINDS[name]
        if value and kind not in kinds:
            raise mistake(f'is not used with kind = "{kind}"', f"It belongs to: {', '.join(kinds)}.")
        if not value and kind in kinds and name in _NEEDED:
            hint = "It must be given."
            raise mistake(
                "is missing", f'{hint} (Or name another kind: "sql", "http".)' if name == "csv" else hint
            )
        return value

    _files = field_validator("password_file", "secret_file", "ca_file")(existing_file)

    @field_validator("url")
    @classmethod
    def _fit_url(cls, url: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if kind == "http" and not is_private(url):
            raise mistake("would send personal data in clear text", "It must begin with https://.")
        if kind == "sql" and not _SQL_URL.fullmatch(url):
            raise mistake(
                "is no database URL", 'For example "postgresql://desk@host/crm" or "sqlite:///crm.db".'
            )
        return url

    @field_validator("password")
    @classmethod
    def _password(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Optional: a database may know the desk by its account on this machine, or by the URL."""
        file = info.data.get("password_file")
        return secret_of(value, file, "PRIVACYDESK_DIRECTORY__PASSWORD") if file else value

    @field_validator("secret")
    @classmethod
    def _secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("kind") != "http" or "secret_file" not in info.data:
            return value  # not needed, or its file is wrong already
        secret = secret_of(value, info.data["secret_file"], "PRIVACYDESK_DIRECTORY__SECRET")
        if len(secret.get_secret_value()) < 32:
            raise mistake("is too short to sign with", "32 characters or more: openssl rand -hex 32")
        return secret
