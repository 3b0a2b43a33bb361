"""Documents in the store: sealed under keys of their own, erased with every letter that carries them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.documents import LIFE, Document
from core.messages import Address, Attachment, ChannelName, Kind, Outbound
from flows.ports import Delivery, Sent
from storage.sealing import CannotUnseal
from storage.store import SqlStore
from storage.tables import DATA_KEY, DOCUMENT, OUTBOX
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import MINUTE, NOON, a_request

FILE = Attachment("căn cước.jpg", "image/jpeg", b"\xff\xd8\xff the face", size=12)
STAFF = Address(ChannelName.TELEGRAM, "501")


def a_document(request_id: str, number: int = 1, **changes: object) -> Document:
    fields = {"received_at": NOON, "expires_at": NOON + LIFE} | changes
    return Document(f"d-{number}", request_id, 7, file=FILE, **fields)  # type: ignore[arg-type]


def a_letter(number: int) -> Outbound:
    return Outbound(f"letter-{number}", STAFF, Kind.TALK, NOON + number * MINUTE, "")


async def kept(store: SqlStore, *documents: Document) -> None:
    def work(uow: SqlUnitOfWork) -> None:
        for request_id in {each.request_id for each in documents}:
            uow.add(a_request(id=request_id))
        for each in documents:
            uow.add_document(each)

    await store.run(work)


async def keys(store: SqlStore) -> list[str]:
    like = DATA_KEY.c.id.like("document:%")
    return await store.run(lambda uow: list(uow.connection.scalars(select(DATA_KEY.c.id).where(like))))


async def letters(store: SqlStore) -> dict[str, str]:
    rows = select(OUTBOX.c.id, OUTBOX.c.state)
    return await store.run(lambda uow: {row.id: row.state for row in uow.connection.execute(rows)})


async def test_a_document_comes_back_whole_and_is_listed_without_its_content(store: SqlStore) -> None:
    document = a_document("r-1")
    await kept(store, document)
    assert await store.run(lambda uow: uow.document("d-1")) == document
    (listed,) = await store.run(lambda uow: uow.documents_of("r-1"))
    assert listed == replace(document, file=replace(FILE, content=None))
    assert await store.run(lambda uow: uow.document("d-2")) is None
    assert await store.run(lambda uow: uow.documents_of("r-2")) == []


async def test_they_are_listed_in_the_order_they_came(store: SqlStore) -> None:
    await kept(store, a_document("r-1", 1, received_at=NOON + MINUTE), a_document("r-1", 2))
    assert [each.id for each in await store.run(lambda uow: uow.documents_of("r-1"))] == ["d-2", "d-1"]


async def test_neither_name_nor_content_stands_in_clear(store: SqlStore) -> None:
    await kept(store, a_document("r-1"))
    row = await store.run(lambda uow: uow.connection.execute(select(DOCUMENT)).one())
    assert not any(
        part in bytes(value) for value in (row.label, row.content) for part in (b"jpg", b"the face")
    )


async def test_each_has_a_key_of_its_own(store: SqlStore) -> None:
    await kept(store, a_document("r-1", 1), a_document("r-1", 2))
    assert sorted(await keys(store)) == ["document:d-1", "document:d-2"]


async def test_those_whose_time_is_over_are_found(store: SqlStore) -> None:
    await kept(store, a_document("r-1", 1), a_document("r-2", 2, expires_at=NOON + 2 * LIFE))
    assert await store.run(lambda uow: uow.expired_documents(NOON + LIFE - timedelta(seconds=1))) == []
    found = await store.run(lambda uow: uow.expired_documents(NOON + LIFE))
    assert [each.id for each in found] == ["d-1"]


async def test_erasing_one_leaves_the_others(store: SqlStore) -> None:
    await kept(store, a_document("r-1", 1), a_document("r-1", 2))
    await store.run(lambda uow: uow.erase_document("d-1"))
    assert await store.run(lambda uow: uow.document("d-1")) is None
    assert (await store.run(lambda uow: uow.document("d-2"))) is not None
    assert await keys(store) == ["document:d-2"]
    await store.run(lambda uow: uow.erase_document("d-1"))


async def test_a_copy_without_the_key_cannot_be_read(store: SqlStore) -> None:
    await kept(store, a_document("r-1"))
    row = await store.run(lambda uow: uow.connection.execute(select(DOCUMENT)).one())
    await store.run(lambda uow: uow.erase_document("d-1"))

    def unseal(uow: SqlUnitOfWork) -> bytes:
        return uow.keys.unseal(row.data_key, DOCUMENT.c.content, row.id, row.content)

    with pytest.raises(CannotUnseal):
        await store.run(unseal)


async def test_erasing_a_request_erases_its_documents(store: SqlStore) -> None:
    await kept(store, a_document("r-1", 1), a_document("r-2", 2))
    await store.run(lambda uow: uow.erase("r-1"))
    assert await keys(store) == ["document:d-2"]
    assert await store.run(lambda uow: uow.documents_of("r-1")) == []


@pytest.mark.parametrize("state", ["waiting", "leased", "handing", "sent", "uncertain", "failed", "withheld"])
async def test_every_letter_that_carries_it_goes_with_it_whatever_its_state(
    store: SqlStore, state: str
) -> None:
    await kept(store, a_document("r-1"))

    def work(uow: SqlUnitOfWork) -> None:
        uow.post(a_letter(1), b"the face", "r-1", document="d-1")
        uow.post(a_letter(2), b"something else", "r-1")
        uow.connection.execute(OUTBOX.update().where(OUTBOX.c.id == "letter-1").values(state=state))

    await store.run(work)
    assert (await letters(store))["letter-1"] == state
    await store.run(lambda uow: uow.erase_document("d-1"))
    assert await letters(store) == {"letter-2": "waiting"}


async def test_what_waits_behind_an_erased_letter_goes(store: SqlStore) -> None:
    await kept(store, a_document("r-1"))

    def work(uow: SqlUnitOfWork) -> list[str]:
        uow.post(a_letter(1), b"the face", "r-1", document="d-1")
        uow.post(a_letter(2), b"something else", "r-1")
        uow.erase_document("d-1")
        leased = uow.lease(ChannelName.TELEGRAM, 5, NOON + 9 * MINUTE, NOON + 14 * MINUTE)
        return [letter.id for letter in leased]

    assert await store.run(work) == ["letter-2"]


async def test_a_letter_that_is_erased_on_its_way_is_not_handed_over(store: SqlStore) -> None:
    await kept(store, a_document("r-1"))
    until = NOON + 14 * MINUTE

    def lease(uow: SqlUnitOfWork) -> object:
        uow.post(a_letter(1), b"the face", "r-1", document="d-1")
        return uow.lease(ChannelName.TELEGRAM, 5, NOON + 9 * MINUTE, until)

    leased = await store.run(lease)
    assert [letter.body for letter in leased] == [b"the face"]  # type: ignore[attr-defined]
    await store.run(lambda uow: uow.erase_document("d-1"))
    assert await store.run(lambda uow: uow.hand_over(leased, until)) == frozenset()  # type: ignore[arg-type]
    await store.run(lambda uow: uow.settle_letter("letter-1", Sent(Delivery.SENT, "501:1"), NOON, None))
    assert await letters(store) == {}


async def test_an_undone_savepoint_takes_the_document_back(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> None:
        uow.add(a_request(id="r-1"))
        try:
            with uow.savepoint():
                uow.add_document(a_document("r-1"))
                raise LookupError
        except LookupError:
            pass

    await store.run(work)
    assert await keys(store) == []
    assert await store.run(lambda uow: uow.documents_of("r-1")) == []
