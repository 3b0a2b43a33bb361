"""The gaps of a policy against the law that it names."""

from __future__ import annotations

from core import lint_terms as terms
from core import lint_text as text
from core.lint_case import Case, Check, Gap, Severity

#: Each looks for one kind of gap.
CHECKS: tuple[Check, ...] = (
    terms.law_not_in_force,
    terms.late_promises,
    terms.late_receipt,
    terms.no_term,
    text.missing_rights,
    text.hindering_proof,
    text.demanded_papers,
    text.nothing_kept,
    text.whom_to_complain_to,
    text.leaks,
    text.languages,
    text.contradictions,
    text.contact,
    text.ages,
    text.systems,
    terms.longer_by_counsel,
    terms.doubted_numbers,
    terms.unpublished_terms,
)


def gaps(case: Case) -> tuple[Gap, ...]:
    """All gaps, the worst first. Raises core.deadlines.NoWorkingDay for a calendar without any."""
    order = list(Severity)
    found = [gap for check in CHECKS for gap in check(case)]
    return tuple(sorted(found, key=lambda gap: order.index(gap.severity)))
