"""Tells bounces, and what they are about: by RFC 3464 where a mail system keeps to it, else by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.messages import Bounce
from mailer import bounce_words
from mailer.delivery_status import REPORT_TYPES, Delivery, deliveries_of
from mailer.mime import Part
from mailer.returned import Returned, returned_in
from mailer.silence import folded, is_absence_note

MOST_RECIPIENTS = 20
MOST_MESSAGE_IDS = 20

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS = re.compile(
    r"(?<![\w.+=-])(?:smtp[=:])?([\w+][\w.!#$%&'*+/=?^`{|}~-]{0,63}@[\w-][\w.-]{0,250}\w)", re.ASCII | re.I
)
_IN_ANGLES = re.compile(r"<\s*([^<>\s@]{1,64}@[\w.-]{1,250}\w)\s*>")
_STATUS = re.compile(r"(?<![\d.])([45]\.[0-7]\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-5]\d[ -](?!\d{2}:)")
_AMAZON = re.compile(r'"(?:notificationType|eventType)\\?"\s*:\s*\\?"(Bounce|Complaint)', re.IGNORECASE)
_REJECTED = re.compile(
    rb"^Disposition:[ \t]*automatic-action[^\r\n]*;[ \t]*(deleted|denied|failed|error)", re.I | re.M
)
_SYSTEMS = re.compile(r"(mailer|mail)[-_.]?daemon@|post[-_.]?master@|mdaemon@")
_LOCAL = re.compile(r"[\w.+=-]+", re.ASCII)
#: Headers that only a mail which tells of another mail carries.
_TELLING = ("x-failed-recipients", "x-ahmailid", "x-mailer-daemon-error")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of the message before its parts are looked at; `sender` may be empty."""

    sender: str
    name: str
    subject: str
    references: tuple[str, ...]
    help_address: str

    @property
    def local(self) -> str:
        """What stands before the @, in lower case, as far as it can be used."""
        found = _LOCAL.match(self.sender.lower())
        return found[0] if found else ""


def bounce_of(message: Part, envelope: Envelope) -> Bounce | None:
    """What the message says of a mail that was not delivered; None for any other message."""
    types = {part.media_type for part in message.walk()}
    complaint = _is_complaint(envelope.subject, types)
    deliveries = deliveries_of(message) if not types.isdisjoint(REPORT_TYPES) else ()
    if not complaint and not deliveries:
        if not _is_likely(message, envelope):
            return None
        deliveries = deliveries_of(message, in_texts=True)
    wrong = [delivery for delivery in deliveries if delivery.went_wrong]
    if deliveries and not wrong:
        return None
    returned = returned_in(message)
    if not complaint and not deliveries and not _is_told(message, envelope, returned):
        return None
    return _bounce(message, envelope, wrong, returned, complaint)


def _is_complaint(subject: str, types: set[str]) -> bool:
    """Whether a recipient called the mail spam: in the form of RFC 5965, or as one big mailbox provider tells it."""
    told = "message/rfc822" in types and subject.strip().lower().startswith("complaint about message from ")
    return told or "message/feedback-report" in types


def _report_type(message: Part) -> str:
    return (
        message.parameters.get("report-type", "").lower() if message.media_type == "multipart/report" else ""
    )


def _is_likely(message: Part, envelope: Envelope) -> bool:
    """A first look that costs next to nothing: nearly all mail ends here."""
    return (
        _null_sender(message)
        or _telling(message)
        or _is_system(envelope)
        or _in_subject(envelope.subject)
        or _report_type(message) == "delivery-status"
        or _was_rejected_by_itself(message)
    )


def _is_system(envelope: Envelope) -> bool:
    """Whether a mail system may have sent it."""
    local = envelope.local
    return (
        not local
        or bool(bounce_words.DAEMONS.fullmatch(local) or bounce_words.POSTMASTERS.fullmatch(local))
        or bool(bounce_words.NAMES.match(envelope.name.lower()))
    )


def _is_told(message: Part, envelope: Envelope, returned: Returned) -> bool:
    """Whether what looks like a bounce is one."""
    if _was_rejected_by_itself(message):
        return True
    if _report_type(message) == "disposition-notification" or is_absence_note(envelope.subject):
        return False
    if _telling(message) or _report_type(message) == "delivery-status":
        return True
    return bool(bounce_words.DAEMONS.fullmatch(envelope.local)) or _by_words(message, envelope, returned)


def _by_words(message: Part, envelope: Envelope, returned: Returned) -> bool:
    """Of a mail system its word counts; of anybody else only proof from all sides: people forward bounces."""
    in_subject = _in_subject(envelope.subject)
    in_text = bool(bounce_words.TEXT.search(folded(returned.words)))
    if _null_sender(message):
        answers = message.header("auto-submitted").lower().startswith("auto-replied")
        return in_subject or in_text or not answers or not envelope.local
    if bounce_words.NEVER_A_PERSON.fullmatch(envelope.local):
        return in_subject or in_text
    proofs = in_subject + in_text + returned.is_there
    if _is_system(envelope):
        return proofs > 1 or bool(_AMAZON.search(returned.words))
    return proofs == 3


