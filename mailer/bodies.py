"""Finds in a message's parts what a person reads: the text, and the files that came with it."""

from __future__ import annotations

import re
from dataclasses import replace

from core.messages import Attachment
from mailer.charsets import decode
from mailer.html import html_to_text
from mailer.mime import Part

#: More of a text, in characters, is not read.
LONGEST_TEXT = 1_000_000

_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def text_of(message: Part) -> str:
    """The full text, quoted history included: text/plain where there is some, else HTML made into text."""
    return (_text(message).strip() or _named_text(message).strip())[:LONGEST_TEXT]


def attachments_of(message: Part) -> tuple[Attachment, ...]:
    """Every file, also those that are shown inline; a forwarded message is one file.

    They stay packed: their content lies in the raw mail, where `unpacked` finds it by `remote`.
    """
    return tuple(_attachment(part, number) for number, part in enumerate(_files(message), start=1))


def unpacked(message: Part, attachment: Attachment) -> Attachment:
    """The attachment with its content. Raises LookupError where the message has no such file."""
    number = int(attachment.remote) if attachment.remote.isdecimal() else 0
    files = _files(message)
    if not 1 <= number <= len(files):
        raise LookupError("the mail has no such file")
    content = files[number - 1].content()
    return replace(attachment, content=content, size=len(content))


def _files(message: Part) -> list[Part]:
    return [part for part in message.walk() if not part.parts and _is_file(part)]


def _text(part: Part) -> str:
    if part.media_type == "multipart/alternative" and part.parts:
        return _alternative(part)
    if part.parts:
        return "\n".join(text for p in part.parts if (text := _text(p)).strip())
    if _is_file(part):
        return ""
    return _read(part)


def _read(part: Part) -> str:
    text = decode(part.content(), part.charset)
    return html_to_text(text) if part.media_type == "text/html" else text


def _alternative(part: Part) -> str:
    """The plain text; where somebody wrote two, they are no alternatives of each other, and both are read."""
    plain = [_text(each) for each in part.parts if each.media_type == "text/plain"]
    texts = dict.fromkeys(text for text in plain if text.strip())
    others = (_text(each) for each in part.parts if each.media_type != "text/plain")
    return "\n".join(texts) or next((text for text in others if text.strip()), "")


def _named_text(message: Part) -> str:
    """What a mail says that shows its only text as a file; what is attached stays a file."""
    shown = (p for p in message.walk() if not p.parts and p.disposition != "attachment")
    return next((_read(p) for p in shown if p.media_type in ("text/plain", "text/html")), "")


def _is_file(part: Part) -> bool:
    if part.disposition == "attachment" or part.filename:
        return True
    # A multipart without parts is damaged: whatever stands in it is read as text.
    return not part.media_type.startswith("multipart/") and part.media_type not in ("text/plain", "text/html")


def _attachment(part: Part, number: int) -> Attachment:
    name = safe_name(part.filename) or f"{part.media_type.partition('/')[0]}-{number}"
    # Four letters of base64 are three bytes, and every line of 76 has an end of two.
    size = part.length * 57 // 78 if part.encoding == "base64" else part.length
    return Attachment(name, part.media_type, remote=str(number), size=size)


def safe_name(name: str) -> str:
    """A file name without folders, control characters or tricks of direction; at most 120 characters."""
    return _UNSAFE_IN_NAME.sub("_", name).strip(" ._")[-120:]
