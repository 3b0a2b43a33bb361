"""Rights declared in the set words of the law."""

from __future__ import annotations

import pytest

from core.recognition.declared import declared
from core.requests import Right


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I hereby withdraw any consent that I gave.", {Right.WITHDRAWAL}),
        ("We are also objecting to all further processing of our data.", {Right.OBJECTION}),
        ("Give it to me in a machine-readable file.", {Right.PORTABILITY}),
        ("Cho tôi xin dữ liệu ở dạng máy tính đọc được.", {Right.PORTABILITY}),
        ("I withdraw my consent and object to profiling.", {Right.WITHDRAWAL, Right.OBJECTION}),
    ],
)
def test_a_declaration_names_its_right(text: str, expected: set[Right]) -> None:
    assert declared(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I withdrew my consent last week, is it done?",
        "I do not object to the processing of my order.",
        "I object to the fine.",
        "May I withdraw money with this card?",
        "",
    ],
)
def test_a_report_a_negation_and_another_matter_declare_nothing(text: str) -> None:
    assert declared(text) == frozenset()
