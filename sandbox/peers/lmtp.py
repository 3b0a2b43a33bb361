"""Delivers mails by LMTP (RFC 2033), as a mail server hands them to the mailboxes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

#: Seconds for one answer.
ANSWER = 30.0

_LINE_OF_DOT = re.compile(rb"^\.", re.MULTILINE)
_LINE_END = re.compile(rb"\r?\n")


class Undelivered(Exception):
    """The server did not take a mail; the text is what it said."""


async def deliver(
    host: str, port: int, recipient: str, mails: Iterable[bytes], sender: str = "someone@example.net"
) -> int:
    """Deliver mails one after the other over one connection; returns how many. Raises Undelivered, OSError."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        await _answer(reader, b"220")
        await _say(reader, writer, b"LHLO localhost", b"250")
        count = 0
        for mail in mails:
            await _deliver_one(reader, writer, sender, recipient, mail)
            count += 1
        return count
    finally:
        writer.transport.abort()


async def _deliver_one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sender: str, recipient: str, mail: bytes
) -> None:
    writer.write(f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n".encode())
    for code in (b"250", b"250", b"354"):
        await _answer(reader, code)
    lines = _LINE_OF_DOT.sub(b"..", _LINE_END.sub(b"\r\n", mail))
    end = b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n"
    await _say(reader, writer, lines + end[:-2], b"250")


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes, code: bytes) -> None:
    writer.write(words + b"\r\n")
    await writer.drain()
    await _answer(reader, code)


async def _answer(reader: asyncio.StreamReader, code: bytes) -> None:
    """Read one answer, of however many lines. Raises Undelivered unless it begins with `code`."""
    while True:
        line = await asyncio.wait_for(reader.readline(), ANSWER)
        if not line.startswith(code):
            raise Undelivered(line.decode("utf-8", "replace").strip() or "the connection was lost")
        if line[3:4] != b"-":
            return
