"""The desk under measurement: `privacydesk run` as an operator runs it, its CPU and its memory."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from bench.people import Writer, customer_list
from bench.processes import Usage, family, usage
from bench.staff import Staff
from sandbox.peers.dovecot import PASSWORD
from sandbox.peers.looking import until
from sandbox.peers.process import server_folder
from sandbox.people_on_file import HELP
from storage.sealing import create_master_key

#: People on the company's list who do not write.
OTHERS = 5_000
#: Seconds until the desk must have started, and until it must be done.
START, DONE, STOP = 60.0, 900.0, 40.0

_SETTINGS = """\
policy = "{policy}"
log_level = "info"

[data]
database = "sqlite:///desk.db"
master_key_file = "master.key"

[mail]
address = "{help}"
imap_host = "127.0.0.1"
imap_port = {imap_port}
imap_tls = "none"
smtp_host = "127.0.0.1"
smtp_port = {smtp_port}
smtp_tls = "none"
smtp_login = false
start = "all"

[directory]
csv = "customers.csv"
"""

_WORK_LEFT = """\
SELECT (SELECT count(*) FROM inbox),
       (SELECT count(*) FROM inbox WHERE disposition = 'pending'),
       (SELECT count(*) FROM outbox WHERE channel = 'email' AND settled_at IS NULL AND state <> 'withheld')"""


@dataclass(slots=True)
class BenchDesk:
    """A desk in a folder of its own; an async context manager that removes it."""

    imap_port: int
    smtp_port: int
    people: Sequence[Writer]
    policy: str = "mentracere"
    staff: Staff = field(default_factory=Staff)
    #: Where a profile of its threads is written; None: it runs unprofiled.
    profile: Path | None = None
    folder: Path = field(init=False)
    _process: asyncio.subprocess.Process | None = None
    _pid: int = 0

    async def __aenter__(self) -> Self:
        self.folder = server_folder("privacydesk-bench")
        settings = _SETTINGS.format(
            policy=self.policy, help=HELP, imap_port=self.imap_port, smtp_port=self.smtp_port
        )
        (self.folder / "privacydesk.toml").write_text(settings + self.staff.settings, encoding="utf-8")
        (self.folder / "customers.csv").write_text(customer_list(self.people, OTHERS), encoding="utf-8")
        create_master_key(self.folder / "master.key")
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def start(self) -> datetime:
        """Start, and wait until the mailbox is open; returns the moment at which it was."""
        await self.launch()
        opened = await until(lambda: self.events("mailbox_open") if self._alive() else [], START, 0.02)
        return datetime.fromisoformat(opened[0]["timestamp"])

    async def launch(self) -> None:
        """Start, and wait for nothing; the log begins anew."""
        log_file = self.folder / "desk.log"
        log_file.write_bytes(b"")
        with log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(), cwd=self.folder, env=self._surroundings(), stdout=log, stderr=log
            )
        self._pid = self._process.pid

    async def kill(self) -> None:
        """End it as a power cut does (SIGKILL). Raises RuntimeError where it has ended of its own accord."""
        if self._alive() and self._process is not None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), STOP)

    async def settled(self, messages: int) -> None:
        """Wait until so many messages in all are stored, handled, and every letter has gone."""
        await until(lambda: self._alive() and not self._left(messages), DONE, 0.2)

    def events(self, name: str) -> list[dict[str, Any]]:
        """What the desk has logged under a name."""
        text = (self.folder / "desk.log").read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if f'"{name}"' in line and line.endswith("}"))
        return [event for event in map(json.loads, lines) if event.get("event") == name]

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        return self._pid

    def usage(self) -> Usage:
        """CPU so far and memory now, of the desk and its children."""
        return usage(family(self._pid))

    def count(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the desk's database, beside the desk."""
        with closing(
            sqlite3.connect(f"file:{self.folder}/desk.db?mode=ro", uri=True, timeout=10)
        ) as database:
            return database.execute(question).fetchall()

    def _alive(self) -> bool:
        """Raises RuntimeError with the desk's last words where it has ended."""
        if self._process is None or self._process.returncode is not None:
            words = (self.folder / "desk.log").read_text(encoding="utf-8")[-2000:]
            raise RuntimeError(f"the desk has ended:\n{words}")
        return True

    def _left(self, messages: int) -> bool:
        stored, waiting, letters = self.count(_WORK_LEFT)[0]
        return bool(stored < messages or waiting or letters)

    def _command(self) -> Sequence[str]:
        if self.profile is not None:
            return (sys.executable, "-m", "bench.profiled", str(self.profile), "run")
        return (str(Path(sys.executable).with_name("privacydesk")), "run")

    def _surroundings(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PRIVACYDESK_")}
        here = str(Path(__file__).parent.parent)
        return {
            **kept,
            "PYTHONPATH": here,
            "PRIVACYDESK_MAIL__PASSWORD": PASSWORD,
            **self.staff.environment,
        }


async def at_rest(desk: BenchDesk) -> Usage:
    """The usage of a desk that has nothing to do: once its CPU time stands still."""
    before = desk.usage()
    end = time.monotonic() + START
    while time.monotonic() < end:
        await asyncio.sleep(1)
        after = desk.usage()
        if after.cpu - before.cpu <= 0.02:
            return after
        before = after
    return before
