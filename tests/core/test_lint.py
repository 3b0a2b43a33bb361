"""Each kind of gap between a policy and its law is found, and named with what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.counsel import as_counsel_reads_it
from core.lint import gaps
from core.lint_case import Case, Gap, Severity
from core.policy_parsing import parse_policy
from core.requests import Right
from policies.calendars import calendar
from policies.load import load_policy, load_statute, statute_of

#: Rights that the law has no use for proof in.
FREE = ("objection", "withdrawal", "complaint", "stop_sharing", "inquiry", "restriction")
TODAY = date(2026, 11, 23)


def flawless() -> dict[str, Any]:
    """A policy under Vietnamese law with nothing to be said against it, but for the law's own doubts."""
    rights = {
        right.value: {
            "proof": "none" if right in FREE else "contact",
            "quorum": 1,
            "promise": "7 days",
            "hand_over": right in (Right.ACCESS, Right.PORTABILITY),
        }
        for right in Right
    }
    return {
        "name": "Lotus School",
        "prefix": "LS",
        "languages": ["vi", "en"],
        "timezone": "Asia/Ho_Chi_Minh",
        "statute": "vn-pdpl-2026",
        "contact": {"email": "help@lotus.edu.vn", "breach": "security@lotus.edu.vn"},
        "authority": {"name": {"vi": "Cơ quan", "en": "Authority"}, "url": "https://authority.example"},
        "promises": {"acknowledge": "1 working day", "breach_hours": 72},
        "rights": rights,
        "retention": [{"data": "Invoices", "period": "P7Y", "reason": "Tax"}],
        "systems": [
            {
                "name": "School",
                "owner": "lead",
                "kind": "internal",
                "rights": [right.value for right in Right],
            },
            {
                "name": "Mail tool",
                "owner": "Lan",
                "kind": "processor",
                "rights": ["deletion"],
                "days": 3,
                "contact": "privacy@tool.example",
            },
        ],
    }


def found_in(data: dict[str, Any], statute: str = "vn-pdpl-2026", spoken: str = "vi en") -> tuple[Gap, ...]:
    policy, preset = parse_policy(data | {"statute": statute}), load_statute(statute)
    days = calendar(policy.country, policy.working_days)
    law = as_counsel_reads_it(preset, policy.law)
    return gaps(Case(policy, law, preset, days, TODAY, frozenset(spoken.split())))


def changed(path: str, value: object) -> dict[str, Any]:
    data = flawless()
    *folders, key = path.split(".")
    table = data
    for folder in folders:
        table = table.setdefault(folder, {})
    table[key] = value
    return data


def test_a_flawless_policy_has_notes_on_doubted_numbers_only() -> None:
    found = found_in(flawless())
    assert {gap.severity for gap in found} == {Severity.NOTE}
    assert {gap.where.partition(".")[0] for gap in found} == {"law", "promises"}


@pytest.mark.parametrize(
    ("path", "value", "severity", "where", "said"),
    [
        ("rights.access.promise", "15 working days", "error", "rights.access.promise", "10 days"),
        ("rights.access.complex", "30 days", "error", "rights.access.complex", "10 days more"),
        ("promises.acknowledge", "5 working days", "error", "promises.acknowledge", "2 working days"),
        ("rights.deletion.offered", False, "warning", "rights.deletion.offered", "does not offer"),
        ("rights.withdrawal.proof", "contact", "warning", "rights.withdrawal.proof", "art. 4.4"),
        ("rights.objection.proof", "person", "warning", "rights.objection.proof", "hinders"),
        ("rights.complaint.proof", "two_contacts", "warning", "rights.complaint.proof", "hinders"),
        ("rights.access.proof", "none", "error", "rights.access.proof", "whoever asks"),
        ("promises.identity_document", True, "warning", "promises.identity_document", "art. 29.2"),
        ("promises.written_request", True, "warning", "promises.written_request", "art. 10.2"),
        ("promises", {}, "note", "promises.breach_hours", "told of a leak"),
        ("promises", {}, "note", "promises.acknowledge", "2 working days"),
        ("promises.breach_hours", 48, "note", "promises.breach_hours", "art. 23.1"),
        ("retention", [], "warning", "retention", "must be kept"),
        ("contact", {"email": "help@lotus.edu.vn"}, "warning", "contact.breach", "leak"),
        ("contact.email", "privacy@lotus.example", "warning", "contact.email", "placeholder"),
        ("contact.email", "help@example.com", "warning", "contact.email", "placeholder"),
        ("authority", {"name": {"vi": "A", "en": "A"}}, "note", "authority.url", "authority"),
        ("languages", ["en"], "warning", "languages", "'vi'"),
        (
            "sharing",
            {"never": ["share"], "partners": ["Advertisers"]},
            "warning",
            "sharing.never",
            "Advertisers",
        ),
        ("children", {"consent_from": 10}, "error", "children.consent_from", "art. 24.2"),
        ("children", {"adult_from": 14}, "error", "children.adult_from", "below 16"),
        ("systems", [], "note", "systems", "no system"),
    ],
)
def test_a_gap_is_found(path: str, value: object, severity: str, where: str, said: str) -> None:
    matching = [gap for gap in found_in(changed(path, value)) if gap.where == where and said in gap.problem]
    assert [gap.severity for gap in matching] == [severity]
    assert matching[0].help.endswith((".", '"', "`"))


