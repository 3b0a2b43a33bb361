"""What every list of people on file can do, wherever it is kept: find the one who is meant."""

from __future__ import annotations

from abc import ABC, abstractmethod

from core.messages import Address
from core.recognition import Identifiers
from core.requests import Subject
from directory.people import Named, People, Person, what_is_named

#: What an operator should know: (what, whether it is fit for use, plain words).
Finding = tuple[str, bool, str]


class DirectoryError(Exception):
    """The people on file cannot be used, or not be asked now; the text says what to mend, and quotes nobody."""


class Finder(ABC):
    """A `flows.ports.Directory` that looks through the people that its kind brings."""

    async def find(self, identifiers: Identifiers, sender: Address) -> Subject | None:
        """The one person who fits what is named, or the sender where nothing is; None if none or several.

        What is named and on file with nobody does not count, unless it contradicts the file of the
        person that the rest points to. Raises DirectoryError where the list cannot be read or asked.
        """
        named = what_is_named(identifiers, sender)
        person = (await self.people(named)).the_one(named)
        return person.subject if person else None

    async def matching(self, named: Named) -> tuple[Person, ...]:
        """Everybody on whom at least one thing that is named fits. Raises DirectoryError."""
        return (await self.people(named)).matching(named)

    @abstractmethod
    async def people(self, named: Named) -> People:
        """People on file, among them all whom one of these fits. Raises DirectoryError."""

    @abstractmethod
    async def close(self) -> None:
        """Give back connections and threads."""
