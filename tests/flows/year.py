"""A year at the desk: people who write at any hour, staff who are slow, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

from core.checklist import checklist
from core.deadlines import working_days_left
from core.due import WARNINGS
from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Address, Verb
from core.recognition import recognise
from core.requests import OnBehalf, Request, Right, Status, Subject
from flows import extending, opening, outcome, review, timers
from flows.ports import Delivery, Letter, Sent
from flows.store import Tried
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.office import Office
from tests.flows.people import UNCLEAR
from tests.flows.staff import AN, BINH, HOA, an_action, email

Step = Callable[[SqlUnitOfWork], None]

#: Midnight of New Year where the organisation is.
BEGINS = datetime(2025, 12, 31, 17, tzinfo=UTC)
#: When time is looked at: at night, at the first moment of the morning, when the board hangs, in the evening.
TICKS = (1.0, 7.0, 8.5, 20.5, 22.5)
#: When staff work; the last of them does not sleep.
AT_WORK = (10.0, 23.5)
RIGHTS = (Right.OBJECTION, Right.CORRECTION, Right.DELETION, Right.WITHDRAWAL)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter, and when it arrived."""

    at: datetime
    letter: Letter


@dataclass(slots=True)
class Year:
    """So many requests in a year; what it leaves behind is looked at afterwards."""

    office: Office
    requests: int
    dice: Random
    arrived: list[Arrived] = field(default_factory=list)
    #: Mailbox -> when its owner has written.
    wrote: dict[str, list[datetime]] = field(default_factory=dict)
    #: Request and day on which a warning of it was due.
    owed: set[tuple[str, date]] = field(default_factory=set)
    passed: int = 0

    async def goes_by(self) -> None:
        """One step after the other, in the order of time."""
        for at, step in sorted(self._plan(), key=lambda planned: planned[0]):
            self.office.now = at
            await self.office.run(partial(self._step, step=step))

    def _step(self, uow: SqlUnitOfWork, step: Step) -> None:
        """What happens, and the letters that come of it: a year has too many steps for a transaction each."""
        step(uow)
        now = self.office.now
        for channel in self.office.desk.channels:
            while letters := uow.lease(channel, 50, now, now + timedelta(minutes=5)):
                self.arrived += [Arrived(now, letter) for letter in letters]
                uow.settle_letters(
                    [Tried(letter.id, Sent(Delivery.SENT, letter.id)) for letter in letters], now
                )

    def _plan(self) -> Iterator[tuple[datetime, Step]]:
        for number in range(self.requests):
            at = BEGINS + timedelta(minutes=self.dice.randrange(365 * 24 * 60))
            yield at, partial(self._writes, number=number)
            later = at + timedelta(hours=self.dice.choice((1, 9, 30, 100, 200)))
            if self.dice.random() < 0.7:
                yield later, partial(self._proves, number=number)
        for day in range(400):
            midnight = BEGINS + timedelta(days=day)
            for hour in TICKS:
                yield midnight + timedelta(hours=hour), self._ticks
            for hour in AT_WORK:
                yield midnight + timedelta(hours=hour), self._works
            yield midnight + timedelta(hours=20.9), self._looks

    # --- people -----------------------------------------------------------------------------------

    def _mailbox(self, number: int) -> Address:
        return email(f"person{number}@example.com")

    def _writes(self, uow: SqlUnitOfWork, number: int) -> None:
        mailbox, now = self._mailbox(number), self.office.now
        self.wrote[mailbox.value] = [now]
        asker = opening.Asker(mailbox, self.dice.choice(("vi", "en")), now)
        subject = Subject(f"k{number}", (mailbox,))
        if self.dice.random() < 0.1:
            opening.open_unclear(uow, self.office.desk, asker, recognise(UNCLEAR), subject, now)
        else:
            rights = tuple(self.dice.sample(RIGHTS, self.dice.choice((1, 1, 2))))
            opening.open_clear(uow, self.office.desk, asker, rights, subject, OnBehalf.SELF, now)

    def _proves(self, uow: SqlUnitOfWork, number: int) -> None:
        mailbox, now = self._mailbox(number), self.office.now
        for request in uow.requests_of(mailbox):
            if request.status is Status.VERIFYING:
                self.wrote[mailbox.value].append(now)
                happening = Happening(Event.IDENTITY_PROVEN, "requester", contact=mailbox)
                outcome.record(uow, self.office.desk, advance(request, happening, now), now)

    # --- staff ------------------------------------------------------------------------------------

    def _works(self, uow: SqlUnitOfWork) -> None:
        if not self.office.desk.works(self.office.desk.today(self.office.now)):
            return
        for request in uow.open_requests():
            if self.dice.random() < 0.2:
                self._acts(uow, request)

    def _acts(self, uow: SqlUnitOfWork, request: Request) -> None:
        if request.status is Status.TRIAGE and self.office.now.hour < 12:
            self._taps(uow, request, Verb.PICK, Right.OBJECTION)
        elif request.status is Status.IDENTITY_REVIEW:
            self._taps(uow, request, Verb.VERIFY, "called_back")
        elif request.status is Status.IN_REVIEW and self.dice.random() < 0.15:
            item = self.dice.choice(request.open_items)
            extending.extend(
                uow, self.office.desk, AN, request, item.right, "It takes longer.", self.office.now
            )
        elif request.status is Status.IN_REVIEW:
            self._taps(uow, request, Verb.APPROVE, "")
        elif request.status is Status.APPROVED:
            self._finishes(uow, request)

    def _finishes(self, uow: SqlUnitOfWork, request: Request) -> None:
        todo = [entry for entry in checklist(request, self.office.desk.policy) if not entry.is_ticked]
        for entry in todo[:4]:
            self._taps(uow, request, Verb.TICK, entry.token)
            request = uow.request(request.id) or request
        if not todo:
            self._taps(uow, request, Verb.DONE, self.dice.choice(request.open_items).right)

    def _taps(self, uow: SqlUnitOfWork, request: Request, verb: Verb, argument: str) -> None:
        member = HOA if verb in (Verb.TICK, Verb.PICK, Verb.DONE) else self.dice.choice((AN, BINH))
        action = replace(an_action(member, verb, request, argument), tap="")
        review.decide(uow, self.office.desk, action, self.office.now)

    # --- time -------------------------------------------------------------------------------------

    def _ticks(self, uow: SqlUnitOfWork) -> None:
        timers.run_due(uow, self.office.desk, self.office.now)

    def _looks(self, uow: SqlUnitOfWork) -> None:
        """In the evening: who should have been warned of today. Counted anew, not asked of the desk."""
        desk, today = self.office.desk, self.office.desk.today(self.office.now)
        for request in uow.open_requests() if desk.works(today) else ():
            if request.due is None:
                continue
            first = min(request.open_items, key=lambda item: item.due.binding)
            began = first.extended_from or desk.today(request.received_at)
            left = working_days_left(today, request.due, desk.works)
            if left in WARNINGS and working_days_left(began, request.due, desk.works) > left:
                self.owed.add((request.id, today))
            self.passed += left == -1
