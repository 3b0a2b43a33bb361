"""What is handed over through a one-time page or as a sealed file: its terms, and what a code makes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest

#: Characters of a link's token and of a passphrase, five bits each: 130 and 100 bits.
TOKEN_LENGTH, PASSPHRASE_LENGTH = 26, 20

_IN_A_LINK = re.compile(r"(/h/)[0-9a-z]{26}\b")


class Way(StrEnum):
    """How results reach the person they are about."""

    ATTACHED = "attached"  # into the chat that proved itself
    PAGE = "page"  # a link to a one-time page, and a code
    SEALED = "sealed"  # an encrypted ZIP, its passphrase on another way


@dataclass(frozen=True, slots=True)
class Terms:
    """How long and how often; times as the one-time page promises them."""

    life: timedelta = timedelta(hours=72)
    opens: int = 3
    tries: int = 5  # wrong answers to one code
    pause: timedelta = timedelta(seconds=60)  # between two codes
    codes: int = 3  # codes in a day
    code_life_chat: timedelta = timedelta(minutes=10)
    code_life_mail: timedelta = timedelta(minutes=30)
    #: What may be handed over at once, in bytes: what most mailboxes still take.
    most_bytes: int = 25 * 1000 * 1000


DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is laid out for one person; the file itself lies apart."""

    id: str
    request_id: str
    way: Way
    created_at: datetime
    expires_at: datetime
    opens_left: int
    tries_left: int = 0
    #: The keyed hash of the code that is out; None: there is none.
    code: bytes | None = None
    code_expires_at: datetime | None = None
    code_sent_at: datetime | None = None
    #: Codes that were sent within a day of the first of them.
    codes_sent: int = 0
    codes_since: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it can still be opened."""
        return self.opens_left > 0 and now < self.expires_at

    def has_code(self, now: datetime) -> bool:
        """Whether a code is out that can still be typed."""
        return self.code is not None and self.code_expires_at is not None and now < self.code_expires_at


class Sending(StrEnum):
    """Whether another code may go out now."""

    NOW = "now"
    SOON = "soon"  # the last one is hardly on its way
    ENOUGH = "enough"  # no more today


class Verdict(StrEnum):
    """What a typed code is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    VOID = "void"  # none is out, it is too late, or there were too many wrong ones


def laid_out(
    given_id: str, request_id: str, way: Way, now: datetime, terms: Terms, opens: int | None = None
) -> HandOver:
    """Something new to be handed over."""
    count = terms.opens if opens is None else opens
    return HandOver(given_id, request_id, way, now, now + terms.life, count)


def renewed(old: HandOver, now: datetime, terms: Terms) -> HandOver:
    """The same results under a new link; codes of the day still count."""
    fresh = laid_out(old.id, old.request_id, old.way, now, terms)
    return replace(
        fresh, code_sent_at=old.code_sent_at, codes_sent=old.codes_sent, codes_since=old.codes_since
    )


def sending(what: HandOver, now: datetime, terms: Terms) -> Sending:
    """Whether another code may go out now."""
    if what.code_sent_at is not None and now < what.code_sent_at + terms.pause:
        return Sending.SOON
    return Sending.ENOUGH if _sent_today(what, now) >= terms.codes else Sending.NOW


def _sent_today(what: HandOver, now: datetime) -> int:
    return what.codes_sent if what.codes_since and now < what.codes_since + DAY else 0


def with_code(what: HandOver, digest: bytes, life: timedelta, now: datetime, terms: Terms) -> HandOver:
    """A new code is out; the one before counts no more."""
    sent = _sent_today(what, now)
    return replace(
        what,
        tries_left=terms.tries,
        code=digest,
        code_expires_at=now + life,
        code_sent_at=now,
        codes_sent=sent + 1,
        codes_since=what.codes_since if sent else now,
    )


def judged(what: HandOver, digest: bytes, now: datetime) -> tuple[Verdict, HandOver]:
    """Compare in constant time: a right code counts once and opens once, the last wrong one makes it void."""
    fits = compare_digest(digest, what.code or b"")
    if not what.has_code(now):
        return Verdict.VOID, what
    if fits:
        return Verdict.RIGHT, replace(what, code=None, tries_left=0, opens_left=what.opens_left - 1)
    left = what.tries_left - 1
    return Verdict.WRONG, replace(what, tries_left=left, code=what.code if left else None)


def typed_code(text: str) -> str:
    """The digits of what was typed into the field: people copy blanks and hyphens along."""
    digits = re.sub(r"[\s.\-]", "", text)
    return digits if re.fullmatch(r"[0-9]{8}", digits) else ""


def without_token(text: str) -> str:
    """A letter as it is kept: whoever reads it later must not be able to follow its link."""
    return _IN_A_LINK.sub(r"\1…", text)
