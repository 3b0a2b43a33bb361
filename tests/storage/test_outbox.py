"""The outbox, on every database: order, lanes, leases, slots."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.messages import Address, ChannelName, Kind, Outbound
from flows.ports import Delivery, Letter, Sent
from flows.store import Tried
from storage.store import SqlStore
from tests.storage.samples import CHAT, MAIL, MINUTE, NOON, an_outbound, post

OTHERS = [Address(ChannelName.TELEGRAM, str(n)) for n in range(5)]


async def put(store: SqlStore, *letters: Outbound) -> None:
    await store.run(lambda uow: post(uow, *letters))


async def lease(
    store: SqlStore, now: datetime = NOON, limit: int = 100, channel: ChannelName = CHAT.channel
) -> list[Letter]:
    return await store.run(lambda uow: uow.lease(channel, limit, now, now + MINUTE))


async def settle(
    store: SqlStore, letter: Outbound | Letter, result: Delivery = Delivery.SENT, **more: object
) -> None:
    next_try = more.pop("next_try", None)
    assert next_try is None or isinstance(next_try, datetime)
    sent = Sent(result, **more)  # type: ignore[arg-type]
    await store.run(lambda uow: uow.settle_letter(letter.id, sent, NOON, next_try))


async def next_at(store: SqlStore) -> datetime | None:
    return await store.run(lambda uow: uow.next_letter_at(CHAT.channel))


def ids(letters: list[Letter]) -> list[str]:
    return [letter.id for letter in letters]


async def test_a_letter_comes_out_as_it_was_posted(store: SqlStore) -> None:
    letter = an_outbound()
    await put(store, letter)
    expected = Letter(letter.id, CHAT, letter.text.encode(), 0, NOON, kind=Kind.TALK)
    assert await lease(store) == [expected]


async def test_every_channel_has_letters_of_its_own(store: SqlStore) -> None:
    mail, chat = an_outbound(MAIL), an_outbound(CHAT)
    await put(store, mail, chat)
    assert ids(await lease(store, channel=ChannelName.EMAIL)) == [mail.id]
    assert ids(await lease(store)) == [chat.id]


async def test_answers_to_taps_go_first_and_all_else_oldest_first(store: SqlStore) -> None:
    kinds = [Kind.CARD, Kind.NOTICE, Kind.CODE, Kind.TALK, Kind.TAP]
    letters = [an_outbound(to, kind) for to, kind in zip(OTHERS, kinds, strict=True)]
    await put(store, *letters)
    card, notice, code, talk, tap = [letter.id for letter in letters]
    assert ids(await lease(store)) == [tap, card, notice, code, talk]


async def test_an_address_gets_one_letter_at_a_time(store: SqlStore) -> None:
    first, second, tap = an_outbound(), an_outbound(kind=Kind.CODE), an_outbound(kind=Kind.TAP)
    await put(store, first, second, tap)
    for expected in (tap, first, second):
        assert ids(await lease(store)) == [expected.id]
        assert await lease(store) == []
        await settle(store, expected)
    assert await lease(store) == []


async def test_no_letter_overtakes_one_that_waits_for_its_next_try(store: SqlStore) -> None:
    first, second, tap = an_outbound(), an_outbound(), an_outbound(kind=Kind.TAP)
    await put(store, first, second)
    await lease(store)
    await settle(store, first, Delivery.RETRY, next_try=NOON + MINUTE)
    assert await lease(store) == []
    await put(store, tap)
    assert ids(await lease(store)) == [tap.id]
    await settle(store, tap)
    (again,) = await lease(store, NOON + MINUTE)
    assert (again.id, again.attempts) == (first.id, 1)


async def test_a_letter_names_the_request_it_belongs_to(store: SqlStore) -> None:
    await store.run(lambda uow: post(uow, an_outbound(), request_id="r-1"))
    assert [letter.request_id for letter in await lease(store)] == ["r-1"]


async def test_the_limit_counts_letters_that_can_go(store: SqlStore) -> None:
    await put(store, an_outbound(), an_outbound(), *[an_outbound(to) for to in OTHERS])
    letters = await lease(store, limit=3)
    assert [letter.to for letter in letters] == [CHAT, OTHERS[0], OTHERS[1]]


async def test_a_desk_that_starts_alone_takes_back_what_a_killed_one_had_leased(store: SqlStore) -> None:
    letter = an_outbound()
    await put(store, letter, an_outbound(OTHERS[0]))
    await lease(store, limit=1)
    assert await store.run(lambda uow: uow.release_leases(NOON)) == 1
    (again, _) = await lease(store)
    assert (again.id, again.attempts) == (letter.id, 1)


async def test_a_lease_that_ran_out_returns_the_letter_with_its_try_counted(store: SqlStore) -> None:
    letter = an_outbound()
    await put(store, letter)
    await lease(store)
    assert await lease(store, NOON + MINUTE - timedelta(seconds=1)) == []
    (again,) = await lease(store, NOON + MINUTE)
    assert (again.id, again.attempts, again.body) == (letter.id, 1, letter.text.encode())
    (once_more,) = await lease(store, NOON + 2 * MINUTE)
    assert once_more.attempts == 2


async def hand_over(store: SqlStore, *letters: Letter) -> frozenset[str]:
    return await store.run(lambda uow: uow.hand_over(letters, NOON + MINUTE))


async def test_only_whoever_holds_the_lease_may_hand_a_letter_over(store: SqlStore) -> None:
    letter, other = an_outbound(), an_outbound(OTHERS[0])
    await put(store, letter, other)
    first, second = await lease(store)
    (again, _) = await lease(store, NOON + MINUTE)
    assert await hand_over(store, first) == set()
    assert await hand_over(store, again) == {letter.id}
    assert await hand_over(store, again) == set()
    assert await hand_over(store, second) == set()


async def test_a_letter_that_is_being_handed_over_keeps_its_lane(store: SqlStore) -> None:
    first, second, tap = an_outbound(), an_outbound(), an_outbound(kind=Kind.TAP)
    await put(store, first, second)
    await hand_over(store, *await lease(store))
    await put(store, tap)
    assert await lease(store, NOON + timedelta(hours=1)) == []
    assert await next_at(store) == NOON + MINUTE
    await settle(store, first)
    assert ids(await lease(store)) == [tap.id]


async def test_what_was_being_handed_over_when_its_desk_was_killed_ends_uncertain(store: SqlStore) -> None:
    letters = [an_outbound(), an_outbound(OTHERS[0]), an_outbound(MAIL)]
    await put(store, *letters)
    chat, leased_only = await lease(store)
    (mail,) = await lease(store, channel=ChannelName.EMAIL)
    await hand_over(store, chat, mail)

    async def left() -> list[str]:
        return ids(await store.run(lambda uow: uow.in_nobodys_hands(CHAT.channel, NOON)))

    assert await left() == []
    assert await store.run(lambda uow: uow.release_leases(NOON)) == 3
    assert await left() == [chat.id]
    assert await left() == []
    ((letter, state, detail),) = await store.run(lambda uow: uow.unsettled())
    assert (letter.id, letter.attempts, state) == (chat.id, 1, "uncertain")
    assert "handed" in detail
    assert ids(await lease(store)) == [leased_only.id]


async def test_a_result_that_comes_late_is_believed(store: SqlStore) -> None:
    letter = an_outbound()
    await put(store, letter)
    await hand_over(store, *await lease(store))
    await store.run(lambda uow: uow.in_nobodys_hands(CHAT.channel, NOON + MINUTE))
    await settle(store, letter)
    assert await store.run(lambda uow: uow.unsettled()) == []


@pytest.mark.parametrize("result", [Delivery.UNCERTAIN, Delivery.UNREACHABLE, Delivery.FAILED])
async def test_a_letter_that_ended_badly_can_go_once_more_as_it_is(store: SqlStore, result: Delivery) -> None:
    letter = an_outbound()
    await put(store, letter)
    await lease(store)
    assert not await store.run(lambda uow: uow.send_again(letter.id, NOON))
    await settle(store, letter, result)
    assert await store.run(lambda uow: uow.send_again(letter.id, NOON + MINUTE))
    assert await lease(store, NOON) == []
    (again,) = await lease(store, NOON + MINUTE)
    assert (again.id, again.body, again.attempts) == (letter.id, letter.text.encode(), 1)
    await settle(store, letter)
    assert not await store.run(lambda uow: uow.send_again(letter.id, NOON))


async def test_a_code_never_goes_a_second_time(store: SqlStore) -> None:
    code = an_outbound(kind=Kind.CODE)
    await put(store, code)
    await lease(store)
    await settle(store, code, Delivery.UNCERTAIN)
    assert not await store.run(lambda uow: uow.send_again(code.id, NOON))


async def test_many_tries_are_settled_together_each_in_its_own_way(store: SqlStore) -> None:
    sent, again, lost, gone = [an_outbound(to) for to in OTHERS[:4]]
    await put(store, sent, again, lost)
    await lease(store)
    tries = [
        Tried(gone.id, Sent(Delivery.SENT, "4")),
        Tried(sent.id, Sent(Delivery.SENT, "1")),
        Tried(again.id, Sent(Delivery.RETRY), NOON + MINUTE),
        Tried(lost.id, Sent(Delivery.UNCERTAIN, detail="cut")),
    ]
    await store.run(lambda uow: uow.settle_letters(tries, NOON))
    assert [(one.id, state) for one, state, _ in await store.run(lambda uow: uow.unsettled())] == [
        (lost.id, "uncertain")
    ]
    assert ids(await lease(store, NOON + MINUTE)) == [again.id]


async def test_a_lease_that_runs_out_after_its_slot_was_taken_brings_nothing_back(store: SqlStore) -> None:
    old, new = an_outbound(slot="card"), an_outbound(slot="card")
    await put(store, old)
    await lease(store)
    await put(store, new)
    assert ids(await lease(store, NOON + MINUTE)) == [new.id]


async def test_a_newer_letter_of_a_slot_replaces_one_that_was_sent(store: SqlStore) -> None:
    old, new = an_outbound(slot="card"), an_outbound(slot="card")
    elsewhere, plain = an_outbound(OTHERS[0], slot="card"), an_outbound(OTHERS[1])
    await put(store, old)
    await lease(store)
    await settle(store, old, reference="message 5")
    await put(store, new, elsewhere, plain)
    replaces = {letter.id: letter.replaces for letter in await lease(store)}
    assert replaces == {new.id: "message 5", elsewhere.id: "", plain.id: ""}


async def test_a_letter_whose_slot_was_taken_is_never_sent(store: SqlStore) -> None:
    old, between, new = an_outbound(slot="card"), an_outbound(), an_outbound(slot="card")
    await put(store, old, between, new)
    for expected in (between, new):
        assert ids(await lease(store)) == [expected.id]
        await settle(store, expected)
    assert await lease(store, NOON + 60 * MINUTE) == []
    assert await store.run(lambda uow: uow.unsettled()) == []


async def test_a_failed_try_is_not_repeated_once_its_slot_was_taken(store: SqlStore) -> None:
    old, new = an_outbound(slot="card"), an_outbound(slot="card")
    await put(store, old)
    await lease(store)
    await put(store, new)
    assert await lease(store) == []  # the old one is on its way
    await settle(store, old, Delivery.RETRY, next_try=NOON + 9 * MINUTE)
    assert await next_at(store) == NOON
    assert ids(await lease(store)) == [new.id]


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Delivery.UNCERTAIN, "uncertain"),
        (Delivery.UNREACHABLE, "unreachable"),
        (Delivery.FAILED, "failed"),
        (Delivery.RETRY, "failed"),
    ],
)
async def test_a_letter_that_ended_badly_is_listed(store: SqlStore, result: Delivery, state: str) -> None:
    letter = an_outbound()
    await put(store, letter, an_outbound(OTHERS[0]))
    await lease(store)
    await settle(store, letter, result, detail="550 unknown")
    ended = Letter(letter.id, CHAT, letter.text.encode(), 1, NOON, kind=Kind.TALK)
    assert await store.run(lambda uow: uow.unsettled()) == [(ended, state, "550 unknown")]
    assert await lease(store, NOON + timedelta(seconds=1)) == []


async def test_an_uncertain_letter_gets_the_try_it_is_granted(store: SqlStore) -> None:
    letter = an_outbound()
    await put(store, letter)
    await lease(store)
    await settle(store, letter, Delivery.UNCERTAIN, next_try=NOON + MINUTE)
    assert [again.attempts for again in await lease(store, NOON + MINUTE)] == [1]


async def test_what_is_sent_stays_sent(store: SqlStore) -> None:
    """A second process, whose lease came from the first one's having run out, may report later."""
    letter = an_outbound()
    await put(store, letter)
    await lease(store)
    await settle(store, letter)
    await settle(store, letter, Delivery.RETRY, next_try=NOON)
    assert await lease(store, NOON + 9 * MINUTE) == []


async def test_the_next_letter_is_awaited_no_longer_than_needed(store: SqlStore) -> None:
    assert await next_at(store) is None
    first, second, other = an_outbound(), an_outbound(), an_outbound(OTHERS[0], created_at=NOON + 7 * MINUTE)
    await put(store, first, second)
    assert await next_at(store) == NOON
    await lease(store)
    assert await next_at(store) == NOON + MINUTE  # the end of the lease: the second stands behind
    await settle(store, first, Delivery.RETRY, next_try=NOON + 9 * MINUTE)
    assert await next_at(store) == NOON + 9 * MINUTE
    await put(store, other)
    assert await next_at(store) == NOON + 7 * MINUTE
