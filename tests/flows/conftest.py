"""One desk a test: in-memory store, MentraCere's policy, Vietnam's law and calendar, a list of people on file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import structlog

from core.messages import ChannelName
from directory.csv_file import CsvDirectory
from flows.desk import Desk
from mailer.channel import MailChannel
from mailer.settings import MailSettings, Server, Tls
from policies.calendars import workdays
from policies.load import load_policy, load_statute
from storage.sealing import Secrets
from storage.store import open_store
from storage.unit_of_work import SqlUnitOfWork
from templates.render import Texts
from tests.flows.office import Office
from tests.flows.paper import PaperChannel
from tests.flows.people import customer_list
from tests.flows.post import HELP
from tests.flows.staff import STAFF, STAFF_CHAT

MASTER_KEY = bytes(range(32))
_SERVER = Server("127.0.0.1", 1, tls=Tls.NONE)


@pytest.fixture(scope="session")
def rules() -> Desk:
    """What all desks of these tests share: reading it takes longer than a test."""
    policy = load_policy("mentracere")
    return Desk(
        policy=policy,
        statute=load_statute(policy.statute),
        works=workdays(policy.country, policy.working_days),
        texts=Texts(policy),
        secrets=Secrets(MASTER_KEY),
        directory=CsvDirectory(Path("replaced for each test")),
        channels={ChannelName.EMAIL: MailChannel(MailSettings(HELP, policy.name, _SERVER, _SERVER))},
        help_address=HELP,
        staff_chat=STAFF_CHAT,
        staff_language="en",
        own=frozenset({HELP}),
    )


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    """The company's list of customers."""
    path = tmp_path / "customers.csv"
    path.write_text(customer_list(), encoding="utf-8")
    return path


@pytest.fixture
async def office(rules: Desk, people_file: Path) -> AsyncIterator[Office]:
    """The desk at work on a store of its own, with five members of staff."""
    paper, store = PaperChannel(), open_store("sqlite://", MASTER_KEY)
    channels = {**rules.channels, ChannelName.TELEGRAM: paper}
    for member in STAFF:
        await store.run(partial(SqlUnitOfWork.put_staff, member=member))
    yield Office(replace(rules, directory=CsvDirectory(people_file), channels=channels), store, paper)
    await store.close()


@pytest.fixture
def quiet_office(office: Office) -> Office:
    """The desk of a company whose staff have no chat."""
    office.desk = replace(office.desk, staff_chat=None)
    return office


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[list[structlog.typing.EventDict]]:
    """What is logged, so that a test can look for what must not be in it."""
    with structlog.testing.capture_logs() as lines:
        yield lines
