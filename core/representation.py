"""Who may ask for somebody else: what must be recorded before such a request is approved, and who is told what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from core.effects import Effect, Tell, To
from core.messages import Address
from core.policy import MandateRule, Policy
from core.represented import AgeBand, AnswerTo, ChildView, Mandate, Relation, Representation
from core.requests import OnBehalf, Proof, Request, Subject
from core.verification import contact_for, is_own, place


class Missing(StrEnum):
    """What still lacks before a request may be approved."""

    AGE = "age"
    RELATION = "relation"
    VIEW = "view"
    CONSENT = "consent"  # the child was asked and does not agree
    MANDATE = "mandate"
    WISH = "wish"  # the person has said no: only their own new request can change that


# --- how old the person is ------------------------------------------------------------------------


def band_of(request: Request, policy: Policy, today: date) -> AgeBand:
    """The age band: as recorded, else by the birth years on file. Who asks for themselves is taken for grown up."""
    if request.representation.age is not AgeBand.UNRECORDED:
        return request.representation.age
    born = request.subject.born if request.subject else None
    band = band_of_years(born, policy, today) if born else None
    if request.on_behalf is not OnBehalf.CHILD:
        return band or AgeBand.ADULT
    # A parent who is on file and grown up says nothing about the child.
    of_parent = band is AgeBand.ADULT and is_own(request)
    return AgeBand.UNRECORDED if band is None or of_parent else band


def band_of_years(born: tuple[int, int], policy: Policy, today: date) -> AgeBand:
    """The band of somebody born in these years; unrecorded where both sides of a border are possible."""
    rules = policy.children
    youngest, oldest = today.year - born[1] - 1, today.year - born[0]
    if oldest < rules.consent_from:
        return AgeBand.BELOW_CONSENT
    if youngest >= rules.adult_from:
        return AgeBand.ADULT
    within = rules.consent_from <= youngest and oldest < rules.adult_from
    return AgeBand.BELOW_ADULT if within else AgeBand.UNRECORDED


# --- what is missing ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """A request with the age band and the rules that hold for it."""

    request: Request
    policy: Policy
    band: AgeBand

    @property
    def noted(self) -> Representation:
        return self.request.representation

    @property
    def is_child(self) -> bool:
        return self.band in (AgeBand.BELOW_CONSENT, AgeBand.BELOW_ADULT, AgeBand.NOT_KNOWN)

    @property
    def has_view(self) -> bool:
        """From the age of consent a child is asked too (Law 91/2025 art. 24.2; Decree 330/2026 art. 60.1.c)."""
        return self.is_child and self.band is not AgeBand.BELOW_CONSENT

    @property
    def by_agent(self) -> bool:
        """Somebody acts for a grown-up, be it a parent."""
        for_child = self.request.on_behalf is OnBehalf.CHILD and self.band is AgeBand.ADULT
        return for_child or self.request.on_behalf is OnBehalf.AGENT


def _lacks_mandate(case: _Case) -> bool:
    """The person's own yes is worth as much as a paper, unless the policy wants the paper as well."""
    if not case.by_agent or case.noted.mandate is Mandate.VALID:
        return False
    rules, said_yes = case.policy.agents, has_said_yes(case.request)
    if rules.mandate is MandateRule.REQUIRED:
        return True
    if case.noted.mandate is Mandate.NOT_VALID:
        return not said_yes
    return rules.ask_person and not said_yes and case.request.proof is not Proof.BY_HAND


#: What a request can lack, in the order in which it is told.
_RULES: Mapping[Missing, Callable[[_Case], bool]] = {
    Missing.AGE: lambda case: case.band is AgeBand.UNRECORDED,
    Missing.RELATION: lambda case: case.is_child and case.noted.relation is Relation.UNCHECKED,
    Missing.VIEW: lambda case: case.has_view and case.noted.view is ChildView.UNASKED,
    Missing.CONSENT: lambda case: case.has_view and case.noted.view is ChildView.DISAGREES,
    Missing.MANDATE: _lacks_mandate,
    Missing.WISH: lambda case: case.noted.declined,
}


def what_is_missing(request: Request, policy: Policy, today: date) -> tuple[Missing, ...]:
    """What must still be recorded before anybody may approve; empty where nothing is."""
    case = _Case(request, policy, band_of(request, policy, today))
    return tuple(missing for missing, lacks in _RULES.items() if lacks(case))


def has_said_yes(request: Request) -> bool:
    """Whether the person has answered from a contact on file that is not the requester's own."""
    proven = request.proven_contact
    return proven is not None and place(proven) != place(request.requester) and not is_own(request)


def recordable(request: Request, policy: Policy, today: date) -> tuple[str, ...]:
    """The fields that a staff member can record, or change, for a request as it stands."""
    case = _Case(request, policy, band_of(request, policy, today))
    offers = {
        # Recognition may have mistaken for whom somebody asks.
        "on_behalf": request.on_behalf is not OnBehalf.SELF,
        "age": request.on_behalf is OnBehalf.CHILD or case.band is not AgeBand.ADULT,
        "relation": case.is_child,
        "view": case.has_view,
        "mandate": case.by_agent,
    }
    return tuple(name for name, offered in offers.items() if offered)


# --- agents ---------------------------------------------------------------------------------------


def asks_person(request: Request, policy: Policy) -> bool:
    """Whether the person must be asked, whatever the rights themselves ask for."""
    return request.on_behalf is OnBehalf.AGENT and policy.agents.ask_person


def person_meant(request: Request, subject: Subject | None) -> Subject | None:
    """Whom a request concerns: an agent who is on file too is never the person that they ask for."""
    if request.on_behalf is not OnBehalf.AGENT or subject is None:
        return subject
    of_agent = is_own(replace(request, subject=subject))
    return None if of_agent or request.representation.declined else subject


def declined(request: Request) -> Request:
    """The request once the person has said no.

    From now on it goes the way of a request that names nobody on file: the agent must not see a difference.
    """
    said_no = replace(request.representation, declined=True)
    without = replace(request, subject=None, challenge=None, proven_contacts=(), proven_contact=None)
    return replace(without, representation=said_no)


def is_the_person(request: Request, sender: Address) -> bool:
    """Whether the sender is the person on file whom an agent's request concerns."""
    if request.on_behalf is not OnBehalf.AGENT or request.subject is None:
        return False
    return place(sender) in {place(contact) for contact in request.subject.contacts}


# --- who is told what -----------------------------------------------------------------------------


def answer_address(request: Request) -> Address:
    """Where the answer to an agent's request goes: to the person, unless they or a checked mandate say otherwise."""
    if request.representation.answer_to is AnswerTo.AGENT:
        return request.requester
    if request.proven_contact:
        return request.proven_contact
    on_file = contact_for(request.requester, request.subject, names_somebody=True)
    if request.representation.mandate is Mandate.VALID or on_file is None:
        return request.requester
    return on_file


def told(request: Request, effects: Iterable[Effect]) -> Iterator[Effect]:
    """The effects as they are for this request: with an agent, the person gets what is theirs."""
    for effect in effects:
        if request.on_behalf is OnBehalf.AGENT and isinstance(effect, Tell):
            yield from _told_of_agent(request, effect)
        else:
            yield effect


def _told_of_agent(request: Request, effect: Tell) -> Iterator[Effect]:
    if effect.notice == "code":
        yield replace(effect, notice="code_for_agent")
    elif effect.notice == "completed" and place(answer_address(request)) != place(request.requester):
        yield replace(effect, to=To.PROVEN)
        yield Tell("done_for_agent")
    else:
        yield effect
