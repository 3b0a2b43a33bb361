"""A whole world on one machine: mail server, Telegram, customer list, and the desk as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from policies.load import load_policy
from sandbox.mail import MailServer
from sandbox.mail_person import MailPerson
from sandbox.people_on_file import CUSTOMERS, HELP, STRANGER, Customer, customer_list
from sandbox.staff_room import StaffRoom
from sandbox.telegram import BotAccount, Person, TelegramServer
from storage.sealing import create_master_key
from templates.render import Texts

TOKEN = "424242:sandbox-token-of-nobody"
PASSWORD = "sandbox"
#: aiogram alone takes seconds to import on a small machine.
START = 60.0
STOP = 30.0

_SETTINGS = """\
policy = "mentracere"
staff_language = "vi"
log_level = "debug"

[data]
database = "{database}"
master_key_file = "master.key"

[mail]
address = "{help}"
imap_host = "127.0.0.1"
imap_port = {imap_port}
imap_tls = "none"
smtp_host = "127.0.0.1"
smtp_port = {smtp_port}
smtp_tls = "none"
start = "all"

[telegram]
staff_chat = {staff_chat}
api_base = "{api_base}"

[directory]
csv = "customers.csv"
"""

_STAFF = """
[[staff]]
name = "{name}"
telegram = {id}
role = "{role}"
"""


class World:
    """The sandbox around one desk; an async context manager that starts and stops all of it."""

    def __init__(
        self, folder: Path, database: str = "sqlite:///privacydesk.db", log_name: str = "desk.log"
    ) -> None:
        self.folder = folder
        self.log_file = folder / log_name
        self.database = database
        self.policy = load_policy("mentracere")
        self.texts = Texts(self.policy)
        people = [customer.email for customer in (*CUSTOMERS, STRANGER)]
        self.mail = MailServer(dict.fromkeys((HELP, *people), PASSWORD))
        self.telegram = TelegramServer()
        self.process: asyncio.subprocess.Process | None = None
        self._stack = AsyncExitStack()
        self._greeted = False

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.mail)
        await self._stack.enter_async_context(self.telegram)
        self.bot: BotAccount = self.telegram.add_bot(TOKEN, "mentracere_privacy_bot")
        an = self.telegram.add_user("An", language_code="vi")
        binh = self.telegram.add_user("Bình", language_code="vi")
        group = self.telegram.add_group("MentraCere privacy", members=[an, binh], admins=[self.bot])
        self.staff = StaffRoom(self.texts, self.bot, group, an, binh)
        self._write_files()
        await self.start_desk()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_desk()
        await self._stack.aclose()

    def _write_files(self) -> None:
        settings = _SETTINGS.format(
            database=self.database,
            help=HELP,
            imap_port=self.mail.imap_port,
            smtp_port=self.mail.smtp_port,
            staff_chat=self.staff.group.id,
            api_base=self.telegram.base,
        )
        for person, name in ((self.staff.an, "An"), (self.staff.binh, "Bình")):
            settings += _STAFF.format(name=name, id=person.id, role="approver")
        (self.folder / "privacydesk.toml").write_text(settings, encoding="utf-8")
        (self.folder / "customers.csv").write_text(customer_list(), encoding="utf-8")
        create_master_key(self.folder / "master.key")

    @property
    def environment(self) -> Mapping[str, str]:
        """What the operator would set in the environment: the secrets."""
        return {
            **os.environ,
            "PRIVACYDESK_MAIL__PASSWORD": PASSWORD,
            "PRIVACYDESK_TELEGRAM__TOKEN": TOKEN,
            "PYTHONUNBUFFERED": "1",
        }

    def command(self, *words: str) -> list[str]:
        """The command line of the desk, as an operator calls it in this world."""
        return [str(Path(sys.executable).with_name("privacydesk")), *words]

    async def start_desk(self) -> None:
        """Start `privacydesk run` and wait until it listens on both channels."""
        with self.log_file.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command("run"), cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        await self._listening(self.process)
        if not self._greeted:
            self._greeted = True
            for person in (self.staff.an, self.staff.binh):
                await person.start(self.bot)
                await person.next_message(self.bot)

    async def _listening(self, process: asyncio.subprocess.Process) -> None:
        """Wait until the desk polls; one that ends before is an error with its own words."""
        polled = asyncio.create_task(self.telegram.polled(self.bot, timeout=START))
        ended = asyncio.create_task(process.wait())
        await asyncio.wait([polled, ended], return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            polled.cancel()
            words = self.log_file.read_text(encoding="utf-8")[-2000:]
            raise RuntimeError(f"the desk ended with exit code {ended.result()} before it listened:\n{words}")
        ended.cancel()
        await polled

    async def stop_desk(self) -> int:
        """Stop the desk as an operator does (SIGTERM); returns its exit code."""
        if self.process is None or self.process.returncode is not None:
            return self.process.returncode if self.process and self.process.returncode is not None else 0
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), STOP)

    async def kill_desk(self) -> None:
        """End the desk as a power cut does (SIGKILL)."""
        if self.process is not None:
            self.process.kill()
            await self.process.wait()

    def writer(self, customer: Customer) -> MailPerson:
        """Somebody in front of their mail program."""
        return MailPerson(self.mail, customer.email, customer.name)

    def newcomer(self, name: str, language: str) -> Person:
        """Somebody with Telegram who has never written to the bot."""
        return self.telegram.add_user(name, language_code=language)
