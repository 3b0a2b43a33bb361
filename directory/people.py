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


FORMS: Mapping[Trait, comparable.Form] = {
    Trait.EMAIL: comparable.email,
    Trait.PHONE: comparable.phone,
    Trait.ACCOUNT: comparable.account,
    Trait.TELEGRAM: comparable.telegram,
}

#: What is named of each trait, in its comparable form.
Named = Mapping[Trait, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on file; what is not on file is missing. `traits` are in their comparable form, in order."""

    key: str
    traits: Mapping[Trait, tuple[str, ...]]
    language: str = ""
    #: The first and the last year in which they may have been born.
    born: tuple[int, int] | None = None

    @property
    def subject(self) -> Subject:
        channels = ((Trait.EMAIL, ChannelName.EMAIL), (Trait.TELEGRAM, ChannelName.TELEGRAM))
        contacts = tuple(
            Address(channel, value) for trait, channel in channels for value in self.traits.get(trait, ())
        )
        phones = self.traits.get(Trait.PHONE, ())
        return Subject(self.key, contacts, self.language, phones=phones, born=self.born)

    def contradicts(self, named: Named) -> bool:
        """Whether something else is on file for a trait than everything that is named of it."""
        return any(trait in self.traits and named[trait].isdisjoint(self.traits[trait]) for trait in named)

    def merged(self, other: Person) -> Person:
        """The same person with what another row knows besides; where both differ, the first one holds."""
        traits = {
            trait: tuple(dict.fromkeys((*self.traits.get(trait, ()), *other.traits.get(trait, ()))))
            for trait in (*self.traits, *other.traits)
        }
        return Person(self.key, traits, self.language or other.language, self.born or other.born)


class People:
    """Some people on file, with an index for every trait. Several rows with one key are one person."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self._by_key: dict[str, Person] = {}
        for person in persons:
            known = self._by_key.get(person.key)
            self._by_key[person.key] = known.merged(person) if known else person
        self._index: dict[tuple[Trait, str], set[str]] = defaultdict(set)
        for person in self._by_key.values():
            for trait, values in person.traits.items():
                for value in values:
                    self._index[trait, value].add(person.key)

    def __len__(self) -> int:
        return len(self._by_key)

    def shared(self, trait: Trait) -> int:
        """How many values of a trait belong to several people."""
        return sum(found is trait and len(keys) > 1 for (found, _), keys in self._index.items())

    def matching(self, named: Named) -> tuple[Person, ...]:
        """Everybody on whom at least one thing that is named fits."""
        keys = set[str]().union(*self._hits(named))
        return tuple(self._by_key[key] for key in sorted(keys))

    def the_one(self, named: Named) -> Person | None:
        """The one person on whom all agree that is on file, and whose file contradicts nothing; else None."""
        hits = self._hits(named)
        agreed = set.intersection(*hits) if hits else set()
        if len(agreed) != 1:
            return None
        person = self._by_key[next(iter(agreed))]
        return None if person.contradicts(named) else person

    def _hits(self, named: Named) -> list[set[str]]:
        """The keys behind each thing that is named and on file."""
        values = [(trait, value) for trait, several in named.items() for value in several]
        return [self._index[item] for item in values if item in self._index]


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
