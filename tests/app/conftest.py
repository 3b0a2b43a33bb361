"""What the tests of the operator's side share: mail servers, and desks of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.mail import MailServer
from tests.app.desk import RunningDesk, mail_server, write_desk


@pytest_asyncio.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, mail: MailServer) -> Path:
    """A desk's files, for mail alone."""
    write_desk(tmp_path, mail)
    return tmp_path


@pytest_asyncio.fixture
async def desk(folder: Path, mail: MailServer) -> AsyncIterator[RunningDesk]:
    """A desk that is not started yet; what is left of it at the end is killed."""
    desk = RunningDesk(folder, mail)
    yield desk
    if desk.is_running:
        await desk.kill()
