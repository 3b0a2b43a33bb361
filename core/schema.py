"""Describes the tables of a settings or policy file as data, and reads them with every mistake at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

#: Turns a value of the file into ours; raises Wrong with paths relative to the value.
Reader = Callable[[object], Any]

_REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands ("rights.access.quorum"), what is wrong, how to mend it."""

    path: str
    problem: str
    help: str = ""

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{place}{self.problem}. {self.help}".rstrip()

    def under(self, key: str) -> Problem:
        """The same problem, seen from one level higher."""
        return Problem(f"{key}.{self.path}" if self.path else key, self.problem, self.help)


class Wrong(Exception):
    """What is wrong with one value, all of it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand under one key of a table; without a default it must be there."""

    read: Reader
    default: object = _REQUIRED


def wrong(problem: str, hint: str = "") -> Wrong:
    return Wrong(Problem("", problem, hint))


def closest(word: str, known: list[str]) -> str:
    """A line of help for an unknown word: the likeliest known one, or all of them."""
    near = get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(sorted(known))}."


def text(pattern: str = r"(?s).*\S.*", hint: str = "Write some text between quotes.") -> Reader:
    """A string that matches the whole pattern."""
    form = re.compile(pattern)

    def read(value: object) -> str:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise wrong("is not written as it should be", hint)
        return value

    return read


def whole(low: int, high: int) -> Reader:
    """A whole number from `low` to `high`."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise wrong(f"must be a whole number from {low} to {high}", f"For example: {low}.")
        return value

    return read


def yes_no(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong("must be true or false", "Without quotes.")
    return value


def day(value: object) -> date:
    """A date without time and quotes, as TOML writes it."""
    if type(value) is not date:
        raise wrong("must be a date", "Without quotes, for example: 2026-11-24.")
    return value


def choice(options: type[StrEnum]) -> Reader:
    """One word of an enumeration."""
    known = [option.value for option in options]

    def read(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in known:
            raise wrong(f"must be one of {', '.join(known)}", closest(str(value), known))
        return options(value)

    return read


def several(read: Reader, least: int = 0, hint: str = "Write its entries between [ and ].") -> Reader:
    """A list, read entry by entry; the path of an entry is its number, from 1."""

    def read_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise wrong(f"must be a list of at least {least}" if least else "must be a list", hint)
        return tuple(_read_each({str(n): (read, v) for n, v in enumerate(value, 1)}).values())

    return read_all


def by_name(read: Reader) -> Reader:
    """A table with names of its own choice, all read alike."""

    def read_all(value: object) -> dict[str, Any]:
        return _read_each({key: (read, entry) for key, entry in _as_table(value).items()})

    return read_all


def table(build: Callable[..., Any], keys: Mapping[str, Key]) -> Reader:
    """A table with fixed keys, handed to `build` by name. Unknown and missing keys are mistakes."""

    def read(value: object) -> Any:
        given = _as_table(value)
        strange = [
            Problem(key, "is not known here", closest(key, list(keys))) for key in given if key not in keys
        ]
        missing = [
            Problem(key, "is missing", "It must be given.")
            for key, rule in keys.items()
            if key not in given and rule.default is _REQUIRED
        ]
        found = {key: (rule.read, given[key]) for key, rule in keys.items() if key in given}
        values = _read_each(found, [*strange, *missing])
        return build(**{key: values.get(key, rule.default) for key, rule in keys.items()})

    return read


def _as_table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise wrong("must be a table", "Write its keys below a line with its name in [brackets].")
    return value


def _read_each(
    entries: Mapping[str, tuple[Reader, object]], problems: list[Problem] | None = None
) -> dict[str, Any]:
    """Read every entry, and only then complain of all that is wrong."""
    values, problems = {}, problems or []
    for key, (read, value) in entries.items():
        try:
            values[key] = read(value)
        except Wrong as error:
            problems += [problem.under(key) for problem in error.problems]
    if problems:
        raise Wrong(*problems)
    return values
