"""Writes a mail as bytes: the same for the same message, whenever and wherever it is written."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from core.messages import Attachment, Outbound
from mailer.bodies import safe_name
from mailer.settings import MailSettings
from mailer.silence import LOOP_HEADER

#: Of a long thread the first and the last Message-IDs are named, as mail programs do.
FIRST_REFERENCES = 4
LAST_REFERENCES = 6

#: The most bytes of text in one encoded word: 75 characters with its frame (RFC 2047 2).
_WORD_BYTES = 45
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")
_TOKEN = re.compile(r"[A-Za-z0-9]+")
_MEDIA_TYPE = re.compile(
    r"(?!multipart/|message/)[a-z0-9][\w.+-]*/[a-z0-9][\w.+-]*", re.IGNORECASE | re.ASCII
)
_ASCII = bytes(range(128))


def compose(message: Outbound, settings: MailSettings) -> bytes:
    """The mail for a message (RFC 5322), with CRLF line ends."""
    return b"\r\n".join([*_header_lines(message, settings), *_body(message)])


def message_id(outbound_id: str, domain: str) -> str:
    """The Message-ID that a message will always have."""
    safe = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}", outbound_id)
    return f"<{outbound_id if safe else sha256(outbound_id.encode()).hexdigest()[:40]}@{domain}>"


# --- header --------------------------------------------------------------------------------------


def _header_lines(message: Outbound, settings: MailSettings) -> Iterator[bytes]:
    for name, value in _fields(message, settings):
        if value:
            yield f"{name}: {value}".encode()


def _fields(message: Outbound, settings: MailSettings) -> Iterator[tuple[str, str]]:
    token = message.reply_token if _TOKEN.fullmatch(message.reply_token) else ""
    yield "From", _mailbox(settings.organisation, settings.help_address)
    yield "To", f"<{_address(message.to.value)}>"
    yield "Reply-To", f"<{_address(settings.plus_address(token))}>"
    yield "Subject", _encoded(one_line(message.subject))
    yield "Date", format_datetime(message.created_at)
    yield "Message-ID", message_id(message.id, settings.domain)
    yield "In-Reply-To", message.in_reply_to if _MESSAGE_ID.fullmatch(message.in_reply_to) else ""
    yield "References", "\r\n ".join(_references(message))
    yield "Auto-Submitted", "auto-replied"
    yield "X-Auto-Response-Suppress", "All"
    yield LOOP_HEADER, _address(settings.help_address)
    yield (
        "Content-Language",
        message.language if re.fullmatch(r"[A-Za-z0-9-]{1,35}", message.language) else "",
    )
    yield "MIME-Version", "1.0"


def one_line(text: str) -> str:
    """Text without anything that could end a header field and begin another."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _address(value: str) -> str:
    return ascii_domain(re.sub(r"[<>\s,;\"()]", "", _CONTROL.sub("", value)))


def ascii_domain(address: str) -> str:
    """The address with its domain as the DNS has it (RFC 3490); as it is where that cannot be."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _mailbox(name: str, address: str) -> str:
    plain = one_line(name)
    shown = _encoded(plain)
    if shown == plain:
        shown = '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{shown} <{_address(address)}>"


def _references(message: Outbound) -> Sequence[str]:
    named = [one for one in (*message.references, message.in_reply_to) if _MESSAGE_ID.fullmatch(one)]
    thread = list(dict.fromkeys(named))
    if len(thread) <= FIRST_REFERENCES + LAST_REFERENCES:
        return thread
    return thread[:FIRST_REFERENCES] + thread[-LAST_REFERENCES:]


def _encoded(text: str) -> str:
    """Short ASCII as it is; else encoded words of whole characters (RFC 2047)."""
    if text.isascii() and len(text) <= 64 and "=?" not in text:
        return text
    words, word = [], b""
    for char in text:
        raw = char.encode("utf-8", "replace")
        if len(word) + len(raw) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += raw
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(w).decode()}?=" for w in [*words, word])


# --- body ----------------------------------------------------------------------------------------


def _body(message: Outbound) -> Sequence[bytes]:
    """Everything from Content-Type on, as lines; a blank line parts header and body."""
    texts = _text_part("plain", message.text)
    if message.html:
        texts = _multipart("alternative", message.id, [texts, _text_part("html", message.html)])
    if not message.attachments:
        return texts
    return _multipart("mixed", message.id, [texts, *map(_attachment_part, message.attachments)])


def _multipart(kind: str, outbound_id: str, parts: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
    # "=_" stands in no quoted-printable and no base64 text, so that no part can contain the boundary.
    boundary = f"=_{sha256(f'{kind} {outbound_id}'.encode()).hexdigest()[:32]}".encode()
    lines = [b'Content-Type: multipart/%b; boundary="%b"' % (kind.encode(), boundary), b""]
    for part in parts:
        lines += [b"--" + boundary, *part]
    return [*lines, b"--" + boundary + b"--", b""]


def _text_part(kind: str, text: str) -> Sequence[bytes]:
    plain = text.rstrip().replace("\r\n", "\n").replace("\r", "\n")
    encoding, body = _transfer(plain.replace("\n", "\r\n") + "\r\n")
    return [
        f"Content-Type: text/{kind}; charset=utf-8".encode(),
        b"Content-Transfer-Encoding: " + encoding,
        b"",
        body.removesuffix(b"\r\n"),
        b"",
    ]


def _transfer(text: str) -> tuple[bytes, bytes]:
    """Quoted-printable where most of it stays readable, base64 else."""
    raw = text.encode("utf-8", "replace")
    if len(raw.translate(None, _ASCII)) * 6 > len(raw):
        return b"base64", _base64(raw)
    # It ends the lines that it breaks as it finds the first one ended.
    return b"quoted-printable", binascii.b2a_qp(raw).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _base64(raw: bytes) -> bytes:
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def _attachment_part(attachment: Attachment) -> Sequence[bytes]:
    """A file. Raises ValueError where its content was never brought."""
    if attachment.content is None:
        raise ValueError("an attachment without content cannot be sent")
    media_type = attachment.media_type.lower()
    if not _MEDIA_TYPE.fullmatch(media_type):
        media_type = "application/octet-stream"
    return [
        f"Content-Type: {media_type}".encode(),
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment;\r\n " + _filename(safe_name(one_line(attachment.name)) or "file"),
        b"",
        _base64(attachment.content).removesuffix(b"\r\n"),
        b"",
    ]


def _filename(name: str) -> bytes:
    """The parameter for a name; in letters beyond ASCII as RFC 2231 has it."""
    return f'filename="{name}"'.encode() if name.isascii() else f"filename*=utf-8''{quote(name)}".encode()
