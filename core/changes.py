"""What an event changes in a request beside its status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core import proving
from core.happenings import Event, Happening
from core.recording import recorded
from core.representation import declined, person_meant
from core.requests import Outcome, Proof, Request

Change = Callable[[Request, Happening], Request]

#: Working days before a due date from which on a warning that nobody acts on is passed to somebody else.
LATE = 3


def _settled(request: Request, now: Happening) -> Request:
    return request.with_item(now.right, Outcome.COMPLETED) if now.right else request


def _refused(request: Request, now: Happening) -> Request:
    for item in request.open_items:
        request = request.with_item(item.right, Outcome.REFUSED, now.reason)
    return request


def _chosen(proof: Proof) -> Change:
    return lambda request, now: replace(request, items=now.items, proof=proof)


def _warned(request: Request, now: Happening) -> Request:
    unheeded = now.on if now.number <= LATE else None
    return replace(request, warnings=now.count, unheeded_since=request.unheeded_since or unheeded)


def _reset_term(request: Request, now: Happening) -> Request:
    """The rights in `now.items` take the place of those that they are."""
    new = {item.right: item for item in now.items}
    return replace(request, items=tuple(new.get(item.right, item) for item in request.items))


def _identified(request: Request, now: Happening) -> Request:
    subject = person_meant(request, now.subject)
    return replace(proving.another_person(request), subject=subject, names_somebody=True)


#: Event -> what it changes; most change nothing but the status.
CHANGES: Mapping[Event, Change] = {
    Event.CLAIMED: _chosen(Proof.PENDING),
    Event.READY: _chosen(Proof.NOT_NEEDED),
    Event.IDENTIFIED: _identified,
    Event.CODE_SENT: proving.coded,
    Event.CODE_WITHHELD: proving.withheld,
    Event.WRONG_CODE: proving.counted,
    Event.CODE_ACCEPTED: proving.proven(Proof.PARTLY),
    Event.PERSON_NEEDED: proving.proven(Proof.PARTLY),
    Event.CODES_USED_UP: proving.used_up,
    Event.IDENTITY_PROVEN: proving.proven(Proof.CONTACT),
    Event.STRANGER_PROVEN: proving.proven(Proof.STRANGER),
    Event.VERIFIED_BY_ONE: proving.voted,
    Event.VERIFIED_BY_HAND: proving.by_hand,
    # Whoever is asked for a document has the whole window to send it.
    Event.DOCUMENT_ASKED: lambda request, _: replace(request, awaits_document=True, reminders=0),
    Event.REMINDED: lambda request, now: replace(request, reminders=now.count),
    Event.REOPENED: lambda request, _: replace(proving.waits_anew(request), awaits_document=False),
    # Who approved before did not know the answer.
    Event.ANSWERED: lambda request, _: replace(request, approvals=()),
    Event.APPROVED_BY_ONE: lambda request, now: replace(request, approvals=(*request.approvals, now.by)),
    Event.APPROVED: lambda request, now: replace(request, approvals=(*request.approvals, now.by)),
    Event.ITEM_COMPLETED: _settled,
    Event.COMPLETED: _settled,
    Event.REFUSED: _refused,
    Event.REST_REFUSED: _refused,
    Event.WARNED: _warned,
    # The next late warning begins anew.
    Event.ESCALATED: lambda request, _: replace(request, unheeded_since=None),
    Event.EXTENDED: _reset_term,
    Event.THIRD_PARTY: _reset_term,
    Event.TICKED: lambda request, now: replace(request, ticked=(*request.ticked, now.reason)),
    Event.RECORDED: lambda request, now: recorded(request, now.reason),
    Event.DECLINED: lambda request, _: declined(request),
}
