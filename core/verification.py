"""Who asks: what must be proven, where the code goes, and whether an answer is right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest

from core.happenings import Event
from core.messages import Address, ChannelName
from core.policy import Policy, ProofLevel
from core.requests import Challenge, Request, Right, Subject


class Verdict(StrEnum):
    """What an answer to a challenge is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"  # right, but too late


def needs_proof(rights: Iterable[Right], policy: Policy) -> bool:
    """Whether any of the rights asks for more than the channel itself."""
    return any(policy.rights[right].proof is not ProofLevel.NONE for right in rights)


def contact_for(requester: Address, subject: Subject | None, names_somebody: bool = False) -> Address | None:
    """Where a code goes: the contact on file, never an address that a message merely names.

    Somebody who is not on file and writes by mail gets one at the address they write from: it proves
    nothing, and makes both cases look the same from outside. Not where they name somebody: were that one on
    file, the code would go there, and so a code that comes would say that nobody of that name is.
    """
    if subject is None:
        return None if requester.is_chat or names_somebody else requester
    mails = [contact for contact in subject.contacts if contact.channel is ChannelName.EMAIL]
    return next(iter(mails or subject.contacts), None)


def challenge(digest: bytes, contact: Address, now: datetime, minutes: int) -> Challenge:
    return Challenge(digest, contact, now, now + timedelta(minutes=minutes))


def bound(request_id: str, code: str) -> str:
    """What is hashed: the code together with the request it is for."""
    return f"{request_id}:{code}"


def judge_answer(request: Request, digest: bytes, now: datetime) -> Verdict:
    """Compare an answer in constant time; without a challenge every answer is wrong."""
    asked = request.challenge
    if not compare_digest(digest, asked.digest if asked else b"") or asked is None:
        return Verdict.WRONG
    return Verdict.EXPIRED if now >= asked.expires_at else Verdict.RIGHT


def answer_event(request: Request, verdict: Verdict, policy: Policy) -> Event:
    """What an answer makes happen; a wrong one never ends a request, a person decides when tries are used up."""
    if verdict is Verdict.EXPIRED:
        return Event.CODE_SENT
    if verdict is Verdict.WRONG:
        last = request.wrong_codes + 1 >= policy.verification.tries
        return Event.CODES_USED_UP if last else Event.WRONG_CODE
    return Event.IDENTITY_PROVEN if _went_to_file(request) else Event.STRANGER_PROVEN


def _went_to_file(request: Request) -> bool:
    """Whether the code went to a contact that stands on file, whatever was learned since."""
    contacts = request.subject.contacts if request.subject else ()
    return request.challenge is not None and request.challenge.contact in contacts


def is_own(request: Request) -> bool:
    """Whether the requester writes from a contact of the person on file whom the request is about."""
    contacts = request.subject.contacts if request.subject else ()
    return any(place(each) == place(request.requester) for each in contacts)


def place(address: Address) -> tuple[ChannelName, str]:
    """What makes two addresses one: the number of one chat can be that of somebody else on another channel."""
    return address.channel, address.normal


def may_send(request: Request, policy: Policy) -> bool:
    """Whether another code may go out for a request."""
    return request.codes_sent < policy.verification.codes


def may_answer(request: Request, sender: Address) -> bool:
    """Whether a sender belongs to a request: who asked, or the contact that the code went to."""
    known = [request.requester, *(request.subject.contacts if request.subject else ())]
    if request.challenge:
        known.append(request.challenge.contact)
    return any(place(each) == place(sender) for each in known)
