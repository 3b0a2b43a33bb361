"""Where a letter goes that somebody must get: an address that takes no mail is passed over for another of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.caps import Cap
from core.messages import Address
from core.requests import Proof, Request
from core.verification import is_own, place
from flows import caps
from flows.desk import Desk
from flows.store import UnitOfWork

#: What only a contact may get that has been proven itself.
_FILES = frozenset(
    {"hand_over", "hand_over_link", "hand_over_sealed", "hand_over_code", "hand_over_passphrase"}
)
_SECRET = frozenset({"code", "code_for_agent"})
_PROVEN = frozenset({Proof.CONTACT, Proof.BY_HAND})


@dataclass(frozen=True, slots=True)
class Road:
    """Where a letter goes; it stays here where a cap keeps it back, or nobody is there to take it."""

    to: Address
    cap: Cap | None = None
    dead: bool = False

    @property
    def is_open(self) -> bool:
        return self.cap is None and not self.dead


def road(
    uow: UnitOfWork, desk: Desk, request: Request, to: Address, notice: str, automatic: bool, now: datetime
) -> Road:
    """The way for a notice; an automatic one that may go is counted."""
    if is_dead(uow, to, request.id, now):
        other = other_way(uow, desk, request, to, notice, now)
        if other is None:
            return Road(to, dead=True)
        to = other
    if not automatic:
        return Road(to)
    is_code = notice in _SECRET
    cap = caps.broken_by(uow, desk, to, request.id, is_code, now)
    # The caps are for mail, and for codes: what is said in a chat must not use up what a mailbox may get.
    if cap is None and (is_code or not to.is_chat):
        uow.count_automatic(to, request.id, is_code, now)
    return Road(to, cap)


def is_dead(uow: UnitOfWork, address: Address, request_id: str, now: datetime) -> bool:
    """Whether an address has refused mail for good."""
    return not address.is_chat and uow.standing(address, request_id, now).dead


def other_way(
    uow: UnitOfWork, desk: Desk, request: Request, to: Address, notice: str, now: datetime
) -> Address | None:
    """Another contact of the same person: the one that was proven, else one on file; a code goes nowhere else."""
    if notice in _SECRET:
        return None
    known = [request.proven_contact] if request.proven_contact else []
    if notice not in _FILES and request.subject and (request.proof in _PROVEN or is_own(request)):
        known += request.subject.contacts
    return next(
        (
            each
            for each in known
            if place(each) != place(to)
            and each.channel in desk.channels
            and not is_dead(uow, each, request.id, now)
        ),
        None,
    )
