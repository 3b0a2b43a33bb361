"""Looking back: what became of messages, and to whom letters went; on every database."""

from __future__ import annotations

from datetime import timedelta

from core.messages import ChannelName, Kind, Outbound, RawMessage
from flows.automatic import SentLetter
from flows.store import Disposition
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import MAIL, NOON, a_request

SOURCE = "feed:files"


def arrive(uow: SqlUnitOfWork, *keys: str) -> None:
    arrivals = [RawMessage(key, f"mail {key}".encode(), NOON) for key in keys]
    uow.accept(ChannelName.EMAIL, SOURCE, arrivals, "", NOON)


def ended(uow: SqlUnitOfWork) -> int:
    """Four messages, each with an end of its own but two; returns the number before the first."""
    arrive(uow, "a", "b", "c", "d")
    before = uow.last_message() - 4
    ends = (
        (Disposition.PARKED, "it is broken", ""),
        (Disposition.SILENT, "bounce", "r-1"),
        (Disposition.SILENT, "mailing list", ""),
        (Disposition.SILENT, "bounce", "r-1"),
    )
    for number, end in enumerate(ends, before + 1):
        uow.settle(number, *end)
    return before


async def test_messages_are_listed_by_their_end_without_what_is_in_them(store: SqlStore) -> None:
    before = await store.run(ended)
    silent = await store.run(lambda uow: uow.registered(Disposition.SILENT))
    assert [(one.id, one.channel, one.received_at, one.reason) for one in silent] == [
        (before + 2, ChannelName.EMAIL, NOON, "bounce"),
        (before + 3, ChannelName.EMAIL, NOON, "mailing list"),
        (before + 4, ChannelName.EMAIL, NOON, "bounce"),
    ]
    (parked,) = await store.run(lambda uow: uow.registered(Disposition.PARKED))
    assert parked.reason == "it is broken"


async def test_one_message_is_shown_whatever_became_of_it(store: SqlStore) -> None:
    before = await store.run(ended)
    item = await store.run(lambda uow: uow.message(before + 3))
    assert item is not None
    assert item.raw.raw == b"mail c"
    assert await store.run(lambda uow: uow.message(before + 5)) is None


async def test_ends_and_requests_are_counted_from_a_number_on(store: SqlStore) -> None:
    assert await store.run(lambda uow: uow.last_message()) == 0
    before = await store.run(ended)
    assert await store.run(lambda uow: uow.last_message()) == before + 4
    assert await store.run(lambda uow: uow.fates(before + 1, SOURCE)) == {
        (Disposition.SILENT, "bounce"): 2,
        (Disposition.SILENT, "mailing list"): 1,
    }
    assert await store.run(lambda uow: uow.requests_from(before, SOURCE)) == 1
    assert await store.run(lambda uow: uow.requests_from(before + 4, SOURCE)) == 0
    assert await store.run(lambda uow: uow.fates(0, "imap:other")) == {}


def a_code(name: str) -> Outbound:
    return Outbound(name, MAIL, Kind.CODE, NOON, "4821 9077")


async def test_a_letter_is_found_by_its_name_until_it_is_erased(store: SqlStore) -> None:
    request = a_request(id="r-1")
    await store.run(lambda uow: uow.add(request))
    await store.run(lambda uow: uow.post(a_code("letter"), b"body", "r-1"))
    found = await store.run(lambda uow: uow.letter("letter"))
    assert found == SentLetter("letter", MAIL, Kind.CODE, "r-1")
    assert await store.run(lambda uow: uow.letter("another")) is None
    await store.run(lambda uow: uow.erase("r-1"))
    assert await store.run(lambda uow: uow.letter("letter")) is None


async def test_a_letter_that_is_withheld_is_kept_and_never_leased(store: SqlStore) -> None:
    await store.run(lambda uow: uow.post(a_code("letter"), b"body", "", withheld=True))
    until = NOON + timedelta(minutes=5)
    assert await store.run(lambda uow: uow.lease(ChannelName.EMAIL, 9, NOON, until)) == []
    assert await store.run(lambda uow: uow.next_letter_at(ChannelName.EMAIL)) is None
    assert await store.run(lambda uow: uow.unsettled()) == []
    assert await store.run(lambda uow: uow.letter("letter")) is not None
