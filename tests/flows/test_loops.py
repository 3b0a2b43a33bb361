"""Machines that write to the desk get no answer, or hardly any; what was silent is there to be seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.messages import ChannelName
from directory.csv_file import CsvDirectory
from flows import intake
from flows.desk import Desk
from flows.ports import Delivery, Sent
from flows.reading import ReaderInPlace
from flows.store import Disposition
from mailer.channel import MailChannel
from mailer.settings import MailSettings, Server, Tls
from storage.store import open_store
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.office import Office
from tests.flows.paper import PaperChannel
from tests.flows.people import ACCESS, DELETION, OBJECTION, ROB
from tests.flows.post import a_mail

OTHER_HELP = "privacy@other.example"
_SERVER = Server("127.0.0.1", 1, tls=Tls.NONE)
#: What a gateway may take away that would have told a machine from a person.
TELLTALES = (b"auto-submitted:", b"x-auto-response-suppress:", b"x-privacydesk-loop:", b"precedence:")


@pytest.fixture
async def other_office(rules: Desk, people_file: Path) -> AsyncIterator[Office]:
    """The desk of another company."""
    store = open_store("sqlite://", bytes(range(1, 33)))
    mail = MailChannel(MailSettings(OTHER_HELP, "Other", _SERVER, _SERVER))
    paper = PaperChannel()
    desk = replace(
        rules,
        directory=CsvDirectory(people_file),
        channels={ChannelName.EMAIL: mail, ChannelName.TELEGRAM: paper},
        help_address=OTHER_HELP,
        own=frozenset({OTHER_HELP}),
    )
    yield Office(desk, store, paper)
    await store.close()


async def bodies(office: Office) -> list[bytes]:
    """The mails that a desk has to send, as they are, taken out of its outbox."""

    def take(uow: SqlUnitOfWork) -> list[bytes]:
        letters = uow.lease(ChannelName.EMAIL, 50, office.now, office.now + timedelta(minutes=5))
        for letter in letters:
            uow.settle_letter(letter.id, Sent(Delivery.SENT, letter.id), office.now, None)
        return [letter.body for letter in letters]

    found: list[bytes] = []
    while taken := await office.run(take):
        found += taken
    return found


async def handle_only(office: Office) -> None:
    """Handle what waits; the letters stay in the outbox."""
    while await intake.handle(office.store, office.desk, ReaderInPlace.of(office.desk), office.clock):
        continue


async def correspond(one: Office, other: Office, gateway: bool) -> tuple[int, int]:
    """Let two desks write to each other until they have no more to say; how many mails each has sent."""
    counts, desks = [0, 0], (one, other)
    for turn in range(40):
        sender, reader = desks[turn % 2], desks[1 - turn % 2]
        written = await bodies(sender)
        counts[turn % 2] += len(written)
        for raw in written:
            await reader.store_raw(stripped(raw) if gateway else raw)
        await handle_only(reader)
    return counts[0], counts[1]


def stripped(raw: bytes) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(TELLTALES)]
    return b"\r\n".join(kept) + gap + body


@pytest.mark.parametrize("wish", [OBJECTION, ACCESS, DELETION])
async def test_two_desks_that_write_to_each_other_stop_after_one_answer(
    office: Office, other_office: Office, wish: str
) -> None:
    await office.store_raw(a_mail(OTHER_HELP, "Our data", wish))
    await handle_only(office)
    first, second = await correspond(office, other_office, gateway=False)
    assert second == 0
    assert first == (1 if wish == OBJECTION else 2)  # a code follows its acknowledgement


async def test_two_desks_whose_marks_are_taken_away_on_the_road_stop_all_the_same(
    office: Office, other_office: Office
) -> None:
    await office.store_raw(a_mail(OTHER_HELP, "Our data", OBJECTION))
    await handle_only(office)
    first, second = await correspond(office, other_office, gateway=True)
    assert first <= 5
    assert second <= 5


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto-Submitted": "auto-replied"}, "automatic"),
        ({"List-Id": "<help.example.org>"}, "mailing list"),
        ({"X-PrivacyDesk-Loop": "help@other.example"}, "own mail"),
    ],
)
async def test_silence_is_registered_with_its_reason_and_can_be_seen(
    office: Office, headers: dict[str, str], reason: str
) -> None:
    await office.mail(ROB.sender, "Hello", "How are you?", headers=headers)
    (seen,) = await office.run(lambda uow: uow.registered(Disposition.SILENT))
    assert (seen.id, seen.reason) == (1, reason)
    item = await office.run(lambda uow: uow.message(1))
    assert item is not None
    assert b"How are you?" in item.raw.raw
    assert office.letters(ROB.email) == []
