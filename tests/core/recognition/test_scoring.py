"""The scoreboard counts what was found rightly, wrongly and not at all."""

from __future__ import annotations

import pytest

from core.recognition.finding import Act, Decision, Finding, Identifiers
from core.recognition.scoring import BadLabels, Labelled, read_labelled, score
from core.recognition.scoring_page import page
from core.requests import OnBehalf, Right


def text(name: str, act: Act, *kinds: Right, phones: tuple[str, ...] = ()) -> Labelled:
    return Labelled(
        name, "a.jsonl", "chat", "", "…", act, frozenset(kinds), OnBehalf.SELF, Identifiers((), phones)
    )


def found(act: Act, decision: Decision, *kinds: Right, phones: tuple[str, ...] = ()) -> Finding:
    return Finding(act, decision, dict.fromkeys(kinds, 0.9), identifiers=Identifiers((), phones))


TEXTS = [
    text("1", Act.NEW, Right.ACCESS, phones=("0903 555 123",)),
    text("2", Act.NEW, Right.ACCESS, Right.DELETION),
    text("3", Act.NONE),
    text("4", Act.STATUS),
]
FOUND = [
    found(Act.NEW, Decision.ACT, Right.ACCESS, phones=("0903 555 123", "0903 555 124")),
    found(Act.NEW, Decision.ACT, Right.DELETION),
    found(Act.NONE, Decision.IGNORE),
    found(Act.NONE, Decision.TRIAGE),
]


def test_the_measures_are_those_of_their_definitions() -> None:
    board = score(TEXTS, FOUND)
    assert board.kinds[Right.ACCESS].f1 == pytest.approx(2 / 3)
    assert board.kinds[Right.DELETION].f1 == 1.0
    assert board.act_accuracy == 0.75
    assert board.relevance.recall == pytest.approx(2 / 3)
    assert (board.relevance.precision, board.caught) == (1.0, 1.0)
    assert board.coverage == 0.75
    assert board.exactness == pytest.approx(2 / 3)
    assert board.identifiers.precision == 0.5


def test_mistakes_made_alone_come_first_and_the_page_shows_them() -> None:
    board = score(TEXTS, FOUND)
    assert [one.text.id for one in board.mistakes] == ["2", "4"]
    assert "a.jsonl 2" in page(board)


def test_a_line_that_is_no_labelled_text_is_named_by_its_number() -> None:
    good = '{"body": "xin chào", "act": "none", "kinds": []}'
    bad = '{"body": "x", "act": "ask", "kinds": []}'
    with pytest.raises(BadLabels, match=r"labels.jsonl, line 2"):
        read_labelled("labels.jsonl", [good, bad])
