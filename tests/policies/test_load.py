"""The shipped policies and statutes are read as they are meant, and a faulty file says what to mend."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.deadlines import Term, Unit, due
from core.policy import ProofLevel, slower_than_law
from core.policy_parsing import PolicyErrors
from core.requests import Right
from policies.calendars import workdays
from policies.load import load_policy, load_statute, policy_names, policy_text, statute_names, statute_of

NO_PROOF = {
    Right.OBJECTION,
    Right.WITHDRAWAL,
    Right.STOP_SHARING,
    Right.INQUIRY,
    Right.COMPLAINT,
    Right.RESTRICTION,
}


@pytest.mark.parametrize("name", policy_names())
def test_every_shipped_policy_can_be_loaded(name: str) -> None:
    policy = load_policy(name)
    assert set(policy.rights) == set(Right)
    assert {right for right, rule in policy.rights.items() if rule.proof is ProofLevel.NONE} == NO_PROOF
    assert {right for right, rule in policy.rights.items() if rule.quorum == 2} == {Right.DELETION}
    assert {right for right, rule in policy.rights.items() if rule.hand_over} == {
        Right.ACCESS,
        Right.PORTABILITY,
    }


@pytest.mark.parametrize("name", statute_names())
def test_every_shipped_statute_says_where_each_term_stands(name: str) -> None:
    statute = load_statute(name)
    assert statute.name == name
    assert set(statute.terms) == set(statute.provenance)
    assert set(statute.third_party) | set(statute.extensions) <= set(statute.terms)


def test_the_vietnamese_terms_are_those_of_the_decree() -> None:
    statute = load_statute("vn-pdpl-2026")
    days = {right: (term.count, term.unit) for right, term in statute.terms.items()}
    assert statute.acknowledge == Term(2, Unit.WORKING_DAYS)
    assert days[Right.ACCESS] == days[Right.CORRECTION] == days[Right.PORTABILITY] == (10, Unit.DAYS)
    assert days[Right.OBJECTION] == days[Right.WITHDRAWAL] == days[Right.RESTRICTION] == (15, Unit.DAYS)
    assert days[Right.DELETION] == (20, Unit.DAYS)
    assert statute.third_party[Right.DELETION] == Term(30, Unit.DAYS)
    assert Right.COMPLAINT not in days


def test_mentracere_is_told_where_its_promise_is_slower_than_the_law() -> None:
    policy = load_policy("mentracere")
    slower = set(slower_than_law(policy, load_statute(policy.statute)))
    assert slower == set(Right) - {Right.INQUIRY, Right.COMPLAINT}


def test_for_access_the_law_binds_and_for_an_inquiry_the_promise() -> None:
    policy, statute = load_policy("mentracere"), load_statute("vn-pdpl-2026")
    works = workdays(policy.country, policy.working_days)

    def dates(right: Right) -> tuple[date | None, date | None, date]:
        found = due(statute.terms.get(right), policy.rights[right].promise, date(2026, 11, 23), works)
        return found.statute, found.promise, found.binding

    assert dates(Right.ACCESS) == (date(2026, 12, 3), date(2026, 12, 15), date(2026, 12, 3))
    assert dates(Right.INQUIRY) == (date(2026, 12, 3), date(2026, 12, 1), date(2026, 12, 1))
    assert dates(Right.COMPLAINT) == (None, date(2026, 12, 15), date(2026, 12, 15))


def test_a_policy_of_ones_own_is_loaded_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("\ufeff" + policy_text("mentracere"), encoding="utf-8")
    assert load_policy(file) == load_policy(str(file)) == load_policy("mentracere")


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ('statute = "vn-pdpl-2026"', 'statute = "vn-pdpl"', "statute", "vn-pdpl-2026"),
        ("Asia/Ho_Chi_Minh", "Asia/Saigong", "timezone", "not known"),
        ("[rights.complaint]", "[rights.compliant]", "rights.compliant", "Did you mean 'complaint'"),
        ('name = "Support mailbox"', 'name = "Learning platform"', "systems.2.name", "another system's"),
        ('kind = "partner"', 'kind = "partners"', "systems.8.kind", "Did you mean 'partner'"),
        ("breach_hours = 72", "breach_hours = 0", "promises.breach_hours", "whole number"),
        ('never = ["sell"]', 'never = ["trade"]', "sharing.never.1", "must be one of"),
        ('announce_changes = ["mail"]', 'announce_changes = ["post"]', "promises.announce_changes.1", "mail"),
        ("[promises]", '[law.access]\nterm = "8 days"\n[promises]', "law.access.source", "missing"),
        ("[promises]", '[law.access]\nsource = "x"\n[promises]', "law.access", "changes no number"),
        ("[promises]", '[law.acknowledge]\nsource = "x"\n[promises]', "law.acknowledge.term", "missing"),
        ("[contact]", "[contact", "", "policy.toml cannot be read: it is no TOML"),
        (
            'proof = "none"\nquorum = 1\npromise = "15 working days"\ncomplex = "30 days"\n\n# §6',
            'proof = "none"\nquorum = 1\n\n# §6',
            "rights.complaint.promise",
            "missing",
        ),
    ],
)
def test_a_faulty_policy_says_where_and_what(
    tmp_path: Path, old: str, new: str, path: str, said: str
) -> None:
    text = policy_text("mentracere")
    assert old in text
    file = tmp_path / "policy.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyErrors) as caught:
        load_policy(file)
    assert any(problem.path == path and said in str(problem) for problem in caught.value.problems)


def test_counsels_numbers_stand_before_those_of_the_law(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    counsel = """
[law.acknowledge]
term = "1 working day"
source = "Opinion no. 1"
[law.complaint]
term = "15 days"
source = "Opinion no. 2"
[law.deletion]
third_party = "25 days"
source = "Opinion no. 3"
"""
    text = policy_text("nencer").replace('promise = "15 days"', "") + counsel
    file.write_text(text, encoding="utf-8")
    # The complaint has a term by counsel alone, and so the policy can be loaded.
    policy, law = load_policy(file), load_statute("vn-pdpl-2026")
    read = statute_of(policy)
    assert read.acknowledge == Term(1, Unit.WORKING_DAYS)
    assert read.terms == {**law.terms, Right.COMPLAINT: Term(15, Unit.DAYS)}
    assert read.third_party[Right.DELETION] == Term(25, Unit.DAYS)
    assert read.provenance[Right.COMPLAINT].source == "Opinion no. 2"
    assert read.provenance[Right.COMPLAINT].is_confirmed
    assert read.provenance[Right.DELETION] == law.provenance[Right.DELETION]


def test_without_counsel_the_law_is_as_its_file_has_it() -> None:
    assert statute_of(load_policy("mentracere")) == load_statute("vn-pdpl-2026")


@pytest.mark.parametrize("name", policy_names())
def test_every_right_that_changes_data_has_a_system_that_acts_for_it(name: str) -> None:
    policy = load_policy(name)
    covered = {right for system in policy.systems for right in system.rights}
    assert covered >= set(Right) - {Right.COMPLAINT, Right.INQUIRY}


@pytest.mark.parametrize("name", policy_names())
def test_every_name_of_a_shipped_policy_reads_in_vietnamese(name: str) -> None:
    policy = load_policy(name)
    names = {system.name for system in policy.systems} | set(policy.sharing.partners)
    names |= {each for row in policy.retention for each in (row.data, row.reason, row.after) if each}
    names |= {row.period[6:] for row in policy.retention if row.period.startswith("until:")}
    assert names == set(policy.words["vi"])
    assert policy.word("Something else", "vi") == "Something else"


def test_a_file_that_is_not_there_or_not_in_utf8_is_reported(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "Caf\xe9"'.encode("latin-1"))
    for file, said in ((tmp_path / "none.toml", "No such file"), (latin, "UTF-8")):
        with pytest.raises(PolicyErrors, match=said):
            load_policy(file)


def test_unknown_names_come_with_the_known_ones() -> None:
    with pytest.raises(PolicyErrors, match="Did you mean 'mentracere'"):
        load_policy("mentrace")
    with pytest.raises(PolicyErrors, match="Did you mean 'gdpr'"):
        load_statute("gdrp")
