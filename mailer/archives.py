"""Finds stored mail in files: single mails, mbox files, Maildirs, and folders of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

from mailer.parse import NOT_FETCHED

#: Of what is larger only the header is taken, as from a mailbox.
TOO_LARGE = 25_000_000
LONGEST_HEADER = 128_000

#: How a message of an mbox begins (RFC 4155): after an empty line, with day and time of its delivery.
_FROM = re.compile(
    rb"(?:\r\n|\n|\r)(?:\r\n|\n|\r)From [^\r\n]*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b[^\r\n]*\d:\d\d[^\r\n]*"
)
_FIRST_FROM = re.compile(rb"From [^\r\n]*")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\n|\r")
_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")


def files_below(path: Path, unreadable: Callable[[str, OSError], None]) -> Iterator[Path]:
    """The file itself, or every file of a folder in order of name; hidden ones and a Maildir's tmp are left out.

    What cannot be looked into is told to `unreadable`, by its path.
    """
    try:
        is_folder = path.is_dir()
        path.stat()
    except OSError as error:
        unreadable(str(path), error)
        return
    if not is_folder:
        yield path
        return
    for folder, folders, names in os.walk(path, onerror=lambda error: unreadable(str(error.filename), error)):
        in_maildir = {"cur", "new"} <= set(folders)
        left_out = {"tmp"} if in_maildir else set()
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in left_out)
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def messages_in(path: Path) -> Iterator[bytes]:
    """The mails of a file: those of an mbox, else the one that it is. Raises OSError."""
    if not path.is_file():
        raise OSError("it is no file")
    if path.stat().st_size == 0:
        yield b""
        return
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        first = _FIRST_FROM.match(content)
        if first is None:
            yield _whole(content, 0, len(content))
            return
        begin = first.end()
        for found in _FROM.finditer(content, begin):
            yield _of_mbox(content, begin, found.start())
            begin = found.end()
        yield _of_mbox(content, begin, len(content))


def _of_mbox(content: mmap, begin: int, end: int) -> bytes:
    line_end = _LINE_END.match(content, begin)
    return _ESCAPED.sub(rb"\1", _whole(content, line_end.end() if line_end else begin, end))


def _whole(content: mmap, begin: int, end: int) -> bytes:
    if end - begin <= TOO_LARGE:
        return content[begin:end]
    head = content[begin : begin + LONGEST_HEADER]
    header_end = _HEADER_END.search(head)
    reason = f"the message is too large ({(end - begin) // 1_000_000} MB)\r\n".encode()
    return NOT_FETCHED + reason + head[: header_end.end() if header_end else None]
