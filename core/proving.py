"""What each event of verification changes in a request: codes and their tries, proofs, votes of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.happenings import Happening
from core.requests import Proof, Request


def proven(whole: Proof) -> Callable[[Request, Happening], Request]:
    """A proof was accepted: `whole` where it is of a contact on file, else that of a stranger."""

    def change(request: Request, now: Happening) -> Request:
        return replace(
            request,
            proof=whole if now.contact else Proof.STRANGER,
            challenge=None,
            right_codes=request.right_codes + 1,
            proven_contacts=(*request.proven_contacts, *((now.contact,) if now.contact else ())),
            proven_contact=request.proven_contact or now.contact,
        )

    return change


def by_hand(request: Request, now: Happening) -> Request:
    return replace(voted(request, now), proof=Proof.BY_HAND, challenge=None)


def voted(request: Request, now: Happening) -> Request:
    return replace(request, identity_votes=(*request.identity_votes, now.by))


def another_person(request: Request) -> Request:
    """Nothing that was proven before counts for the person who is known now, nor a code that went elsewhere."""
    return replace(
        request,
        challenge=None,
        proof=Proof.PENDING,
        right_codes=0,
        proven_contacts=(),
        proven_contact=None,
        identity_votes=(),
    )


def coded(request: Request, now: Happening) -> Request:
    """Another code went out: it has tries of its own."""
    return replace(
        request, challenge=now.challenge, code_times=now.code_times, wrong_codes=0, wrong_by_contact=0
    )


def withheld(request: Request, now: Happening) -> Request:
    """To the eye another code went out. One that did before stays good for its contact, with the tries it has."""
    asked = replace(request.challenge, contact_only=True) if request.challenge else None
    return replace(request, challenge=asked, code_times=now.code_times, wrong_codes=0)


def counted(request: Request, now: Happening) -> Request:
    if now.by_contact:
        return replace(request, wrong_by_contact=request.wrong_by_contact + 1)
    return replace(request, wrong_codes=request.wrong_codes + 1)


def used_up(request: Request, now: Happening) -> Request:
    """No more codes today. The one that is out stays good: its contact may still prove it."""
    # A last answer counts; where time or the wish for another code brought it about, there was none.
    after = request if now.by == "desk" else counted(request, now)
    return replace(after, proof=Proof.PARTLY if request.proven_contacts else Proof.FAILED)


def waits_anew(request: Request) -> Request:
    return replace(request, wrong_codes=0, wrong_by_contact=0, reminders=0, challenge=None, identity_votes=())
