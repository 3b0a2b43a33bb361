"""Postfix's smtp-sink: takes every mail at full speed and keeps each as a file."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sandbox.peers.process import ServerProcess, free_port, program, server_folder

_MESSAGE_ID = re.compile(rb"^(?:Message-ID): *(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)
_IN_REPLY_TO = re.compile(rb"^(?:In-Reply-To): *(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = re.compile(rb"^X-Rcpt-Args: <([^>\r\n]*)>", re.MULTILINE)
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the sink accepted, when (in seconds since the epoch), and what its header says."""

    path: Path
    accepted_at: float
    recipient: str
    message_id: str
    in_reply_to: str

    @property
    def content(self) -> bytes:
        """The mail, below the three lines on its envelope that the sink writes."""
        return self.path.read_bytes()


class SmtpSink:
    """A sink on a port of its own; an async context manager. Raises NotInstalled."""

    def __init__(self) -> None:
        self._program = program("smtp-sink", "postfix")
        self.host = "127.0.0.1"
        self.port = free_port()
        self._seen: dict[str, Taken] = {}

    async def __aenter__(self) -> Self:
        self.folder = server_folder("smtp-sink")
        (self.folder / "mails").mkdir()
        (self.folder / "mails").chmod(0o777)
        template = str(self.folder / "mails" / "mail-")
        command = (self._program, "-d", template, f"{self.host}:{self.port}", "100")
        self._process = ServerProcess(command, (self.port,), self.folder / "sink.log")
        await self._process.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def start(self) -> None:
        await self._process.start()

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and all its sessions; what it has taken stays."""
        await self._process.stop(how)

    def taken(self) -> list[Taken]:
        """What has been accepted so far, in order; mails that are still being written are left out."""
        for entry in self._new_files():
            found = _read(entry)
            if found is not None:
                self._seen[entry.name] = found
        return sorted(self._seen.values(), key=lambda mail: mail.accepted_at)

    def _new_files(self) -> Iterator[os.DirEntry[str]]:
        with os.scandir(self.folder / "mails") as entries:
            yield from (entry for entry in entries if entry.name not in self._seen)


def _read(entry: os.DirEntry[str]) -> Taken | None:
    """A file that is whole; None for one that is not: it ends with the blank line that the sink writes last."""
    path = Path(entry.path)
    content = path.read_bytes()
    if not content.endswith(b"\n\n"):
        return None
    header = _END_OF_HEADER.split(content, 1)[0]
    fields = (_field(pattern, header) for pattern in (_RECIPIENT, _MESSAGE_ID, _IN_REPLY_TO))
    return Taken(path, path.stat().st_mtime, *fields)


def _field(pattern: re.Pattern[bytes], header: bytes) -> str:
    found = pattern.search(header)
    return found[1].decode("utf-8", "replace") if found else ""
