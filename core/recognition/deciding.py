"""Draws act, rights, person and decision from the model's probabilities: tables and short functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TypeVar

from core.recognition.cues import Reading
from core.recognition.declared import declared
from core.recognition.features import CHATS
from core.recognition.finding import Act, Decision
from core.requests import OnBehalf, Right

_Name = TypeVar("_Name")
_EVEN = 0.5
#: At least so sure of everything together before the desk goes on alone; measured on unseen authors.
_SURE, _SURELY_NONE = 0.72, 0.72
#: How sure a right is that is declared in the set words of the law.
_DECLARED = 0.95
#: A text is left alone only if no right is likelier than this.
_POSSIBLE = 0.18
#: Cues that a person looks at whatever the numbers say.
_NEVER_IGNORED = frozenset({"PRIVACY", "LEAK", "cut"})
#: Concepts of which at least one is spoken where a right is asked for beside another one. Without any, "all my
#: personal data" belongs to the other: "delete all my personal data" asks for no copy.
_SPOKEN: Mapping[Right, frozenset[str]] = {
    Right.ACCESS: frozenset({"SEE", "COPY", "GIVES", "WONDER", "PEOPLE", "ASKS", "WHO"}),
}
#: Words with blanks or stops between their letters, which only a person reads.
_SPELLED = re.compile(r"(?:(?<!\w)[^\W\d_][ .]+){6}")
#: "To whom it may concern" asks for no recipients.
_SALUTATION = re.compile(r"to whom$", re.IGNORECASE)
_WITH_RIGHTS = frozenset({Act.NEW, Act.MORE})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the probabilities amount to; `confidence` is that everything in it is right."""

    act: Act
    kinds: Mapping[Right, float]
    on_behalf: OnBehalf
    confidence: float
    decision: Decision


def decide(reading: Reading, channel: str, chances: Mapping[str, float]) -> Verdict:
    """The likeliest act with its rights, and whether the desk may go on alone."""
    acts = _normal({act: chances[f"act {act}"] for act in Act})
    act = _likeliest_act(reading, acts)
    rights = {right: chances[right] for right in Right}
    if act is Act.NEW:
        rights |= {right: max(rights[right], _DECLARED) for right in declared(reading.parts.new)}
    kinds = _kinds(act, _spoken(reading, rights))
    people = _normal({person: chances[f"for {person}"] for person in OnBehalf})
    person = max(people, key=people.__getitem__) if act is not Act.NONE else OnBehalf.SELF
    sure = acts[act] * prod(max(chance, 1 - chance) for chance in kinds.values())
    if act is not Act.NONE:
        sure *= people[person]
    possible = max(chances[right] for right in Right)
    return Verdict(act, kinds, person, sure, _decision(reading, channel, act, sure, possible))


def _normal(chances: Mapping[_Name, float]) -> dict[_Name, float]:
    whole = sum(chances.values())
    return {name: chance / whole for name, chance in chances.items()}


def _likeliest_act(reading: Reading, acts: Mapping[Act, float]) -> Act:
    if not reading.words:
        return Act.NONE
    if not reading.code:
        return max((act for act in Act if act is not Act.CODE), key=acts.__getitem__)
    return max(acts, key=acts.__getitem__)


def _spoken(reading: Reading, chances: dict[Right, float]) -> dict[Right, float]:
    """The chances without those rights that nothing speaks of but what another right is about."""
    likely = {right for right, chance in chances.items() if chance >= _EVEN}
    silent = {
        right for right, words in _SPOKEN.items() if not any(_is_spoken(reading, word) for word in words)
    }
    return {
        right: 0.0 if right in silent and likely - {right} else chance for right, chance in chances.items()
    }


def _is_spoken(reading: Reading, concept: str) -> bool:
    span = reading.cues.get(concept)
    return span is not None and not _SALUTATION.match(reading.text, *span)


def _kinds(act: Act, chances: Mapping[Right, float]) -> dict[Right, float]:
    """Rights count where something is asked for; a new request has at least one."""
    if act not in _WITH_RIGHTS:
        return dict.fromkeys(chances, 0.0)
    if act is Act.MORE or max(chances.values()) >= _EVEN:
        return dict(chances)
    some = 1 - prod(1 - chance for chance in chances.values())
    given = {right: min(1.0, chance / some) for right, chance in chances.items()}
    likeliest = max(given, key=given.__getitem__)
    return given | {likeliest: max(_EVEN, given[likeliest])}


def _decision(reading: Reading, channel: str, act: Act, sure: float, possible: float) -> Decision:
    if reading.language == "other" or (not reading.parts.new.strip() and reading.parts.quoted):
        return Decision.TRIAGE
    if not reading.words:
        return Decision.TRIAGE if "cut" in reading.cues else Decision.IGNORE
    if act is Act.NONE and sure >= _SURELY_NONE and possible <= _POSSIBLE and not _suspect(reading):
        return Decision.IGNORE
    if act is not Act.NONE and sure >= _SURE:
        return Decision.ACT
    # a chat is quick to answer one short question; a letter is read by a person.
    return Decision.ASK if channel in CHATS else Decision.TRIAGE


def _suspect(reading: Reading) -> bool:
    return not _NEVER_IGNORED.isdisjoint(reading.cues) or bool(_SPELLED.search(reading.parts.new))
