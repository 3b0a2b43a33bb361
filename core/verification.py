"""Who asks: what must be proven, where the code goes, and what an answer is worth."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest

from core.happenings import Event
from core.messages import Address, ChannelName, InboundMessage
from core.policy import Policy, ProofLevel
from core.recognition.normalise import fold
from core.requests import Challenge, Request, Right, Status, Subject

_DAY = timedelta(days=1)
#: The levels, the least proof first.
_LADDER = tuple(ProofLevel)

#: Statuses in which a code is judged; after verification it is a number like any other.
ASKS = frozenset({Status.VERIFYING, Status.IDENTITY_REVIEW})

#: Why a staff member is sure who asks: coded, since it is chosen in a group and kept in the audit.
IDENTITY_REASONS = ("called_back", "in_person", "papers_matched", "login_confirmed", "document_seen", "other")


# --- what must be proven --------------------------------------------------------------------------


def needs_proof(rights: Iterable[Right], policy: Policy) -> bool:
    """Whether any of the rights asks for more than the channel itself."""
    return level_for(rights, policy) is not ProofLevel.NONE


def level_for(rights: Iterable[Right], policy: Policy) -> ProofLevel:
    """How much must be proven: as much as the strictest of the rights asks for."""
    return max((policy.rights[right].proof for right in rights), key=_LADDER.index, default=ProofLevel.NONE)


def identity_quorum(request: Request, policy: Policy) -> int:
    """How many staff members must check who asks, where a person says so."""
    return max((policy.rights[right].identity_quorum for right in request.rights), default=1)


# --- where a code goes ----------------------------------------------------------------------------


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


def second_contact(subject: Subject | None, proven: Iterable[Address]) -> Address | None:
    """Another contact on file than those that are proven, on another channel where there is one."""
    known = [place(contact) for contact in proven]
    channels = {channel for channel, _ in known}
    others = [contact for contact in (subject.contacts if subject else ()) if place(contact) not in known]
    return min(others, key=lambda contact: contact.channel in channels, default=None)


def lacks_second_contact(request: Request, policy: Policy) -> bool:
    """Whether a person must check because no second contact is on file to send a code to."""
    wanted = level_for(request.rights, policy) is ProofLevel.TWO_CONTACTS and request.right_codes > 0
    return (
        wanted and request.status in ASKS and second_contact(request.subject, request.proven_contacts) is None
    )


def challenge(digest: bytes, contact: Address, now: datetime, minutes: int) -> Challenge:
    return Challenge(digest, contact, now, now + timedelta(minutes=minutes))


def bound(request_id: str, code: str) -> str:
    """What is hashed: the code together with the request it is for."""
    return f"{request_id}:{code}"


def wants_code(text: str) -> bool:
    """Whether a message asks for another code in so many words."""
    return _WANTS_CODE.search(fold(text)) is not None


# A customer code, which people send of themselves, is another thing.
_WANTS_CODE = re.compile(
    r"\b(?:(?:new|another|fresh) code|(?:re)?send (?:me )?(?:a|the) code|send (?:it|the code) again|resend"
    r"|(?:not|never|n't|no) (?:\w+ ){0,2}(?:receiv\w+|got|get|see|seen) (?:\w+ ){0,2}code"
    r"|ma (?:xac nhan |xac thuc )?(?:moi|khac)|(?:gui|cho|xin|nhan) lai (?:\w+ ){0,2}ma"
    r"|(?:chua|khong|ko) (?:nhan duoc|nhan dc|thay|co) (?:\w+ ){0,2}ma)\b"
    r"(?! (?:so|kh|khach|hv|hoc|sv|sinh|nv|nhan|the|ho|don|bn|benh|hoi|thanh)\b)"
)


# --- how many codes -------------------------------------------------------------------------------


def codes_of_day(request: Request, now: datetime) -> tuple[datetime, ...]:
    """When codes went out, or were withheld, in the last 24 hours."""
    return tuple(at for at in request.code_times if now - at < _DAY)


def may_send(request: Request, policy: Policy, now: datetime) -> bool:
    """Whether another code may go out for a request today."""
    return len(codes_of_day(request, now)) < policy.verification.codes_day


def too_soon(request: Request, policy: Policy, now: datetime) -> bool:
    """Whether the last code is so fresh that the next to the same contact must wait."""
    pause = timedelta(seconds=policy.verification.resend_seconds)
    return any(now - at < pause for at in request.code_times)


# --- what an answer is worth ----------------------------------------------------------------------


def by_contact(request: Request, message: InboundMessage) -> bool:
    """Whether a message comes from where the code went, and nothing says that its sender is forged.

    The contact has tries of its own, so that nobody else can use them up.
    """
    asked = request.challenge
    return asked is not None and not is_forged(message) and place(asked.contact) == place(message.sender)


def is_forged(message: InboundMessage) -> bool:
    """Whether our own mail server says that a message is not from whom it says (RFC 7489)."""
    return message.evidence is not None and message.evidence.dmarc == "fail"


def tries_left(request: Request, own: bool, policy: Policy) -> int:
    """How many answers to the present code are left to its contact (`own`), or to everybody else together."""
    return policy.verification.tries - (request.wrong_by_contact if own else request.wrong_codes)


def is_spent(request: Request, own: bool, minutes: int, policy: Policy, now: datetime) -> bool:
    """Whether the present code is of no use any more: void after its tries, or run out after `minutes`.

    To all but its contact a code that was withheld is spent like one that went out.
    """
    # A code that went out before its time was kept with the others.
    asked_at = request.challenge.sent_at if request.challenge else None
    last = max(request.code_times, default=asked_at)
    run_out = last is None or now - last >= timedelta(minutes=minutes)
    if own and request.challenge:
        run_out = now >= request.challenge.expires_at
    return run_out or tries_left(request, own, policy) <= 0


def matches(request: Request, digest: bytes) -> bool:
    """Compare an answer in constant time; without a challenge every answer is wrong."""
    asked = request.challenge
    return compare_digest(digest, asked.digest if asked else b"") and asked is not None


def is_right(request: Request, digest: bytes, own: bool, now: datetime) -> bool:
    """Whether an answer is the code that went out, in time, from somebody for whom it is still good."""
    asked = request.challenge
    good = asked is not None and now < asked.expires_at and (own or not asked.contact_only)
    return matches(request, digest) and good


def answer_event(request: Request, right: bool, own: bool, policy: Policy, now: datetime) -> Event:
    """What an answer makes happen; a wrong one never ends a request, a person decides when codes are used up."""
    if right:
        return proof_event(request, went_to_file(request), policy)
    last = tries_left(request, own, policy) <= 1 and not may_send(request, policy, now)
    return Event.CODES_USED_UP if last and request.status is Status.VERIFYING else Event.WRONG_CODE


def proof_event(request: Request, on_file: bool, policy: Policy) -> Event:
    """What one more proof makes happen, `on_file`: of a contact on file. The same words for both go out.

    Only where all is proven that the strictest right asks for is the requester told so.
    """
    level = level_for(request.rights, policy)
    if level is ProofLevel.TWO_CONTACTS and not (on_file and request.proven_contacts):
        return Event.CODE_ACCEPTED
    if level is ProofLevel.PERSON:
        return Event.PERSON_NEEDED
    return Event.IDENTITY_PROVEN if on_file else Event.STRANGER_PROVEN


def went_to_file(request: Request) -> bool:
    """Whether the code went to a contact that stands on file, whatever was learned since."""
    contacts = request.subject.contacts if request.subject else ()
    return request.challenge is not None and request.challenge.contact in contacts


def told_status(request: Request, policy: Policy) -> Status:
    """The status that a requester is told: it must not say who is on file, nor whether a second contact is.

    Whoever has typed a code reads the same as the person on file would.
    """
    if request.status in ASKS and request.right_codes:
        simple = level_for(request.rights, policy)
        return Status.IN_REVIEW if simple in (ProofLevel.NONE, ProofLevel.CONTACT) else Status.IDENTITY_REVIEW
    return request.status


# --- who belongs to a request ---------------------------------------------------------------------


def is_own(request: Request) -> bool:
    """Whether the requester writes from a contact of the person on file whom the request is about."""
    contacts = request.subject.contacts if request.subject else ()
    return any(place(each) == place(request.requester) for each in contacts)


def place(address: Address) -> tuple[ChannelName, str]:
    """What makes two addresses one: the number of one chat can be that of somebody else on another channel."""
    return address.channel, address.normal


def may_answer(request: Request, sender: Address) -> bool:
    """Whether a sender belongs to a request: who asked, or the contact that the code went to."""
    known = [request.requester, *(request.subject.contacts if request.subject else ())]
    if request.challenge:
        known.append(request.challenge.contact)
    return any(place(each) == place(sender) for each in known)
