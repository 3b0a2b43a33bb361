"""Scores findings against labelled texts: what was found of what is there, and what was decided alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.recognition.finding import Act, Correction, Decision, Finding, Identifiers
from core.requests import OnBehalf, Right

_ALONE = frozenset({Decision.ACT, Decision.IGNORE})
_AROUND = " .,;:!?\"'“”‘’()[]"


class BadLabels(ValueError):
    """A line is no labelled text; says which line of which file, not what is in it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what is right about it, and the name of the file that it is from."""

    id: str
    source: str
    channel: str
    subject: str
    body: str
    act: Act
    kinds: frozenset[Right]
    on_behalf: OnBehalf
    identifiers: Identifiers = field(default_factory=Identifiers)
    corrections: tuple[Correction, ...] = ()
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Rate:
    """Precision, recall and F1 from what was found rightly, found wrongly and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A text of which something was found wrongly."""

    text: Labelled
    finding: Finding


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """All measures over some texts; `confusion` counts (labelled act, found act)."""

    texts: int
    kinds: Mapping[Right, Rate]
    confusion: Mapping[tuple[Act, Act], int]
    relevance: Rate
    caught: float
    on_behalf: Mapping[OnBehalf, Rate]
    identifiers: Rate
    corrections: Rate
    decided: int
    exact: int
    decisions: Mapping[Decision, int]
    mistakes: Sequence[Mistake] = field(default_factory=tuple)

    @property
    def macro_f1(self) -> float:
        return _mean(rate.f1 for rate in self.kinds.values())

    @property
    def act_accuracy(self) -> float:
        return _share(sum(n for (true, found), n in self.confusion.items() if true is found), self.texts)

    @property
    def on_behalf_f1(self) -> float:
        return _mean(rate.f1 for rate in self.on_behalf.values())

    @property
    def coverage(self) -> float:
        return _share(self.decided, self.texts)

    @property
    def exactness(self) -> float:
        return _share(self.exact, self.decided)


def read_labelled(source: str, lines: Iterable[str]) -> list[Labelled]:
    """The labelled texts in JSON lines; `source` names their file. Raises BadLabels."""
    return [_parsed(source, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _parsed(source: str, number: int, line: str) -> Labelled:
    try:
        return labelled(json.loads(line), source)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadLabels(f"{source}, line {number}: {type(error).__name__}") from None


def labelled(entry: Mapping[str, Any], source: str) -> Labelled:
    """One labelled text from its JSON object. Raises KeyError, ValueError, TypeError."""
    named = entry.get("identifiers") or {}
    return Labelled(
        id=str(entry.get("id", "")),
        source=source,
        channel=entry.get("channel") or "email",
        subject=entry.get("subject") or "",
        body=entry["body"],
        act=Act(entry["act"]),
        kinds=frozenset(map(Right, entry["kinds"])),
        on_behalf=OnBehalf(entry.get("on_behalf") or "self"),
        identifiers=Identifiers(
            **{name: tuple(named.get(name, ())) for name in ("emails", "phones", "accounts")}
        ),
        corrections=tuple(
            Correction(one["field"], one.get("old"), one["new"]) for one in entry.get("correction") or ()
        ),
        language=entry.get("lang") or "vi",
    )


def score(texts: Sequence[Labelled], findings: Sequence[Finding]) -> Scoreboard:
    """The measures over texts and what was found in each, in the same order."""
    pairs = list(zip(texts, findings, strict=True))
    alone = [pair for pair in pairs if pair[1].decision in _ALONE]
    relevant = [finding for text, finding in pairs if text.act is not Act.NONE]
    return Scoreboard(
        texts=len(pairs),
        kinds={right: _rate(pairs, *_has_right(right)) for right in Right},
        confusion=Counter((text.act, finding.act) for text, finding in pairs),
        relevance=_rate(
            pairs, lambda text: text.act is not Act.NONE, lambda found: found.act is not Act.NONE
        ),
        caught=_share(sum(finding.decision is not Decision.IGNORE for finding in relevant), len(relevant)),
        on_behalf={person: _rate(pairs, *_is_for(person)) for person in OnBehalf},
        identifiers=_overlap(
            (_named(text.identifiers), _named(finding.identifiers)) for text, finding in pairs
        ),
        corrections=_overlap((_new(text.corrections), _new(finding.corrections)) for text, finding in pairs),
        decided=len(alone),
        exact=sum(is_exact(*pair) for pair in alone),
        decisions=Counter(finding.decision for finding in findings),
        mistakes=_worst(pairs),
    )


def is_exact(text: Labelled, finding: Finding) -> bool:
    """Whether act, rights and person are all as labelled."""
    return (finding.act, frozenset(finding.rights), finding.on_behalf) == (
        text.act,
        text.kinds,
        text.on_behalf,
    )


def _worst(pairs: Iterable[tuple[Labelled, Finding]]) -> list[Mistake]:
    """Mistakes made alone first, the surest first."""
    wrong = [Mistake(text, finding) for text, finding in pairs if not is_exact(text, finding)]
    return sorted(
        wrong, key=lambda one: (one.finding.decision not in _ALONE, -one.finding.confidence, one.text.id)
    )


_Test = tuple[Callable[[Labelled], bool], Callable[[Finding], bool]]


def _has_right(right: Right) -> _Test:
    return lambda text: right in text.kinds, lambda found: right in found.rights


def _is_for(person: OnBehalf) -> _Test:
    return lambda text: text.on_behalf is person, lambda found: found.on_behalf is person


def _rate(
    pairs: Iterable[tuple[Labelled, Finding]],
    labelled: Callable[[Labelled], bool],
    found: Callable[[Finding], bool],
) -> Rate:
    counts = Counter((labelled(text), found(finding)) for text, finding in pairs)
    return Rate(counts[True, True], counts[False, True], counts[True, False])


def _overlap(sets: Iterable[tuple[Counter[Any], Counter[Any]]]) -> Rate:
    right = wrong = missed = 0
    for true, found in sets:
        common = (true & found).total()
        right, wrong, missed = right + common, wrong + found.total() - common, missed + true.total() - common
    return Rate(right, wrong, missed)


def _named(named: Identifiers) -> Counter[tuple[str, str]]:
    sorts = {"email": named.emails, "phone": named.phones, "account": named.accounts}
    return Counter((sort, value.strip().casefold()) for sort, values in sorts.items() for value in values)


def _new(corrections: Iterable[Correction]) -> Counter[tuple[str, str]]:
    return Counter((one.field, one.new.casefold().strip(_AROUND)) for one in corrections)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
