"""Where the mailbox and the mail server are, and how they may be talked to."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address


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


@dataclass(frozen=True, slots=True)
class Server:
    """One server and the account on it; `ca_file` where its certificate comes from an own authority."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = Tls.IMPLICIT
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """All that the mail channel needs to know."""

    help_address: str
    organisation: str
    imap: Server
    smtp: Server
    start: Start = Start.NOW

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
