"""What goes out without a person's word is counted, on every database; dead addresses; what happens once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from core.caps import Cap
from core.messages import Address, ChannelName
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import CHAT, MAIL, MINUTE, NOON

NEIGHBOUR = Address(ChannelName.EMAIL, "an@Customer.example")
ELSEWHERE = Address(ChannelName.EMAIL, "bong.nguyen@elsewhere.example")
HOUR = timedelta(hours=1)


def counts(uow: SqlUnitOfWork, to: Address = MAIL, request: str = "r-1") -> Mapping[Cap, int]:
    """What is counted an hour after noon; only what is not zero."""
    found = uow.standing(to, request, NOON + HOUR).counts
    return {cap: count for cap, count in found.items() if count}


def send(uow: SqlUnitOfWork, to: Address = MAIL, request: str = "r-1", code: bool = False) -> None:
    uow.count_automatic(to, request, code, NOON + MINUTE)


async def test_nothing_is_counted_at_first(store: SqlStore) -> None:
    assert await store.run(counts) == {}


async def test_a_letter_counts_for_its_address_its_request_its_domain_and_the_whole(store: SqlStore) -> None:
    await store.run(send)
    far = {Cap.ALL_HOUR: 1, Cap.ALL_DAY: 1}
    domain = {Cap.DOMAIN_HOUR: 1, Cap.DOMAIN_DAY: 1}
    near = {Cap.SENDER_DAY: 1, Cap.REQUEST_DAY: 1}
    assert await store.run(counts) == near | domain | far
    written_otherwise = replace(MAIL, value=MAIL.value.upper())
    assert await store.run(partial(counts, to=written_otherwise, request="r-2")) == {
        Cap.SENDER_DAY: 1,
        **domain,
        **far,
    }
    assert await store.run(partial(counts, to=NEIGHBOUR, request="r-2")) == domain | far
    assert await store.run(partial(counts, to=ELSEWHERE)) == {Cap.REQUEST_DAY: 1, **far}


async def test_codes_are_counted_beside_the_letters(store: SqlStore) -> None:
    await store.run(send)
    await store.run(partial(send, code=True))
    found = await store.run(partial(counts, request="r-2"))
    assert (found[Cap.SENDER_DAY], found[Cap.CODES_DAY]) == (2, 1)


async def test_a_code_in_a_chat_counts_for_that_chat_and_for_no_domain(store: SqlStore) -> None:
    await store.run(partial(send, to=CHAT, code=True))
    assert await store.run(partial(counts, to=CHAT, request="r-2")) == {Cap.SENDER_DAY: 1, Cap.CODES_DAY: 1}


async def test_letters_without_a_request_are_not_counted_as_one(store: SqlStore) -> None:
    await store.run(partial(send, request=""))
    assert Cap.REQUEST_DAY not in await store.run(partial(counts, request=""))


async def test_what_is_older_than_an_hour_or_a_day_does_not_count(store: SqlStore) -> None:
    await store.run(lambda uow: uow.count_automatic(MAIL, "r-1", True, NOON - timedelta(hours=22)))
    await store.run(lambda uow: uow.count_automatic(MAIL, "r-1", True, NOON - timedelta(hours=24)))
    assert await store.run(counts) == {
        Cap.SENDER_DAY: 1,
        Cap.REQUEST_DAY: 1,
        Cap.CODES_DAY: 1,
        Cap.DOMAIN_DAY: 1,
        Cap.ALL_DAY: 1,
    }


async def test_old_counts_are_dropped(store: SqlStore) -> None:
    await store.run(send)
    await store.run(lambda uow: uow.drop_counts(NOON))
    assert await store.run(counts)
    await store.run(lambda uow: uow.drop_counts(NOON + HOUR))
    assert await store.run(counts) == {}


async def test_within_one_transaction_every_letter_counts_at_once(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> tuple[Mapping[Cap, int], Mapping[Cap, int]]:
        counts(uow)
        counts(uow, NEIGHBOUR, "r-2")
        send(uow)
        send(uow, NEIGHBOUR, "r-2", code=True)
        send(uow, ELSEWHERE, "r-1")
        return counts(uow), counts(uow, NEIGHBOUR, "r-2")

    far = {Cap.DOMAIN_HOUR: 2, Cap.DOMAIN_DAY: 2, Cap.ALL_HOUR: 3, Cap.ALL_DAY: 3}
    mine, neighbours = await store.run(work)
    assert mine == {Cap.SENDER_DAY: 1, Cap.REQUEST_DAY: 2, **far}
    assert neighbours == {Cap.SENDER_DAY: 1, Cap.REQUEST_DAY: 1, Cap.CODES_DAY: 1, **far}
    assert await store.run(counts) == mine


async def test_what_was_counted_in_an_undone_savepoint_is_not_counted(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> Mapping[Cap, int]:
        counts(uow)
        with suppress(ZeroDivisionError), uow.savepoint():
            send(uow)
            raise ZeroDivisionError
        return counts(uow)

    assert await store.run(work) == {}


def dead(uow: SqlUnitOfWork, to: Address = MAIL) -> bool:
    return uow.standing(to, "r-1", NOON).dead


async def test_an_address_that_takes_no_mail_is_known_by_its_hash_until_it_is_released(
    store: SqlStore,
) -> None:
    await store.run(lambda uow: uow.suppress(MAIL, "5.1.1", NOON))
    await store.run(lambda uow: uow.suppress(MAIL, "5.1.1", NOON + HOUR))
    assert await store.run(dead)
    assert not await store.run(partial(dead, to=NEIGHBOUR))
    assert await store.run(lambda uow: uow.release(replace(MAIL, value=MAIL.value.upper())))
    assert not await store.run(dead)
    assert not await store.run(lambda uow: uow.release(MAIL))


async def test_an_address_that_was_alive_in_this_transaction_can_die_in_it(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> tuple[bool, bool]:
        before = dead(uow)
        uow.suppress(MAIL, "5.1.1", NOON)
        return before, dead(uow)

    assert await store.run(work) == (False, True)


async def test_what_happens_once_is_not_forgotten(store: SqlStore) -> None:
    for what, first in (("a", True), ("a", False), ("b", True), ("a", False)):
        assert await store.run(lambda uow, what=what: uow.once(what, NOON)) is first


async def test_what_was_undone_can_still_happen_once(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> bool:
        with suppress(ZeroDivisionError), uow.savepoint():
            assert uow.once("a", NOON)
            raise ZeroDivisionError
        return uow.once("a", NOON)

    assert await store.run(work)


async def test_the_first_that_bears_a_message_id_is_remembered(store: SqlStore) -> None:
    assert await store.run(
        lambda uow: uow.bearers({1: "<a@x.example>", 2: "<b@x.example>", 3: "<a@x.example>"})
    ) == {
        1: 1,
        2: 2,
        3: 1,
    }
    again = await store.run(
        lambda uow: uow.bearers({1: "<a@x.example>", 4: "<b@x.example>", 5: "<c@x.example>"})
    )
    assert again == {1: 1, 4: 2, 5: 5}
    assert await store.run(lambda uow: uow.bearers({})) == {}
