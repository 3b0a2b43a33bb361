"""A policy is read whole or not at all, and every mistake in it is named at once."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from core.deadlines import Term, Unit
from core.policy import Caps, ProofLevel, slower_than_law, undated
from core.policy_parsing import PolicyErrors, parse_policy, parse_statute
from core.requests import Right
from core.schema import Problem


def small_policy() -> dict[str, Any]:
    rule = {"proof": "contact", "quorum": 1, "promise": "10 days"}
    return {
        "name": "Lotus School",
        "prefix": "LS",
        "languages": ["vi", "en"],
        "timezone": "Asia/Ho_Chi_Minh",
        "statute": "vn-pdpl-2026",
        "contact": {"email": "help@example.com"},
        "authority": {"name": {"vi": "Cơ quan", "en": "Authority"}},
        "rights": {right.value: dict(rule) for right in Right},
    }


def problems_of(data: dict[str, Any]) -> dict[str, Problem]:
    with pytest.raises(PolicyErrors) as caught:
        parse_policy(data)
    return {problem.path: problem for problem in caught.value.problems}


def test_a_short_policy_is_filled_with_the_defaults() -> None:
    policy = parse_policy(small_policy())
    assert policy.language == "vi"
    assert policy.working_days == frozenset({0, 1, 2, 3, 4})
    assert policy.country == "VN"
    assert policy.verification.tries == 5
    rule = policy.rights[Right.ACCESS]
    assert (rule.proof, rule.quorum, rule.promise) == (ProofLevel.CONTACT, 1, Term(10, Unit.DAYS))
    assert (rule.hand_over, rule.offered, rule.complex) == (False, True, None)


def test_caps_are_the_defaults_but_for_those_that_are_set() -> None:
    assert parse_policy(small_policy()).caps == Caps()
    policy = parse_policy(small_policy() | {"caps": {"sender_day": 3, "all_hour": 200}})
    assert policy.caps == Caps(sender_day=3, all_hour=200)
    assert set(problems_of(small_policy() | {"caps": {"sender_day": 0, "sender_week": 9}})) == {
        "caps.sender_day",
        "caps.sender_week",
    }


def test_all_mistakes_are_named_at_once() -> None:
    data = small_policy()
    data |= {"prefix": "lotus", "languages": ["vi", "english"], "wrking_days": ["mon"]}
    data["rights"]["access"] |= {"quorum": 0, "promise": "15 bussiness days", "hand_over": "yes"}
    data["rights"]["deletion"] = {"proof": "contract", "quorum": True}
    del data["rights"]["complaint"], data["contact"]["email"]
    assert set(problems_of(data)) == {
        "prefix",
        "languages.2",
        "wrking_days",
        "rights.access.quorum",
        "rights.access.promise",
        "rights.access.hand_over",
        "rights.deletion.proof",
        "rights.deletion.quorum",
        "rights.complaint",
        "contact.email",
    }


def test_an_unknown_word_comes_with_the_closest_known_one() -> None:
    data = small_policy()
    data["rights"]["access"]["quorom"] = 1
    data["rights"]["deletion"]["proof"] = "contract"
    found = problems_of(data)
    assert "Did you mean 'quorum'?" in found["rights.access.quorom"].help
    assert "Did you mean 'contact'?" in found["rights.deletion.proof"].help


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", ""),
        ("name", 7),
        ("timezone", "UTC+7 "),
        ("country", "vn"),
        ("languages", []),
        ("languages", "vi"),
        ("working_days", ["monday"]),
        ("working_days", []),
        ("contact.email", "help at example.com"),
        ("authority.url", "http://authority.example"),
        ("authority.name", "A05"),
        ("verification", {"tries": 11}),
        ("verification", {"reminder_days": [0]}),
        ("retention", [{"data": "Logs", "period": "90 days"}]),
        ("retention", [{"data": "Logs", "period": "P"}]),
        ("rights.access.promise", "0 days"),
        ("rights.access.promise", "10 weeks"),
        ("rights.access.promise", 10),
        ("rights.access.complex", "P30D"),
        ("account_codes", "HV"),
        ("account_codes", ["["]),
        ("account_codes", [".*"]),
    ],
)
def test_a_wrong_value_is_refused(path: str, value: object) -> None:
    data = small_policy()
    table = data
    *folders, key = path.split(".")
    for folder in folders:
        table = table[folder]
    table[key] = value
    assert all(found.startswith(path) and problem.help for found, problem in problems_of(data).items())


def test_the_authority_is_named_in_every_language() -> None:
    data = small_policy()
    del data["authority"]["name"]["en"]
    assert set(problems_of(data)) == {"authority.name.en"}


def test_reading_leaves_the_tables_as_they_were() -> None:
    data = small_policy()
    before = copy.deepcopy(data)
    parse_policy(data)
    assert data == before


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("1 day", Term(1, Unit.DAYS)),
        ("10 days", Term(10, Unit.DAYS)),
        ("1 working day", Term(1, Unit.WORKING_DAYS)),
        ("15 working days", Term(15, Unit.WORKING_DAYS)),
        ("2 months", Term(2, Unit.MONTHS)),
    ],
)
def test_terms_are_written_as_people_write_them(written: str, term: Term) -> None:
    data = small_policy()
    data["rights"]["access"]["promise"] = written
    assert parse_policy(data).rights[Right.ACCESS].promise == term


def test_a_statute_keeps_its_terms_apart() -> None:
    row = {"term": "10 days", "third_party": "15 days", "source": "art. 1", "sure": "V2"}
    statute = parse_statute({"name": "lotus", "title": {"en": "Lotus Act"}, "rights": {"access": row}})
    assert statute.acknowledge is None
    assert statute.terms == {Right.ACCESS: Term(10, Unit.DAYS)}
    assert statute.third_party == {Right.ACCESS: Term(15, Unit.DAYS)}
    assert statute.extensions == {}
    assert statute.provenance[Right.ACCESS].sure == "V2"


def test_a_statute_without_source_is_refused() -> None:
    with pytest.raises(PolicyErrors, match=r"rights\.access\.source: is missing"):
        parse_statute({"name": "lotus", "title": {}, "rights": {"access": {"term": "10 days", "sure": "V2"}}})


def test_a_right_with_neither_term_nor_promise_is_found() -> None:
    data = small_policy()
    del data["rights"]["complaint"]["promise"], data["rights"]["access"]["promise"]
    row = {"term": "9 days", "source": "art. 1", "sure": "P"}
    rights = {right.value: row for right in Right if right is not Right.COMPLAINT}
    statute = parse_statute({"name": "lotus", "title": {}, "rights": rights})
    policy = parse_policy(data)
    assert undated(policy, statute) == (Right.COMPLAINT,)
    assert set(slower_than_law(policy, statute)) == set(Right) - {Right.COMPLAINT, Right.ACCESS}
