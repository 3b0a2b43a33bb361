"""The outbox relay: lease letters, send them with no transaction open, write down how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from core.retry import UNCERTAIN_TRIES, next_attempt
from flows import cards
from flows.desk import Desk
from flows.ports import Channel, Clock, Delivery, Letter, Sent
from flows.store import Store, UnitOfWork

log = structlog.get_logger()

#: Longer than any one try can take: a lease that runs out means that its process has died.
LEASE = timedelta(minutes=5)
#: Letters under way at once, each to another address.
AT_ONCE = 8
#: How long a relay sleeps at most when nothing wakes it.
NAP = 30.0


@dataclass(slots=True)
class Relay:
    """Sends the letters of one channel until stopped."""

    store: Store
    desk: Desk
    channel: Channel
    clock: Clock
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopped: bool = False

    async def run(self) -> None:
        """Send what is due, whenever it is; returns after `stop`, with nothing half sent."""
        while not self._stopped:
            if not await self.send_due():
                await self._rest()

    def stop(self) -> None:
        """Bring to its end what is under way, and take nothing new."""
        self._stopped = True
        self.woken.set()

    async def send_due(self) -> int:
        """Send what is due now; returns how many letters were tried."""
        self.woken.clear()
        now = self.clock()
        letters = await self.store.run(lambda uow: uow.lease(self.channel.name, AT_ONCE, now, now + LEASE))
        if letters:
            tried = await asyncio.gather(*(self._try(letter) for letter in letters))
            await self.store.run(lambda uow: self._settle(uow, tried, self.clock()))
        return len(letters)

    async def _try(self, letter: Letter) -> tuple[Letter, Sent]:
        try:
            return letter, await self.channel.send(letter)
        except Exception as error:  # noqa: BLE001 - one letter must not stop the others
            log.error("send_failed", letter=letter.id, error=type(error).__name__)
            return letter, Sent(Delivery.FAILED, detail=type(error).__name__)

    def _settle(self, uow: UnitOfWork, tried: Sequence[tuple[Letter, Sent]], now: datetime) -> None:
        for letter, sent in tried:
            again = next_try(letter, sent, now)
            uow.settle_letter(letter.id, sent, now, again)
            log.info(
                "letter_tried", letter=letter.id, channel=self.channel.name.value, result=sent.result.value
            )
            if again is None and sent.result is not Delivery.SENT:
                self._tell_staff(uow, letter, sent, now)

    def _tell_staff(self, uow: UnitOfWork, letter: Letter, sent: Sent, now: datetime) -> None:
        """A letter that will not go is a matter for a person; one to the staff chat itself can only be logged."""
        if self.desk.staff_chat is not None and letter.to.normal == self.desk.staff_chat.normal:
            log.error("staff_chat_unreachable", result=sent.result.value, detail=sent.detail)
            return
        member = uow.staff(letter.to)
        if member is not None and sent.result is Delivery.UNREACHABLE:
            cards.alert(uow, self.desk, "staff_unreachable", now, letter.request_id, name=member.name)
            return
        request = uow.request(letter.request_id) if letter.request_id else None
        name = _ALERTS[sent.result] if request else "other_letter"
        fields: dict[str, object] = {"channel": letter.to.channel}
        if request:
            fields["reference"] = request.reference
        if name != "undeliverable":
            fields["command"] = f"privacydesk outbox {letter.id}"
        cards.alert(uow, self.desk, name, now, letter.request_id, **fields)

    async def _rest(self) -> None:
        """Sleep until the next letter is due or somebody wakes us."""
        due = await self.store.run(lambda uow: uow.next_letter_at(self.channel.name))
        wait = min(NAP, max(0.05, (due - self.clock()).total_seconds())) if due else NAP
        try:
            await asyncio.wait_for(self.woken.wait(), wait)
        except TimeoutError:
            return


_ALERTS = {
    Delivery.RETRY: "failed",
    Delivery.FAILED: "failed",
    Delivery.UNCERTAIN: "uncertain",
    Delivery.UNREACHABLE: "undeliverable",
}


def next_try(letter: Letter, sent: Sent, now: datetime) -> datetime | None:
    """When a letter is tried again after this result; None: never."""
    if sent.result is Delivery.RETRY:
        return next_attempt(letter.attempts + 1, letter.created_at, now, sent.retry_after)
    if sent.result is Delivery.UNCERTAIN and letter.attempts + 1 < UNCERTAIN_TRIES:
        return next_attempt(letter.attempts + 1, letter.created_at, now)
    return None


async def flush(relays: Sequence[Relay], seconds: float) -> None:
    """Before stopping: send what is due, for at most so long."""
    try:
        async with asyncio.timeout(seconds):
            for relay in relays:
                while await relay.send_due():
                    log.info("outbox_flushed", channel=relay.channel.name.value)
    except TimeoutError:
        log.warning("outbox_not_empty_at_stop")
