"""Watches a mailbox: hands every message to the inbox once, and loses none whatever the connection does."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from core.messages import ChannelName, RawMessage
from flows.ports import Inbox
from mailer.mailbox import Mailbox, MailboxError, Selected, Waiting, open_mailbox
from mailer.parse import NOT_FETCHED
from mailer.settings import MailSettings, SettingsError, Start

log = structlog.get_logger()

FOLDER = "INBOX"

#: So many messages are fetched at once.
BATCH = 50
#: So many bytes are fetched at once; of a message that is larger only the header is kept.
BATCH_BYTES = 25_000_000
#: A message that could not be fetched so often is left to a person.
FETCH_TRIES = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the watcher waits, in seconds."""

    #: Servers and routers end a silent IDLE after five minutes and more.
    idle: float = 240.0
    #: Between two looks where the server cannot IDLE.
    poll: float = 30.0
    #: The bounds of the pause before a new connection.
    first_pause: float = 1.0
    longest_pause: float = 60.0

    def pause(self, failures: int) -> float:
        """Exponential back-off with full jitter, so that a crowd does not come back all at once."""
        return random.uniform(0, min(self.longest_pause, self.first_pause * 2.0 ** min(failures, 16)))


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a mailbox was read; as text it is the inbox's cursor."""

    uidvalidity: int
    uid: int

    def __str__(self) -> str:
        return f"{self.uidvalidity}:{self.uid}"

    @classmethod
    def parse(cls, cursor: str) -> Position | None:
        """The position that a cursor stands for; None at first."""
        uidvalidity, colon, uid = cursor.partition(":")
        return cls(int(uidvalidity), int(uid)) if colon else None


class Watcher:
    """Reads one mailbox for ever. Flags are never touched: mail stays unread for those who read it too."""

    def __init__(
        self,
        settings: MailSettings,
        pace: Pace | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.source = f"imap:{settings.help_address}/{FOLDER}"
        self._settings = settings
        self._pace = pace or Pace()
        self._now = now
        self._failures = 0
        self._batch = BATCH
        self._fetch_failures: Counter[int] = Counter()

    async def run(self, inbox: Inbox) -> None:
        """Watch until cancelled. Raises SettingsError; a lost connection is made anew."""
        while True:
            try:
                async with open_mailbox(self._settings.imap) as mailbox:
                    await self._watch(mailbox, inbox)
            except MailboxError as error:
                log.warning("mailbox_lost", reason=str(error), failures=self._failures)
            except SettingsError:
                raise
            except Exception as error:  # noqa: BLE001 - a store that fails: the mail waits where it is
                log.error("mail_not_stored", error=type(error).__name__, failures=self._failures)
            await asyncio.sleep(self._pace.pause(self._failures))
            self._failures += 1

    async def _watch(self, mailbox: Mailbox, inbox: Inbox) -> None:
        selected = await mailbox.select(FOLDER)
        position = await self._begin(mailbox, inbox, selected)
        log.info("mailbox_open", idle=mailbox.can_idle)
        while True:
            position = await self._catch_up(mailbox, inbox, position)
            self._failures = 0
            await self._wait(mailbox)

    async def _begin(self, mailbox: Mailbox, inbox: Inbox, selected: Selected) -> Position:
        """Where to read on. A mailbox that was numbered anew is read whole: the inbox knows what it has."""
        known = Position.parse(await inbox.cursor(self.source))
        if known is not None and known.uidvalidity == selected.uidvalidity:
            return known
        last = 0
        if known is not None:
            log.warning("mailbox_numbered_anew")
        elif self._settings.start is Start.NOW:
            last = selected.uidnext - 1 if selected.uidnext else max(await mailbox.search_after(0), default=0)
        position = Position(selected.uidvalidity, last)
        await inbox.accept(ChannelName.EMAIL, self.source, (), str(position))
        return position

    async def _wait(self, mailbox: Mailbox) -> None:
        """Return when there may be mail."""
        if mailbox.take_grown():
            return
        if mailbox.can_idle:
            await mailbox.idle(self._pace.idle)
            return
        await asyncio.sleep(self._pace.poll)
        await mailbox.refresh()

    # --- fetching --------------------------------------------------------------------------------

    async def _catch_up(self, mailbox: Mailbox, inbox: Inbox, position: Position) -> Position:
        """Hand over all that lies behind `position`; returns the new one."""
        mailbox.take_grown()
        uids = await mailbox.search_after(position.uid)
        while uids:
            now, uids = uids[: self._batch], uids[self._batch :]
            for batch in _by_weight(await self._sizes(mailbox, now)):
                arrivals = await self._fetch(mailbox, position.uidvalidity, batch)
                position = Position(position.uidvalidity, batch[-1].uid)
                await self._accept(inbox, arrivals, position)
        self._batch = BATCH
        return position

    async def _accept(self, inbox: Inbox, arrivals: Sequence[RawMessage], position: Position) -> None:
        new = await inbox.accept(ChannelName.EMAIL, self.source, arrivals, str(position))
        log.info("mail_received", fetched=len(arrivals), new=new)

    async def _sizes(self, mailbox: Mailbox, uids: Sequence[int]) -> list[Waiting]:
        """Size and arrival of each, in the order of `uids`; one that is gone by now counts as empty."""
        found = {waiting.uid: waiting for waiting in await mailbox.sizes(uids)}
        return [found.get(uid, Waiting(uid, 0, None)) for uid in uids]

    async def _fetch(self, mailbox: Mailbox, uidvalidity: int, batch: Sequence[Waiting]) -> list[RawMessage]:
        bodies = await self._bodies(mailbox, batch)
        return [
            RawMessage(f"{uidvalidity}:{w.uid}", bodies[w.uid], w.arrived_at or self._now())
            for w in batch
            if w.uid in bodies
        ]

    async def _bodies(self, mailbox: Mailbox, batch: Sequence[Waiting]) -> dict[int, bytes]:
        """What to store for each message; nothing for those that somebody deleted in the meantime."""
        uids = [waiting.uid for waiting in batch]
        if len(batch) == 1 and self._fetch_failures[uids[0]] >= FETCH_TRIES:
            return {uids[0]: NOT_FETCHED + b"the mail server does not hand this message out\r\n\r\n"}
        try:
            if batch[0].size > BATCH_BYTES:
                headers = await mailbox.bodies(uids, "HEADER")
                return {uid: _too_large(batch[0].size) + header for uid, header in headers.items()}
            bodies = await mailbox.bodies(uids)
            await _check_missing(mailbox, [w.uid for w in batch if w.size and w.uid not in bodies])
        except MailboxError:
            self._blame(uids)
            raise
        return bodies

    def _blame(self, uids: Sequence[int]) -> None:
        """One message that breaks every connection must not stop the others: find it, one by one."""
        self._batch = 1
        if len(uids) == 1:
            self._fetch_failures[uids[0]] += 1


async def _check_missing(mailbox: Mailbox, missing: Sequence[int]) -> None:
    """Raise MailboxError where messages that the server did not hand out are still there."""
    if missing and set(missing) & set(await mailbox.search_after(missing[0] - 1)):
        raise MailboxError("the mail server did not hand out all that was asked for")


def _too_large(size: int) -> bytes:
    return NOT_FETCHED + f"the message is too large ({size // 1_000_000} MB)\r\n".encode()


def _by_weight(waiting: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """Cut a batch so that no part is heavier than BATCH_BYTES; what is too large goes alone."""
    batch: list[Waiting] = []
    for one in waiting:
        if batch and sum(w.size for w in batch) + one.size > BATCH_BYTES:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch
