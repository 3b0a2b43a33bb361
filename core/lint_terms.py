"""Looks for gaps between a policy's terms and its law's: promises too late, rights without a term, doubted numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.deadlines import Term
from core.lint_case import Case, Gap, Severity, day_words, named
from core.policy import unconfirmed, undated
from core.reckoning import Calendar, extension_of, reckoned
from core.requests import Right

#: How many days of receipt are tried: the next year's, with its holidays.
_YEAR = 366
_MEND = (
    "Publish the law's term or a shorter one, and change it here; the desk keeps the earlier date meanwhile."
)
_NEVER_LATER = (
    'Add "and never later than the law says" to your text; the desk keeps the earlier date meanwhile.'
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """What is promised and what the law allows, once with its extension."""

    promise: Term
    law: Term
    extension: Term | None = None

    def dates(self, received: date, calendar: Calendar) -> tuple[date, date]:
        """The safe dates of both: the law's, the promise's."""
        law = (
            extension_of(self.law, self.extension, received, calendar)
            if self.extension
            else reckoned(self.law, received, calendar)
        )
        return law.safe, reckoned(self.promise, received, calendar).safe

    def __str__(self) -> str:
        more = f" and {self.extension} more with notice and reason" if self.extension else ""
        return f"{self.promise} promised, the law allows {self.law}{more}"


def late_promises(case: Case) -> Iterator[Gap]:
    """Promises of a later date than the law's: of most days an error, of some (by their holidays) a warning."""
    found: defaultdict[tuple[str, _Pair], list[Right]] = defaultdict(list)
    for right, rule in case.policy.rights.items():
        if term := case.statute.terms.get(right):
            if rule.promise:
                found["promise", _Pair(rule.promise, term)].append(right)
            if rule.complex:
                pair = _Pair(rule.complex, term, case.statute.extensions.get(right))
                found["complex", pair].append(right)
    for (key, pair), rights in found.items():
        where = ", ".join(f"rights.{right}.{key}" for right in rights)
        yield from _late(case, pair, where, f"{named(rights)}: {pair}")


def late_receipt(case: Case) -> Iterator[Gap]:
    """A first answer that is promised for later than the law wants it, or not at all."""
    law, promise = case.statute.acknowledge, case.policy.promises.acknowledge
    if law and promise:
        yield from _late(
            case,
            _Pair(promise, law),
            "promises.acknowledge",
            f"a first answer: {promise} promised, the law wants it within {law}",
        )
    elif law:
        problem = f"the text names no time for a first answer; the law wants it within {law}"
        hint = "The desk confirms receipt at once. Say in your text by when, and write it as promises.acknowledge."
        yield Gap(Severity.NOTE, "promises.acknowledge", problem, hint)


def _late(case: Case, pair: _Pair, where: str, problem: str) -> Iterator[Gap]:
    days = [case.today + timedelta(days=n) for n in range(_YEAR)]
    late = [day for day in days if (dates := pair.dates(day, case.calendar))[1] > dates[0]]
    if not late:
        return
    law, promised = pair.dates(late[0], case.calendar)
    example = f"received {day_words(late[0])}, the law's date is {day_words(law)}, the promise's {day_words(promised)}"
    if len(late) > _YEAR / 2:
        yield Gap(Severity.ERROR, where, f"{problem}. For example {example}", _MEND)
    else:
        some = f"; the promise is the later one on {len(late)} days of the next year, by their holidays"
        yield Gap(Severity.WARNING, where, f"{problem}{some}. For example {example}", _NEVER_LATER)


def no_term(case: Case) -> Iterator[Gap]:
    """Rights that neither the law nor the company names a term for: nobody could say when they are due."""
    for right in undated(case.policy, case.statute):
        problem = f"{named([right])}: neither the law nor the policy names a term"
        yield Gap(
            Severity.ERROR, f"rights.{right}.promise", problem, 'Write for example promise = "15 days".'
        )


def unpublished_terms(case: Case) -> Iterator[Gap]:
    """Rights for which people cannot read when they will be answered."""
    silent = [
        right
        for right, rule in case.policy.rights.items()
        if not rule.promise and right in case.statute.terms
    ]
    if silent:
        problem = f"{named(silent)}: no term is published; the law's holds"
        yield Gap(
            Severity.NOTE,
            "rights",
            problem,
            "Say in your text by when these are answered, as the law has it.",
        )


def doubted_numbers(case: Case) -> Iterator[Gap]:
    """Numbers of the law that were inferred, or that stand in one source only."""
    by_doubt: defaultdict[str, list[Right]] = defaultdict(list)
    for right in unconfirmed(case.policy, case.statute):
        by_doubt[case.statute.provenance[right].sure].append(right)
    for sure, rights in by_doubt.items():
        problem = f"{named(rights)}: {_DOUBTS.get(sure, 'the number is unconfirmed')}"
        hint = "Ask your counsel; `privacydesk deadline` names the source. What they say goes into [law.<right>]."
        yield Gap(Severity.NOTE, ", ".join(f"law.{right}" for right in rights), problem, hint)


_DOUBTS = {
    "V1": "the law's number stands in one source only",
    "INF": "the law names no number for it; this one was inferred",
    "MEM": "the law's number was not checked against a source",
    "CONFLICT": "sources disagree on the law's number; the stricter reading is taken",
}


def longer_by_counsel(case: Case) -> Iterator[Gap]:
    """Numbers of counsel that allow more time than the statute's file, where that one is confirmed."""
    for right, ruling in case.policy.law.rights.items():
        known, own = case.preset.provenance.get(right), case.preset.terms.get(right)
        if not (known and own and known.is_confirmed and ruling.term):
            continue
        ours, theirs = _Pair(ruling.term, own).dates(case.today, case.calendar)
        if theirs > ours:
            problem = f"your counsel allows {ruling.term}, the law was read as {own} ({known.source})"
            hint = f"Let counsel confirm it, and keep their words: {ruling.source}."
            yield Gap(Severity.WARNING, f"law.{right}.term", problem, hint)


def law_not_in_force(case: Case) -> Iterator[Gap]:
    """A law that has ended, or has not begun."""
    if not case.statute.holds_on(case.today):
        since, until = case.statute.since, case.statute.until
        problem = (
            f"{case.statute.name} covers requests received {since or 'at any time'} to {until or 'now'} only"
        )
        yield Gap(Severity.ERROR, "statute", problem, "Name the law that is in force.")
