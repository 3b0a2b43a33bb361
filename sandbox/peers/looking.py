"""Waits for what another process does: it cannot tell us, so we look, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def until(look: Callable[[], T], seconds: float, every: float = 0.05) -> T:
    """What `look` sees as soon as it is something true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not (seen := look()):  # noqa: ASYNC110 - there is no event across processes
            await asyncio.sleep(every)
    return seen
