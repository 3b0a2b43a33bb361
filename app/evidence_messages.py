"""The messages of one request for its evidence: each with what became of it, and never with a one-time code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.parser import BytesHeaderParser
from html import unescape

from core.messages import ChannelName, Kind
from flows.store import InboxItem, Note
from storage.evidence import Fate

#: Eight digits, together or in groups, as people type a code or a mail program quotes it; not part of a longer number.
_CODE = re.compile(r"(?<!\d)(?<!\d[\s.\-–])\d(?:[\s.\-–]{0,2}\d){7}(?![\s.\-–]?\d)")
#: The secret of a one-time page.
_LINK = re.compile(r"(/h/)[A-Za-z0-9_\-]{16,}")
#: What opens a sealed file: four groups of five letters and digits (Crockford's base32).
_PASSPHRASE = re.compile(
    r"(?<![\w-])[0-9a-hjkmnp-tv-z]{5}(?:-[0-9a-hjkmnp-tv-z]{5}){3}(?![\w-])", re.IGNORECASE
)
_SECRETS = (_LINK, _PASSPHRASE, _CODE)
_TAG = re.compile(r"<[^<>]*>")
DOTS = "•••• ••••"

_TO_PEOPLE = frozenset({Kind.NOTICE, Kind.CODE})


@dataclass(frozen=True, slots=True)
class Told:
    """A message as the evidence tells it; `name` is that of its files."""

    name: str
    note: Note
    fate: Fate | None = None
    #: The mail as it arrived; None: not kept, or not to be shown.
    original: bytes | None = None
    #: The mail is kept, and holds a code.
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Messages:
    """Those with a text, and what else there is: letters that were held back, mails of which no note is kept."""

    told: tuple[Told, ...] = ()
    untold: tuple[Fate, ...] = ()
    loose: tuple[tuple[str, bytes], ...] = ()
    #: Mails that are kept and not shown, since they hold what could be a code.
    left_out: int = 0


def masked(text: str) -> str:
    """The text with dots where a code, a passphrase, or the secret of a link stood."""
    return _CODE.sub(DOTS, _PASSPHRASE.sub(DOTS, _LINK.sub(rf"\1{DOTS}", text)))


def holds_code(raw: bytes) -> bool:
    """Whether a mail has what could be a code, or another secret, in its subject or in any of its texts."""
    mail = message_from_bytes(raw)
    texts = (_text(part) for part in mail.walk() if part.get_content_maintype() == "text")
    return any(secret.search(text) for text in (_subject(mail), *texts) for secret in _SECRETS)


def _subject(mail: Mail) -> str:
    written = str(mail["Subject"] or "")
    try:
        return str(make_header(decode_header(written)))
    except (LookupError, ValueError):  # an unknown charset, or none that fits
        return written


def _text(part: Mail) -> str:
    content = part.get_payload(decode=True)
    # The digits are the same in every charset that mail is written in, but for those of two bytes a letter.
    text = content.replace(b"\0", b"").decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return unescape(_TAG.sub("", text))


def told(notes: Sequence[Note], fates: Sequence[Fate], raw: Sequence[InboxItem], coded: bool) -> Messages:
    """Bring together what was said, how it was delivered, and what arrived; `coded`: a code went out once."""
    waiting = [fate for fate in fates if fate.kind in _TO_PEOPLE]
    mails = {_message_id(item): item for item in raw if item.channel is ChannelName.EMAIL}
    # What came in and what it brought about can bear the same moment.
    in_order = sorted(notes, key=lambda note: (note.at, not note.incoming))
    messages = tuple(_each(in_order, waiting, mails, coded))
    hidden = {item.id for item in mails.values() if coded and holds_code(item.raw.raw)}
    loose = tuple((f"original-{i.id}", i.raw.raw) for i in mails.values() if i.id not in hidden)
    left_out = len(hidden) + sum(each.left_out for each in messages)
    return Messages(messages, tuple(waiting), loose, left_out)


def _each(
    notes: Sequence[Note], waiting: list[Fate], mails: dict[str, InboxItem], coded: bool
) -> Iterator[Told]:
    first = next((note for note in notes if note.incoming), None)
    for number, note in enumerate(notes, 1):
        if not note.incoming:
            name = re.sub("[^a-z_]", "", note.notice) or "letter"
            yield Told(f"{number:03}-out-{name}", _without_codes(note), _fate(note, waiting))
            continue
        mail = mails.pop(note.message_id, None) if note.message_id else None
        # What opened the request came before any code: eight digits in it are an account or a date.
        may_hold = coded and note is not first
        hidden = mail is not None and may_hold and holds_code(mail.raw.raw)
        original = None if mail is None or hidden else mail.raw.raw
        kept = _without_codes(note) if may_hold else note
        yield Told(f"{number:03}-in", kept, None, original, hidden)


def _fate(note: Note, waiting: list[Fate]) -> Fate | None:
    """The letter that a note is of: by its Message-ID, or by its moment and address; each letter once."""
    letter_id = note.message_id.strip("<>").partition("@")[0]
    for fate in waiting:
        same_place = (fate.created_at, fate.to) == (note.at, note.address)
        if fate.id == letter_id if letter_id else same_place:
            waiting.remove(fate)
            return fate
    return None


def _without_codes(note: Note) -> Note:
    return replace(note, subject=masked(note.subject), text=masked(note.text))


def _message_id(item: InboxItem) -> str:
    """The Message-ID of a stored mail; its number where it has none."""
    found = BytesHeaderParser().parsebytes(item.raw.raw)["Message-ID"]
    return str(found).strip() if found else str(item.id)
