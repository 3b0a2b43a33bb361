"""`privacydesk feed`: stored mail takes the very same road as mail that arrives."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import print_error, say, table
from app.starting import loaded, plain_words

if TYPE_CHECKING:
    from rich.progress import Progress

    from app.settings import Settings
    from flows.desk import Desk
    from flows.ports import Clock
    from flows.reading import Reader
    from flows.store import Disposition, Store

#: One name for all that is ever fed: what was fed once is known again, from whatever file it comes.
SOURCE = "feed:files"
#: So many messages, or bytes, are stored at once.
BATCH, BATCH_BYTES = 200, 8_000_000
#: Seconds without any progress after which messages that still wait are left to the running desk.
PATIENCE = 60.0
#: Seconds for the letters that are due at the end.
LAST_LETTERS = 60.0


@dataclass(slots=True)
class Fed:
    """What became of the files so far."""

    read: int = 0
    stored: int = 0
    #: Paths that could not be read at all, each with the reason.
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, path: str, error: OSError) -> None:
        self.unreadable.append((path, error.strerror or str(error)))


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing table."""

    read: int
    stored: int
    requests: int
    silent: Mapping[str, int]
    bounces: int
    quarantined: int
    duplicates: int
    left_alone: int
    waiting: int


def feed(settings_file: Path, paths: Sequence[Path], silent: bool, as_json: bool) -> int:
    """Store and handle the mail of these paths; returns the exit code. Raises Mendable."""
    from app.logs import set_up_logs
    from app.progress import bar

    settings = loaded(settings_file, silent)
    set_up_logs("error")
    fed = Fed()
    with plain_words(), bar(as_json) as progress:
        closing = asyncio.run(_feed(settings, paths, silent, fed, progress))
    for path, reason in fed.unreadable:
        print_error(f"{path}: cannot be read: {reason}")
    _print(closing, as_json)
    return 1 if fed.unreadable else 0


async def _feed(
    settings: Settings, paths: Sequence[Path], silent: bool, fed: Fed, progress: Progress
) -> Closing:
    from app.reading import open_reader
    from app.runtime import utc_now
    from app.versions import write_down
    from app.wiring import sync_staff, wire
    from storage.alone import alone
    from storage.migrate import migrate

    wired = await asyncio.to_thread(wire, settings, utc_now)
    desk = replace(wired.desk, silent=silent)
    try:
        with alone(settings.data.database):
            await asyncio.to_thread(migrate, settings.data.database)
            await wired.store.run(lambda uow: uow.own_key())
            await sync_staff(wired.store, settings)
            await write_down(wired.store, settings, desk.policy.statute, utc_now())
            async with open_reader(desk) as reader:
                return await Feeding(wired.store, desk, reader, utc_now, fed).run(paths, progress)
    finally:
        for channel in desk.channels.values():
            await channel.close()
        await wired.close()


