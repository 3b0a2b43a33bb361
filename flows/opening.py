"""A message becomes a request: with its reference, its due dates and the first words to the customer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.deadlines import acknowledge_by
from core.happenings import Event, Happening
from core.lifecycle import advance, open_request
from core.messages import Address, SenderEvidence
from core.recognition import Finding
from core.references import new_reference
from core.representation import asks_person, person_meant
from core.represented import Representation
from core.requests import OnBehalf, Proof, Request, Right, Status, Subject
from core.verification import needs_proof
from flows import verification
from flows.desk import Desk
from flows.outcome import record, tell
from flows.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asker:
    """Who writes, as far as the message tells."""

    address: Address
    language: str
    received_at: datetime
    name: str = ""
    message_id: str = ""
    #: The message names somebody, by a contact or a number other than the address it comes from.
    names_somebody: bool = False
    evidence: SenderEvidence | None = None
    #: A file came with the message that may be a mandate.
    attached: bool = False


def open_clear(
    uow: UnitOfWork,
    desk: Desk,
    asker: Asker,
    rights: tuple[Right, ...],
    subject: Subject | None,
    on_behalf: OnBehalf,
    now: datetime,
) -> Request:
    """Open a request whose rights are known; a code goes out where proof is needed."""
    draft = _draft(desk, asker, subject, on_behalf)
    step = open_request(draft, _chosen(desk, draft, rights, "requester"), now)
    request = record(uow, desk, step, now)
    return verification.send_code(uow, desk, request, now) if _verifies(request) else request


def open_unclear(
    uow: UnitOfWork, desk: Desk, asker: Asker, finding: Finding, subject: Subject | None, now: datetime
) -> Request:
    """Open a request that a person must look at first; the finding's suggestion is shown."""
    likely = sorted(finding.kinds, key=lambda right: -finding.kinds[right])
    draft = _draft(
        desk, asker, subject, finding.on_behalf, tuple(likely[:3]), tuple(r.text for r in finding.reasons)
    )
    request = record(uow, desk, open_request(draft, Happening(Event.UNCLEAR, "requester"), now), now)
    if finding.language == "other":
        fields = {"reference": request.reference, "answer_by": request.acknowledge_by}
        tell(uow, desk, request, "unreadable_language", fields, now)
    return request


def pick(uow: UnitOfWork, desk: Desk, request: Request, right: Right, by: str, now: datetime) -> Request:
    """A staff member says at triage what is meant. Raises NotAllowed."""
    request = record(uow, desk, advance(request, _chosen(desk, request, (right,), by), now), now)
    return verification.send_code(uow, desk, request, now) if _verifies(request) else request


def _verifies(request: Request) -> bool:
    return request.status is Status.VERIFYING


def _chosen(desk: Desk, request: Request, rights: tuple[Right, ...], by: str) -> Happening:
    proof = needs_proof(rights, desk.policy) or asks_person(request, desk.policy)
    event = Event.CLAIMED if proof else Event.READY
    return Happening(event, by, items=desk.items(rights, request.received_at))


def _draft(
    desk: Desk,
    asker: Asker,
    subject: Subject | None,
    on_behalf: OnBehalf,
    suggestion: tuple[Right, ...] = (),
    reasons: tuple[str, ...] = (),
) -> Request:
    known = asker.language in desk.policy.languages
    draft = Request(
        id=desk.secrets.token(26),
        reference=new_reference(desk.policy.prefix, desk.secrets.token(7).upper()),
        token=desk.secrets.token(20),
        card=desk.secrets.token(16),
        status=Status.TRIAGE,
        language=asker.language if known else desk.policy.language,
        requester=asker.address,
        received_at=asker.received_at,
        acknowledge_by=acknowledge_by(desk.statute, desk.today(asker.received_at), desk.works),
        name=asker.name,
        # An agent always asks for somebody else: a code to their own address would prove nothing.
        names_somebody=asker.names_somebody or on_behalf is OnBehalf.AGENT,
        evidence=asker.evidence,
        on_behalf=on_behalf,
        representation=Representation(attached=asker.attached),
        proof=Proof.PENDING,
        suggestion=suggestion,
        reasons=reasons,
        thread=(asker.message_id,) if asker.message_id else (),
    )
    return replace(draft, subject=person_meant(draft, subject))
