"""Does the time that an acknowledgement takes tell who is on file? python -m bench.enumeration [--runs 400] [--seed 7]."""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from math import erfc, sqrt
from pathlib import Path
from statistics import median

import structlog
from rich.console import Console
from rich.progress import track
from rich.table import Table

from core.messages import ChannelName, RawMessage
from directory.csv_file import CsvDirectory
from flows.arrivals import StoredInbox
from flows.desk import Desk
from flows.intake import handle
from flows.ports import Delivery, Letter, Sent
from flows.reading import ReaderInPlace
from flows.store import UnitOfWork
from mailer.channel import MailChannel
from mailer.settings import MailSettings, Server, Tls
from policies.calendars import workdays
from policies.load import load_policy, statute_of
from sandbox.people_on_file import HELP
from storage.migrate import migrate
from storage.sealing import Secrets
from storage.store import SqlStore, open_store
from templates.render import Texts

#: Below this chance of being an accident a difference counts.
SIGNIFICANT = 0.001
#: Runs that are not counted: caches are filled by them.
WARM = 40
_KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody tries to find out: whom they write as, and what, by their number and whether that is on file."""

    name: str
    sender: Callable[[int, bool], str]
    text: Callable[[int, bool], str]


def _address(number: int, on_file: bool) -> str:
    return f"{'person' if on_file else 'walker'}{number:04}@example.org"


WAYS = (
    Way(
        "from an address of their own",
        _address,
        lambda number, on_file: "Please send me a copy of all personal data you hold about me.",
    ),
    Way(
        "in the name of somebody else",
        lambda number, on_file: f"{'curious' if on_file else 'nosyone'}{number:04}@elsewhere.example",
        lambda number, on_file: f"Please delete my account HV-{number + (1000 if on_file else 6000)}.",
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What two sets of times tell, in seconds."""

    on_file: Sequence[float]
    unknown: Sequence[float]

    @property
    def u(self) -> float:
        return mann_whitney(self.on_file, self.unknown)[0]

    @property
    def p(self) -> float:
        return mann_whitney(self.on_file, self.unknown)[1]

    @property
    def tells(self) -> bool:
        return self.p < SIGNIFICANT


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """U of the first sample, and p of both sides, by the normal approximation with corrections for ties and continuity."""
    values = sorted((*((value, True) for value in one), *((value, False) for value in other)))
    first, second, rank_sum, ties, at = len(one), len(other), 0.0, 0, 0
    while at < len(values):
        end = at
        while end < len(values) and values[end][0] == values[at][0]:
            end += 1
        rank_sum += sum(mine for _, mine in values[at:end]) * (at + 1 + end) / 2
        ties += (end - at) ** 3 - (end - at)
        at = end
    total = first + second
    u, mean = rank_sum - first * (first + 1) / 2, first * second / 2
    variance = first * second / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return u, 1.0
    return u, erfc(max(abs(u - mean) - 0.5, 0.0) / sqrt(2 * variance))


# --- the desk under measurement ------------------------------------------------------------------------------


def _desk(folder: Path, people: int) -> Desk:
    policy = load_policy("mentracere")
    server = Server("127.0.0.1", 1, tls=Tls.NONE)
    rows = (f"{number},{_address(number, True)},,HV-{number + 1000},,en" for number in range(people))
    listed = folder / "customers.csv"
    listed.write_text(
        "\n".join(("key,email,phone,account,telegram,language", *rows)) + "\n", encoding="utf-8"
    )
    return Desk(
        policy=policy,
        statute=statute_of(policy),
        works=workdays(policy.country, policy.working_days),
        texts=Texts(policy),
        secrets=Secrets(_KEY),
        directory=CsvDirectory(listed),
        channels={ChannelName.EMAIL: MailChannel(MailSettings(HELP, policy.name, server, server))},
        help_address=HELP,
        own=frozenset({HELP}),
    )


