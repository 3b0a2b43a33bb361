"""Results on their way to a person: into a proven chat, behind a one-time page, or in a sealed file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.hand_over import (
    PASSPHRASE_LENGTH,
    TOKEN_LENGTH,
    HandOver,
    Sending,
    Verdict,
    Way,
    judged,
    laid_out,
    renewed,
    sending,
    with_code,
)
from core.happenings import Event, Happening
from core.messages import Address, Attachment, InboundMessage
from core.requests import Request
from core.telling import fields_of, grouped
from core.verification import is_forged, place
from flows import archives, outcome, reach
from flows.desk import Desk
from flows.store import AuditEntry, UnitOfWork
from flows.verification import readable_code


@dataclass(frozen=True, slots=True)
class Parcel:
    """Results that are ready to go, in one of three ways."""

    way: Way
    #: What goes with the letter.
    files: tuple[Attachment, ...] = ()
    #: What waits in the store, under a token.
    kept: HandOver | None = None
    token: str = ""
    laid_out: Attachment | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(file.name for file in self.files)


def way(desk: Desk, request: Request) -> Way:
    """How results of a request go out: by the page where there is one, else in the chat, else sealed by mail."""
    if desk.page_url:
        return Way.PAGE
    return Way.ATTACHED if outcome.proven(desk, request).is_chat else Way.SEALED


def packed(desk: Desk, request: Request, files: tuple[Attachment, ...], now: datetime) -> Parcel:
    """Make ready what a staff member gave; nothing is written yet."""
    by, clean = way(desk, request), archives.cleaned(files)
    name = f"{request.reference}.zip"
    if by is Way.ATTACHED or not clean:
        return Parcel(Way.ATTACHED, clean)
    token = desk.secrets.token(TOKEN_LENGTH)
    kept = laid_out(desk.secrets.token(TOKEN_LENGTH), request.id, by, now, desk.terms)
    if by is Way.PAGE:
        return Parcel(by, (), kept, token, archives.as_one(clean, name, now))
    passphrase = _passphrase(desk)
    secret = Attachment("passphrase", "text/plain", passphrase.encode())
    return Parcel(by, (archives.sealed(clean, name, passphrase),), kept, token, secret)


def _passphrase(desk: Desk) -> str:
    """100 random bits in letters and digits that cannot be mistaken for one another, in groups of five."""
    plain = desk.secrets.token(PASSPHRASE_LENGTH)
    return "-".join(plain[i : i + 5] for i in range(0, PASSPHRASE_LENGTH, 5))


def link(desk: Desk, token: str) -> str:
    return f"{desk.page_url}/h/{token}"


def lay_out(uow: UnitOfWork, parcel: Parcel) -> None:
    """Keep what waits for the person; in the transaction that completes the right."""
    if parcel.kept is not None and parcel.laid_out is not None:
        uow.add_hand_over(parcel.kept, parcel.token, parcel.laid_out)


def reissue(uow: UnitOfWork, desk: Desk, request: Request, by: str, now: datetime) -> int:
    """Send new links, or a new code for what is sealed; returns how many there were to send.

    Old links end. 0: nothing is kept any more, and the file must be sent anew.
    """
    found = uow.hand_overs_of(request.id)
    for old in found:
        what, token = renewed(old, now, desk.terms), desk.secrets.token(TOKEN_LENGTH)
        uow.save_hand_over(what, token)
        uow.audit(AuditEntry(now, request.id, by, "link_renewed", {"way": what.way.value}))
        if what.way is Way.PAGE:
            tell_link(uow, desk, request, token, now)
        else:
            send_passphrase_or_code(uow, desk, request, what, now)
    return len(found)


def tell_link(uow: UnitOfWork, desk: Desk, request: Request, token: str, now: datetime) -> None:
    fields = {
        "reference": request.reference,
        "link": link(desk, token),
        "hours": desk.terms.life // timedelta(hours=1),
        "opens": desk.terms.opens,
    }
    outcome.tell(
        uow, desk, request, "hand_over_link", fields, now, to=outcome.proven(desk, request), automatic=False
    )


# --- codes ------------------------------------------------------------------------------------------


def code_life(desk: Desk, request: Request) -> timedelta:
    """It is typed at once where it came by chat; mail takes its time."""
    terms = desk.terms
    return terms.code_life_chat if outcome.proven(desk, request).is_chat else terms.code_life_mail


def send_code(uow: UnitOfWork, desk: Desk, request: Request, what: HandOver, now: datetime) -> Sending:
    """Send a code for what is laid out to the proven contact, unless it is too soon or too often."""
    may = sending(what, now, desk.terms)
    if may is not Sending.NOW:
        uow.audit(AuditEntry(now, request.id, "holder", "page_code_held_back", {"why": may.value}))
        return may
    code, life = readable_code(desk.secrets.code), code_life(desk, request)
    digest = code_digest(desk, what, code)
    uow.save_hand_over(with_code(what, digest, life, now, desk.terms))
    fields = {
        "reference": request.reference,
        "code": grouped(code),
        "minutes": life // timedelta(minutes=1),
        "by_page": what.way is Way.PAGE,
    }
    to = outcome.proven(desk, request)
    outcome.tell(uow, desk, request, "hand_over_code", fields, now, to=to, automatic=False)
    uow.audit(AuditEntry(now, request.id, "desk", "page_code_sent", {"way": what.way.value}))
    return may


def code_digest(desk: Desk, what: HandOver, code: str) -> bytes:
    """The keyed hash of a code, bound to what it opens."""
    return desk.secrets.digest("hand-over", f"{what.id}:{code}")


# --- sealed files -----------------------------------------------------------------------------------


def send_passphrase_or_code(
    uow: UnitOfWork, desk: Desk, request: Request, what: HandOver, now: datetime
) -> None:
    """The passphrase by another way than the file; where there is none, a code to answer with."""
    other = _other_channel(uow, desk, request, now)
    if other is None:
        send_code(uow, desk, request, what, now)
    else:
        _tell_passphrase(uow, desk, request, what, other, now)


def _other_channel(uow: UnitOfWork, desk: Desk, request: Request, now: datetime) -> Address | None:
    """A contact on file where the sealed file did not go: a chat beside the mailbox."""
    went = outcome.proven(desk, request)
    contacts = request.subject.contacts if request.subject else ()
    # Who got the file for somebody else, or was checked by hand, must be able to open it.
    if place(went) not in map(place, contacts):
        return None
    return next(
        (
            each
            for each in contacts
            if each.is_chat is not went.is_chat
            and each.channel in desk.channels
            and not reach.is_dead(uow, each, request.id, now)
        ),
        None,
    )


def _tell_passphrase(
    uow: UnitOfWork, desk: Desk, request: Request, what: HandOver, to: Address, now: datetime
) -> None:
    kept = uow.handed_file(what.id)
    if kept is None or kept.content is None:
        return
    fields = {"reference": request.reference, "passphrase": kept.content.decode()}
    outcome.tell(uow, desk, request, "hand_over_passphrase", fields, now, to=to, automatic=False)
    uow.audit(AuditEntry(now, request.id, "desk", "passphrase_sent", {"channel": to.channel.value}))


def answered(
    uow: UnitOfWork,
    desk: Desk,
    request: Request,
    message: InboundMessage,
    code: str,
    now: datetime,
    alone: bool = True,
) -> bool:
    """A code that is sent back brings the passphrase of a sealed file; False where the message is something else.

    Not `alone`: the digits of a message that is about other things are a code only if they are the right ones.
    """
    to = outcome.proven(desk, request)
    if not code or is_forged(message) or place(message.sender) != place(to):
        return False
    waiting = [each for each in uow.hand_overs_of(request.id) if each.way is Way.SEALED and each.is_good(now)]
    if not waiting:
        return False
    for what in waiting:
        verdict, after = judged(what, code_digest(desk, what, code), now)
        if verdict is Verdict.RIGHT:
            uow.save_hand_over(after)
            _tell_passphrase(uow, desk, request, after, to, now)
            return True
    return alone and _missed(uow, desk, request, waiting[0], code, now)


def _missed(uow: UnitOfWork, desk: Desk, request: Request, what: HandOver, code: str, now: datetime) -> bool:
    """A wrong code counts; after the last one, or too late, a new one goes out where the limits let it.

    False: there are no more today, and whoever wrote would hear nothing.
    """
    verdict, after = judged(what, code_digest(desk, what, code), now)
    uow.save_hand_over(after)
    uow.audit(AuditEntry(now, request.id, "holder", "passphrase_code_wrong", {"verdict": verdict.value}))
    if after.code is None or verdict is Verdict.VOID:
        return send_code(uow, desk, request, replace(after, code=None), now) is not Sending.ENOUGH
    wrong = Happening(Event.WRONG_CODE, "requester", number=after.tries_left)
    fields, to = fields_of("wrong_code", request, wrong, desk.policy), outcome.proven(desk, request)
    outcome.tell(uow, desk, request, "wrong_code", fields, now, to=to, automatic=False)
    return True
