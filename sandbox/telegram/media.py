"""What people send beside text: voice, stickers, photos, contacts … as the Bot API shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.telegram.records import Json, StoredFile
from sandbox.telegram.shapes import document_json, file_json


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A kind of message that is a file: where the server keeps it, its name and type, and its shape."""

    folder: str
    name: str
    media_type: str
    shape: Callable[[StoredFile], Json]


def _sized(**more: object) -> Callable[[StoredFile], Json]:
    return lambda file: {"width": 512, "height": 512, **file_json(file), **more}


def _timed(**more: object) -> Callable[[StoredFile], Json]:
    return lambda file: {"duration": 3, "mime_type": file.media_type, **file_json(file), **more}


_STICKER = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
_POINT = {"latitude": 10.7769, "longitude": 106.7009}

FILES: Mapping[str, MediaFile] = {
    "document": MediaFile("documents", "file.pdf", "application/pdf", document_json),
    "voice": MediaFile("voice", "voice.oga", "audio/ogg", _timed()),
    "audio": MediaFile("music", "song.mp3", "audio/mpeg", _timed()),
    "video": MediaFile("videos", "video.mp4", "video/mp4", _timed(width=640, height=360)),
    "video_note": MediaFile("video_notes", "note.mp4", "video/mp4", _timed(length=240)),
    "animation": MediaFile("animations", "loop.mp4", "video/mp4", _timed(width=320, height=320)),
    "sticker": MediaFile("stickers", "sticker.webp", "image/webp", _sized(**_STICKER)),
    "photo": MediaFile("photos", "photo.jpg", "image/jpeg", _sized()),
}
#: Kinds of messages that are data, with a sample of each.
THINGS: Mapping[str, Json] = {
    "contact": {"phone_number": "+84000000001", "first_name": "Minh"},
    "location": _POINT,
    "venue": {"location": _POINT, "title": "Library", "address": "1 Example Street"},
    "dice": {"emoji": "🎲", "value": 4},
    "poll": {
        "id": "1",
        "question": "Tea?",
        "options": [
            {"persistent_id": str(i), "text": text, "voter_count": 0} for i, text in enumerate(("Yes", "No"))
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    },
}


def file_content(kind: str, file: StoredFile) -> Json:
    """The field of the message that shows a file; a photo comes in a list of sizes."""
    shape = FILES[kind].shape(file)
    return {kind: [shape] if kind == "photo" else shape}


def thing_content(kind: str, **fields: object) -> Json:
    """The field of the message that shows a contact, a location …; `fields` replace those of the sample."""
    return {kind: THINGS[kind] | fields}
