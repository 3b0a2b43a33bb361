"""What a file must be that is handed over: its name, its size, and a form that machines read."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import PurePosixPath
from xml.parsers import expat

from core.messages import Attachment
from core.requests import Right

#: Characters of a file's name.
LONGEST_NAME = 100
_DELIMITERS = ",;\t|"
_RESERVED = re.compile(r'[<>:"|?*\\/]')
_MEDIA_TYPE = re.compile(r"[a-zA-Z0-9][\w.+-]{0,60}/[a-zA-Z0-9][\w.+-]{0,60}")


class Fault(StrEnum):
    """Why files cannot be handed over; the name of a phrase."""

    EMPTY = "file_empty"
    TOO_LARGE = "file_too_large"
    NOT_FOR_MACHINES = "file_not_machine_readable"


class _Unfit(Exception):
    """The content does not parse."""


def fault(right: Right, files: Sequence[Attachment], most_bytes: int) -> Fault | None:
    """What is wrong with files for a right; None: they can go.

    Portability asks for "a structured, commonly used and machine-readable format" (GDPR art. 20).
    """
    contents = [file.content or b"" for file in files]
    if not all(contents):
        return Fault.EMPTY
    if sum(map(len, contents)) > most_bytes:
        return Fault.TOO_LARGE
    if right is Right.PORTABILITY and not all(map(is_machine_readable, files)):
        return Fault.NOT_FOR_MACHINES
    return None


def is_machine_readable(file: Attachment) -> bool:
    """Whether a file is CSV, JSON or XML by its name, and by its content."""
    read = _READERS.get(PurePosixPath(file.name.lower()).suffix)
    if read is None:
        return False
    try:
        read(file.content or b"")
    except (_Unfit, ValueError, RecursionError, csv.Error, expat.ExpatError):
        return False
    return True


def _read_csv(content: bytes) -> None:
    """A table: by one of the usual delimiters as many cells in every row, or a single column without any of them."""
    text = _text(content)
    widths = [_width(text, delimiter) for delimiter in _DELIMITERS]
    if max(widths) < 2 and set(widths) != {1}:
        raise _Unfit


def _width(text: str, delimiter: str) -> int:
    """How many cells all rows have; 0: not as many in each, or no table at all."""
    # Not csv.Sniffer: its expressions take seconds for some texts of quotes and line breaks.
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        width = len(next(filter(None, rows)))
        return width if all(len(row) == width for row in rows if row) else 0
    except csv.Error:
        return 0


def _read_json(content: bytes) -> None:
    json.loads(_text(content))


def _read_xml(content: bytes) -> None:
    """Well-formed, and without entities of its own: they can grow without end, or bring in other files."""
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.Parse(content, True)


def _refuse(*_: object) -> int:
    raise _Unfit


def _text(content: bytes) -> str:
    """UTF-8 or UTF-16 with a mark at its beginning, as office programs write it."""
    form = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = content.decode(form)
    if "\0" in text or not text.strip():
        raise _Unfit
    return text


_READERS: Mapping[str, Callable[[bytes], None]] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".xml": _read_xml,
}


def safe_name(name: str, otherwise: str = "data") -> str:
    """A file's name that does no harm anywhere: no path, nothing unseen, no turned text, at most 100 characters."""
    plain = unicodedata.normalize("NFC", re.split(r"[\\/]", name)[-1])
    # Controls, and what is unseen or turns the text around (RIGHT-TO-LEFT OVERRIDE): gpj.exe read as exe.jpg.
    seen = "".join(char for char in plain if unicodedata.category(char)[0] != "C")
    tidy = " ".join(_RESERVED.sub("_", seen).split()).strip(". ")
    if not tidy:
        return otherwise
    suffix = PurePosixPath(tidy).suffix
    kept = suffix if len(suffix) <= 12 else ""
    stem = tidy.removesuffix(kept) if kept else tidy
    return stem[: LONGEST_NAME - len(kept)].rstrip(". ") + kept


def safe_names(names: Sequence[str]) -> tuple[str, ...]:
    """Safe names, each once: the second "data.csv" is "data (2).csv"."""
    taken: set[str] = set()
    found = []
    for name in map(safe_name, names):
        path, unique, number = PurePosixPath(name), name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{path.stem[: LONGEST_NAME - 16 - len(path.suffix)]} ({number}){path.suffix}"
        taken.add(unique.casefold())
        found.append(unique)
    return tuple(found)


def safe_media_type(media_type: str) -> str:
    """The type of a file, where it is one; else the one that says nothing (RFC 2046 4.5.1)."""
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"
