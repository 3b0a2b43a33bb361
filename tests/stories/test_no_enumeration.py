"""Nobody learns who is on file: not by words, headers, sizes, steps or silence, and not by the work that is done."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby
from typing import TypeVar

import pytest

from core.messages import Address, ChannelName
from core.recognition import Identifiers
from core.requests import Subject
from flows import intake
from flows.ports import Directory
from flows.reading import ReaderInPlace
from flows.store import Store, UnitOfWork
from tests.flows.office import Office
from tests.flows.people import ACCESS, CANCEL, DELETION, ROB, STATUS
from tests.flows.post import Received, a_mail
from tests.stories.attackers import form_of, traced

#: What a letter may be longer or shorter by: numbers of mails, written in decimal, are part of Message-IDs.
_SLACK = 16
_SHAPES = (
    (re.compile(r"MC-[0-9A-Z]{4}-[0-9A-Z]{4}"), "REFERENCE"),
    (re.compile(r"\b\d{4} \d{4}\b"), "CODE"),
    (re.compile(r"\b[0-9a-z]{26}@"), "LETTER@"),
    (re.compile(r"\+[0-9a-z]{20}@"), "+TOKEN@"),
    (re.compile(r"<\d+@customer"), "<NUMBER@customer"),
    (re.compile(r'boundary="[^"]+"'), "boundary"),
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, from their own address or for whom they name."""

    email: str
    text: str

    @property
    def sender(self) -> str:
        return f'"Pat" <{self.email}>'


#: Two at a time, of whom the first is on file, or names somebody who is.
OWN = tuple(Asker(email, ACCESS) for email in (ROB.email, "rob.ellas@example.org"))
NAMED = tuple(
    Asker(f"{writer}@elsewhere.example", f"{DELETION} My account is {account}.")
    for writer, account in (("nosy", ROB.account), ("nozy", "HV-9999"))
)
PAIRS = pytest.mark.parametrize("pair", [OWN, NAMED], ids=["own address", "names somebody"])

T = TypeVar("T")
_COMMITS = re.compile(r"BEGIN|COMMIT|(?:SAVEPOINT|RELEASE) unit")
Act = Callable[[Office, Asker], Awaitable[object]]


# --- what is seen ---------------------------------------------------------------------------------------------


def _shape(text: str, asker: Asker) -> str:
    for form, name in _SHAPES:
        text = form.sub(name, text)
    return text.replace(asker.email, "ADDRESS")


def _seen(letter: Received, asker: Asker) -> tuple[str, str]:
    """A letter as whoever asks can look at it: all of its header, and its words."""
    head = letter.raw.partition(b"\r\n\r\n")[0].decode()
    return _shape(head.replace("\r\n ", " "), asker), _shape(f"{letter.subject}\n{letter.text}", asker)


def _answers(text: str) -> Act:
    async def act(office: Office, asker: Asker) -> None:
        office.passes(seconds=61)
        await office.mail(asker.sender, "", text, answers=office.letters(asker.email)[0])

    return act


async def _asks(office: Office, asker: Asker) -> None:
    await office.mail(asker.sender, "My data", asker.text)


async def _answers_rightly(office: Office, asker: Asker) -> None:
    """With the code, where one came; whoever waits for one in vain says so."""
    codes = [letter.code for letter in office.letters(asker.email) if letter.code]
    await _answers(codes[-1] if codes else "I have not received any code.")(office, asker)


def _days(days: int) -> Act:
    async def act(office: Office, asker: Asker) -> None:
        office.passes(days=days)
        await office.timers()

    return act


#: Ways that somebody may go to find out.
WAYS: Sequence[Sequence[Act]] = (
    (_asks, _answers(STATUS), _answers_rightly, _answers(STATUS), _answers(CANCEL)),
    (_asks, *(_answers(f"1234 567{n}") for n in range(3)), _answers(STATUS)),
    (_asks, *(_answers(f"My account is HV-{n}.") for n in (1001, 9998)), _answers(STATUS)),
    (_asks, _days(3), _days(4), _days(3), _answers("I still want it."), _answers(STATUS)),
    (
        _asks,
        *(_answers("Please send me a new code.") for _ in range(5)),
        *(_answers(STATUS) for _ in range(8)),
    ),
)


async def _play(office: Office, asker: Asker, way: Sequence[Act]) -> list[list[Received]]:
    """All that comes of it, step by step, each from the same moment on."""
    began, steps, read = office.now, [], 0
    for act in way:
        await act(office, asker)
        letters = office.letters(asker.email)
        steps.append(letters[read:])
        read = len(letters)
    office.now = began
    return steps


