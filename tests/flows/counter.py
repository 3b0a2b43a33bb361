"""Hands to feed a desk in the tests and to read what it sends; only time stands still until told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from sqlalchemy import select

from core.buttons import read_option
from core.messages import (
    Address,
    Attachment,
    ChannelName,
    Inbound,
    InboundMessage,
    Kind,
    Outbound,
    RawMessage,
    StaffAction,
    Verb,
)
from core.requests import Request
from flows import arrivals, intake, timers
from flows.desk import Desk
from flows.ports import Delivery, Sent
from flows.reading import ReaderInPlace
from flows.store import AuditEntry, Disposition, Note, StaffMember
from storage.store import SqlStore
from storage.tables import INBOX
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.paper import PaperChannel, by_label, written
from tests.flows.post import Received, a_mail, received
from tests.flows.staff import STAFF_CHAT, an_action, email

T = TypeVar("T")

#: A Monday morning in Vietnam.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a message."""

    disposition: Disposition
    reason: str
    request_id: str


@dataclass(slots=True)
class Counter:
    """The desk with its store, and hands to feed it and to read what it sends."""

    desk: Desk
    store: SqlStore
    paper: PaperChannel
    now: datetime = MONDAY
    post: list[Received] = field(default_factory=list)
    _keys: count[int] = field(default_factory=lambda: count(1))

    def clock(self) -> datetime:
        return self.now

    def passes(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def say(self, phrase: str, language: str = "en", **fields: object) -> str:
        return self.desk.texts.phrase(phrase, language, **fields)

    async def run(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        return await self.store.run(work)

    # --- in -------------------------------------------------------------------------------------

    async def store_raw(self, raw: bytes, channel: ChannelName = ChannelName.EMAIL) -> None:
        """Lay a message into the inbox without handling it."""
        inbox = arrivals.StoredInbox(self.store, self.clock, lambda: None)
        await inbox.accept(channel, channel.value, [RawMessage(str(next(self._keys)), raw, self.now)], "")

    async def store_paper(self, message: Inbound) -> None:
        await self.store_raw(written(message), ChannelName.TELEGRAM)

    async def handle(self) -> int:
        """Handle what waits, then deliver what came of it."""
        count = await intake.handle(self.store, self.desk, ReaderInPlace.of(self.desk), self.clock)
        await self.deliver()
        return count

    async def mail(
        self,
        sender: str,
        subject: str,
        text: str,
        answers: Received | None = None,
        quoting: bool = False,
        headers: dict[str, str] | None = None,
    ) -> Handled:
        """Somebody writes a mail, and the desk handles it."""
        await self.store_raw(a_mail(sender, subject, text, answers, quoting, headers))
        await self.handle()
        return await self.last()

    async def chat(
        self,
        person: Address,
        text: str = "",
        files: tuple[Attachment, ...] = (),
        option: str = "",
        command: str = "",
        media: str = "",
        name: str = "",
    ) -> Handled:
        """Somebody writes into their private chat, or presses one of its buttons."""
        tap = f"tap-{next(self._keys)}" if option else ""
        message = InboundMessage(
            person,
            self.now,
            text,
            language="en",
            option=option,
            tap=tap,
            attachments=files,
            command=command,
            media=media,
            name=name,
        )
        await self.store_paper(message)
        await self.handle()
        return await self.last()

    async def press(self, person: Address, label: str) -> Handled:
        """Press a button of the last message in a private chat that has any."""
        shown = next(
            each.paper for each in reversed(self.letters(person)) if each.paper and each.paper.buttons
        )
        return await self.chat(person, option=read_option(by_label(shown)[label]) or "")

    async def tap(
        self,
        member: StaffMember,
        verb: Verb,
        request: Request | None,
        argument: str = "",
        where: Address = STAFF_CHAT,
    ) -> str:
        """A tap on a card as it is in hand; returns its one answer."""
        action = an_action(member, verb, request, argument, where)
        await self.store_paper(action)
        await self.handle()
        return self.answer_to(action)

    async def tap_less(self, member: StaffMember, verb: Verb) -> None:
        """A command that is typed into the group."""
        await self.store_paper(replace(an_action(member, verb, None), card="", tap=""))
        await self.handle()

    def answer_to(self, action: StaffAction) -> str:
        answers = [each.text for each in self.taps() if each.in_reply_to == action.tap]
        assert len(answers) == 1, "a tap gets exactly one answer"
        return answers[0]

    async def timers(self) -> int:
        count = await self.run(lambda uow: timers.run_due(uow, self.desk, self.now))
        await self.deliver()
        return count

    # --- out ------------------------------------------------------------------------------------

    async def deliver(self) -> None:
        """Every letter that is due arrives."""
        for channel in self.desk.channels:
            while await self._deliver(channel):
                continue

    async def _deliver(self, channel: ChannelName) -> int:
        until = self.now + timedelta(minutes=5)
        letters = await self.run(lambda uow: uow.lease(channel, 50, self.now, until))
        arrived = [received(letter) for letter in letters]
        self.post += arrived

        def settle(uow: SqlUnitOfWork) -> None:
            for letter, seen in zip(letters, arrived, strict=True):
                sent = Sent(Delivery.SENT, seen.message_id or letter.id)
                uow.settle_letter(letter.id, sent, self.now, None)

        if letters:
            await self.run(settle)
        return len(letters)

    def letters(self, to: Address | str) -> list[Received]:
        """What has arrived at somebody's, oldest first; answers to taps are not among it."""
        wanted = email(to) if isinstance(to, str) else to
        return [each for each in self.post if each.to.normal == wanted.normal and not is_tap(each)]

    def taps(self) -> list[Outbound]:
        return [each.paper for each in self.post if each.paper and is_tap(each)]

    def staff_room(self) -> list[str]:
        """Everything that was ever said in the staff group: texts, answers to taps, buttons."""
        papers = [each.paper for each in self.post if each.paper and each.to == STAFF_CHAT]
        return [f"{paper.text}\n{' | '.join(by_label(paper))}" for paper in papers]

    def card(self, request: Request) -> Outbound:
        """The card of a request as the group sees it now."""
        return next(
            each.paper
            for each in reversed(self.letters(STAFF_CHAT))
            if each.paper and each.paper.slot == request.card
        )

    # --- what is stored -------------------------------------------------------------------------

    async def last(self) -> Handled:
        """What became of the message that arrived last."""
        rows = await self.fates()
        return rows[-1]

    async def fates(self) -> list[Handled]:
        """What became of every message, in order of arrival."""
        columns = (INBOX.c.disposition, INBOX.c.reason, INBOX.c.request_id)
        rows = await self.run(lambda uow: uow.connection.execute(select(*columns).order_by(INBOX.c.id)).all())
        return [Handled(Disposition(row[0]), row[1], row[2]) for row in rows]

    async def request(self, request_id: str) -> Request:
        """A request by its id or its reference."""
        found = await self.run(lambda uow: uow.request(request_id) or uow.by_reference(request_id))
        assert found is not None
        return found

    async def open_requests(self) -> list[Request]:
        return await self.run(lambda uow: uow.open_requests())

    async def trail(self, request: Request | str = "") -> list[AuditEntry]:
        request_id = request if isinstance(request, str) else request.id
        return await self.run(lambda uow: uow.audit_trail(request_id))

    async def notes(self, request: Request) -> list[Note]:
        return await self.run(lambda uow: uow.notes(request.id))


def is_tap(letter: Received) -> bool:
    return letter.paper is not None and letter.paper.kind is Kind.TAP
