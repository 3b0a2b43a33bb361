"""Reads a stored mail: raw bytes become an InboundMessage, or Unreadable with a plain reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.messages import Address, ChannelName, InboundMessage, RawMessage, Unreadable
from mailer.bodies import attachments_of, text_of
from mailer.charsets import decode, header_text
from mailer.mime import Headers, Part, read_message
from mailer.silence import silence_reason

#: The first header of what was stored in place of a mail that was not fetched; its value says why.
NOT_FETCHED = b"X-PrivacyDesk-Not-Fetched: "

#: So many Message-IDs of a thread are kept, the youngest.
MOST_REFERENCES = 20
LONGEST_SUBJECT = 1_000
#: Where a mail server keeps the address that a mail was written to.
RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_IN_ANGLES = re.compile(r"<\s*([^<>\s]*@[^<>\s]*)\s*>")
_BARE = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
_USABLE = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\W_](?:[\w.-]*[^\W_])?")


def parse_mail(raw: RawMessage, help_address: str) -> InboundMessage:
    """Read a mail. Raises Unreadable, and nothing else."""
    try:
        return _parse(raw, help_address)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - strangers write this input; a mail that breaks a reader is shown to a person
        raise Unreadable(f"it breaks the reader ({type(error).__name__})") from None


def _parse(raw: RawMessage, help_address: str) -> InboundMessage:
    if raw.raw.startswith(NOT_FETCHED):
        raise Unreadable(raw.raw.removeprefix(NOT_FETCHED).partition(b"\r\n")[0].decode("ascii", "replace"))
    message = read_message(raw.raw)
    name, sender = sender_of(message)
    subject = header_text(message.header("subject"))[:LONGEST_SUBJECT]
    return InboundMessage(
        sender=sender,
        received_at=raw.received_at,
        text=text_of(message),
        subject=subject,
        message_id=next(iter(_message_ids(message.headers, "message-id")), ""),
        references=_thread(message.headers),
        reply_token=reply_token(message.headers, help_address),
        silence=silence_reason(message, sender, subject, help_address),
        name=name,
        attachments=attachments_of(message),
    )


def sender_of(message: Part) -> tuple[str, Address]:
    """Display name and address of From. Raises Unreadable without a usable address."""
    value = message.header("from")[:4_000]
    # A quoted name may hold anything, also an address: it must not be looked into.
    bare = _QUOTED.sub(" ", value)
    found = _IN_ANGLES.search(bare) or _BARE.search(bare)
    address = _decoded(found[1] if found and found.re is _IN_ANGLES else found[0]) if found else ""
    if not found or not _USABLE.fullmatch(address) or len(address) > 254:
        raise Unreadable("it has no usable sender address")
    return _display_name(value, found.re is _IN_ANGLES), Address(ChannelName.EMAIL, address)


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
    local, _, domain = help_address.rpartition("@")
    plus = re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([A-Za-z0-9]+)@{re.escape(domain)}(?![\w.-])", re.IGNORECASE
    )
    values = (value for name in RECIPIENT_HEADERS for value in headers.get(name, ()))
    return next((found[1].lower() for value in values if (found := plus.search(value))), "")
