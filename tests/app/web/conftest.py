"""A desk with its one-time page on a real port, a store in a file, and a visitor's client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientSession

from app.web.server import Door
from core.messages import ChannelName
from directory.csv_file import CsvDirectory
from flows.desk import Desk
from storage.migrate import migrate
from storage.store import open_store
from storage.unit_of_work import SqlUnitOfWork
from templates.pages import Pages
from tests.flows.conftest import MASTER_KEY, log_lines, people_file, rules
from tests.flows.handing import URL, link_tokens
from tests.flows.office import Office
from tests.flows.paper import PaperChannel
from tests.flows.people import ROB, Person
from tests.flows.staff import STAFF

__all__ = ["log_lines", "people_file", "rules"]

_HIDDEN = re.compile(r'name="do" value="(\w+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def forms(self) -> list[str]:
        """What the forms of the page do."""
        return _HIDDEN.findall(self.text)

    @property
    def is_download(self) -> bool:
        return "Content-Disposition" in self.headers

    @property
    def shape(self) -> tuple[int, dict[str, str], bytes]:
        """All of it but the moment."""
        return self.status, {name: value for name, value in self.headers.items() if name != "Date"}, self.body


@dataclass(slots=True)
class House(Office):
    """An office with its page open."""

    base: str = ""
    client: ClientSession | None = None
    woken: int = 0

    def wake(self) -> None:
        self.woken += 1

    async def call(
        self, method: str, path: str, form: dict[str, str] | None = None, **more: object
    ) -> Answer:
        assert self.client is not None
        async with self.client.request(method, f"{self.base}{path}", data=form, **more) as got:  # type: ignore[arg-type]
            answer = Answer(got.status, dict(got.headers), await got.read())
        await self.deliver()
        return answer

    async def look(self, token: str) -> Answer:
        return await self.call("GET", f"/h/{token}")

    async def press(self, token: str, do: str, code: str = "") -> Answer:  # type: ignore[override]
        return await self.call("POST", f"/h/{token}", {"do": do, "code": code} if code else {"do": do})

    async def code(self, token: str, who: Person = ROB) -> str:
        """Ask the page for a code, a minute after the last one, and read it in the mailbox."""
        self.passes(seconds=61)
        await self.press(token, "send")
        return self.letters(who.email)[-1].code

    @property
    def token(self) -> str:
        return link_tokens(self)[-1]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The page listens on a free port until the end."""
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        door = Door("127.0.0.1", 0, Pages(self.desk.policy))
        serving = asyncio.create_task(
            door.serve(self.desk, self.store, self.clock, self.wake, port.set_result)
        )
        self.base = f"http://127.0.0.1:{await port}"
        async with ClientSession(auto_decompress=False) as self.client:
            yield
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture
async def house(rules: Desk, people_file: Path, tmp_path: Path) -> AsyncIterator[House]:
    url, paper = f"sqlite:///{tmp_path / 'desk.db'}", PaperChannel()
    await asyncio.to_thread(migrate, url)
    store = open_store(url, MASTER_KEY)
    channels = {**rules.channels, ChannelName.TELEGRAM: paper}
    desk = replace(rules, directory=CsvDirectory(people_file), channels=channels, page_url=URL)
    for member in STAFF:
        await store.run(partial(SqlUnitOfWork.put_staff, member=member))
    house = House(desk, store, paper)
    async with house.open():
        yield house
    await house.store.close()
