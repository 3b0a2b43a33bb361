"""Once a day the desk erases what it need not keep any more, and says so in its audit."""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy import select

from core.retention import DeskRetention, Kept, Period
from flows import retention
from storage.tables import AUDIT
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.office import Office
from tests.flows.people import LAN, OBJECTION, ROB


async def daily(office: Office) -> int:
    return await retention.run_daily(office.store, office.desk.policy, office.now)


def erased_rows(uow: SqlUnitOfWork) -> list[tuple[str, str, str]]:
    rows = uow.connection.execute(select(AUDIT).where(AUDIT.c.action == "erased").order_by(AUDIT.c.seq))
    return [(row.request_id, row.actor, row.detail) for row in rows]


async def test_a_closed_request_is_erased_three_years_later_and_its_trail_says_so(office: Office) -> None:
    request = await office.refused(ROB)
    open_one = await office.in_review(LAN, OBJECTION)
    office.passes(days=3 * 366)
    assert await daily(office) > 0
    assert await office.run(lambda uow: uow.request(request.id)) is None
    assert (await office.request(open_one.id)).id == open_one.id
    trail = await office.run(lambda uow: uow.audit_trail(request.id))
    assert (trail[-1].action, trail[-1].actor) == ("erased", "desk")
    assert trail[-1].detail == {"kind": "requests", "count": "1", "reason": "retention"}
    assert "refused" in {entry.action for entry in trail[:-1]}


async def test_a_day_before_its_time_a_request_is_there(office: Office) -> None:
    request = await office.refused(ROB)
    office.passes(days=3 * 365 - 1)
    await daily(office)
    assert (await office.request(request.id)).id == request.id


async def test_it_runs_once_a_local_day(office: Office) -> None:
    office.desk = replace(
        office.desk, policy=replace(office.desk.policy, desk_retention=DeskRetention(requests=Period(days=1)))
    )
    await daily(office)
    await office.refused(ROB)
    office.passes(hours=1)
    assert await daily(office) == 0
    office.passes(days=2)
    assert await daily(office) > 0
    assert await daily(office) == 0


async def test_what_is_written_down_names_kinds_and_counts_only(
    office: Office, log_lines: list[structlog.typing.EventDict]
) -> None:
    """Of messages there are two: the newsletter, and the tap of a staff member."""
    await office.refused(ROB)
    await office.mail(
        "Newsletter <news@shop.example>", "Sale", "Buy", headers={"List-Id": "<sale.shop.example>"}
    )
    office.passes(days=3 * 366)
    await daily(office)
    rows = await office.run(erased_rows)
    assert {detail for request, _, detail in rows if not request} >= {
        '{"count":"2","kind":"messages","reason":"retention"}'
    }
    (line,) = [line for line in log_lines if line["event"] == "retention"]
    assert (line["requests"], line["messages"]) == (1, 2)
    said = str(rows) + str(line)
    assert not any(word in said for word in (ROB.email, "news@shop.example", "Sale"))


async def test_what_is_due_is_told_without_erasing_it(office: Office) -> None:
    await office.refused(ROB)
    office.passes(days=3 * 366)
    terms = office.desk.policy.desk_retention
    found = {one.kind: one for one in await office.run(lambda uow: retention.due(uow, terms, office.now))}
    assert set(found) == set(Kept)
    assert found[Kept.REQUESTS].count == 1
    assert await office.run(erased_rows) == []


async def test_every_step_is_told(office: Office) -> None:
    await office.refused(ROB)
    office.passes(days=3 * 366)
    told: list[tuple[Kept, int]] = []
    erased = await retention.erase_all(
        office.store,
        office.desk.policy.desk_retention,
        "operator",
        office.now,
        lambda kind, count: told.append((kind, count)),
    )
    assert sum(count for _, count in told) == sum(erased.values()) > 0
    assert {actor for _, actor, _ in await office.run(erased_rows)} == {"operator"}
