"""Results in the store: found by a token alone, sealed, erased with their keys."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from core.hand_over import HandOver, Terms, Way, judged, laid_out, with_code
from core.messages import Attachment
from core.retention import Kept
from storage.hand_over import AT_ONCE
from storage.store import SqlStore
from storage.tables import HAND_OVER
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import MINUTE, NOON, a_request

TOKEN, OTHER = "t" * 26, "u" * 26
FILE = Attachment("điểm.csv", "text/csv", b"course,score\nK12-A,8\n", size=21)
CODE = b"c" * 32
TERMS = Terms()


def _what(request_id: str, number: int = 1) -> HandOver:
    return laid_out(f"h-{number}", request_id, Way.PAGE, NOON, TERMS)


async def _laid_out(store: SqlStore) -> HandOver:
    request = a_request()
    what = _what(request.id)

    def work(uow: SqlUnitOfWork) -> None:
        uow.add(request)
        uow.add_hand_over(what, TOKEN, FILE)

    await store.run(work)
    return what


async def test_what_is_laid_out_is_found_by_its_token_and_by_its_request(store: SqlStore) -> None:
    what = await _laid_out(store)
    assert await store.run(lambda uow: uow.hand_over_by_token(TOKEN)) == what
    assert await store.run(lambda uow: uow.hand_over_by_token(OTHER)) is None
    assert await store.run(lambda uow: uow.hand_overs_of(what.request_id)) == [what]
    assert await store.run(lambda uow: uow.handed_file(what.id)) == FILE
    label = await store.run(lambda uow: uow.handed_label(what.id))
    assert label == replace(FILE, content=None)


async def test_every_part_of_its_state_is_kept(store: SqlStore) -> None:
    what = with_code(await _laid_out(store), CODE, 30 * MINUTE, NOON, TERMS)
    await store.run(lambda uow: uow.save_hand_over(what))
    assert await store.run(lambda uow: uow.hand_over_by_token(TOKEN)) == what


async def test_a_new_token_makes_the_old_one_unknown(store: SqlStore) -> None:
    what = await _laid_out(store)
    await store.run(lambda uow: uow.save_hand_over(what, OTHER))
    assert await store.run(lambda uow: uow.hand_over_by_token(TOKEN)) is None
    assert await store.run(lambda uow: uow.hand_over_by_token(OTHER)) == what


async def test_neither_token_nor_name_nor_content_lies_open(store: SqlStore) -> None:
    await _laid_out(store)
    row = await store.run(lambda uow: uow.connection.execute(select(HAND_OVER)).one())
    for value in row:
        raw = value if isinstance(value, bytes) else str(value).encode()
        assert not [part for part in (TOKEN.encode(), b"course", "điểm".encode()) if part in raw]


async def test_two_who_judge_the_same_code_are_one_after_the_other(store: SqlStore) -> None:
    what = await _laid_out(store)
    await store.run(lambda uow: uow.save_hand_over(with_code(what, CODE, 30 * MINUTE, NOON, TERMS)))

    def judge(uow: SqlUnitOfWork) -> str:
        found = uow.hand_over_by_token(TOKEN)
        assert found is not None
        verdict, after = judged(found, CODE, NOON)
        uow.save_hand_over(after)
        return verdict.value

    verdicts = await asyncio.gather(*[store.run(judge) for _ in range(6)])
    assert sorted(verdicts) == ["right", *["void"] * 5]


async def test_what_is_old_is_erased_with_its_key(store: SqlStore) -> None:
    what = await _laid_out(store)
    await store.run(lambda uow: uow.add_hand_over(_later(what), OTHER, FILE))
    assert await store.run(lambda uow: uow.drop_hand_overs(NOON + MINUTE)) == 1
    assert await store.run(lambda uow: uow.drop_hand_overs(NOON + MINUTE)) == 0
    assert await store.run(lambda uow: uow.handed_file(what.id)) is None
    assert not await store.run(lambda uow: uow.keys.has(f"hand_over:{what.id}"))
    assert [each.id for each in await store.run(lambda uow: uow.hand_overs_of(what.request_id))] == ["h-2"]


def _later(what: HandOver) -> HandOver:
    return laid_out("h-2", what.request_id, Way.PAGE, NOON + timedelta(days=1), TERMS)


async def test_what_is_old_is_erased_a_little_at_a_time_until_none_is_left(store: SqlStore) -> None:
    request = a_request()

    def lay_out(uow: SqlUnitOfWork) -> None:
        uow.add(request)
        for number in range(AT_ONCE + 3):
            uow.add_hand_over(_what(request.id, number), f"{number:026}", FILE)

    await store.run(lay_out)
    later = NOON + timedelta(days=8)
    first = await store.run(lambda uow: uow.erase_due(Kept.RESULTS, later, 0))
    assert (first.count, first.after) == (AT_ONCE, 0)
    second = await store.run(lambda uow: uow.erase_due(Kept.RESULTS, later, 0))
    assert (second.count, second.after) == (3, None)
    assert await store.run(lambda uow: uow.hand_overs_of(request.id)) == []
