"""What recognition says of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.requests import OnBehalf, Right


class Act(StrEnum):
    """What a text does."""

    NEW = "new"  # asks for something about personal data
    CODE = "code"  # gives a one-time code and nothing else
    STATUS = "status"  # asks how an earlier request is going
    CANCEL = "cancel"  # takes an earlier request back
    MORE = "more"  # gives details that an earlier request lacked
    NONE = "none"  # everything else


class Decision(StrEnum):
    """What may be done with a finding."""

    ACT = "act"  # sure enough to go on alone
    ASK = "ask"  # ask the sender one short question
    TRIAGE = "triage"  # a person picks; the suggestion is shown
    IGNORE = "ignore"  # sure that it is none


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What the sender names to be found by, as written."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A wrong value and the right one; `old` is None where the sender does not say it."""

    field: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A span of the new text that decided, and the rule or right it spoke for."""

    text: str
    speaks_for: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a message asks for, how sure that is, and why."""

    act: Act
    decision: Decision
    #: Probability of each right, 0 to 1; those of `rights` are at or above one half.
    kinds: Mapping[Right, float] = field(default_factory=dict)
    on_behalf: OnBehalf = OnBehalf.SELF
    identifiers: Identifiers = Identifiers()
    corrections: tuple[Correction, ...] = ()
    #: "vi", "en", or "other"; "mixed" where both stand in one text.
    language: str = "vi"
    confidence: float = 0.0
    reasons: tuple[Reason, ...] = ()
    #: What the sender writes now: quoted history and signature taken off.
    new_text: str = ""
    #: The digits of a one-time code in the new text, without blanks; empty without one.
    code: str = ""

    @property
    def known_by(self) -> Identifiers:
        """The identifiers without the new values of corrections: those are not on file yet."""
        new = {correction.new for correction in self.corrections}

        def kept(values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(value for value in values if value not in new)

        named = self.identifiers
        return Identifiers(kept(named.emails), kept(named.phones), kept(named.accounts))

    @property
    def rights(self) -> tuple[Right, ...]:
        """The rights found, likeliest first."""
        found = [right for right, p in self.kinds.items() if p >= 0.5]
        return tuple(sorted(found, key=lambda right: -self.kinds[right]))
