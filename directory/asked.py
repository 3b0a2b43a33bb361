"""People on file with somebody else, a database or a service: asked at every look-up, within a time."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence

import structlog

from directory.finding import DirectoryError, Finder
from directory.people import Named, People, Person, Trait

log = structlog.get_logger()

#: Seconds for one look-up, where the settings say nothing else.
USUAL_TIMEOUT = 5.0
#: Seconds without a question after one that was not answered in time: nobody else waits for it in vain.
REST = 5.0
#: Look-ups under way at once.
AT_ONCE = 4
#: More people than this fit nobody: what is named is shared by a crowd, or the other side does not select.
MOST_PEOPLE = 100
#: More of one trait than this is no way to name a person.
MOST_VALUES = 20

#: What surely belongs to nobody (RFC 2606, RFC 6761; no Vietnamese number begins so): to try a look-up with.
NOBODY: Named = {
    Trait.EMAIL: frozenset({"nobody@privacydesk.invalid"}),
    Trait.PHONE: frozenset({"+84000000000"}),
    Trait.ACCOUNT: frozenset({"nobodyatall"}),
    Trait.TELEGRAM: frozenset({"1"}),
}


class AskedDirectory(Finder):
    """A `flows.ports.Directory` that asks at every look-up; `what` names the other side in plain words."""

    def __init__(self, what: str, timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._timeout = timeout
        self._clock = clock
        self._rests_until = 0.0
        self._places = asyncio.Semaphore(AT_ONCE)

    async def people(self, named: Named) -> People:
        """Whom the other side finds; nobody where that is a crowd. Raises DirectoryError."""
        if any(len(values) > MOST_VALUES for values in named.values()):
            return People(())
        async with self._places:
            found = await self._in_time(named)
        if len(found) > MOST_PEOPLE:
            log.warning("directory_found_a_crowd", most=MOST_PEOPLE)
            return People(())
        return People(found)

    async def _in_time(self, named: Named) -> Sequence[Person]:
        if self._clock() < self._rests_until:
            raise DirectoryError(
                f"{self._what} has just not answered in time, and is asked again in a moment"
            )
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask(named)
        except TimeoutError:
            self._rests_until = self._clock() + REST
            raise DirectoryError(f"{self._what} does not answer within {self._timeout:g} seconds") from None

    @abstractmethod
    async def try_out(self) -> None:
        """Look for nobody. Raises DirectoryError where that does not work as it should."""

    @abstractmethod
    async def _ask(self, named: Named) -> Sequence[Person]:
        """One look-up: all whom one of these fits, a row or more each. Raises DirectoryError."""
