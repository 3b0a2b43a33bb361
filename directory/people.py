"""The people on file in memory, found by what somebody names: e-mail, phone, account code, Telegram chat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.messages import Address, ChannelName
from core.recognition import Identifiers
from core.requests import Subject
from directory import comparable


class Trait(StrEnum):
    """What a person can be found by; also the name of the column."""

    EMAIL = "email"
    PHONE = "phone"
    ACCOUNT = "account"
    TELEGRAM = "telegram"


#: What is named of each trait, in its comparable form.
Named = Mapping[Trait, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the list; what is not on file is empty. `traits` are in their comparable form."""

    key: str
    traits: Mapping[Trait, str]
    language: str = ""

    @property
    def subject(self) -> Subject:
        channels = ((Trait.EMAIL, ChannelName.EMAIL), (Trait.TELEGRAM, ChannelName.TELEGRAM))
        contacts = tuple(
            Address(channel, self.traits[trait]) for trait, channel in channels if trait in self.traits
        )
        return Subject(self.key, contacts, self.language)

    def contradicts(self, named: Named) -> bool:
        """Whether something else is on file for a trait than everything that is named of it."""
        return any(trait in self.traits and self.traits[trait] not in named[trait] for trait in named)


class People:
    """All people on file, with an index for every trait."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self._by_key = {person.key: person for person in persons}
        self._index: dict[tuple[Trait, str], set[str]] = defaultdict(set)
        for person in self._by_key.values():
            for item in person.traits.items():
                self._index[item].add(person.key)

    def __len__(self) -> int:
        return len(self._by_key)

    def shared(self, trait: Trait) -> int:
        """How many values of a trait belong to several people."""
        return sum(found is trait and len(keys) > 1 for (found, _), keys in self._index.items())

    def the_one(self, named: Named) -> Person | None:
        """The one person on whom all agree that is on file, and whose file contradicts nothing; else None."""
        values = [(trait, value) for trait, several in named.items() for value in several]
        hits = [self._index[item] for item in values if item in self._index]
        agreed = set.intersection(*hits) if hits else set()
        if len(agreed) != 1:
            return None
        person = self._by_key[next(iter(agreed))]
        return None if person.contradicts(named) else person


def what_is_named(identifiers: Identifiers, sender: Address) -> Named:
    """What to look for: all that a message names, or the sender's own address where it names nothing."""
    named = {
        Trait.EMAIL: comparable.all_of(comparable.email, identifiers.emails),
        Trait.PHONE: comparable.all_of(comparable.phone, identifiers.phones),
        Trait.ACCOUNT: comparable.all_of(comparable.account, identifiers.accounts),
    }
    if any((identifiers.emails, identifiers.phones, identifiers.accounts)):
        return {trait: values for trait, values in named.items() if values}
    own = {ChannelName.EMAIL: Trait.EMAIL, ChannelName.TELEGRAM: Trait.TELEGRAM}
    return {own[sender.channel]: frozenset({sender.normal})} if sender.channel in own else {}
