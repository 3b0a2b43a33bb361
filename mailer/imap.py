"""aioimaplib's protocol, mended: it reads any answer, forgets no arrival, and fails when its connection does."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
from collections.abc import Callable

import structlog
from aioimaplib import aioimaplib

log = structlog.get_logger()

# aioimaplib writes whole messages, and passwords with a quote in them, at DEBUG and INFO.
logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.CRITICAL)

#: A literal this long, in bytes, is larger than anything that is asked for: messages beyond a MB come in pieces.
LARGEST_LITERAL = 30_000_000
#: A line this long, in bytes, is no answer to anything that is asked here.
LONGEST_LINE = 16_000_000

#: What a folder's name cannot say as it is.
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]+")
_ARRIVAL = re.compile(rb"(\d+) (EXISTS|EXPUNGE)$")
_ABOUT_A_MESSAGE = re.compile(rb"\d+ (FETCH|EXPUNGE)")

LineHandler = Callable[[bytes, aioimaplib.Command | None], aioimaplib.Command | None]


class MendedProtocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]
    """One IMAP connection (RFC 3501).

    Replaced are the reading of answers (the library recurses once a line and takes `* ` out of the middle
    of lines), the fate of answers nobody waits for (an arrival during a search was lost), and what happens
    when the connection ends (whoever waited went on waiting).
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.greeted = loop.create_future()
        self.lost = False
        self.pending_sync_command: aioimaplib.Command | None = None
        self.incomplete_line = b""
        self.current_command: aioimaplib.Command | None = None
        #: How many messages the mailbox holds, as the server last said.
        self.exists = 0
        #: Whether the mailbox has grown since this was last set to False.
        self.grown = False

    # --- reading ---------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        # Not by the library: it writes every piece out for its log before it asks whether anybody wants it.
        data, self.incomplete_line = self.incomplete_line + data, b""
        command, self.current_command = self.current_command, None
        try:
            self._handle_responses(data, self._handle_line, command)
        except aioimaplib.IncompleteRead as more:
            self.incomplete_line, self.current_command = more.data, more.cmd
        except (aioimaplib.AioImapException, ValueError, IndexError) as error:
            # The text of the error may hold the command, and with it the password.
            log.warning("imap_answer_not_understood", error=type(error).__name__)
            self.abort()

    def _handle_responses(
        self, data: bytes, line_handler: LineHandler, current_cmd: aioimaplib.Command | None = None
    ) -> None:
        rest, command = self._consume(data, line_handler, current_cmd)
        if self.pending_sync_command is not None:
            self.pending_sync_command.flush()
        if len(rest) > LONGEST_LINE:
            raise aioimaplib.Error("an endless line")
        if rest or command is not None:
            raise aioimaplib.IncompleteRead(command, rest)

    def _consume(
        self, data: bytes, handle: LineHandler, command: aioimaplib.Command | None
    ) -> tuple[bytes, aioimaplib.Command | None]:
        """Take what is complete; returns the rest, and the command whose answer goes on after a literal."""
        position = 0
        while position < len(data):
            if command is not None and command.wait_literal_data():
                position += _take_literal(command, data, position)
                continue
            end = data.find(b"\r\n", position)
            if end < 0:
                break
            command = _take_line(handle, data[position:end], command)
            position = end + 2
        return data[position:], command

    def _untagged_response(self, line: bytes) -> aioimaplib.Command | None:
        text = line.removeprefix(b"* ")
        self._count(text)
        command, rest = self._recipient(text)
        if command is not None:
            command.append_to_resp(rest)
        return command

    def _count(self, text: bytes) -> None:
        found = _ARRIVAL.match(text)
        if found is None:
            return
        before = self.exists
        self.exists = int(found[1]) if found[2] == b"EXISTS" else max(0, before - 1)
        self.grown = self.grown or self.exists > before

    def _recipient(self, text: bytes) -> tuple[aioimaplib.Command | None, bytes]:
        """The command that an untagged answer belongs to, and the part that it is given."""
        if self.pending_sync_command is not None:
            return self.pending_sync_command, text
        about_message = _ABOUT_A_MESSAGE.match(text)
        name, _, rest = (about_message[1], b"", text) if about_message else text.partition(b" ")
        return self.pending_async_commands.get(name.decode("ascii", "replace").upper()), rest

    def _continuation(self, line: bytes) -> None:
        command = self.pending_sync_command
        if command is not None and command.name == "AUTHENTICATE":
            # A refused token is explained in a challenge; only an empty answer brings the refusal itself.
            self.transport.write(b"\r\n")
            return
        super()._continuation(line)

    # --- beginning and end -------------------------------------------------------------------------

    async def welcome(self, command: bytes) -> None:
        try:
            await super().welcome(command)
        except (aioimaplib.AioImapException, IndexError):
            self.abort()
        else:
            if not self.greeted.done():
                self.greeted.set_result(None)

    def abort(self) -> None:
        """End the connection at once; everything that waits for it fails."""
        if self.transport is not None:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost = True
        self.state = aioimaplib.LOGOUT
        for command in [self.pending_sync_command, *self.pending_async_commands.values()]:
            if command is not None:
                command._exception = aioimaplib.Abort("connection lost")
                command.close(b"connection lost", "KO")
        self.pending_sync_command = None
        self.pending_async_commands.clear()
        if not self.greeted.done():
            self.greeted.set_exception(aioimaplib.Abort("connection lost"))
        self._idle_event.set()
        self.idle_queue.put_nowait([b"connection lost"])


def _take_literal(command: aioimaplib.Command, data: bytes, position: int) -> int:
    """Give a command the literal's bytes that have come; returns how many they were."""
    wanted = command._expected_size - len(command._resp_literal_data)
    piece = data[position : position + wanted]
    command.append_literal_data(piece)
    return len(piece)


def _take_line(
    handle: LineHandler, line: bytes, command: aioimaplib.Command | None
) -> aioimaplib.Command | None:
    """Hand a line on; returns the command that the next bytes belong to, None at the end of an answer."""
    command = handle(line, command)
    literal = aioimaplib.literal_data_re.match(line)
    if literal is None:
        return None
    if command is None:
        command = aioimaplib.Command("NIL", "nobody asked for this")
    size = int(literal["size"])
    if size > LARGEST_LITERAL:
        raise aioimaplib.Error("an endless literal")
    command.begin_literal_data(size)
    return command


def as_folder(name: str) -> str:
    """A folder's name as IMAP writes it: in modified UTF-7 (RFC 3501 5.1.3), in quotes."""
    return str(aioimaplib.quoted(_NOT_PLAIN.sub(_shifted, name.replace("&", "&-"))))


def _shifted(found: re.Match[str]) -> str:
    encoded = base64.b64encode(found[0].encode("utf-16-be")).decode("ascii")
    return f"&{encoded.rstrip('=').replace('/', ',')}-"
