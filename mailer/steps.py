"""Steps of a visit to a mailbox: each has a limit in time, and a refusal or a loss is told in plain words."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable
from typing import TypeVar

from aioimaplib import aioimaplib

from mailer.imap import MendedProtocol

T = TypeVar("T")

#: Seconds until a step counts as failed: from its beginning, however often the server says something.
STEP_LIMIT = 30.0
FETCH_LIMIT = 300.0

_CODE = re.compile(rb"\[([A-Z-]+)[\] ]")


class MailboxError(Exception):
    """The mailbox cannot be used now; the text says why and what may help."""


class Refused(MailboxError):
    """The server answered no; `code` in its words (RFC 5530), empty where it gives none."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(f"the mail server refused to {what}{f' ({code})' if code else ''}")
        self.code = code


class Steps:
    """A connection on which steps are made one after the other; one that fails or takes too long ends it."""

    def __init__(self, protocol: MendedProtocol) -> None:
        self._protocol = protocol

    def drop(self) -> None:
        """End the connection without a word: nothing that was asked for is waited for."""
        self._protocol.abort()

    async def _command(self, what: str, name: str, *words: str, by_uid: bool = False) -> aioimaplib.Response:
        """Any command that the library has no good form of."""
        command = aioimaplib.Command(name, self._protocol.new_tag(), *words, prefix="UID" if by_uid else None)
        limit = FETCH_LIMIT if name == "FETCH" else STEP_LIMIT
        return await self._ok(what, self._protocol.execute(command), limit)

    async def _ok(
        self, what: str, work: Awaitable[aioimaplib.Response], seconds: float | None = None
    ) -> aioimaplib.Response:
        answer = await self._in_time(what, work, seconds)
        if answer.result != "OK":
            code = _CODE.match(answer.lines[-1]) if answer.lines else None
            raise Refused(what, code[1].decode() if code else "")
        return answer

    async def _in_time(self, what: str, work: Awaitable[T], seconds: float | None = None) -> T:
        done = False
        try:
            async with asyncio.timeout(STEP_LIMIT if seconds is None else seconds):
                result = await work
            done = True
        except (OSError, ValueError, IndexError, aioimaplib.AioImapException) as error:
            # Not chained: the library's errors quote commands, and with them what they carry.
            raise MailboxError(f"the mail server did not {what}: {plain(error)}") from None
        finally:
            if not done:
                self.drop()
        return result


def plain(error: Exception) -> str:
    """What a connection's error means."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    return "the connection was lost" if isinstance(error, aioimaplib.Abort) else type(error).__name__
