"""`privacydesk deadline` gives the dates of the law's vectors and says how they were counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app

#: Received, right, third party, law -> acknowledge, raw, safe, rolled, extended; counted by hand.
CASES: list[tuple[str, tuple[str | None, ...]]] = [
    ("access 2026-11-20", ("2026-11-25", "2026-11-30", "2026-11-30", "2026-11-30", "2026-12-10")),
    ("objection 2026-11-20", ("2026-11-25", "2026-12-05", "2026-12-04", "2026-12-07", "2026-12-18")),
    ("deletion 2026-11-23", ("2026-11-26", "2026-12-13", "2026-12-11", "2026-12-14", "2026-12-31")),
    ("access 2026-04-16", ("2026-04-20", "2026-04-26", "2026-04-24", "2026-04-28", "2026-05-06")),
    ("objection 2026-04-16", ("2026-04-20", "2026-05-01", "2026-04-29", "2026-05-04", "2026-05-15")),
    # 22 August 2026 is a Saturday that is worked.
    ("access 2026-08-12", ("2026-08-14", "2026-08-22", "2026-08-22", "2026-08-22", "2026-08-28")),
    ("objection 2027-01-22", ("2027-01-26", "2027-02-06", "2027-02-03", "2027-02-11", "2027-02-19")),
    ("access 2027-01-29", ("2027-02-02", "2027-02-08", "2027-02-03", "2027-02-11", "2027-02-18")),
    ("deletion 2026-11-20 --third-party", ("2026-11-25", "2026-12-20", "2026-12-18", "2026-12-21", None)),
    ("complaint 2026-11-23", ("2026-11-26", None, None, None, None)),
    ("access 2026-01-31 --statute gdpr", (None, "2026-02-28", "2026-02-27", "2026-03-02", "2026-04-30")),
    ("access 2025-08-31 --statute uk-gdpr", (None, "2025-09-30", "2025-09-30", "2025-09-30", "2025-11-28")),
    (
        "deletion 2026-01-31 --statute ccpa",
        ("2026-02-13", "2026-03-17", "2026-03-17", "2026-03-17", "2026-05-01"),
    ),
    ("access 2026-12-30 --statute lgpd", (None, "2027-01-14", "2027-01-14", "2027-01-14", None)),
    ("access 2026-11-24 --statute pdpa-sg", (None, "2026-12-24", "2026-12-24", "2026-12-24", None)),
    # Friday evening: 72 hours end on Monday; an old request falls under the old decree by itself.
    ("deletion 2025-12-26", (None, "2025-12-29", "2025-12-29", "2025-12-29", None)),
]


def _asked(*words: str) -> Any:
    result = CliRunner().invoke(app, ["deadline", *words, "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.mark.parametrize(("question", "dates"), CASES, ids=[question for question, _ in CASES])
def test_the_dates_are_those_counted_by_hand(question: str, dates: tuple[str | None, ...]) -> None:
    answer = _asked(*question.split())
    found = tuple(answer[name] for name in ("acknowledge", "raw", "safe", "rolled", "extended"))
    assert found == dates


def test_a_moment_belongs_to_the_local_day() -> None:
    assert _asked("access", "2026-11-22T17:00+00:00")["received"] == "2026-11-23"
    assert _asked("access", "2026-11-22T16:59+00:00")["received"] == "2026-11-22"


def test_the_steps_name_the_holiday_that_is_not_counted() -> None:
    steps = " ".join(_asked("access", "2026-11-23")["steps"])
    assert "Tue 2026-11-24 is a public holiday (Vietnam Culture Day)" in steps
    assert "Decree 356/2025 art. 5.3" in steps


def test_the_steps_say_where_a_date_is_provisional_or_a_number_unconfirmed() -> None:
    assert "provisional" in " ".join(_asked("access", "2027-01-29")["steps"])
    assert "UNCONFIRMED" in " ".join(_asked("portability", "2026-11-23")["steps"])


def test_a_make_up_day_is_explained() -> None:
    assert "worked in exchange" in " ".join(_asked("access", "2026-08-12")["steps"])


def test_a_policy_adds_the_promise_and_says_which_binds() -> None:
    answer = _asked("access", "2026-11-20", "--policy", "mentracere")
    assert (answer["promise"], answer["binding"]) == ("2026-12-14", "2026-11-30")
    assert "later than the law allows" in " ".join(answer["steps"])


@pytest.mark.parametrize(
    "question", ["rubbish 2026-11-23", "access 23.11.2026", "access 2026-11-23 --statute gpdr"]
)
def test_what_is_not_understood_is_said_in_plain_words(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.console import Mendable

    result = CliRunner().invoke(app, ["deadline", *question.split()])
    assert isinstance(result.exception, Mendable)
    assert str(result.exception)
