"""How a visit to a mailbox begins: connect, verify, log in with a password or by OAuth2."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aioimaplib import aioimaplib

from mailer import steps
from mailer.imap import MendedProtocol
from mailer.mailbox import Mailbox
from mailer.oauth import TokenFailed, TokenRefused
from mailer.settings import AccessTokens, Server, SettingsError, Tls, tls_context
from mailer.steps import MailboxError, Refused, plain

#: A connection over which nothing comes is asked after so many seconds, so often, so many times (TCP).
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}

#: Codes (RFC 5530) of a refused log-in that may pass by itself; any other is for a person to mend.
_PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "OVERQUOTA"})


class LoginRefused(MailboxError):
    """The account does not open: a person must mend the settings."""


@asynccontextmanager
async def open_mailbox(server: Server) -> AsyncIterator[Mailbox]:
    """Connect and log in; the connection ends with the block. Raises MailboxError and SettingsError."""
    if server.tls is Tls.STARTTLS:
        raise SettingsError(f"{server.host}: IMAP is spoken with tls = 'implicit', on port 993 as a rule")
    visit = await Visit.connect(server, tls_context(server))
    try:
        await visit.log_in(server)
        yield visit
    finally:
        visit.drop()


class Visit(Mailbox):
    """A mailbox from its greeting on."""

    @classmethod
    async def connect(cls, server: Server, context: ssl.SSLContext | None) -> Visit:
        loop = asyncio.get_running_loop()
        protocol = MendedProtocol(loop)
        try:
            async with asyncio.timeout(steps.STEP_LIMIT):
                await loop.create_connection(lambda: protocol, server.host, server.port, ssl=context)
                _keep_alive(protocol.transport)
                await protocol.greeted
        except ssl.SSLCertVerificationError as error:
            raise MailboxError(f"the certificate is not trusted: {error.verify_message}") from None
        except (OSError, aioimaplib.AioImapException) as error:
            protocol.abort()
            raise MailboxError(f"no connection to {server.host}:{server.port}: {plain(error)}") from None
        except BaseException:
            protocol.abort()
            raise
        return cls(protocol)

    async def log_in(self, server: Server) -> None:
        """Raises LoginRefused where trying again would not help."""
        try:
            await self._authenticate(server)
        except Refused as refusal:
            kind = MailboxError if refusal.code in _PASSING else LoginRefused
            raise kind(str(refusal)) from None
        except TokenRefused as refusal:
            raise LoginRefused(str(refusal)) from None
        except TokenFailed as failure:
            raise MailboxError(str(failure)) from None
        # What the login answer says of capabilities is read wrongly by the library: ask.
        await self._in_time("say what it can do", self._protocol.capability())

    async def _authenticate(self, server: Server) -> None:
        if server.tokens is None:
            log_in = self._protocol.login(aioimaplib.quoted(server.user), server.password)
            await self._ok("log in", log_in)
            return
        try:
            await self._by_token(server.user, server.tokens)
        except Refused:
            # It may have been called back before its time.
            server.tokens.forget()
            await self._by_token(server.user, server.tokens)

    async def _by_token(self, user: str, tokens: AccessTokens) -> None:
        await self._ok("log in", self._protocol.xoauth2(user, await tokens.token()))


def _keep_alive(transport: asyncio.Transport) -> None:
    """Let the system find out by itself that the other side is gone."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
