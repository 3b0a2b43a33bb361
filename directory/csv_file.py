"""The people on file, read from a CSV file that the company keeps; a changed file is read again."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from threading import Lock

from directory.finding import DirectoryError, Finder, Finding
from directory.people import Named, People, Person, Trait
from directory.rows import COLUMNS, KEY, person_in


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds; `odd` are the cells that could not be understood: their line and column."""

    persons: tuple[Person, ...]
    ignored: tuple[str, ...]
    odd: tuple[tuple[int, str], ...]


class CsvDirectory(Finder):
    """The people on file in a CSV file, found by the names of its columns (`directory.rows.COLUMNS`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._people = People(())

    async def people(self, named: Named) -> People:  # noqa: ARG002 - the whole file is at hand
        """Everybody in the file as it is now. Raises DirectoryError where it cannot be read."""
        # To ask whether the file has changed takes microseconds, to read it may take seconds.
        unchanged = self._seen is not None and _stamp(self._path) == self._seen
        return self._people if unchanged else await asyncio.to_thread(self._current)

    async def close(self) -> None:
        """Nothing is kept open."""

    def _current(self) -> People:
        with self._lock:
            stamp = _stamp(self._path)
            if stamp != self._seen:
                self._people = People(read_people(self._path).persons)
                self._seen = stamp
            return self._people


def read_people(path: Path) -> Reading:
    """Read the whole file (UTF-8, with commas, semicolons or tabs). Raises DirectoryError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DirectoryError(f"{path.name} is not written in UTF-8: save it again as CSV UTF-8") from None
    except OSError as error:
        raise _cannot_open(path, error) from None
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _read_rows(path, rows)
    except csv.Error as error:
        raise DirectoryError(f"{path.name} line {rows.reader.line_num} is no CSV: {error}") from None


def _read_rows(path: Path, rows: csv.DictReader[str]) -> Reading:
    columns = _columns(path, rows)
    persons: dict[str, Person] = {}
    odd: list[tuple[int, str]] = []
    for row in rows:
        place = f"{path.name} line {rows.line_num}"
        if None in row:
            raise DirectoryError(
                f"{place} has more cells than the first line: put text with commas into quotes"
            )
        cells = {columns[name]: (cell or "").strip() for name, cell in row.items() if name in columns}
        person, strange = person_in(cells)
        if not person.key:
            raise DirectoryError(f"{place} has no key")
        if person.key in persons:
            raise DirectoryError(f"{place} has a key that an earlier line has too")
        persons[person.key] = person
        odd += [(rows.line_num, column) for column in strange]
    ignored = tuple(name for name in rows.fieldnames or () if name not in columns)
    return Reading(tuple(persons.values()), ignored, tuple(odd))


def _columns(path: Path, rows: csv.DictReader[str]) -> dict[str, str]:
    """The file's own spelling of each column that is used, to ours."""
    names = rows.fieldnames or ()
    known = {name: name.strip().lower() for name in names if name.strip().lower() in COLUMNS}
    found = list(known.values())
    if KEY not in found or not {Trait.EMAIL, Trait.TELEGRAM} & set(found):
        hint = f"the first line must name the columns {KEY} and {Trait.EMAIL}; known are {', '.join(COLUMNS)}"
        raise DirectoryError(f"{path.name} line 1: {hint}")
    if len(set(found)) < len(found):
        raise DirectoryError(f"{path.name} line 1: a column is there twice")
    return known


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise _cannot_open(path, error) from None
    return found.st_mtime_ns, found.st_size


def _cannot_open(path: Path, error: OSError) -> DirectoryError:
    return DirectoryError(f"{path.name} cannot be opened: {error.strerror}")


def check_directory(path: Path) -> list[Finding]:
    """What an operator should know about the file."""
    try:
        reading = read_people(path)
    except DirectoryError as error:
        return [("people on file", False, str(error))]
    return [("people on file", True, f"entries: {len(reading.persons)}"), *_warnings(reading)]


def _warnings(reading: Reading) -> Iterator[Finding]:
    people = People(reading.persons)
    unreachable = sum(not person.subject.contacts for person in reading.persons)
    if reading.ignored:
        yield "columns", True, f"not used: {', '.join(reading.ignored)}"
    if reading.odd:
        places = ", ".join(f"line {line} ({column})" for line, column in reading.odd[:5])
        yield "cells", True, f"{len(reading.odd)} cells cannot be understood and are left out: {places}"
    if unreachable:
        yield "contacts", True, f"{unreachable} people have no e-mail and no Telegram: no code can reach them"
    for trait in Trait:
        if shared := people.shared(trait):
            yield trait.value, True, f"{shared} are shared by several people, who must name something more"
