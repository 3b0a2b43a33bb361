"""The section `mail` of the settings file: where mail is read and handed in, and how the desk logs in there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from app.settings_fields import Port, Secret, Section, existing_file, mistake, secret_of
from core.policy_parsing import EMAIL
from mailer.settings import Start, Tls, is_safe, is_this_machine

#: Where servers listen when no port is given: IMAP (RFC 9051, RFC 8314), SMTP submission (RFC 6409, RFC 8314).
_IMAP_PORTS: Mapping[Tls, int] = {Tls.IMPLICIT: 993, Tls.NONE: 143}
_SMTP_PORTS: Mapping[Tls, int] = {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NONE: 25}


class OAuthSettings(Section):
    """Where access tokens for the mailbox come from (RFC 6749)."""

    provider: Literal["google", "microsoft", "custom"]
    client_id: str = Field(min_length=1)
    client_secret_file: Path | None = None
    client_secret: Secret = None
    #: Without one the application opens the mailbox in its own name.
    refresh_token_file: Path | None = None
    refresh_token: Secret = None
    #: Microsoft's name of the organisation: its id or its domain.
    tenant: str = Field(default="organizations", pattern=r"^[\w.-]+$")
    token_url: str = Field(default="", validate_default=True)
    scope: str = ""

    _files = field_validator("client_secret_file", "refresh_token_file")(existing_file)

    @field_validator("client_secret", "refresh_token")
    @classmethod
    def _secrets(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        file = info.data.get(f"{info.field_name}_file")
        if file is None:
            return value
        return secret_of(value, file, f"PRIVACYDESK_MAIL__OAUTH__{str(info.field_name).upper()}")

    @field_validator("token_url")
    @classmethod
    def _known_url(cls, url: str, info: ValidationInfo) -> str:
        if not url and info.data.get("provider") == "custom":
            raise mistake("is missing", "The provider's handbook names it: the address that gives tokens.")
        if url and not is_safe(url):
            raise mistake("would send secrets in clear text", "It must begin with https://.")
        return url

    @model_validator(mode="after")
    def _some_proof(self) -> OAuthSettings:
        if self.refresh_token is None and (self.provider == "google" or self.client_secret is None):
            hint = "Set PRIVACYDESK_MAIL__OAUTH__REFRESH_TOKEN, or refresh_token_file"
            hint += (
                "." if self.provider == "google" else "; or a client_secret for an application of its own."
            )
            raise mistake("has no refresh_token", hint)
        return self


class MailSettings(Section):
    """The help mailbox: where mail is read (IMAP) and handed in (SMTP)."""

    address: str = Field(pattern=f"^{EMAIL}$")
    user: str = Field(default="", validate_default=True)
    oauth: OAuthSettings | None = None
    password_file: Path | None = None
    password: Secret = None
    imap_host: str = Field(min_length=1)
    imap_tls: Tls = Tls.IMPLICIT
    imap_port: Port = 0
    smtp_host: str = Field(min_length=1)
    smtp_tls: Tls = Tls.STARTTLS
    smtp_port: Port = 0
    #: False: the mail server takes mail without a log-in, as one on this machine may.
    smtp_login: bool = True
    smtp_user: str = Field(default="", validate_default=True)
    smtp_password: Secret = None
    #: Connections to the mail server that are kept.
    smtp_connections: Annotated[int, Field(ge=1, le=8)] = 4
    ca_file: Path | None = None
    start: Start = Start.NOW
    #: What happens to the original of a mail once its acknowledgement is sent: "move:" is followed by a folder.
    after_acknowledged: Annotated[str, Field(pattern=r"^(keep|flag|move:\s*\S.*)$")] = "keep"
    #: Staff are told when the mailbox could not be read for so long.
    alarm_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    #: The name under which the organisation's own mail server writes Authentication-Results (RFC 8601).
    authserv_id: str = ""
    check_dkim: bool = False

    _files = field_validator("password_file", "ca_file")(existing_file)

    @field_validator("user", "smtp_user")
    @classmethod
    def _user_by_address(cls, user: str, info: ValidationInfo) -> str:
        return user or str(info.data.get("user") or info.data.get("address", ""))

    @field_validator("password")
    @classmethod
    def _password(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "password_file" not in info.data or "oauth" not in info.data or info.data["oauth"]:
            return value  # wrong already, or not needed
        return secret_of(value, info.data["password_file"], "PRIVACYDESK_MAIL__PASSWORD")

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
