"""A row of a list or of a query becomes a person: the one place that knows the names of the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from directory import comparable
from directory.people import FORMS, Person, Trait

KEY, LANGUAGE, BIRTH_YEAR = "key", "language", "birth_year"
COLUMNS = (KEY, *(trait.value for trait in Trait), LANGUAGE, BIRTH_YEAR)
#: Between several addresses or numbers in one cell.
SEPARATOR = ";"


def person_in(cells: Mapping[str, str]) -> tuple[Person, list[str]]:
    """The person in a row, and the columns whose cell holds something that cannot be understood."""
    written = {trait: cells.get(trait, "").split(SEPARATOR) for trait in Trait}
    return person_of(cells.get(KEY, ""), written, cells.get(LANGUAGE, ""), cells.get(BIRTH_YEAR, ""))


def person_of(
    key: str, written: Mapping[Trait, Iterable[str]], language: str = "", birth_year: str = ""
) -> tuple[Person, list[str]]:
    """The person of whom this is written, and what of it cannot be understood and is left out."""
    read = {trait: [FORMS[trait](one) for one in values if one.strip()] for trait, values in written.items()}
    traits = {trait: tuple(dict.fromkeys(filter(None, values))) for trait, values in read.items()}
    strange = [trait.value for trait, values in read.items() if not all(values)]
    spoken, born = comparable.language(language), comparable.born(birth_year)
    strange += [LANGUAGE] if language.strip() and not spoken else []
    strange += [BIRTH_YEAR] if birth_year.strip() and born is None else []
    known = {trait: values for trait, values in traits.items() if values}
    return Person(key.strip(), known, spoken, born), strange
