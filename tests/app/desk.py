"""A desk for mail alone, as the operator's own process, with its log line by line."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.mail import AcceptedMail, MailServer
from sandbox.mail_person import MailPerson
from sandbox.people_on_file import CUSTOMERS, HELP, STRANGER, customer_list
from storage.sealing import create_master_key

PASSWORD = "sandbox"
#: Longer than anything takes on a small, busy machine, in seconds.
PATIENCE = 25.0

MAIL = """
[mail]
address = "{help}"
imap_host = "127.0.0.1"
imap_port = {imap_port}
imap_tls = "none"
smtp_host = "127.0.0.1"
smtp_port = {smtp_port}
smtp_tls = "none"
start = "all"
"""
SETTINGS = """
policy = "mentracere"
log_level = "debug"

[data]
database = "sqlite:///desk.db"
master_key_file = "master.key"

[directory]
csv = "customers.csv"
"""


def privacydesk(*words: str) -> list[str]:
    """The command as it is installed."""
    return [str(Path(sys.executable).with_name("privacydesk")), *words]


def environment(**more: str) -> dict[str, str]:
    """The environment without anybody's secrets, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRIVACYDESK_")}
    return {**kept, "NO_COLOR": "1", **more}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


async def command(folder: Path, *words: str, env: Mapping[str, str] = {}, answers: str = "") -> Ended:
    """Run a command to its end."""
    process = await asyncio.create_subprocess_exec(
        *privacydesk(*words),
        cwd=folder,
        env=environment(**env),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(answers.encode()), PATIENCE)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


def write_desk(folder: Path, mail: MailServer, more: str = "") -> None:
    """The files of a desk for this mail server."""
    section = MAIL.format(help=HELP, imap_port=mail.imap_port, smtp_port=mail.smtp_port)
    (folder / "privacydesk.toml").write_text(SETTINGS + section + more, encoding="utf-8")
    (folder / "customers.csv").write_text(customer_list(), encoding="utf-8")
    create_master_key(folder / "master.key")


def mail_server() -> MailServer:
    people = (HELP, STRANGER.email, *(customer.email for customer in CUSTOMERS))
    return MailServer(dict.fromkeys(people, PASSWORD))


@dataclass(slots=True)
class RunningDesk:
    """`privacydesk run` in a folder; its log is read as it is written."""

    folder: Path
    mail: MailServer
    log: list[dict[str, Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    _process: asyncio.subprocess.Process | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self, ready: str = "mailbox_open") -> None:
        """Start, and wait for this event."""
        self._process = await asyncio.create_subprocess_exec(
            *privacydesk("run"),
            cwd=self.folder,
            env=environment(PRIVACYDESK_MAIL__PASSWORD=PASSWORD),
            stderr=asyncio.subprocess.PIPE,
        )
        await self.until(ready)

    async def until(self, event: str) -> dict[str, Any]:
        """Read on until an event of this name is logged. Raises EOFError where the process ends before."""
        async with asyncio.timeout(PATIENCE):
            while line := await self._line():
                if line.get("event") == event:
                    return line
        raise EOFError(f"no {event} before the end; words: {self.words}")

    async def _line(self) -> dict[str, Any]:
        assert self.process.stderr is not None
        raw = (await self.process.stderr.readline()).decode()
        if not raw.startswith("{"):
            self.words.append(raw)
            return {"event": ""} if raw else {}
        self.log.append(json.loads(raw))
        return self.log[-1]

    async def ended(self) -> int:
        """Read the log to its end; returns the exit code."""
        async with asyncio.timeout(PATIENCE):
            while await self._line():
                pass
            return await self.process.wait()

    async def stop(self) -> int:
        self.process.terminate()
        return await self.ended()

    async def kill(self) -> None:
        self.process.kill()
        await self.ended()

    def fill_disk(self) -> None:
        """From now on not one byte more can be written to a file, as on a full disk."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    def empty_disk(self) -> None:
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, unlimited)

    def answers(self, writer: MailPerson) -> list[AcceptedMail]:
        """The mails that somebody got."""
        return [mail for mail in self.mail.log if mail.recipient == writer.address]
