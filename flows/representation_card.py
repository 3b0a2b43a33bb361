"""What a card shows of who asks for whom, and the buttons by which staff record it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.buttons import card_token
from core.messages import Button, Verb
from core.recording import RECORDS
from core.representation import band_of, recordable, what_is_missing
from core.represented import AgeBand
from core.requests import OnBehalf, Request, Status
from flows.desk import Desk

Rows = tuple[tuple[Button, ...], ...]

#: Statuses in which staff can record something.
_RECORDING = frozenset({Status.VERIFYING, Status.IDENTITY_REVIEW, Status.IN_REVIEW, Status.CLARIFYING})


def lines(desk: Desk, request: Request, now: datetime) -> Iterator[str]:
    """What is recorded, and what is missing before the request may be approved; no personal data."""
    noted = request.representation
    if request.on_behalf is OnBehalf.AGENT:
        yield _say(desk, "card.mandate_attached" if noted.attached else "card.mandate_not_attached")
        yield _say(desk, f"card.answer_to_{noted.answer_to}")
    if noted.declined:
        yield _say(desk, "card.person_declined")
    yield from _recorded(desk, request, now)
    missing = what_is_missing(request, desk.policy, desk.today(now))
    if missing and request.status in _RECORDING:
        yield _say(desk, "card.missing", what=", ".join(_say(desk, f"missing.{each}") for each in missing))


def _recorded(desk: Desk, request: Request, now: datetime) -> Iterator[str]:
    noted = request.representation
    band = band_of(request, desk.policy, desk.today(now))
    if not noted.age and band in (AgeBand.BELOW_CONSENT, AgeBand.BELOW_ADULT):
        yield _say(desk, "card.age_on_file", age=label(desk, f"age:{band}"))
    for name in ("age", "relation", "view", "mandate"):
        if value := getattr(noted, name):
            yield _say(desk, f"card.{name}", what=label(desk, f"{name}:{value}"))


def buttons(desk: Desk, request: Request, now: datetime) -> Rows:
    """One button for each thing that can be recorded as the request stands."""
    if request.status not in _RECORDING:
        return ()
    fields = recordable(request, desk.policy, desk.today(now))
    asked = [_button(request, Verb.ASK_RECORD, _say(desk, f"record_button.{each}"), each) for each in fields]
    return tuple(tuple(asked[i : i + 2]) for i in range(0, len(asked), 2))


def choices(desk: Desk, request: Request, field: str) -> Rows:
    """What can be recorded in a field, a button each, and the way back."""
    named = {short: record for short, record in RECORDS.items() if record.startswith(f"{field}:")}
    rows = tuple(
        (_button(request, Verb.RECORD, label(desk, record), short),) for short, record in named.items()
    )
    return (*rows, (_button(request, Verb.BACK, _say(desk, "staff_button.back")),))


def label(desk: Desk, record: str) -> str:
    """ "field:value" in plain words."""
    name = f"recorded.{record.replace(':', '_')}"
    rules = desk.policy.children
    ages: dict[str, dict[str, object]] = {
        "age:below_consent": {"consent": rules.consent_from},
        "age:below_adult": {"consent": rules.consent_from, "last": rules.adult_from - 1},
        "age:adult": {"adult": rules.adult_from},
    }
    return _say(desk, name, **ages.get(record, {}))


def _button(request: Request, verb: Verb, text: str, argument: str = "") -> Button:
    return Button(text, card_token(verb, request.card, request.revision, argument))


def _say(desk: Desk, phrase: str, **fields: object) -> str:
    return desk.texts.phrase(phrase, desk.staff_language, **fields)
