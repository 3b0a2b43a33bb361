"""An organisation's policy as data: who it is, what it promises, how much proof it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.deadlines import Statute, Term, Unit
from core.requests import Right


class ProofLevel(StrEnum):
    """How much a data subject must prove before a right is carried out."""

    NONE = "none"  # the channel is enough
    CONTACT = "contact"  # a code to the contact on file


@dataclass(frozen=True, slots=True)
class RightRule:
    """What the organisation promises for one right."""

    proof: ProofLevel
    quorum: int  # staff members who must approve
    promise: Term | None  # the published deadline; None where none was published
    hand_over: bool  # completing it hands a file over
    offered: bool = True  # shown in the dialogue's menu
    complex: Term | None = None  # the published deadline for what is hard


@dataclass(frozen=True, slots=True)
class Contact:
    email: str
    phone: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """Where a data subject can complain."""

    name: Mapping[str, str]  # by language
    url: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    tries: int = 3  # wrong codes in all, then a person decides
    codes: int = 3  # codes sent in all, then a person decides
    code_minutes_mail: int = 24 * 60
    code_minutes_chat: int = 10
    window_days: int = 10
    reminder_days: tuple[int, ...] = (3, 7)


@dataclass(frozen=True, slots=True)
class Caps:
    """How many letters may go out by mail without a person's word; what goes beyond is held back.

    The first three stop loops and mail that is let loose on somebody. The others are a brake for a flood,
    far above what a busy day brings: a company that knows its days sets them lower.
    """

    sender_day: int = 5  # to one address
    request_day: int = 8  # in one request
    codes_day: int = 3  # codes to one contact, whatever the request and the channel
    domain_hour: int = 10_000
    domain_day: int = 20_000
    all_hour: int = 20_000
    all_day: int = 40_000


@dataclass(frozen=True, slots=True)
class RetentionRow:
    data: str
    period: str  # ISO 8601 duration, or "until:<event>"
    reason: str = ""
    after: str = ""  # the event that a duration counts from; empty: when the data were collected


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    prefix: str  # of references: "MC"
    languages: tuple[str, ...]
    timezone: str
    statute: str
    contact: Contact
    authority: Authority
    rights: Mapping[Right, RightRule]
    verification: Verification = Verification()
    caps: Caps = Caps()
    country: str = "VN"  # whose public holidays count (ISO 3166-1)
    working_days: frozenset[int] = frozenset(range(5))  # Monday is 0
    retention: tuple[RetentionRow, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    #: Regular expressions of the organisation's own customer codes, beside the shapes that are known anyway.
    account_codes: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        return self.languages[0]


def slower_than_law(policy: Policy, statute: Statute) -> tuple[Right, ...]:
    """The rights for which the organisation promises a later date than the law allows."""
    week = max(len(policy.working_days), 1)
    return tuple(
        right
        for right, rule in policy.rights.items()
        if rule.promise
        and right in statute.terms
        and _days(rule.promise, week) > _days(statute.terms[right], week)
    )


def unconfirmed(policy: Policy, statute: Statute) -> tuple[Right, ...]:
    """The rights whose term in the law was inferred, or stands in one source only."""
    known = statute.provenance
    return tuple(right for right in policy.rights if right in known and not known[right].is_confirmed)


def undated(policy: Policy, statute: Statute) -> tuple[Right, ...]:
    """The rights for which neither the law nor the organisation names a term."""
    return tuple(
        right for right, rule in policy.rights.items() if not rule.promise and right not in statute.terms
    )


def _days(term: Term, week: int) -> float:
    """About how many calendar days a term is; good enough to compare a promise with the law."""
    return (
        term.count
        * {Unit.HOURS: 1 / 24, Unit.DAYS: 1.0, Unit.WORKING_DAYS: 7 / week, Unit.MONTHS: 30.5}[term.unit]
    )
