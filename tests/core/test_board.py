"""What a morning board says of the open requests, and a checklist of its systems."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.board import Waiting, board, waits_for
from core.checklist import checklist, informed, late, unticked
from core.requests import Outcome, Request, Right, Status
from tests.core.samples import POLICY, a_request, an_item

TUESDAY = date(2026, 12, 1)


def due_on(day: date | None, **changes: object) -> Request:
    items = (an_item(Right.ACCESS, day),) if day else ()
    return a_request(items=items, status=Status.IN_REVIEW, **changes)


def test_each_request_hangs_where_its_date_belongs_the_earliest_first() -> None:
    days = [
        date(2026, 12, 7),
        date(2026, 12, 6),
        date(2026, 12, 2),
        TUESDAY,
        date(2026, 11, 30),
        date(2026, 11, 3),
    ]
    shown = board([due_on(day) for day in days], POLICY, TUESDAY)
    assert [each.due for each in shown.overdue] == [date(2026, 11, 3), date(2026, 11, 30)]
    assert [each.due for each in shown.today] == [TUESDAY]
    assert [each.due for each in shown.week] == [date(2026, 12, 2), date(2026, 12, 6)]


def test_at_triage_the_acknowledgement_is_what_is_due() -> None:
    shown = board([due_on(None, acknowledge_by=TUESDAY)], POLICY, TUESDAY)
    assert shown.today == ()
    at_triage = replace(due_on(None, acknowledge_by=TUESDAY), status=Status.TRIAGE)
    assert board([at_triage], POLICY, TUESDAY).today == (at_triage,)


def test_a_day_without_requests_has_an_empty_board() -> None:
    assert board([], POLICY, TUESDAY).is_empty
    assert not board([due_on(date(2027, 5, 3))], POLICY, TUESDAY).is_empty


@pytest.mark.parametrize(
    ("request_", "who"),
    [
        (a_request(status=Status.VERIFYING), Waiting.CUSTOMER),
        (a_request(status=Status.CLARIFYING), Waiting.CUSTOMER),
        (a_request(status=Status.TRIAGE, items=()), Waiting.STAFF),
        (a_request(status=Status.IDENTITY_REVIEW), Waiting.STAFF),
        (a_request(status=Status.IN_REVIEW), Waiting.STAFF),
        (a_request(status=Status.IN_REVIEW, approvals=("staff:an",)), Waiting.SECOND),
        (a_request(status=Status.APPROVED), Waiting.SYSTEM),
        (a_request(status=Status.APPROVED, ticked=tuple(s.name for s in POLICY.systems)), Waiting.STAFF),
    ],
)
def test_the_board_says_whose_turn_it_is(request_: Request, who: Waiting) -> None:
    assert waits_for(request_, POLICY) is who
    assert board([request_], POLICY, TUESDAY).waiting == {who: 1}


# --- the checklist ------------------------------------------------------------------------------------


def test_an_approved_request_has_a_line_for_every_system_that_must_act() -> None:
    request = a_request(status=Status.APPROVED, items=(an_item(Right.OBJECTION, date(2026, 12, 8)),))
    assert [(each.system.name, each.due) for each in checklist(request, POLICY)] == [
        ("Email service providers", date(2026, 12, 4)),
        ("Analytics tools", date(2026, 12, 4)),
        ("Partner institutions", date(2026, 12, 3)),
    ]
    assert checklist(replace(request, status=Status.IN_REVIEW), POLICY) == ()


def test_a_system_that_must_act_for_two_rights_acts_for_the_earlier_one() -> None:
    request = a_request(status=Status.APPROVED)
    platform = checklist(request, POLICY)[0]
    assert (platform.system.name, platform.due) == ("Learning platform", date(2026, 12, 1))


def test_a_right_that_was_refused_asks_nothing_of_a_system() -> None:
    request = a_request(status=Status.APPROVED).with_item(Right.DELETION, Outcome.REFUSED, "legal_duty")
    assert "Hosting companies" not in [each.system.name for each in checklist(request, POLICY)]


def test_what_was_done_without_a_tick_is_asked_for_no_more_and_is_no_tick() -> None:
    request = a_request(status=Status.APPROVED, ticked=("Technical logs",))
    done = request.with_item(Right.DELETION, Outcome.COMPLETED)
    names = {each.system.name: each.is_ticked for each in checklist(done, POLICY)}
    assert "Hosting companies" not in names
    assert names["Technical logs"]
    assert not names["Learning platform"]


def test_what_is_ticked_is_neither_missing_nor_late() -> None:
    request = a_request(status=Status.APPROVED, items=(an_item(Right.OBJECTION, date(2026, 12, 8)),))
    assert len(unticked(request, POLICY, Right.OBJECTION)) == 3
    assert [each.system.name for each in late(request, POLICY, date(2026, 12, 4))] == ["Partner institutions"]
    ticked = replace(request, ticked=("Partner institutions",))
    assert len(unticked(ticked, POLICY, Right.OBJECTION)) == 2
    assert late(ticked, POLICY, date(2026, 12, 4)) == ()
    assert board([request], POLICY, date(2026, 12, 7)).late_systems[0][0] == request


def test_the_customer_hears_of_processors_and_partners_that_were_told() -> None:
    request = a_request(ticked=("Learning platform", "Payment service providers", "Partner institutions"))
    assert informed(request, POLICY, Right.DELETION) == ("Payment service providers", "Partner institutions")
    assert informed(request, POLICY, Right.ACCESS) == ("Payment service providers",)


def test_the_buttons_know_every_system_by_a_name_of_its_own() -> None:
    request = a_request(status=Status.APPROVED)
    tokens = [each.token for each in checklist(request, POLICY)]
    assert len(set(tokens)) == len(tokens)
    assert all(len(token) == 8 and token.isalnum() for token in tokens)
