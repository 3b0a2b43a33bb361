"""`python -m bench`: the whole road on Dovecot and smtp-sink, the raw steps beside it, and single mails."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bench.latency import single_mails
from bench.letters import mails
from bench.people import writers
from bench.profiled import table
from bench.report import Results, page
from bench.road import RoadResult, drain
from bench.staff import no_staff, staff_chat
from bench.steps import raw_steps

#: The load (processes that run or wait to) above which figures in seconds say little.
BUSY = 0.7


def main() -> int:
    given = _arguments()
    if given.profile:
        _profile(given, Path(given.profile))
        return 0
    results = asyncio.run(_measure(given))
    text = page(results, given.messages, given.seed)
    print(text)
    if given.write:
        Path(given.write).write_text(text, encoding="utf-8")
        _say(f"written to {given.write}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--messages", type=int, default=2_000, help="mails that wait when the desk starts")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of road and steps")
    parser.add_argument("--singles", type=int, default=100, help="single mails for the latency; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--policy", default="mentracere")
    parser.add_argument("--staff", action="store_true", help="with a staff group in the sandbox's Telegram")
    parser.add_argument("--write", default="", metavar="FILE", help="write the page there too")
    parser.add_argument(
        "--profile", default="", metavar="FOLDER", help="only profile the desk's threads, there"
    )
    return parser.parse_args()


async def _measure(given: argparse.Namespace) -> Results:
    if os.getloadavg()[0] > BUSY:
        _say("this machine is busy with other things: look at CPU, not at seconds")
    people, results = writers(given.messages, given.seed), Results()
    waiting = list(mails(people, given.seed))
    async with staff_chat() if given.staff else no_staff() as staff:
        for number in range(1, given.rounds + 1):
            road = await drain(people, given.seed, given.policy, staff)
            results.roads.append(road)
            _say(f"round {number}: {road.rate:.0f} messages/s, {road.cpu_a_message:.2f} ms CPU a message")
            with tempfile.TemporaryDirectory() as folder:
                steps = await raw_steps(waiting, given.policy, Path(folder))
            results.steps.append(steps)
            _say(f"round {number}: the raw steps take {steps.sum / 1000:.2f} ms a message")
    if given.singles:
        _say(f"{given.singles} single mails …")
        results.waits = await single_mails(
            writers(given.singles, given.seed + 2), given.seed + 2, given.policy
        )
    return results


def _profile(given: argparse.Namespace, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    road = asyncio.run(_profiled(given, folder.resolve()))
    _say(f"{road.rate:.0f} messages/s under the profiler")
    for file in sorted(folder.glob("*.prof")):
        table(file)
        _say(f"{file.with_suffix('.txt')}")


async def _profiled(given: argparse.Namespace, folder: Path) -> RoadResult:
    people = writers(given.messages, given.seed)
    async with staff_chat() if given.staff else no_staff() as staff:
        return await drain(people, given.seed, given.policy, staff, folder)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