def _mail(way: Way, number: int, on_file: bool) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = way.sender(number, on_file), HELP, "My data"
    mail["Message-ID"] = f"<{number:04}{int(on_file)}@customer.example>"
    mail.set_content(way.text(number, on_file))
    return mail.as_bytes()


@dataclass(slots=True)
class Stand:
    """A desk, and what takes the time of one mail."""

    desk: Desk
    store: SqlStore

    async def seconds(self, key: str, raw: bytes, sender: str) -> float:
        """From handing a mail over to the moment at which its acknowledgement could leave."""
        inbox = StoredInbox(self.store, _now, lambda: None)
        gc.disable()
        began = time.perf_counter()
        await inbox.accept(ChannelName.EMAIL, "bench", [RawMessage(key, raw, _now())], key)
        await handle(self.store, self.desk, ReaderInPlace.of(self.desk), _now)
        letters = await self._leased()
        took = time.perf_counter() - began
        gc.enable()
        if not letters or letters[0].to.value != sender:
            raise RuntimeError("the acknowledgement is not the first letter to leave")
        while letters:
            await self._sent(letters)
            letters = await self._leased()
        return took

    async def _leased(self) -> list[Letter]:
        until = _now() + timedelta(minutes=5)
        return await self.store.run(lambda uow: uow.lease(ChannelName.EMAIL, 8, _now(), until))

    async def _sent(self, letters: Sequence[Letter]) -> None:
        def settle(uow: UnitOfWork) -> None:
            for letter in letters:
                uow.settle_letter(letter.id, Sent(Delivery.SENT, letter.id), _now(), None)

        await self.store.run(settle)


def _now() -> datetime:
    return datetime.now(UTC)


async def measure(way: Way, runs: int, seed: int, folder: Path) -> Finding:
    """Mails in turn at random from those on file and from others, half of each, on a database of its own."""
    database = f"sqlite:///{folder / 'desk.db'}"
    migrate(database)
    stand = Stand(_desk(folder, runs + WARM), open_store(database, _KEY))
    turns = [(number, bool(number % 2)) for number in range(runs)]
    random.Random(seed).shuffle(turns)
    warm = [(number, bool(number % 2)) for number in range(runs, runs + WARM)]
    times: dict[bool, list[float]] = {True: [], False: []}
    gc.collect()
    gc.freeze()
    try:
        for place, (number, on_file) in enumerate(track([*warm, *turns], way.name, console=_SHOWN)):
            raw = _mail(way, number, on_file)
            took = await stand.seconds(str(place), raw, way.sender(number, on_file))
            if place >= WARM:
                times[on_file].append(took)
    finally:
        await stand.store.close()
    return Finding(times[True], times[False])


_SHOWN = Console(highlight=False)


def _show(findings: Sequence[tuple[Way, Finding]]) -> None:
    shown = Table("Who asks", "On file: median", "Not on file: median", "U", "p", "Verdict")
    for way, found in findings:
        verdict = "[bold red]a difference[/]" if found.tells else "[green]no difference[/]"
        medians = (f"{1000 * median(times):.3f} ms" for times in (found.on_file, found.unknown))
        shown.add_row(way.name, *medians, f"{found.u:.0f}", f"{found.p:.4f}", verdict)
    _SHOWN.print(shown)


def main() -> int:
    """Exit code 1: the time tells who is on file."""
    parser = argparse.ArgumentParser(prog="python -m bench.enumeration", description=__doc__)
    parser.add_argument("--runs", type=int, default=400, help="mails for each way of asking (default 400)")
    parser.add_argument("--seed", type=int, default=7, help="of the order in which they come (default 7)")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    findings = []
    for way in WAYS:
        with tempfile.TemporaryDirectory(prefix="privacydesk-enumeration-") as folder:
            findings.append((way, asyncio.run(measure(way, given.runs, given.seed, Path(folder)))))
    _show(findings)
    return int(any(found.tells for _, found in findings))


if __name__ == "__main__":
    sys.exit(main())
