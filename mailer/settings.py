"""Where the mailbox and the mail server are, and how they may be talked to."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit


class Tls(StrEnum):
    """How a connection is kept from being read on its way."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"  # on this machine only


class Start(StrEnum):
    """Where a mailbox is begun that was never read before."""

    NOW = "now"  # after the mail that lies there: it was answered by somebody else
    ALL = "all"


class SettingsError(ValueError):
    """The settings ask for something that must not be done; the text says what to change."""


class AccessTokens(Protocol):
    """Where a log-in by OAuth2 gets its token from (RFC 6749)."""

    async def token(self) -> str:
        """A token that is valid for a while. Raises TokenFailed."""
        ...

    def forget(self) -> None:
        """The last token was refused: the next one is asked for anew."""
        ...


@dataclass(frozen=True, slots=True)
class Server:
    """One server and the account on it; `ca_file` where its certificate comes from an own authority.

    With `tokens` the log-in is done by XOAUTH2, and the password is not used.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = Tls.IMPLICIT
    ca_file: str = ""
    tokens: AccessTokens | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Filing:
    """What happens to the original of a mail once its acknowledgement is sent; neither: it stays as it is."""

    flag: bool = False
    #: The folder that it is moved to.
    folder: str = ""

    def __bool__(self) -> bool:
        return self.flag or bool(self.folder)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """All that the mail channel needs to know."""

    help_address: str
    organisation: str
    imap: Server
    smtp: Server
    start: Start = Start.NOW
    #: The name under which our own mail server writes Authentication-Results (RFC 8601); empty: none is believed.
    authserv_id: str = ""
    #: Whether DKIM signatures are checked by the desk itself.
    check_dkim: bool = False
    filing: Filing = Filing()
    #: Minutes after which staff are told that the mailbox cannot be read.
    alarm_minutes: int = 15
    #: Connections to the mail server that are kept, and so the most letters on their way to it at once.
    connections: int = 4

    @property
    def domain(self) -> str:
        return self.help_address.rpartition("@")[2]

    def plus_address(self, token: str) -> str:
        """The help address with a token in it: help+token@example.com."""
        return f"{self.help_address.rpartition('@')[0]}+{token}@{self.domain}" if token else self.help_address


def is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_safe(url: str) -> bool:
    """Whether secrets can be sent to this address."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname or ""))


def tls_context(server: Server) -> ssl.SSLContext | None:
    """How to verify a server; None: clear text. Raises SettingsError where that would leave this machine."""
    if server.tls is not Tls.NONE:
        try:
            return ssl.create_default_context(cafile=server.ca_file or None)
        except OSError:
            raise SettingsError(f"{server.ca_file}: cannot be read as certificates of an authority") from None
    if is_this_machine(server.host):
        return None
    raise SettingsError(
        f"{server.host}: passwords and requests would travel in clear text; set tls to 'implicit' or 'starttls'"
    )
