"""One visit to a mailbox: select, search, fetch, file, wait; how it begins is in mailer.visit."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from aioimaplib import aioimaplib

from mailer.imap import as_folder
from mailer.records import Record, read_records
from mailer.steps import MailboxError, Refused, Steps

#: So many bytes of a large message are fetched at once, and of a header that is fetched alone.
PIECE = 256 * 1024
HEADER_PIECE = 128 * 1024

_NUMBER = re.compile(rb"\[(UIDVALIDITY|UIDNEXT) (\d+)\]")


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


class Mailbox(Steps):
    """A connection to one account, logged in."""

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self._protocol.capabilities

    @property
    def can_move(self) -> bool:
        return "MOVE" in self._protocol.capabilities

    def take_grown(self) -> bool:
        """Whether mail has come since this was last asked, seen while something else was done."""
        grown, self._protocol.grown = self._protocol.grown, False
        return grown

    async def select(self, folder: str) -> Selected:
        answer = await self._ok(f"open {folder}", self._protocol.select(as_folder(folder)))
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

    async def last_uid(self, selected: Selected) -> int:
        """The highest UID that was given; 0 in a mailbox that never held anything."""
        return selected.uidnext - 1 if selected.uidnext else max(await self.search_after(0), default=0)

    # --- fetching, without marking anything as read --------------------------------------------------

    async def sizes(self, uids: Sequence[int]) -> list[Waiting]:
        """What lies under these UIDs; those that are gone are left out."""
        records = await self._fetch(uids, "UID RFC822.SIZE INTERNALDATE")
        return [Waiting(record.uid, record.size, record.arrived_at) for record in records]

    async def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The messages under these UIDs as they are."""
        records = await self._fetch(uids, "UID BODY.PEEK[]")
        return {record.uid: record.body for record in records if record.body is not None}

    async def header(self, uid: int) -> bytes | None:
        """The header of a message, cut where it is endless; None where the message is gone."""
        return await self._piece(uid, "HEADER", 0, HEADER_PIECE)

    async def large_body(self, waiting: Waiting, most: int) -> bytes | None:
        """A large message, fetched piece by piece so that it lies in memory once; None where it is gone.

        Raises MailboxError where it turns out to be larger than `most`.
        """
        # In memory, not in a file: on a disk it would be the only copy that nobody has sealed.
        spool = BytesIO()
        while True:
            piece = await self._piece(waiting.uid, "", spool.tell(), PIECE)
            if piece is None:
                return None
            spool.write(piece)
            if spool.tell() > most:
                raise MailboxError("the mail server hands out more than it announced")
            # Some servers only estimate sizes, and some cut pieces short: both must agree that this is the end.
            if not piece or (len(piece) < PIECE and spool.tell() >= waiting.size):
                return spool.getvalue()

    async def _piece(self, uid: int, section: str, start: int, size: int) -> bytes | None:
        """A part of a message (RFC 3501 6.4.5); empty behind its end, None where the message is gone."""
        records = await self._fetch([uid], f"UID BODY.PEEK[{section}]<{start}.{size}>")
        if any(record.origin not in (None, start) for record in records):
            raise MailboxError("the mail server hands out what was not asked for")
        return next((record.body or b"" for record in records), None)

    async def _fetch(self, uids: Sequence[int], items: str) -> list[Record]:
        """Every record that was asked for; others are passed over."""
        # Not the library's own command: it counts parentheses in what the server sends.
        answer = await self._command("hand out mail", "FETCH", _set_of(uids), f"({items})", by_uid=True)
        wanted = set(uids)
        return [record for record in read_records(answer.lines[:-1]) if record.uid in wanted]

    # --- filing --------------------------------------------------------------------------------------

    async def flag(self, uids: Sequence[int]) -> None:
        """Mark messages for people who look into the mailbox; those that are gone do not matter."""
        words = (_set_of(uids), "+FLAGS.SILENT", r"(\Flagged)")
        await self._command("flag mail", "STORE", *words, by_uid=True)

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Move messages (RFC 6851); those that are gone do not matter. Raises Refused without such a folder."""
        if not self.can_move:
            raise Refused("move mail", "no MOVE")
        await self._command(f"move mail to {folder}", "MOVE", _set_of(uids), as_folder(folder), by_uid=True)

    async def has_folder(self, folder: str) -> bool:
        try:
            await self._command("look", "STATUS", as_folder(folder), "(UIDNEXT)")
        except Refused:
            return False
        return True

    # --- waiting -------------------------------------------------------------------------------------

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


def _set_of(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))
