"""`privacydesk directory test`: looks somebody up as the desk does, and says what it would learn."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Mendable, bad, ok, print_error, say, warn
from app.people_on_file import open_directory
from app.starting import loaded

if TYPE_CHECKING:
    from app.settings_directory import DirectorySettings
    from directory.people import Person, Trait

FOUND, NOT_ONE, NOT_ASKED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What one look-up brought: as what the value was taken, who was found, and how long it took (ms)."""

    trait: Trait
    persons: tuple[Person, ...]
    took: float


def look_up(settings_file: Path, value: str, trait: str, as_json: bool) -> int:
    """Ask, print, and return the exit code."""
    from directory.finding import DirectoryError

    try:
        values = _readings(value, trait)
        answers = asyncio.run(_ask(loaded(settings_file, silent=True).directory, values))
    except Mendable as problem:
        return _not_asked(str(problem), as_json)
    except DirectoryError as error:
        return _not_asked(f"{error}. See: privacydesk check", as_json)
    keys = {person.key for answer in answers for person in answer.persons}
    if as_json:
        result = {0: "nobody", 1: "one"}.get(len(keys), "several")
        _print_json({"result": result, "lookups": [_as_dict(answer) for answer in answers]})
    else:
        _print_text(answers, len(keys))
    return FOUND if len(keys) == 1 else NOT_ONE


def _readings(value: str, trait: str) -> dict[Trait, str]:
    """All that the value can be, in its comparable form. Raises Mendable where it is nothing."""
    from directory.people import FORMS, Trait

    wanted = [Trait(trait)] if trait else list(Trait)
    read = {each: FORMS[each](value) for each in wanted}
    if not trait and read[Trait.EMAIL]:
        return {Trait.EMAIL: read[Trait.EMAIL]}
    found = {each: comparable for each, comparable in read.items() if comparable}
    if not found or (not trait and "@" in value):
        raise Mendable(
            f"This cannot be read as {' or '.join(wanted)}. Example: privacydesk directory test HV-0001"
        )
    return found


async def _ask(settings: DirectorySettings, values: dict[Trait, str]) -> list[Answer]:
    """One look-up for each reading of the value. Raises DirectoryError."""
    directory = open_directory(settings)
    answers = []
    try:
        for trait, value in values.items():
            began = time.perf_counter()
            persons = await directory.matching({trait: frozenset({value})})
            answers.append(Answer(trait, persons, (time.perf_counter() - began) * 1000))
    finally:
        await directory.close()
    return answers


def _not_asked(problem: str, as_json: bool) -> int:
    if as_json:
        _print_json({"result": "not_asked", "problem": problem})
    else:
        print_error(problem)
    return NOT_ASKED


# --- what is shown --------------------------------------------------------------------------------


def masked(contact: str) -> str:
    """Enough to know one's own again: l***@example.com, ***018."""
    name, at, domain = contact.partition("@")
    return f"{name[:1]}***@{domain}" if at else f"***{contact[-3:] if len(contact) > 6 else ''}"


def _as_dict(answer: Answer) -> dict[str, object]:
    learned = [_learned(person) for person in answer.persons]
    return {
        "by": answer.trait.value,
        "found": len(answer.persons),
        "milliseconds": round(answer.took, 1),
        # Of several the desk learns nothing.
        "learned": learned[0] if len(learned) == 1 else None,
    }


def _learned(person: Person) -> dict[str, object]:
    subject = person.subject
    return {
        "contacts": [{contact.channel.value: masked(contact.value)} for contact in subject.contacts],
        "phones": [masked(phone) for phone in subject.phones],
        "language": subject.language or None,
        "born": list(subject.born) if subject.born else None,
    }


def _print_text(answers: Sequence[Answer], persons: int) -> None:
    for answer in answers:
        found = {0: "nobody", 1: "one person"}.get(len(answer.persons), f"{len(answer.persons)} people")
        mark = {0: bad, 1: ok}.get(len(answer.persons), warn)
        mark(f"as {answer.trait}: {found} ({answer.took:.0f} ms)")
    if persons != 1:
        words = (
            "nobody is found by it"
            if not persons
            else "several are found by it: they must name something more"
        )
        say(f"\nFor the desk {words}.")
        return
    say("\nThe desk would learn:")
    for line in _lines(next(answer.persons[0] for answer in answers if answer.persons)):
        say(f"  {line}")


def _lines(person: Person) -> Sequence[str]:
    subject = person.subject
    contacts = [f"{contact.channel}: {masked(contact.value)}" for contact in subject.contacts]
    return (
        f"contacts for codes: {', '.join(contacts) or 'none, so no code can reach them'}",
        f"phones: {', '.join(map(masked, subject.phones)) or 'none'}",
        f"language: {subject.language or 'not on file'}",
        f"born: {'{} to {}'.format(*subject.born) if subject.born else 'not on file'}",
    )


def _print_json(result: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
