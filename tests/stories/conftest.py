"""One world for all stories: a real desk as a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.world import World
from tests.flows.conftest import office, people_file, rules

__all__ = ["office", "people_file", "rules"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder: Path = tmp_path_factory.mktemp("world")
    async with World(folder) as running:
        yield running
