"""Access tokens for mailboxes that are opened by OAuth2 (RFC 6749): asked for, kept until they expire, renewed."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from mailer.settings import SettingsError, is_safe

log = structlog.get_logger()

#: Seconds that the token server has for its answer, and the bytes that it may need for it.
ANSWER_LIMIT = 30.0
LARGEST_ANSWER = 100_000
#: Seconds that a token is good for where the server does not say, and those before its end when it is renewed.
USUAL_LIFE = 600.0
MARGIN = 300.0

GOOGLE = "https://oauth2.googleapis.com/token"
MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
#: What to ask Microsoft for: on behalf of a person, and as an application of its own.
MICROSOFT_PERSON = (
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
)
MICROSOFT_APPLICATION = "https://outlook.office365.com/.default"


class TokenFailed(ConnectionError):
    """No token can be had now; the text says why, in plain words."""


class TokenRefused(TokenFailed):
    """The token server says no: somebody must mend the settings, or sign in anew."""


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Where tokens come from. Without a refresh token the application asks in its own name."""

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    #: Read before every use, so that it can be replaced; what the server sends in its place is kept there.
    refresh_token_file: Path | None = None
    scope: str = ""
    ca_file: str = ""

    def form(self, refresh_token: str) -> dict[str, str]:
        """What is asked of the server (RFC 6749 4.4.2 and 6)."""
        given = {
            "grant_type": "refresh_token" if refresh_token else "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": refresh_token,
            "scope": self.scope,
        }
        return {name: value for name, value in given.items() if value}


class Tokens:
    """`mailer.settings.AccessTokens` by one account at one token server.

    Raises SettingsError where its secrets would leave this machine in clear text.
    """

    def __init__(self, settings: TokenSettings) -> None:
        if not is_safe(settings.token_url):
            raise SettingsError("the token_url of OAuth2 must begin with https://")
        self._settings = settings
        self._refresh_token = settings.refresh_token
        self._token = ""
        self._good_until = 0.0
        self._one_asks = asyncio.Lock()

    async def token(self) -> str:
        """A token that is valid for some minutes more. Raises TokenFailed, TokenRefused."""
        async with self._one_asks:
            if time.monotonic() >= self._good_until:
                await self._renew()
            return self._token

    def forget(self) -> None:
        """The last token was refused: the next one is asked for anew."""
        self._good_until = 0.0

    async def _renew(self) -> None:
        if self._settings.refresh_token_file is not None:
            self._refresh_token = await asyncio.to_thread(self._read, self._settings.refresh_token_file)
        answer = await self._ask()
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise TokenFailed("the token server answered without a token")
        await self._keep(answer.get("refresh_token"))
        self._token = token
        self._good_until = time.monotonic() + _useful_life(answer.get("expires_in"))
        log.info("access_token_renewed")

    async def _ask(self) -> Mapping[str, Any]:
        """The server's answer, if it is a good one."""
        # Takes a while to import: only where OAuth2 is set.
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=ANSWER_LIMIT)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
                session.post(
                    self._settings.token_url,
                    data=self._settings.form(self._refresh_token),
                    headers={"Accept": "application/json"},
                    allow_redirects=False,
                    ssl=_trust(self._settings.ca_file),
                ) as response,
            ):
                status, text = response.status, await response.content.read(LARGEST_ANSWER)
        except (aiohttp.ClientError, OSError) as error:
            # Not chained: the errors of the library may quote what was asked.
            raise TokenFailed(f"the token server does not answer ({type(error).__name__})") from None
        return _understood(status, text)

    def _read(self, path: Path) -> str:
        """The refresh token in its file; where that cannot be read, the one that is known."""
        try:
            return path.read_text(encoding="utf-8").strip() or self._refresh_token
        except (OSError, UnicodeDecodeError) as error:
            log.warning("refresh_token_not_read", error=type(error).__name__)
            return self._refresh_token

    async def _keep(self, refresh_token: object) -> None:
        """Go on with the refresh token that came in place of the old one (RFC 6749 6)."""
        if not isinstance(refresh_token, str) or not self._refresh_token:
            return
        if not refresh_token or refresh_token == self._refresh_token:
            return
        self._refresh_token = refresh_token
        try:
            if self._settings.refresh_token_file is None:
                raise FileNotFoundError
            await asyncio.to_thread(write_secret, self._settings.refresh_token_file, refresh_token)
        except OSError as error:
            log.warning("refresh_token_not_kept", error=type(error).__name__)


def _useful_life(told: object) -> float:
    """So many seconds is a token used: it is renewed in good time, however short its life."""
    try:
        life = float(told)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        life = USUAL_LIFE
    return max(life - MARGIN, life / 2)


def _trust(ca_file: str) -> ssl.SSLContext | bool:
    """Whom to believe: the authorities of the system, and the one that the settings name."""
    if not ca_file:
        return True
    context = ssl.create_default_context()
    context.load_verify_locations(ca_file)
    return context


def _understood(status: int, text: bytes) -> Mapping[str, Any]:
    """What the server says, if it is a token. Raises TokenFailed, TokenRefused."""
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise TokenFailed(f"the token server's answer cannot be read (HTTP {status})")
    error = str(answer.get("error", "" if status == 200 else "unknown"))
    if error in _REFUSALS:
        raise TokenRefused(f"no access to the mailbox: {_REFUSALS[error]} ({error})")
    if error:
        # Only codes that are known may be told: whatever else stands there may be personal.
        raise TokenFailed(f"the token server gives no token (HTTP {status})")
    return answer


#: Error codes (RFC 6749 5.2) and what they mean for an operator.
_REFUSALS: Mapping[str, str] = {
    "invalid_client": "client_id or client_secret is wrong, or the secret has expired",
    "invalid_grant": "the refresh token is not accepted any more; sign in anew and store the new one",
    "invalid_scope": "the scope is not known there",
    "invalid_request": "the token server does not understand the request; check token_url and scope",
    "unauthorized_client": "the application is not allowed to do this; an administrator must consent",
    "unsupported_grant_type": "the token server does not know this way; a refresh token may be needed",
    "access_denied": "an administrator has denied access",
}


def write_secret(path: Path, secret: str) -> None:
    """Replace a file in one step; its owner alone can read it. Raises OSError, and leaves the old one then."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secret}\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