@PAIRS
@pytest.mark.parametrize("way", WAYS, ids=["proves", "guesses", "names others", "waits", "asks on"])
async def test_who_is_on_file_does_not_show_in_any_letter(
    office: Office, pair: tuple[Asker, Asker], way: Sequence[Act]
) -> None:
    known, unknown = [await _play(office, asker, way) for asker in pair]
    for ours, theirs in zip(known, unknown, strict=True):
        assert [_seen(each, pair[0]) for each in ours] == [_seen(each, pair[1]) for each in theirs]
        for one, other in zip(ours, theirs, strict=True):
            assert abs(len(one.raw) - len(other.raw)) <= _SLACK
    assert sum(map(len, known)) >= 2


@PAIRS
async def test_the_caps_are_reached_at_the_same_letter(office: Office, pair: tuple[Asker, Asker]) -> None:
    """Whatever the company has set them to: codes that somebody else got count as those that nobody did."""
    caps = replace(office.desk.policy.caps, request_day=4, sender_day=50)
    office.desk = replace(office.desk, policy=replace(office.desk.policy, caps=caps))
    way = (
        _asks,
        *(_answers("Please send me a new code.") for _ in range(2)),
        *(_answers(STATUS) for _ in range(6)),
    )
    known, unknown = [await _play(office, asker, way) for asker in pair]
    assert [len(step) for step in known] == [len(step) for step in unknown]
    assert sum(map(len, known)) < len(way)


# --- what is done ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counting:
    """A directory that counts how often it is asked."""

    directory: Directory
    asked: list[Identifiers] = field(default_factory=list)

    async def find(self, identifiers: Identifiers, sender: Address) -> Subject | None:
        self.asked.append(identifiers)
        return await self.directory.find(identifiers, sender)

    async def close(self) -> None:
        await self.directory.close()


@dataclass(slots=True)
class _CountingStore:
    """A store that counts its units of work."""

    store: Store
    units: int = 0

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        self.units += 1
        return await self.store.run(work)


@dataclass(frozen=True, slots=True)
class Work:
    """What one mail makes the desk do until its letters are due."""

    statements: tuple[str, ...]
    units: int
    look_ups: int
    #: Kinds of letters, the acknowledgement first.
    written: tuple[str, ...]
    sizes: tuple[int, ...]
    first_out: str


def _but_notes(statements: tuple[str, ...]) -> list[str]:
    """All but what writes the history: of a letter that nobody got there is none."""
    return [statement for statement in statements if not statement.startswith("INSERT INTO message ")]


async def _work(office: Office, asker: Asker) -> Work:
    counting, store = office.desk.directory, _CountingStore(office.store)
    assert isinstance(counting, _Counting)
    counting.asked.clear()
    connection = await office.run(lambda uow: uow.connection.connection.driver_connection)
    last = await office.run(
        lambda uow: uow.connection.exec_driver_sql("SELECT max(seq) FROM outbox").scalar()
    )
    with traced(connection) as seen:
        await office.store_raw(a_mail(asker.sender, "My data", asker.text))
        await intake.handle(store, office.desk, ReaderInPlace.of(office.desk), office.clock)
    rows = await office.run(
        lambda uow: uow.connection.exec_driver_sql(
            "SELECT kind, length(body) FROM outbox WHERE seq > ? ORDER BY seq", (last or 0,)
        ).all()
    )
    until = office.now + timedelta(minutes=5)
    leased = await office.run(lambda uow: uow.lease(ChannelName.EMAIL, 50, office.now, until))
    # Which units of work share a commit is chance; one statement is traced once for each of its rows.
    forms = tuple(form for form, _ in groupby(map(form_of, seen)) if not _COMMITS.match(form))
    letters = [(kind, length) for kind, length in rows if kind != "card"]
    kinds, sizes = zip(*letters, strict=True)
    return Work(forms, store.units, len(counting.asked), kinds, sizes, leased[0].to.value)


@PAIRS
async def test_the_desk_does_the_same_work_before_the_acknowledgement_leaves(
    office: Office, pair: tuple[Asker, Asker]
) -> None:
    office.desk = replace(office.desk, directory=_Counting(office.desk.directory))
    await office.mail("warm@elsewhere.example", "My data", ACCESS)
    known, unknown = [await _work(office, asker) for asker in pair]
    assert (known.first_out, unknown.first_out) == (pair[0].email, pair[1].email)
    assert _but_notes(known.statements) == _but_notes(unknown.statements)
    assert (known.units, known.look_ups) == (unknown.units, unknown.look_ups)
    assert known.look_ups == 1
    assert known.written == unknown.written == ("notice", "code")
    for one, other in zip(known.sizes, unknown.sizes, strict=True):
        assert abs(one - other) <= _SLACK
