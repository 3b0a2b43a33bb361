"""What only the outside knows: looked up between transactions, never inside one.

A flow asks `Known` for a person or a file. What is not there yet is raised as `Needed`; the caller undoes
the work, brings it, and tries again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.messages import Address, Attachment
from core.recognition import Identifiers
from core.requests import Subject


@dataclass(frozen=True, slots=True)
class Person:
    """A question to the directory."""

    identifiers: Identifiers
    sender: Address


@dataclass(frozen=True, slots=True)
class File:
    """A file that still lies with its channel."""

    attachment: Attachment
    sender: Address


class Needed(Exception):
    """The flow cannot go on without this."""

    def __init__(self, what: Person | File | tuple[File, ...]) -> None:
        super().__init__(type(what).__name__)
        self.what = what


@dataclass(slots=True)
class Known:
    """Answers brought from the outside for one message."""

    people: dict[Person, Subject | None] = field(default_factory=dict)
    files: dict[File, Attachment] = field(default_factory=dict)
    #: The directory has been silent for so long that nobody counts as found.
    unasked: bool = False
    #: An earlier message bears the same Message-ID.
    has_twin: bool = False
    #: The number of the message in the inbox.
    item: int = 0

    def person(self, identifiers: Identifiers, sender: Address) -> Subject | None:
        """The person on file. Raises Needed until the answer is there."""
        question = Person(identifiers, sender)
        if question not in self.people:
            raise Needed(question)
        return self.people[question]

    def give_up(self, question: Person) -> None:
        """Nobody is found by it: the directory does not answer."""
        self.people[question] = None
        self.unasked = True

    def all_files(self, attachments: tuple[Attachment, ...], sender: Address) -> tuple[Attachment, ...]:
        """The files with their content, where it could be had. Raises Needed once for all of them."""
        missing = tuple(
            question
            for each in attachments
            if each.content is None and (question := File(each, sender)) not in self.files
        )
        if missing:
            raise Needed(missing)
        return tuple(self.file(each, sender) for each in attachments)

    def file(self, attachment: Attachment, sender: Address) -> Attachment:
        """The file with its content. Raises Needed until the answer is there."""
        if attachment.content is not None:
            return attachment
        question = File(attachment, sender)
        if question not in self.files:
            raise Needed(question)
        return self.files[question]
