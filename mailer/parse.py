"""Reads a stored mail: raw bytes become an InboundMessage, or Unreadable with a plain reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.messages import Address, Attachment, ChannelName, InboundMessage, RawMessage, Unreadable
from mailer.bodies import attachments_of, text_of, unpacked
from mailer.bounces import Envelope, bounce_of, plus_address
from mailer.charsets import decode, header_text
from mailer.delivery_status import reporting_host
from mailer.evidence import NO_CHECKS, Checks, evidence_of
from mailer.mime import Headers, Part, read_message
from mailer.silence import is_own, silence_reason

#: The first header of what was stored in place of a mail that was not fetched; its value says why.
NOT_FETCHED = b"X-PrivacyDesk-Not-Fetched: "

#: Stands for a mail system that does not say who it is (RFC 2606).
NOBODY = "mailer-daemon@unknown.invalid"

#: So many Message-IDs of a thread are kept, the youngest.
MOST_REFERENCES = 20
LONGEST_SUBJECT = 1_000
#: Where a mail server keeps the address that a mail was written to.
RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_IN_ANGLES = re.compile(r"<\s*([^<>\s]*@[^<>\s]*)\s*>")
_BARE = re.compile(r"([^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+)")
#: A mail system may sign without a domain.
_LOCAL_ONLY = re.compile(r"(?:<\s*|^\s*)([\w.-]+)(?:\s*>)?\s*$", re.ASCII)
_USABLE = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\W_](?:[\w.-]*[^\W_])?")


def parse_mail(raw: RawMessage, help_address: str, checks: Checks = NO_CHECKS) -> InboundMessage:
    """Read a mail. Raises Unreadable, and nothing else but for want of memory (MemoryError)."""
    try:
        return _parse(raw, help_address, checks)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - strangers write this input; a mail that breaks a reader is shown to a person
        raise Unreadable(f"it breaks the reader ({type(error).__name__})") from None


def open_attachment(raw: RawMessage, attachment: Attachment) -> Attachment:
    """A file of a mail with its content. Raises LookupError where the mail holds no such file, and Unreadable."""
    return unpacked(read_message(raw.raw), attachment)


def _parse(raw: RawMessage, help_address: str, checks: Checks) -> InboundMessage:
    if raw.raw.startswith(NOT_FETCHED):
        reason, _, header = raw.raw.removeprefix(NOT_FETCHED).partition(b"\r\n")
        raise Unreadable(
            reason.decode("ascii", "replace"), _of_header(replace(raw, raw=header), help_address, checks)
        )
    message = read_message(raw.raw)
    name, address = sender_of(message)
    subject = header_text(message.header("subject"))[:LONGEST_SUBJECT]
    references = _thread(message.headers)
    silence, bounce = "own mail" if is_own(message, address, help_address) else "", None
    if not silence:
        bounce = bounce_of(message, Envelope(address, name, subject, references, help_address))
    sender = Address(ChannelName.EMAIL, _usable(address) or (_daemon(message) if bounce else ""))
    if not sender.value:
        raise Unreadable("it has no usable sender address")
    text = text_of(message)
    return InboundMessage(
        sender=sender,
        received_at=raw.received_at,
        text=text,
        subject=subject,
        message_id=next(iter(_message_ids(message.headers, "message-id")), ""),
        references=references,
        reply_token=reply_token(message.headers, help_address),
        silence=silence or ("bounce" if bounce else silence_reason(message, sender, subject, text)),
        name=name,
        attachments=attachments_of(message),
        bounce=bounce,
        evidence=evidence_of(message, raw.raw, sender.value.rpartition("@")[2], checks),
    )


def _daemon(message: Part) -> str:
    """Who sends a bounce that names no usable sender: a mail system, as far as it tells which."""
    host = reporting_host(message)
    return f"mailer-daemon@{host}" if _USABLE.fullmatch(f"mailer-daemon@{host}") else NOBODY


def _of_header(raw: RawMessage, help_address: str, checks: Checks) -> InboundMessage | None:
    """What the header alone tells of a mail; None where that is not even a sender."""
    try:
        return _parse(raw, help_address, checks)
    except Unreadable:
        return None


def sender_of(message: Part) -> tuple[str, str]:
    """Display name and address of From; the address may be empty, or of no use."""
    value = message.header("from")[:4_000]
    # A quoted name may hold anything, also an address: it must not be looked into.
    bare = _QUOTED.sub(" ", value)
    found = _IN_ANGLES.search(bare)
    if found is None:
        found = _BARE.search(bare) or _LOCAL_ONLY.search(bare)
        return _display_name(value, "<" in bare), _decoded(found[1]) if found else ""
    return _display_name(value, in_angles=True), _decoded(found[1])


def _usable(address: str) -> str:
    return address if len(address) <= 254 and _USABLE.fullmatch(address) else ""


def _display_name(value: str, in_angles: bool) -> str:
    quoted = _QUOTED.search(value)
    if quoted:
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    elif in_angles:
        name = value.partition("<")[0]
    else:
        name = value.partition("(")[2].rpartition(")")[0]
    return header_text(name)[:200]


def _decoded(value: str) -> str:
    return decode(value.encode("utf-8", "surrogateescape"))


def _message_ids(headers: Headers, *names: str) -> Sequence[str]:
    return [
        found
        for name in names
        for value in headers.get(name, ())
        for found in _MESSAGE_ID.findall(_decoded(value))
    ]


def _thread(headers: Headers) -> tuple[str, ...]:
    """The Message-IDs that are answered, oldest first; mailers part them by blanks or commas."""
    found = dict.fromkeys(_message_ids(headers, "references", "in-reply-to"))
    return tuple(found)[-MOST_REFERENCES:]


def reply_token(headers: Headers, help_address: str) -> str:
    """The token of the plus-address that a mail was written to, in lower case: mailers change the case."""
    plus = plus_address(help_address)
    values = (value for name in RECIPIENT_HEADERS for value in headers.get(name, ()))
    return next((found[1].lower() for value in values if (found := plus.search(value))), "")
