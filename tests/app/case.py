"""A desk's files on disk, with requests that have really been handled: what the evidence is made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from core.messages import ChannelName, Verb
from core.requests import Request
from directory.csv_file import CsvDirectory
from flows.desk import Desk
from mailer.channel import MailChannel
from mailer.settings import MailSettings, Server, Tls
from policies.calendars import workdays
from policies.load import load_policy, load_statute
from storage.migrate import migrate
from storage.sealing import Secrets, create_master_key, load_master_key
from storage.store import SqlStore, open_store
from storage.unit_of_work import SqlUnitOfWork
from templates.render import Texts
from tests.app.desk import SETTINGS
from tests.flows.office import Office
from tests.flows.paper import PaperChannel
from tests.flows.people import ACCESS, ROB, customer_list
from tests.flows.post import HELP
from tests.flows.staff import AN, BINH, STAFF, STAFF_CHAT

T = TypeVar("T")

_SERVER = Server("127.0.0.1", 1, tls=Tls.NONE)


@dataclass(frozen=True, slots=True)
class Files:
    """Where a desk lives, and one request in it."""

    settings: Path
    request: Request
    #: Every code that ever went out.
    codes: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return self.settings.parent

    @property
    def database(self) -> Path:
        return self.folder / "desk.db"

    def run(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        """One transaction of the desk."""

        async def once() -> T:
            store = _store(self.folder)
            try:
                return await store.run(work)
            finally:
                await store.close()

        return asyncio.run(once())


def _store(folder: Path) -> SqlStore:
    return open_store(f"sqlite:///{folder / 'desk.db'}", load_master_key(folder / "master.key"))


def build(folder: Path) -> Files:
    """A desk at which Rob's request was proven, approved by two, and stands to be carried out."""
    settings = folder / "privacydesk.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    (folder / "customers.csv").write_text(customer_list(), encoding="utf-8")
    create_master_key(folder / "master.key")
    migrate(f"sqlite:///{folder / 'desk.db'}")
    request, codes = asyncio.run(_handle(folder))
    return Files(settings, request, codes)


async def _handle(folder: Path) -> tuple[Request, tuple[str, ...]]:
    policy, store = load_policy("mentracere"), _store(folder)
    desk = Desk(
        policy=policy,
        statute=load_statute(policy.statute),
        works=workdays(policy.country, policy.working_days),
        texts=Texts(policy),
        secrets=Secrets(load_master_key(folder / "master.key")),
        directory=CsvDirectory(folder / "customers.csv"),
        channels={
            ChannelName.EMAIL: MailChannel(MailSettings(HELP, policy.name, _SERVER, _SERVER)),
            ChannelName.TELEGRAM: PaperChannel(),
        },
        help_address=HELP,
        staff_chat=STAFF_CHAT,
        staff_language="en",
        own=frozenset({HELP}),
    )
    for member in STAFF:
        await store.run(lambda uow, member=member: uow.put_staff(member))
    office = Office(desk, store, PaperChannel())
    try:
        return await _proven_and_approved(office)
    finally:
        await store.close()


async def _proven_and_approved(office: Office) -> tuple[Request, tuple[str, ...]]:
    handled = await office.mail(ROB.sender, "My data <b>please</b>", f"{ACCESS}\nMy old number is 4711 0815.")
    letter = office.letters(ROB.email)[-1]
    office.passes(minutes=7)
    spaced = f"{letter.code[:4]} {letter.code[4:]}"
    await office.mail(ROB.sender, "", f"Here it is: {spaced}", answers=letter, quoting=True)
    office.passes(hours=3)
    request = await office.request(handled.request_id)
    for member in (AN, BINH):
        await office.tap(member, Verb.APPROVE, await office.request(request.id))
    codes = tuple(each.code for each in office.letters(ROB.email) if each.code)
    return replace(await office.request(request.id)), codes