def _was_rejected_by_itself(message: Part) -> bool:
    """A filter in the recipient's mailbox refused the mail, and says so in a receipt (RFC 5429 2.2)."""
    return _report_type(message) == "disposition-notification" and any(
        _REJECTED.search(part.content()[:8_000])
        for part in message.walk()
        if part.media_type == "message/disposition-notification"
    )


def _null_sender(message: Part) -> bool:
    return any(value.strip().strip("<>").strip() == "" for value in message.headers.get("return-path", ()))


def _telling(message: Part) -> bool:
    return any(name in message.headers for name in _TELLING)


def _in_subject(subject: str) -> bool:
    return bool(bounce_words.SUBJECT.match(subject.lower()) or bounce_words.SUBJECT.match(folded(subject)))


def _bounce(
    message: Part, envelope: Envelope, wrong: list[Delivery], returned: Returned, complaint: bool
) -> Bounce:
    permanent, status = (False, "") if complaint else _verdict(message, envelope, wrong, returned)
    return Bounce(
        permanent,
        _recipients(message, envelope, wrong, returned),
        _message_ids(message, envelope, returned),
        _token(message, envelope, returned),
        status,
    )


def _verdict(
    message: Part, envelope: Envelope, wrong: list[Delivery], returned: Returned
) -> tuple[bool, str]:
    """Whether it is worth trying again, and the status code (RFC 3463)."""
    codes = sorted((delivery.status for delivery in wrong if delivery.status), reverse=True)
    if codes:
        return codes[0].startswith("5"), codes[0]
    if wrong:
        failed = any(delivery.action == "failed" for delivery in wrong)
        return failed, "5.0.0" if failed else "4.0.0"
    text = folded(f"{envelope.subject}\n{returned.words}")
    delayed, _, is_delay = bounce_words.VERDICTS[0]
    if is_delay.search(text):
        return delayed, next(iter(c for c in _STATUS.findall(text) if c[0] == "4"), "4.4.1")
    found = _STATUS.search(text)
    if found:
        return found[1].startswith("5"), found[1]
    reply = _REPLY_CODE.search(text)
    by_words = next(((yes, code) for yes, code, words in bounce_words.VERDICTS if words.search(text)), None)
    if reply:
        permanent = reply[1] == "5"
        return permanent, by_words[1] if by_words and by_words[0] == permanent else f"{reply[1]}.0.0"
    return by_words or (False, "")


def _recipients(
    message: Part, envelope: Envelope, wrong: list[Delivery], returned: Returned
) -> tuple[str, ...]:
    own, _, domain = envelope.help_address.lower().rpartition("@")
    reported = [address for delivery in wrong for address in delivery.recipients]
    reported += _addresses(message.headers.get("x-failed-recipients", ()))
    written_to = _addresses(returned.values("to"))
    told = [] if reported else _in_words(returned.words)
    found = dict.fromkeys(address.lower() for address in (*reported, *told, *written_to))
    return tuple(
        address
        for address in found
        if not (address.startswith((f"{own}@", f"{own}+")) and address.endswith(f"@{domain}"))
        and address != envelope.sender.lower()
        and not _SYSTEMS.match(address)
    )[:MOST_RECIPIENTS]


def _addresses(values: Iterable[str]) -> list[str]:
    return [found for value in values for found in _ADDRESS.findall(value[:16_000])]


def _in_words(words: str) -> list[str]:
    return _IN_ANGLES.findall(words)[:MOST_RECIPIENTS] or _ADDRESS.findall(words)[:MOST_RECIPIENTS]


def _message_ids(message: Part, envelope: Envelope, returned: Returned) -> tuple[str, ...]:
    own = message.header("message-id")
    told = returned.values("message-id", "x-original-message-id", "original-message-id")
    ids = (*(found for value in told for found in _MESSAGE_ID.findall(value)), *reversed(envelope.references))
    return tuple(dict.fromkeys(each for each in ids if each not in own))[:MOST_MESSAGE_IDS]


def _token(message: Part, envelope: Envelope, returned: Returned) -> str:
    """The token of a plus-address of ours: where the bounce went, in the returned mail, or anywhere in the text."""
    plus = plus_address(envelope.help_address)
    own = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
    places = (
        *(value for name in own for value in message.headers.get(name, ())),
        *returned.values("reply-to", "return-path", "from", "sender", "x-envelope-from"),
        returned.words,
    )
    return next((found[1].lower() for place in places if (found := plus.search(place))), "")


@lru_cache(maxsize=8)
def plus_address(help_address: str) -> re.Pattern[str]:
    """Finds the token of a plus-address of the desk, whatever became of its case."""
    local, _, domain = help_address.rpartition("@")
    return re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([A-Za-z0-9]+)@{re.escape(domain)}(?![\w.-])", re.IGNORECASE
    )
