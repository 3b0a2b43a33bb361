"""What a story is, and who hears it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from sandbox.world import World


class Narrator(Protocol):
    """Listens to a story: a person in front of the demo, or nobody in a test."""

    def step(self, who: str, what: str) -> None:
        """Somebody does something."""
        ...

    def shows(self, who: str, title: str, text: str, seconds: float | None = None) -> None:
        """Somebody sees a text that was really sent; `seconds` since what it answers."""
        ...

    def notes(self, what: str) -> None:
        """Something that did not happen, and should not."""
        ...


class Silent:
    """Hears a story without a word."""

    def step(self, who: str, what: str) -> None:
        """Nothing is shown."""

    def shows(self, who: str, title: str, text: str, seconds: float | None = None) -> None:
        """Nothing is shown."""

    def notes(self, what: str) -> None:
        """Nothing is shown."""


@dataclass(frozen=True, slots=True)
class Story:
    """One story: `play` raises AssertionError or TimeoutError where it does not come true."""

    letter: str
    title: str
    play: Callable[[World, Narrator], Awaitable[None]]


def expect(truth: object, otherwise: str) -> None:
    """Raise AssertionError with a sentence unless something is so."""
    if not truth:
        raise AssertionError(otherwise)
