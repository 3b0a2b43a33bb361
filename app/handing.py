"""Sends a person a new link to what was handed over, beside a desk that may be running."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from app.console import Mendable, ok
from app.settings import Settings
from app.starting import loaded, plain_words
from flows import hand_over
from flows.desk import Desk
from flows.store import UnitOfWork


def send_again(path: Path, reference: str) -> None:
    """Send new links for all that a request still has to hand over. Raises Mendable."""
    settings = loaded(path)
    with plain_words():
        count = asyncio.run(_send_again(settings, reference.strip().upper()))
    what = "It goes" if count == 1 else f"{count} letters go"
    ok(f"{what} out within a minute where the desk runs, else when it starts.")


async def _send_again(settings: Settings, reference: str) -> int:
    from app.runtime import utc_now
    from app.wiring import wire

    wired = await asyncio.to_thread(wire, settings, utc_now)
    try:
        await wired.store.run(lambda uow: uow.own_key(leave_mark=False))
        return await wired.store.run(lambda uow: _renew(uow, wired.desk, reference, utc_now()))
    finally:
        for channel in wired.desk.channels.values():
            await channel.close()
        await wired.close()


def _renew(uow: UnitOfWork, desk: Desk, reference: str, now: datetime) -> int:
    request = uow.by_reference(reference)
    if request is None:
        raise Mendable("There is no request with this number. Look at its card in the staff group.")
    count = hand_over.reissue(uow, desk, request, "operator", now)
    if not count:
        raise Mendable(
            "Nothing of this request is kept for download any more: results are erased a week after they "
            "were handed over. Make the file anew and send it to the person's proven contact."
        )
    return count