@dataclass(slots=True)
class Feeding:
    """One feed: read, store, handle, and send unless the desk is silent."""

    store: Store
    desk: Desk
    reader: Reader
    clock: Clock
    fed: Fed

    async def run(self, paths: Sequence[Path], progress: Progress) -> Closing:
        """Take in all mail of these paths, whatever is wrong with some of it."""
        from flows.delivery import Relay, flush

        before = await self.store.run(lambda uow: uow.last_message())
        relays = (
            []
            if self.desk.silent
            else [
                Relay(self.store, self.desk, channel, self.clock) for channel in self.desk.channels.values()
            ]
        )
        sending = [asyncio.create_task(relay.run()) for relay in relays]
        try:
            for batch in self._batches(paths, progress):
                await self._take_in(batch)
                for relay in relays:
                    relay.wake()
            await self._handle_the_rest(before)
        finally:
            for relay in relays:
                relay.stop()
            await asyncio.gather(*sending, return_exceptions=True)
        await flush(relays, LAST_LETTERS)
        return await self._closing(before)

    def _batches(self, paths: Sequence[Path], progress: Progress) -> Iterator[list[bytes]]:
        from mailer.archives import files_below

        files = [file for path in paths for file in files_below(path, self.fed.refuse)]
        task = progress.add_task("Feeding", total=len(files))
        batch: list[bytes] = []
        for file in files:
            for raw in self._messages(file):
                batch.append(raw)
                if len(batch) >= BATCH or sum(map(len, batch)) >= BATCH_BYTES:
                    yield batch
                    batch = []
            progress.advance(task)
        if batch:
            yield batch

    def _messages(self, file: Path) -> Iterator[bytes]:
        """The mails of a file, up to where it cannot be read any more."""
        from mailer.archives import messages_in

        try:
            yield from messages_in(file)
        except OSError as error:
            self.fed.refuse(str(file), error)

    async def _take_in(self, batch: Sequence[bytes]) -> None:
        from core.messages import ChannelName, RawMessage
        from flows.arrivals import StoredInbox
        from flows.intake import handle

        now = self.clock()
        arrivals = [RawMessage(sha256(raw).hexdigest(), raw, now) for raw in batch]
        inbox = StoredInbox(self.store, self.clock, lambda: None)
        self.fed.read += len(batch)
        self.fed.stored += await inbox.accept(ChannelName.EMAIL, SOURCE, arrivals, "")
        while await handle(self.store, self.desk, self.reader, self.clock):
            continue

    async def _handle_the_rest(self, before: int) -> None:
        """What was put back is due a little later; what waits for something that is broken is left."""
        from flows.intake import handle

        loop = asyncio.get_running_loop()
        last, since = -1, loop.time()
        while waiting := (await self._closing(before)).waiting:
            if waiting != last:
                last, since = waiting, loop.time()
            if loop.time() - since > PATIENCE:
                return
            if not await handle(self.store, self.desk, self.reader, self.clock):
                await asyncio.sleep(0.2)

    async def _closing(self, before: int) -> Closing:
        fates = await self.store.run(lambda uow: uow.fates(before, SOURCE))
        requests = await self.store.run(lambda uow: uow.requests_from(before, SOURCE))
        return closing_of(self.fed, fates, requests)


def closing_of(fed: Fed, fates: Mapping[tuple[Disposition, str], int], requests: int) -> Closing:
    """The closing table from what became of every message; a bounce is counted apart from other silence."""
    from flows.store import Disposition

    def count(*wanted: Disposition) -> int:
        return sum(many for (disposition, _), many in fates.items() if disposition in wanted)

    silent: dict[str, int] = {}
    for (disposition, reason), many in fates.items():
        if disposition is Disposition.SILENT:
            word = reason.partition(";")[0]
            silent[word] = silent.get(word, 0) + many
    bounces = silent.pop("bounce", 0)
    return Closing(
        fed.read,
        fed.stored,
        requests,
        dict(sorted(silent.items())),
        bounces,
        count(Disposition.PARKED),
        fed.read - fed.stored,
        count(Disposition.NOT_A_REQUEST, Disposition.IGNORED),
        count(Disposition.PENDING),
    )


def _print(closing: Closing, as_json: bool) -> None:
    if as_json:
        keys = ("read", "stored", "requests", "silent", "bounces", "quarantined", "duplicates")
        sys.stdout.write(json.dumps({key: getattr(closing, key) for key in keys}, ensure_ascii=False) + "\n")
        return
    rows = [
        ("read", closing.read),
        ("stored", closing.stored),
        ("requests opened or continued", closing.requests),
        *((f"silent: {reason}", many) for reason, many in closing.silent.items()),
        ("bounces", closing.bounces),
        ("quarantined", closing.quarantined),
        ("duplicates", closing.duplicates),
        ("left alone: no request", closing.left_alone),
    ]
    table(("what", "messages"), [(what, str(many)) for what, many in rows])
    if closing.quarantined:
        say("See what is quarantined, and why: privacydesk inbox")
    if closing.waiting:
        say(f"{closing.waiting} still wait to be handled: the running desk goes on with them.", "yellow")
