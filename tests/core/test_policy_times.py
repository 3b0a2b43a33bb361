"""The staff's day as a policy says it."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path

import pytest

import policies
from core.policy import Policy
from core.policy_parsing import PolicyErrors, parse_policy
from core.policy_times import BoardRule, Escalation
from core.quiet import Quiet

TEXT = (Path(policies.__file__).parent / "mentracere.toml").read_text(encoding="utf-8")
TABLES = ("board", "quiet", "escalation")


def policy_with(**tables: object) -> Policy:
    """The shipped policy with these tables in place of its own."""
    data = {name: table for name, table in tomllib.loads(TEXT).items() if name not in TABLES}
    return parse_policy(data | tables)


def test_a_policy_that_says_nothing_has_the_values_that_are_shipped() -> None:
    silent, shipped = policy_with(), parse_policy(tomllib.loads(TEXT))
    assert (silent.board, silent.quiet, silent.escalation) == (BoardRule(), Quiet(), Escalation())
    assert silent == shipped


def test_a_company_has_hours_of_its_own() -> None:
    policy = policy_with(
        board={"hour": 9},
        quiet={"from": "20:30", "to": "08:15"},
        escalation={"after_working_days": 2, "to": "approver"},
    )
    assert policy.board.hour == 9
    assert policy.quiet == Quiet(time(20, 30), time(8, 15))
    assert policy.escalation == Escalation(2, "approver")


@pytest.mark.parametrize(
    ("tables", "path"),
    [
        ({"board": {"hour": 24}}, "board.hour"),
        ({"quiet": {"from": "25:00"}}, "quiet.from"),
        ({"quiet": {"from": "9 pm"}}, "quiet.from"),
        ({"quiet": {"until": "07:00"}}, "quiet.until"),
        ({"escalation": {"after_working_days": 0}}, "escalation.after_working_days"),
        ({"escalation": {"to": "boss"}}, "escalation.to"),
    ],
)
def test_a_mistake_is_named_with_its_place(tables: dict[str, object], path: str) -> None:
    with pytest.raises(PolicyErrors) as error:
        policy_with(**tables)
    assert [problem.path for problem in error.value.problems] == [path]
