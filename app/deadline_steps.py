"""How a due date was counted, as sentences that a person can check by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.deadlines import Statute, Term, Unit
from core.policy import Policy
from core.reckoning import Calendar, Reckoned, Reckoning, days_of

SATURDAY = 5
_SURE = {
    "P": "the text of the law was read",
    "V2": "two independent sources agree",
    "V1": "UNCONFIRMED: one source only; ask your counsel",
    "INF": "UNCONFIRMED: inferred, the law names no number for this right; ask your counsel",
    "MEM": "UNCONFIRMED: not checked against a source; ask your counsel",
    "COUNSEL": "your counsel's number",
    "CONFLICT": "UNCONFIRMED: sources disagree, the stricter reading is taken; ask your counsel",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A reckoning with what it stands on."""

    statute: Statute
    policy: Policy | None
    timezone: str
    calendar: Calendar
    reckoning: Reckoning
    #: By the company's own published term.
    promise: Reckoned | None


def steps_of(answer: Answer) -> Iterator[str]:
    """Each step of the reckoning as a sentence."""
    yield from _basis(answer)
    yield from _by_counsel(answer)
    reckoning = answer.reckoning
    received = reckoning.received
    if reckoning.acknowledge:
        yield from _term("Receipt must be confirmed within", reckoning.acknowledge, answer)
    else:
        yield "The law sets no term for confirming receipt."
    if reckoning.due:
        which = ", since a processor or third party must act too," if reckoning.is_third_party else ""
        yield from _term(f"The request must be carried out{which} within", reckoning.due, answer)
    else:
        yield "The law sets no term for this right: the company's own promise holds."
    yield from _extension(answer)
    if answer.promise:
        yield from _term("The company itself promises", answer.promise, answer)
        if reckoning.due:
            yield _both(reckoning.due, answer.promise)
    for year in sorted({received.year, *(day.year for day in _all_days(answer))}):
        if doubt := answer.calendar.doubt(year):
            yield f"The calendar of {year} is provisional: {doubt}."


def _by_counsel(answer: Answer) -> Iterator[str]:
    """Which of the numbers are not the statute's own; counsel has a say in the company's own law only."""
    if answer.policy is None or answer.policy.statute != answer.statute.name:
        return
    law = answer.policy.law
    if law.acknowledge and law.acknowledge.term:
        yield f"Your counsel's number: receipt confirmed within {law.acknowledge.term}. Source: {law.acknowledge.source}."
    if ruling := law.rights.get(answer.reckoning.right):
        parts = (("", ruling.term), ("third party ", ruling.third_party), ("extension ", ruling.extension))
        numbers = ", ".join(f"{what}{term}" for what, term in parts if term)
        yield f"Your counsel's number for this right: {numbers}. Source: {ruling.source}."


def _basis(answer: Answer) -> Iterator[str]:
    statute, right, received = answer.statute, answer.reckoning.right, answer.reckoning.received
    title = statute.title.get("en", "")
    yield f"Law: {title or statute.name} ({statute.name})."
    if not statute.holds_on(received):
        since, until = statute.since, statute.until
        yield f"It covers requests received {f'from {since} ' if since else ''}{f'to {until}' if until else 'on'}: not this one."
    if found := statute.provenance.get(right):
        yield f"Source: {found.source} ({_SURE[found.sure]})."
    yield (
        f"Received on {day_words(received)} ({answer.timezone}). This day is not counted; the count begins with the next."
    )


def _term(words: str, found: Reckoned, answer: Answer) -> Iterator[str]:
    yield f"{words} {found.term}: {_counted(found.term, found.raw, answer)}"
    if found.raw not in (found.safe, found.rolled):
        yield f"The last working day before it is {day_words(found.safe)}: that is the safe date, which the desk keeps."
        allowed = answer.statute.rolls
        by = f"{allowed} allows it" if allowed else "for information: no source says that this law allows it"
        yield f"Rolled forward to the next working day it would be {day_words(found.rolled)} ({by})."
    elif found.raw != found.rolled:
        yield f"No working day lies between: {day_words(found.raw)} stays, the next working day is {day_words(found.rolled)}."


def _counted(term: Term, raw: date, answer: Answer) -> str:
    if term.unit is not Unit.WORKING_DAYS:
        return f"to {_named(raw, answer)}."
    parts = []
    for day, number in days_of(term, answer.reckoning.received, answer.calendar):
        why = answer.calendar.reason(day)
        if number and (number in (1, term.count) or why):
            parts.append(f"{day_words(day)} is day {number}{f' ({why})' if why else ''}")
        elif not number and (day.weekday() < SATURDAY or "holiday" in why):
            parts.append(f"{day_words(day)} is {why} and does not count")
    return "; ".join(parts) + "."


def _named(day: date, answer: Answer) -> str:
    """A day with what is special about it."""
    why = answer.calendar.reason(day)
    return f"{day_words(day)}, {why}" if why else day_words(day)


def _extension(answer: Answer) -> Iterator[str]:
    reckoning, statute = answer.reckoning, answer.statute
    longer = statute.extensions.get(reckoning.right)
    if reckoning.extended and longer:
        yield (
            f"It may be extended once by {longer}, with a reason and before the first date has passed: "
            f"to {_named(reckoning.extended.raw, answer)}{_unless_same(reckoning.extended)}."
        )
    elif reckoning.is_third_party and longer:
        yield "Whether the extension may follow a third-party term is not said: none is reckoned; ask your counsel."
    elif reckoning.due:
        yield "The law names no extension."


def _both(due: Reckoned, promise: Reckoned) -> str:
    if promise.safe > due.safe:
        return f"The promise is later than the law allows: the law's {day_words(due.safe)} binds."
    return f"The earlier of both binds: {day_words(promise.safe)}."


def _unless_same(found: Reckoned) -> str:
    return "" if found.safe == found.raw else f"; safe is {day_words(found.safe)}"


def _all_days(answer: Answer) -> Iterator[date]:
    reckoning = answer.reckoning
    for found in (reckoning.acknowledge, reckoning.due, reckoning.extended, answer.promise):
        yield from found.dates if found else ()


def day_words(day: date) -> str:
    return f"{day:%a} {day.isoformat()}"
