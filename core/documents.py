"""Identity documents, the last resort: when one may be asked for, which files count as one, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.messages import Attachment, InboundMessage
from core.policy import Policy, ProofLevel
from core.requests import Request, Status
from core.verification import ASKS, is_forged, level_for, may_answer

#: So long is a document kept at most, also where nobody has looked at it. The notices promise it.
LIFE = timedelta(hours=24)
MOST_BYTES = 10 * 1024 * 1024
#: Of one request at a time.
MOST_FILES = 5

#: Documents are known by how they begin, whatever their names say: offset, bytes, ending, media type.
FORMS = (
    (0, b"%PDF-", "pdf", "application/pdf"),
    (0, b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (8, b"WEBP", "webp", "image/webp"),
    (4, b"ftypheic", "heic", "image/heic"),
    (4, b"ftypheix", "heic", "image/heic"),
    (4, b"ftypmif1", "heic", "image/heic"),
    (0, b"II*\x00", "tif", "image/tiff"),
    (0, b"MM\x00*", "tif", "image/tiff"),
)

#: What may be one of them by its media type.
_LIKELY = re.compile(r"image/|application/(?:pdf|x-pdf|octet-stream)\b", re.IGNORECASE)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_UNSAFE = re.compile(r"[^\w .()-]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that came, as it is listed: what it holds lies sealed in the store."""

    id: str
    request_id: str
    #: The number of the message in the inbox that brought it, which holds it too.
    item: int
    received_at: datetime
    expires_at: datetime
    file: Attachment


@dataclass(frozen=True, slots=True)
class Sorted:
    """The files of a message: those to keep as documents, and how many cannot be kept."""

    kept: tuple[Attachment, ...] = ()
    unusable: int = 0


def may_ask(request: Request, policy: Policy) -> bool:
    """Whether a staff member may ask for a document: never for rights that need no proof."""
    return request.status in ASKS and level_for(request.rights, policy) is not ProofLevel.NONE


def awaits(request: Request) -> bool:
    """Whether what comes for a request now is kept as a document."""
    return request.awaits_document and request.status in ASKS


def brings_document(request: Request, message: InboundMessage) -> bool:
    """Whether the files of a message are what a request waits for.

    A mail whose sender check has failed could use up the places of whoever was asked.
    """
    return (
        bool(message.attachments)
        and awaits(request)
        and may_answer(request, message.sender)
        and not is_forged(message)
    )


def decided(before: Status | None, after: Request) -> bool:
    """Whether nobody needs the documents of a request any more."""
    return before in ASKS and after.status not in ASKS


def worth_opening(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Those that may be documents by what is said of them: the others are not even brought."""
    likely = [file for file in files if file.size <= MOST_BYTES and _LIKELY.match(file.media_type)]
    return tuple(likely[: 2 * MOST_FILES])


def sort_out(files: tuple[Attachment, ...], opened: tuple[Attachment, ...], held: int) -> Sorted:
    """What is kept of the files of a message, where `held` documents of the request are there already.

    Beside a picture that is kept, what is none (a signature, a visiting card) is passed over in silence.
    """
    fitting = [named for file in opened if (named := as_document(file)) is not None]
    kept = fitting[: max(0, MOST_FILES - held)]
    too_large = sum(file.size > MOST_BYTES for file in files)
    not_brought = sum(file.content is None for file in opened)
    left_over = len(fitting) - len(kept)
    return Sorted(tuple(kept), left_over + too_large + not_brought if kept else len(files))


def as_document(file: Attachment) -> Attachment | None:
    """The file as a document, its name with the ending of what it is; None: too large, empty, or no such thing."""
    content = file.content or b""
    if len(content) > MOST_BYTES:
        return None
    for offset, beginning, ending, media_type in FORMS:
        if content.startswith(beginning, offset):
            stem = _UNSAFE.sub("_", _ENDING.sub("", file.name)).strip(" ._")[:60] or "document"
            return Attachment(f"{stem}.{ending}", media_type, content, size=len(content))
    return None
