"""What the store knows of the originals in a mailbox, on every database."""

from __future__ import annotations

from core.messages import ChannelName, Kind, Outbound
from flows.ports import Delivery, Sent
from flows.store import Disposition
from storage.store import SqlStore
from tests.storage.samples import MAIL, MINUTE, NOON, a_raw, a_request, an_outbound, post
from tests.storage.test_inbox import SOURCE, accept, pending

EMAIL = ChannelName.EMAIL


async def answered(store: SqlStore, prefix: str = "7:", limit: int = 100) -> list[str]:
    return sorted(await store.run(lambda uow: uow.answered(EMAIL, SOURCE, prefix, limit)))


async def a_request_by(store: SqlStore, *keys: str) -> str:
    """A request that these mails belong to; returns its id."""
    request = a_request()
    await store.run(lambda uow: uow.add(request))
    await accept(store, *map(a_raw, keys))
    for item in await pending(store):
        await store.run(lambda uow, item=item: uow.settle(item.id, Disposition.REQUEST, "", request.id))
    return request.id


async def write(store: SqlStore, request_id: str, result: Delivery | None = Delivery.SENT) -> Outbound:
    """A notice to the requester, and how its sending ended."""
    letter = an_outbound(MAIL, Kind.NOTICE)
    await store.run(lambda uow: uow.post(letter, b"notice", request_id))
    if result is not None:
        await store.run(lambda uow: uow.settle_letter(letter.id, Sent(result), NOON, None))
    return letter


async def test_it_is_known_which_keys_are_unknown(store: SqlStore) -> None:
    await accept(store, a_raw("7:1"), a_raw("7:2"))
    asked = ["7:2", "7:3", "8:1", "7:1"]
    assert await store.run(lambda uow: uow.unknown(EMAIL, SOURCE, asked)) == ["7:3", "8:1"]
    assert await store.run(lambda uow: uow.unknown(EMAIL, "other", asked)) == asked
    assert await store.run(lambda uow: uow.unknown(EMAIL, SOURCE, [])) == []


async def test_a_mail_that_comes_again_under_another_key_is_known_by_the_new_one(store: SqlStore) -> None:
    await accept(store, a_raw("7:1", b"content"), a_raw("7:2"))
    assert await accept(store, a_raw("8:5", b"content")) == 0
    assert await store.run(lambda uow: uow.unknown(EMAIL, SOURCE, ["7:1", "8:5", "7:2"])) == ["7:1"]
    assert await accept(store, a_raw("8:5", b"content")) == 0
    assert [item.raw.key for item in await pending(store)] == ["8:5", "7:2"]


async def test_a_mail_can_be_put_away_once_a_letter_of_its_request_was_sent(store: SqlStore) -> None:
    request_id = await a_request_by(store, "7:1", "7:2")
    await accept(store, a_raw("7:3"))
    assert await answered(store) == []
    await write(store, request_id, None)
    assert await answered(store) == []
    await write(store, request_id)
    assert await answered(store) == ["7:1", "7:2"]
    assert len(await answered(store, limit=1)) == 1
    assert await answered(store, prefix="8:") == []


async def test_a_letter_that_did_not_arrive_or_went_to_another_request_is_no_answer(store: SqlStore) -> None:
    request_id = await a_request_by(store, "7:1")
    other = a_request()
    await store.run(lambda uow: uow.add(other))
    for ended in (Delivery.UNCERTAIN, Delivery.UNREACHABLE, Delivery.FAILED):
        await write(store, request_id, ended)
    await write(store, other.id)
    assert await answered(store) == []


async def test_a_letter_from_before_a_mail_came_is_not_its_answer(store: SqlStore) -> None:
    request_id = await a_request_by(store, "7:1")
    await write(store, request_id)
    later = NOON + MINUTE
    await store.run(lambda uow: uow.accept(EMAIL, SOURCE, [a_raw("7:2")], "", later))
    (item,) = await store.run(lambda uow: uow.pending(9, 10**9, later))
    await store.run(lambda uow: uow.settle(item.id, Disposition.REQUEST, "", request_id))
    assert await answered(store) == ["7:1"]


async def test_what_was_put_away_is_not_asked_for_again(store: SqlStore) -> None:
    await write(store, await a_request_by(store, "7:1", "7:2"))
    await store.run(lambda uow: uow.file(EMAIL, SOURCE, ["7:1", "7:9"]))
    await store.run(lambda uow: uow.file(EMAIL, "other", ["7:2"]))
    assert await answered(store) == ["7:2"]


async def test_letters_that_belong_to_no_request_answer_nothing(store: SqlStore) -> None:
    await accept(store, a_raw("7:1"))
    (item,) = await pending(store)
    await store.run(lambda uow: uow.settle(item.id, Disposition.NOT_A_REQUEST, "none"))
    await store.run(lambda uow: post(uow, an_outbound(MAIL)))
    assert await answered(store) == []
