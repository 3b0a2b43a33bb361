"""What a visitor of a one-time page can do: ask for a code, open what is laid out, ask for a new link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.hand_over import HandOver, Sending, Verdict, judged
from core.messages import Attachment
from core.requests import Request
from flows import cards, hand_over, outcome
from flows.desk import Desk
from flows.store import AuditEntry, UnitOfWork


class Word(StrEnum):
    """What the page says above its forms."""

    NONE = ""
    SENT = "sent"
    SOON = "soon"
    ENOUGH = "enough"
    WRONG = "wrong"
    VOID = "void"


_WORDS = {Sending.NOW: Word.SENT, Sending.SOON: Word.SOON, Sending.ENOUGH: Word.ENOUGH}


@dataclass(frozen=True, slots=True)
class View:
    """A page whose link is good, without anything that says whose it is."""

    language: str
    reference: str
    size: int
    opens_left: int
    expires_at: datetime
    has_code: bool
    word: Word
    tries_left: int
    by_chat: bool
    minutes: int


#: What is kept under a link, and its request.
Found = tuple[HandOver, Request]


def _found(uow: UnitOfWork, token: str) -> Found | None:
    """What lies under a token, good or not: the same statements whether there is anything."""
    what = uow.hand_over_by_token(token)
    request = uow.request(what.request_id if what else "")
    return (what, request) if what and request else None


def look(uow: UnitOfWork, desk: Desk, token: str, now: datetime) -> View | None:
    """Show a page; nothing happens, since mail scanners follow links. None: the link is not good."""
    found = _found(uow, token)
    return _view(uow, desk, found, now) if found and found[0].is_good(now) else None


def send_code(uow: UnitOfWork, desk: Desk, token: str, now: datetime) -> View | None:
    """A code goes to the proven contact. None: the link is not good."""
    found = _good(uow, token, now)
    if found is None:
        return None
    what, request = found
    word = _WORDS[hand_over.send_code(uow, desk, request, what, now)]
    return _view(uow, desk, (uow.hand_over_by_token(token) or what, request), now, word)


def open_it(uow: UnitOfWork, desk: Desk, token: str, code: str, now: datetime) -> Attachment | View | None:
    """The file for a right code, once; else the page, or None where the link is not good."""
    found = _good(uow, token, now)
    if found is None:
        return None
    what, request = found
    verdict, after = judged(what, hand_over.code_digest(desk, what, code), now)
    uow.save_hand_over(after)
    if verdict is not Verdict.RIGHT:
        _audit(uow, request, "page_code_wrong", now, verdict=verdict.value, left=after.tries_left)
        is_void = verdict is Verdict.VOID or after.code is None
        return _view(uow, desk, (after, request), now, Word.VOID if is_void else Word.WRONG)
    _audit(uow, request, "page_opened", now, left=after.opens_left)
    return uow.handed_file(what.id)


def _good(uow: UnitOfWork, token: str, now: datetime) -> Found | None:
    """What a good link leads to; a try of one that has run out is written down."""
    found = _found(uow, token)
    if found is None or found[0].is_good(now):
        return found
    _audit(uow, found[1], "page_too_late", now, opens_left=found[0].opens_left)
    return None


def ask_again(uow: UnitOfWork, desk: Desk, token: str, now: datetime) -> None:
    """A link that is good no more: staff are told that a new one is wanted, once a day.

    For a token that nobody knows, and for a link that is still good, nothing happens, and nothing shows.
    """
    found = _found(uow, token)
    if found is None or found[0].is_good(now):
        return
    what, request = found
    _audit(uow, request, "page_link_wanted", now)
    if uow.once(f"link-wanted:{what.id}:{desk.today(now)}", now):
        command = f"privacydesk hand-over again {request.reference}"
        cards.alert(uow, desk, "link_wanted", now, request.id, reference=request.reference, command=command)


def _audit(uow: UnitOfWork, request: Request, action: str, now: datetime, **detail: object) -> None:
    told = {key: str(value) for key, value in detail.items()}
    uow.audit(AuditEntry(now, request.id, "holder", action, told))


def _view(uow: UnitOfWork, desk: Desk, found: Found, now: datetime, word: Word = Word.NONE) -> View:
    what, request = found
    label = uow.handed_label(what.id)
    return View(
        language=request.language,
        reference=request.reference,
        size=label.size if label else 0,
        opens_left=what.opens_left,
        expires_at=what.expires_at,
        has_code=what.has_code(now),
        word=word,
        tries_left=what.tries_left,
        by_chat=outcome.proven(desk, request).is_chat,
        minutes=hand_over.code_life(desk, request) // timedelta(minutes=1),
    )
