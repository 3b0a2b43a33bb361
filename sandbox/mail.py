"""A whole mail server on one machine: IMAP by pymap, SMTP by aiosmtpd, and faults on demand."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import structlog
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from sandbox.mailboxes import Mailboxes

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AcceptedMail:
    """One mail that the server took for one recipient; `monotonic` in seconds, `content` as sent."""

    accepted_at: datetime
    monotonic: float
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Fault:
    """What goes wrong once, at "mail", "rcpt", "data" or "answer"; code 0 cuts the connection."""

    at: str
    code: int = 0
    text: str = ""


class MailServer:
    """Mailboxes on loopback, readable by IMAP and reachable by SMTP; an async context manager.

    A mailbox takes mail for its address and for every plus-address of it; others get a 550. With `tls`
    the IMAP port speaks implicit TLS, and the SMTP port STARTTLS, or implicit TLS with `smtp_implicit`.
    Ports that are 0 become free ones on entering.
    """

    def __init__(
        self,
        mailboxes: Mapping[str, str],
        *,
        host: str = "127.0.0.1",
        imap_port: int = 0,
        smtp_port: int = 0,
        tls: ssl.SSLContext | None = None,
        smtp_implicit: bool = False,
        idle: bool = True,
    ) -> None:
        self.host = host
        self.imap_port = imap_port
        self.smtp_port = smtp_port
        self.log: list[AcceptedMail] = []
        #: How many SMTP connections there have been.
        self.smtp_connections = 0
        self._first = dict(mailboxes)
        self._tls = tls
        self._smtp_implicit = smtp_implicit
        self._mailboxes = Mailboxes(idle)
        self._news = asyncio.Condition()
        self._faults: deque[_Fault] = deque()
        self._servers: list[asyncio.Server] = []
        self._imap_connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._smtp_connections: set[SMTP] = set()

    async def __aenter__(self) -> Self:
        for address, password in self._first.items():
            await self.add_mailbox(address, password)
        # aiosmtpd writes every line of the protocol, and what it deprecates, under this name.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        implicit = self._tls if self._smtp_implicit else None
        imap = await asyncio.start_server(self._serve_imap, self.host, self.imap_port, ssl=self._tls)
        self._servers.append(imap)
        smtp = await asyncio.get_running_loop().create_server(
            self._smtp_connection, self.host, self.smtp_port, ssl=implicit
        )
        self._servers.append(smtp)
        self.imap_port, self.smtp_port = (server.sockets[0].getsockname()[1] for server in self._servers)
        return self

    async def __aexit__(self, *exc: object) -> None:
        for server in self._servers:
            server.close()
        await self.disconnect_everybody()

    # --- mailboxes -----------------------------------------------------------------------------

    async def add_mailbox(self, address: str, password: str) -> None:
        """Open a mailbox, or set the password of one that is open."""
        await self._mailboxes.add(address, password)

    async def deliver(self, address: str, raw: bytes) -> None:
        """Put a message into a mailbox as it is, without SMTP."""
        await self._mailboxes.deliver(address, raw)

    async def flags(self, address: str) -> list[frozenset[str]]:
        """The flags of every message of a mailbox, oldest first: without `\\Seen` nobody has read it."""
        return await self._mailboxes.flags(address)

    async def recreate_inbox(self, address: str) -> None:
        """Throw a mailbox's messages away and begin a new one, with another UIDVALIDITY."""
        await self._mailboxes.recreate(address)

    # --- what happened, and what shall go wrong ---------------------------------------------------

    async def next_mail(self, to: str = "", after: int = 0, timeout: float = 5.0) -> AcceptedMail:  # noqa: ASYNC109
        """The first mail to a mailbox (or to any) at place `after` of the log or later.

        `timeout` in seconds; raises TimeoutError when none has come by then.
        """

        def found() -> list[AcceptedMail]:
            mailbox = to.lower()
            return [m for m in self.log[after:] if mailbox in ("", self._mailboxes.mailbox_of(m.recipient))]

        async with asyncio.timeout(timeout), self._news:
            mails = await self._news.wait_for(found)
        return mails[0]

    def refuse_with(self, code: int, text: str, times: int = 1, at: str = "rcpt") -> None:
        """Answer the next commands of a kind ("mail", "rcpt" or "data") with an error."""
        self._faults.extend(_Fault(at, code, text) for _ in range(times))

    def drop_before_data(self, times: int = 1) -> None:
        """Cut the next connections before the message is sent."""
        self._faults.extend(_Fault("rcpt") for _ in range(times))

    def drop_after_data(self, times: int = 1) -> None:
        """Accept the next messages, and cut the connection instead of saying so."""
        self._faults.extend(_Fault("answer") for _ in range(times))

    async def disconnect_everybody(self) -> None:
        """Cut every connection, and return when all have ended."""
        ending = list(self._imap_connections)
        for writer in self._imap_connections.values():
            writer.transport.abort()
        for connection in self._smtp_connections:
            ending += _cut(connection)
        await asyncio.gather(*ending, return_exceptions=True)

    # --- connections -----------------------------------------------------------------------------

    async def _serve_imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._imap_connections[task] = writer
        try:
            await self._mailboxes.serve(reader, writer)
        finally:
            del self._imap_connections[task]

    def _smtp_connection(self) -> SMTP:
        connection = SMTP(
            self,
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=None if self._smtp_implicit else self._tls,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )
        self.smtp_connections += 1
        self._smtp_connections = {c for c in self._smtp_connections if c.transport} | {connection}
        return connection

    # --- what aiosmtpd calls -----------------------------------------------------------------------

    def _authenticate(self, _server: SMTP, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and self._mailboxes.admits(
            data.login.decode(), data.password.decode()
        )
        return AuthResult(success=known, handled=False)

    async def handle_MAIL(self, server: SMTP, _: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        refusal = await self._fault(server, "mail")
        if not refusal:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return refusal or "250 2.1.0 OK"

    async def handle_RCPT(self, server: SMTP, _: Any, envelope: Any, address: str, _o: list[str]) -> str:  # noqa: N802
        refusal = await self._fault(server, "rcpt")
        if not refusal and not self._mailboxes.mailbox_of(address):
            refusal = "550 5.1.1 no such mailbox here"
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _: Any, envelope: Any) -> str:  # noqa: N802
        refusal = await self._fault(server, "data")
        if refusal:
            return refusal
        for recipient in envelope.rcpt_tos:
            await self._accept(envelope.mail_from, recipient, envelope.original_content)
        return await self._fault(server, "answer") or "250 2.0.0 OK: taken"

    async def _accept(self, sender: str, recipient: str, content: bytes) -> None:
        trace = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode()
        await self.deliver(self._mailboxes.mailbox_of(recipient), trace + content)
        async with self._news:
            self.log.append(AcceptedMail(datetime.now(UTC), time.monotonic(), sender, recipient, content))
            self._news.notify_all()
        log.info("sandbox_mail_accepted", size=len(content))

    async def _fault(self, server: SMTP, at: str) -> str:
        """The error to answer with, empty without one; a cut never returns: it ends with its connection."""
        fault = next((fault for fault in self._faults if fault.at == at), None)
        if fault is None:
            return ""
        self._faults.remove(fault)
        if fault.code:
            return f"{fault.code} {fault.text}"
        _cut(server)
        await asyncio.get_running_loop().create_future()
        return ""


def _cut(connection: SMTP) -> list[asyncio.Task[None]]:
    """Abort a connection; returns the task that ends with it, nothing where it had ended before."""
    handler = connection._handler_coroutine
    if not isinstance(connection.transport, asyncio.Transport) or handler is None:
        return []
    connection.transport.abort()
    # Its own end comes only with the transport's, and a transport in the middle of a handshake has none.
    handler.cancel()
    return [handler]
