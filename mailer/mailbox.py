"""One visit to a mailbox: log in, select, search, fetch, wait; every step has a limit in time."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from aioimaplib import aioimaplib

from mailer.imap import MendedProtocol
from mailer.records import Record, read_records
from mailer.settings import Server, SettingsError, Tls, tls_context

T = TypeVar("T")

#: Seconds until a step counts as failed.
STEP_LIMIT = 30.0
FETCH_LIMIT = 300.0

_NUMBER = re.compile(rb"\[(UIDVALIDITY|UIDNEXT) (\d+)\]")
_CODE = re.compile(rb"\[([A-Z-]+)[\] ]")


class MailboxError(Exception):
    """The mailbox cannot be used now; the text says why and what may help."""


@dataclass(frozen=True, slots=True)
class Selected:
    """An open mailbox: what its UIDs are good for, how many messages it holds, the UID that comes next."""

    uidvalidity: int
    exists: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that lies in the mailbox: its size in bytes, and when the mail server took it."""

    uid: int
    size: int
    arrived_at: datetime | None


@asynccontextmanager
async def open_mailbox(server: Server) -> AsyncIterator[Mailbox]:
    """Connect and log in; the connection ends with the block. Raises MailboxError and SettingsError."""
    if server.tls is Tls.STARTTLS:
        raise SettingsError(f"{server.host}: IMAP is spoken with tls = 'implicit', on port 993 as a rule")
    mailbox = await Mailbox.connect(server, tls_context(server))
    try:
        await mailbox.login(server.user, server.password)
        yield mailbox
    finally:
        mailbox.drop()


class Mailbox:
    """A connection to one account. A step that fails or takes too long ends the connection."""

    def __init__(self, protocol: MendedProtocol) -> None:
        self._protocol = protocol

    @classmethod
    async def connect(cls, server: Server, context: ssl.SSLContext | None) -> Mailbox:
        loop = asyncio.get_running_loop()
        protocol = MendedProtocol(loop)
        try:
            async with asyncio.timeout(STEP_LIMIT):
                await loop.create_connection(lambda: protocol, server.host, server.port, ssl=context)
                await protocol.greeted
        except ssl.SSLCertVerificationError as error:
            raise MailboxError(f"the certificate is not trusted: {error.verify_message}") from None
        except (OSError, aioimaplib.AioImapException) as error:
            protocol.abort()
            raise MailboxError(f"no connection to {server.host}:{server.port}: {_plain(error)}") from None
        return cls(protocol)

    def drop(self) -> None:
        """End the connection without a word: nothing that was asked for is waited for."""
        self._protocol.abort()

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self._protocol.capabilities

    def take_grown(self) -> bool:
        """Whether mail has come since this was last asked, seen while something else was done."""
        grown, self._protocol.grown = self._protocol.grown, False
        return grown

    # --- steps -----------------------------------------------------------------------------------

    async def login(self, user: str, password: str) -> None:
        await self._ok("log in", self._protocol.login(aioimaplib.quoted(user), password))
        # What the login answer says of capabilities is read wrongly by the library: ask.
        await self._in_time("say what it can do", self._protocol.capability())

    async def select(self, folder: str) -> Selected:
        answer = await self._ok(f"open {folder}", self._protocol.select(aioimaplib.quoted(folder)))
        numbers = {name: int(value) for name, value in _NUMBER.findall(b"\n".join(answer.lines))}
        self.take_grown()
        if b"UIDVALIDITY" not in numbers:
            raise MailboxError("the mail server keeps no lasting message numbers (UIDVALIDITY)")
        return Selected(numbers[b"UIDVALIDITY"], self._protocol.exists, numbers.get(b"UIDNEXT", 0))

    async def refresh(self) -> None:
        """Let the server say what is new."""
        await self._ok("answer", self._protocol.simple_command("NOOP"))

    async def search_after(self, uid: int) -> list[int]:
        """The UIDs above `uid`, lowest first."""
        # Some servers refuse a CHARSET. `n:*` always names the last message, even below n (RFC 3501 6.4.8).
        search = self._protocol.search(f"UID {uid + 1}:*", charset=None, by_uid=True)
        answer = await self._ok("search", search)
        words = b" ".join(line for line in answer.lines[:-1] if isinstance(line, bytes)).split()
        return sorted({int(word) for word in words if word.isdigit() and int(word) > uid})

    async def sizes(self, uids: Sequence[int]) -> list[Waiting]:
        """What lies under these UIDs; those that are gone are left out."""
        records = await self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)")
        return [Waiting(record.uid, record.size, record.arrived_at) for record in records]

    async def bodies(self, uids: Sequence[int], part: str = "") -> dict[int, bytes]:
        """The messages under these UIDs as they are (or one `part`, as HEADER), without marking them read."""
        records = await self._fetch(uids, f"(UID BODY.PEEK[{part}])")
        return {record.uid: record.body for record in records if record.body is not None}

    async def idle(self, seconds: float) -> None:
        """Wait until the server says anything, `seconds` at most (RFC 2177)."""
        self._protocol._idle_event.clear()
        idling = asyncio.ensure_future(self._protocol.idle())
        idling.add_done_callback(self._idle_ended)
        try:
            await self._in_time("wait for mail", self._protocol.wait_for_idle_response())
            if not idling.done():
                await self._push(seconds)
            if not idling.done():
                self._protocol.idle_done()
            await self._ok("wait for mail", idling)
        finally:
            idling.cancel()

    def _idle_ended(self, idling: asyncio.Future[aioimaplib.Response]) -> None:
        """Wake who waits for the server's consent: after a refusal there will be none."""
        if not idling.cancelled():
            idling.exception()
        self._protocol._idle_event.set()

    async def _push(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._protocol.idle_queue.get()
        except TimeoutError:
            return

    # --- one command -------------------------------------------------------------------------------

    async def _fetch(self, uids: Sequence[int], items: str) -> list[Record]:
        """Every record that was asked for; others are passed over."""
        # Not the library's own command: it counts parentheses in what the server sends.
        command = aioimaplib.Command(
            "FETCH", self._protocol.new_tag(), ",".join(map(str, uids)), items, prefix="UID"
        )
        answer = await self._ok("hand out mail", self._protocol.execute(command), FETCH_LIMIT)
        wanted = set(uids)
        return [record for record in read_records(answer.lines[:-1]) if record.uid in wanted]

    async def _ok(
        self, what: str, work: Awaitable[aioimaplib.Response], seconds: float = STEP_LIMIT
    ) -> aioimaplib.Response:
        answer = await self._in_time(what, work, seconds)
        if answer.result != "OK":
            code = _CODE.match(answer.lines[-1]) if answer.lines else None
            detail = f" ({code[1].decode()})" if code else ""
            raise MailboxError(f"the mail server refused to {what}{detail}")
        return answer

    async def _in_time(self, what: str, work: Awaitable[T], seconds: float = STEP_LIMIT) -> T:
        done = False
        try:
            async with asyncio.timeout(seconds):
                result = await work
            done = True
        except (OSError, ValueError, IndexError, aioimaplib.AioImapException) as error:
            # Not chained: the library's errors quote commands, and with them what they carry.
            raise MailboxError(f"the mail server did not {what}: {_plain(error)}") from None
        finally:
            if not done:
                self.drop()
        return result


def _plain(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    return "the connection was lost" if isinstance(error, aioimaplib.Abort) else type(error).__name__
