"""An organisation's policy as data: who it is, what it promises, how much proof it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.counsel import Counsel
from core.deadlines import Statute, Term, Unit
from core.policy_times import BoardRule, Escalation
from core.quiet import Quiet
from core.requests import Right
from core.retention import DeskRetention


class ProofLevel(StrEnum):
    """How much a data subject must prove before a right is carried out."""

    NONE = "none"  # the channel is enough
    CONTACT = "contact"  # a code to the contact on file
    TWO_CONTACTS = "two_contacts"  # a code to each of two contacts on file; without a second one, a person
    PERSON = "person"  # a code to the contact on file, and a staff member checks as well


@dataclass(frozen=True, slots=True)
class RightRule:
    """What the organisation promises for one right."""

    proof: ProofLevel
    quorum: int  # staff members who must approve
    promise: Term | None  # the published deadline; None where none was published
    hand_over: bool  # completing it hands a file over
    offered: bool = True  # shown in the dialogue's menu
    complex: Term | None = None  # the published deadline for what is hard
    identity_quorum: int = 1  # staff members who must check, where a person says who asks


@dataclass(frozen=True, slots=True)
class Contact:
    email: str
    phone: str = ""
    post: str = ""
    breach: str = ""  # the mail address of who is told of a leak


@dataclass(frozen=True, slots=True)
class Authority:
    """Where a data subject can complain."""

    name: Mapping[str, str]  # by language
    url: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    tries: int = 5  # wrong answers to one code, then it is void
    codes_day: int = 3  # codes for one request in 24 hours, then a person decides
    resend_seconds: int = 60  # between a code and the next to the same contact
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


class MandateRule(StrEnum):
    """Whether an agent must show a mandate."""

    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Children:
    """From which ages, in years, a child is asked too, and asks alone."""

    consent_from: int = 7
    adult_from: int = 16


@dataclass(frozen=True, slots=True)
class Agents:
    """What the organisation wants of somebody who asks for another person."""

    ask_person: bool = True  # the person is asked at the contact on file, whatever the right
    mandate: MandateRule = MandateRule.OPTIONAL


@dataclass(frozen=True, slots=True)
class RetentionRow:
    data: str
    period: str  # ISO 8601 duration, or "until:<event>"
    reason: str = ""
    after: str = ""  # the event that a duration counts from; empty: when the data were collected


class Announcement(StrEnum):
    """Where a change of the policy is made known."""

    MAIL = "mail"
    WEBSITE = "website"


@dataclass(frozen=True, slots=True)
class Promises:
    """What the published text promises or demands beside the terms of the rights."""

    acknowledge: Term | None = None  # by when a first answer comes
    breach_hours: int | None = None  # from its discovery until those whom it concerns are told
    written_request: bool = False  # it asks for a "written request"
    identity_document: bool = False  # it asks for a copy of an identity document
    announce_changes: tuple[Announcement, ...] = ()


class Undertaking(StrEnum):
    """What an organisation says that it never does with personal data."""

    SELL = "sell"
    RENT = "rent"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the published text says of others who get personal data."""

    never: tuple[Undertaking, ...] = ()
    partners: tuple[str, ...] = ()  # in the text's words
    pictures: bool = False  # shows pictures or videos of customers to others


class SystemKind(StrEnum):
    """In whose hands a system is."""

    INTERNAL = "internal"
    PROCESSOR = "processor"  # works on the organisation's instructions
    PARTNER = "partner"  # a third party with purposes of its own


@dataclass(frozen=True, slots=True)
class System:
    """Something or somebody that holds personal data, and so must act when a right is carried out."""

    name: str  # unique in the policy
    owner: str  # a role or a name of the staff
    kind: SystemKind
    rights: tuple[Right, ...]  # those that it must act for
    days: int = 0  # how many days before the request's due date it must have acted
    contact: str = ""  # the mail address that instructions go to


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
    #: How long the desk keeps what it holds itself; `retention` is what the organisation has published.
    desk_retention: DeskRetention = field(default_factory=DeskRetention)
    children: Children = Children()
    agents: Agents = Agents()
    country: str = "VN"  # whose public holidays count (ISO 3166-1)
    working_days: frozenset[int] = frozenset(range(5))  # Monday is 0
    retention: tuple[RetentionRow, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    #: What the organisation's counsel reads differently in the law; `policies.load.statute_of` applies it.
    law: Counsel = field(default_factory=Counsel)
    promises: Promises = Promises()
    sharing: Sharing = Sharing()
    systems: tuple[System, ...] = ()
    board: BoardRule = field(default_factory=BoardRule)
    escalation: Escalation = field(default_factory=Escalation)
    quiet: Quiet = field(default_factory=Quiet)
    #: By language: how the policy's own names (of retained data, reasons, systems, partners) read in it.
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Regular expressions of the organisation's own customer codes, beside the shapes that are known anyway.
    account_codes: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        return self.languages[0]

    def word(self, name: str, language: str) -> str:
        """One of the policy's own names in a language; as it is where `words` has none for it."""
        return self.words.get(language, {}).get(name, name)


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
