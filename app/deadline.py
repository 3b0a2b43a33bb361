"""Tells when a right is due, and how that was counted: `privacydesk deadline`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.console import Mendable, say
from app.deadline_steps import Answer, day_words, steps_of
from app.starting import plain_words
from core.deadlines import Statute
from core.policy import Policy
from core.reckoning import reckon, reckoned
from core.requests import Right
from policies.calendars import calendar
from policies.load import load_policy, load_statute, statute_of

#: The law that is asked where none is named.
_USUAL = "vn-pdpl-2026"
_MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Question:
    """What the operator asks."""

    right: str
    received: str
    statute: str = ""
    third_party: bool = False
    policy: str = ""


def tell(question: Question, as_json: bool) -> None:
    """Print the answer. Raises Mendable for what cannot be understood."""
    with plain_words():
        answer = answer_to(question)
    steps = list(steps_of(answer))
    if as_json:
        say(json.dumps(_table(answer, steps), ensure_ascii=False, indent=2))
        return
    for number, step in enumerate(steps, 1):
        say(f"{number:2}. {step}")
    say("")
    for name, value in _dates(answer).items():
        say(
            f"{name:<12} {day_words(date.fromisoformat(value)) if value else '–'}",
            "bold" if name == "safe" else "",
        )


def answer_to(question: Question) -> Answer:
    """Reckon. Raises Mendable, PolicyErrors, UnknownCountry or NoWorkingDay."""
    right = _right(question.right)
    policy = load_policy(question.policy) if question.policy else None
    statute = _statute(question.statute, policy)
    timezone = policy.timezone if policy else statute.timezone
    received = _received(question.received, timezone)
    if not question.statute and not statute.holds_on(received) and statute.predecessor:
        statute = load_statute(statute.predecessor)
    days = (
        calendar(policy.country, policy.working_days)
        if policy
        else calendar(statute.country, _MONDAY_TO_FRIDAY)
    )
    rule = policy.rights.get(right) if policy else None
    return Answer(
        statute,
        policy,
        timezone,
        days,
        reckon(statute, right, received, days, question.third_party),
        reckoned(rule.promise, received, days) if rule and rule.promise else None,
    )


def _statute(named: str, policy: Policy | None) -> Statute:
    """The law that is asked for; a company's counsel has a say in the company's own law only."""
    if policy and named in ("", policy.statute):
        return statute_of(policy)
    return load_statute(named or _USUAL)


def _right(word: str) -> Right:
    try:
        return Right(word.strip().lower().replace("-", "_"))
    except ValueError:
        known = ", ".join(Right)
        raise Mendable(f"There is no right {word!r}. The desk knows: {known}.") from None


def _received(text: str, timezone: str) -> date:
    """The local day of a date, or of a moment with an offset; a moment without one is local already."""
    try:
        if len(text) <= 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Mendable(
            f"{text!r} is no date. Write for example 2026-11-23, or 2026-11-23T18:30+00:00."
        ) from None
    return (moment.astimezone(ZoneInfo(timezone)) if moment.tzinfo else moment).date()


# --- the answer as data ----------------------------------------------------------------------------


def _dates(answer: Answer) -> dict[str, str | None]:
    reckoning = answer.reckoning
    due, extended, acknowledge = reckoning.due, reckoning.extended, reckoning.acknowledge
    found = {
        "acknowledge": acknowledge and acknowledge.safe,
        "raw": due and due.raw,
        "safe": due and due.safe,
        "rolled": due and due.rolled,
        "extended": extended and extended.safe,
    }
    if answer.promise:
        found["promise"] = answer.promise.safe
        found["binding"] = min(day for day in (found["safe"], answer.promise.safe) if day)
    return {name: day.isoformat() if day else None for name, day in found.items()}


def _table(answer: Answer, steps: list[str]) -> dict[str, object]:
    about = {
        "right": str(answer.reckoning.right),
        "received": answer.reckoning.received.isoformat(),
        "timezone": answer.timezone,
        "statute": answer.statute.name,
        "third_party": answer.reckoning.is_third_party,
    }
    return {**about, **_dates(answer), "steps": steps}
