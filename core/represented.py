"""What is recorded of a request that somebody makes for another person, or a child makes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mandate(StrEnum):
    """What a staff member found in a paper by which somebody may act for another."""

    UNCHECKED = ""
    VALID = "valid"
    NOT_VALID = "not_valid"


class Relation(StrEnum):
    """By what a staff member knows that somebody is a child's legal representative (Law 91/2025 art. 24.2)."""

    UNCHECKED = ""
    BIRTH_CERTIFICATE_SEEN = "birth_certificate_seen"
    HOUSEHOLD_RECORD = "household_record"
    ACCOUNT_HOLDER_IS_PARENT = "account_holder_is_parent"
    OTHER = "other"


class ChildView(StrEnum):
    """What a child says of the request, or why it was not asked."""

    UNASKED = ""
    AGREES = "agrees"
    DISAGREES = "disagrees"
    CANNOT_SAY = "cannot_say"  # not asked: the child cannot express a view
    WOULD_HARM = "would_harm"  # not asked: asking would harm the child
    NOT_NEEDED = "not_needed"  # not asked: the law wants no consent here (Law 91/2025 art. 19)


class AgeBand(StrEnum):
    """How old the person is, as far as it matters; the policy says where the bands begin."""

    UNRECORDED = ""
    BELOW_CONSENT = "below_consent"
    BELOW_ADULT = "below_adult"
    ADULT = "adult"
    NOT_KNOWN = "not_known"  # a staff member could not find out: treated like `BELOW_ADULT`


class AnswerTo(StrEnum):
    """To whom the answer to an agent's request goes."""

    PERSON = "person"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Representation:
    """All of it; changed only by `core.lifecycle`."""

    mandate: Mandate = Mandate.UNCHECKED
    relation: Relation = Relation.UNCHECKED
    view: ChildView = ChildView.UNASKED
    age: AgeBand = AgeBand.UNRECORDED
    #: Said by the person whom an agent's request concerns, together with the code.
    answer_to: AnswerTo = AnswerTo.PERSON
    #: The agent has sent a file, which may be a mandate.
    attached: bool = False
    #: The person says that the request is not their wish.
    declined: bool = False