def test_a_promise_that_is_too_late_comes_with_both_dates() -> None:
    (gap,) = [
        gap
        for gap in found_in(changed("rights.access.promise", "15 working days"))
        if gap.severity == "error"
    ]
    # Tuesday the 24th is a public holiday: fifteen working days end on 15 December, ten days on 3 December.
    assert "received Mon 2026-11-23" in gap.problem
    assert "the law's date is Thu 2026-12-03, the promise's Tue 2026-12-15" in gap.problem


def test_rights_with_the_same_fault_are_named_together() -> None:
    data = flawless()
    for name in ("access", "correction"):
        data["rights"][name]["promise"] = "12 days"
    (gap,) = [gap for gap in found_in(data) if gap.severity is Severity.ERROR]
    assert gap.where == "rights.access.promise, rights.correction.promise"


def test_a_promise_that_only_holidays_make_too_late_is_a_warning() -> None:
    (gap,) = [
        gap
        for gap in found_in(changed("rights.access.promise", "5 working days"))
        if gap.severity == "warning"
    ]
    assert "of the next year" in gap.problem
    assert "2027-02" in gap.problem  # the lunar new year


def test_a_right_without_any_term_is_an_error() -> None:
    data = flawless()
    del data["rights"]["complaint"]["promise"], data["rights"]["access"]["promise"]
    found = found_in(data)
    assert [gap.where for gap in found if gap.severity is Severity.ERROR] == ["rights.complaint.promise"]
    assert any("access: no term is published" in gap.problem for gap in found)


def test_a_missing_rule_is_an_error() -> None:
    policy = parse_policy(flawless())
    rights = {right: rule for right, rule in policy.rights.items() if right is not Right.RESTRICTION}
    less = replace(policy, rights=rights)
    days = calendar("VN", policy.working_days)
    found = gaps(Case(less, statute_of(policy), statute_of(policy), days, TODAY, frozenset({"vi", "en"})))
    assert [gap.where for gap in found if gap.severity is Severity.ERROR] == ["rights.restriction"]


def test_pictures_can_be_shown_where_their_showing_can_be_stopped() -> None:
    data = changed("sharing", {"pictures": True})
    assert not any(gap.where == "sharing.pictures" for gap in found_in(data))
    data["rights"]["stop_sharing"]["offered"] = False
    assert any(gap.where == "sharing.pictures" for gap in found_in(data))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda system: system.pop("contact"), "systems"),
        (lambda system: system.update(days=20), "systems.2.days"),
    ],
)
def test_a_processor_can_be_told_and_in_time(change: Callable[[dict[str, Any]], object], where: str) -> None:
    data = flawless()
    assert not any(gap.where.startswith("systems") for gap in found_in(data))
    change(data["systems"][1])
    assert [gap.where for gap in found_in(data) if "Mail tool" in gap.problem] == [where]


def test_a_correction_that_no_system_acts_for_is_named() -> None:
    data = flawless()
    data["systems"] = [{"name": "Shop", "owner": "Lan", "kind": "internal", "rights": ["deletion"]}]
    assert any(gap.problem.startswith("correction: no system") for gap in found_in(data))


def test_a_language_without_texts_is_named() -> None:
    assert any("no texts in 'en'" in gap.problem for gap in found_in(flawless(), spoken="vi"))


def test_a_number_of_counsel_is_not_doubted_any_more() -> None:
    ruling = {"term": "10 days", "source": "Opinion of 12 January 2026"}
    before, after = found_in(flawless()), found_in(changed("law", {"portability": ruling}))
    assert any("portability" in gap.problem for gap in before)
    assert not any("portability" in gap.problem for gap in after)


def test_a_longer_number_of_counsel_is_a_warning_where_the_law_was_read() -> None:
    ruling = {"term": "20 days", "source": "Opinion of 12 January 2026"}
    (gap,) = [gap for gap in found_in(changed("law", {"access": ruling})) if gap.severity == "warning"]
    assert (gap.where, "Opinion of 12 January 2026" in gap.help) == ("law.access.term", True)


def test_a_law_that_has_ended_is_an_error() -> None:
    found = found_in(flawless(), statute="vn-decree13-2023")
    assert found[0].where == "statute"


def test_other_laws_are_checked_without_vietnamese_articles() -> None:
    found = found_in(changed("promises.identity_document", True), statute="gdpr")
    assert any("GDPR art. 12(6)" in gap.problem for gap in found)
    assert not any("Law 91/2025" in gap.problem for gap in found)


def test_mentracere_has_the_gaps_that_the_reference_names_and_nencer_breaks_nothing() -> None:
    def of(name: str) -> tuple[Gap, ...]:
        policy = load_policy(name)
        days = calendar(policy.country, policy.working_days)
        law = statute_of(policy)
        return gaps(Case(policy, law, law, days, TODAY, frozenset({"vi", "en"})))

    errors = " ".join(gap.where for gap in of("mentracere") if gap.severity is Severity.ERROR)
    assert all(
        f"rights.{name}.promise" in errors for name in ("access", "correction", "portability", "withdrawal")
    )
    assert "promises.acknowledge" in errors
    assert {gap.where for gap in of("nencer") if gap.severity is Severity.WARNING} >= {
        "promises.written_request",
        "retention",
        "sharing.never",
        "contact.email",
        "contact.breach",
    }
    assert not [gap for gap in of("nencer") if gap.severity is Severity.ERROR]
