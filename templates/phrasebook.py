"""The sentences of dialogues, cards and buttons: read from TOML, checked, and filled in strictly."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class PhraseError(ValueError):
    """A phrase that does not exist, or with fields that do not fit; the text names both."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with `{name}` fields, taken apart: pieces of text, each with the field that follows it."""

    pieces: tuple[tuple[str, str], ...]

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(field for _, field in self.pieces if field)

    def fill(self, fields: Mapping[str, str]) -> str:
        return "".join(text + (fields[field] if field else "") for text, field in self.pieces)


def parse_phrase(text: str) -> Phrase:
    """Take a sentence apart. Raises PhraseError for anything but plain `{name}` fields."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise PhraseError(f"{text!r}: {error}") from None
    if any(
        field is not None and (not field.isidentifier() or form or cast) for _, field, form, cast in parts
    ):
        raise PhraseError(f"{text!r}: only plain fields such as {{name}} are allowed")
    return Phrase(tuple((literal, field or "") for literal, field, _, _ in parts))


def read_phrases(path: Path) -> dict[str, Phrase]:
    """The phrases of one file by "table.key". Raises PhraseError with the file and the key."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    phrases = {}
    for table, entries in tables.items():
        if not isinstance(entries, dict):
            raise PhraseError(f"{path.name}: {table!r} stands outside a [table]")
        for key, text in entries.items():
            if not isinstance(text, str):
                raise PhraseError(f"{path.name}: {table}.{key} must be a text")
            phrases[f"{table}.{key}"] = parse_phrase(text)
    return phrases


class Phrasebook:
    """Phrases by language. Later folders win; they may use fewer fields than the first, never others."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._books: dict[str, dict[str, Phrase]] = {}
        self._declared: dict[str, frozenset[str]] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.toml")):
                self._add(path)
        self._refuse_gaps()

    def _add(self, path: Path) -> None:
        phrases = read_phrases(path)
        if not self._declared:
            self._declared = {key: phrase.fields for key, phrase in phrases.items()}
        problems = sorted(self._misfits(phrases))
        if problems:
            raise PhraseError(f"{path.name}: {'; '.join(problems)}")
        self._books.setdefault(path.stem, {}).update(phrases)

    def _misfits(self, phrases: Mapping[str, Phrase]) -> Iterator[str]:
        for key, phrase in phrases.items():
            if key not in self._declared:
                yield f"there is no phrase {key}"
            elif extra := phrase.fields - self._declared[key]:
                yield f"{key} has no field {', '.join(sorted(extra))}"

    def _refuse_gaps(self) -> None:
        for language, book in self._books.items():
            if missing := self._declared.keys() - book.keys():
                raise PhraseError(f"{language}.toml: missing {', '.join(sorted(missing))}")

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._books)

    def fields(self, name: str) -> frozenset[str]:
        """The fields that a phrase takes. Raises PhraseError where there is no such phrase."""
        if name not in self._declared:
            raise PhraseError(f"there is no phrase {name!r}")
        return self._declared[name]

    def fill(self, name: str, language: str, fields: Mapping[str, str]) -> str:
        """The sentence, filled in. Raises PhraseError unless `fields` are exactly those it takes."""
        declared = self.fields(name)
        if declared != fields.keys():
            missing, extra = declared - fields.keys(), fields.keys() - declared
            raise PhraseError(f"phrase {name!r}: missing {sorted(missing)}, not declared {sorted(extra)}")
        return self._books[language][name].fill(fields)
