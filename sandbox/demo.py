"""`make demo`: starts a world, plays the stories in front of the reader, and says what to try next."""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path

import structlog
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from sandbox.people_on_file import CUSTOMERS, HELP
from sandbox.stories import STORIES, Story
from sandbox.world import PASSWORD, World

_SHOWN = Console(highlight=False)


_KEPT = """\
Write to {help} with any mail program; no encryption, this machine only:

  SMTP   {smtp}   no login
  IMAP   {imap}   user {lan}   password {password}

Every customer has such a mailbox, and so has {help}. Or by hand:

curl -s smtp://{smtp} --mail-from {lan} --mail-rcpt {help} -T - <<'MAIL'
From: {lan}
To: {help}
Subject: My data

Please send me a copy of all my personal data.
MAIL
curl -s 'imap://{imap}/INBOX;UID=*' -u {lan}:{password}

The desk's own files: {folder} (settings, database, log)
Ctrl-C ends it."""


class Teller:
    """Tells a story: a line a step, with the texts that were really sent."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def step(self, who: str, what: str) -> None:
        _SHOWN.print(Text.assemble(("  → ", "cyan"), (who, "bold"), " ", what))

    def shows(self, who: str, title: str, text: str, seconds: float | None = None) -> None:
        # The time stands below: above it would be the first to be cut off on a narrow screen.
        took = f"{seconds:.2f} s" if seconds is not None else None
        head = Text.assemble((who, "bold"), f": {title}")
        panel = Panel(
            Text(text.strip()),
            title=head,
            title_align="left",
            subtitle=took,
            subtitle_align="right",
            border_style="dim",
            width=100,
        )
        _SHOWN.print(Padding(panel, (0, 0, 0, 4)))

    def notes(self, what: str) -> None:
        _SHOWN.print(Text.assemble(("  ✓ ", "green"), what))


async def play(stories: tuple[Story, ...], keep: bool) -> int:
    """Play stories in one world; returns the exit code."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="privacydesk-demo-") as folder:
        _SHOWN.print("Starting mail server, Telegram server and `privacydesk run` …", style="dim")
        async with World(Path(folder)) as world:
            _SHOWN.print(f"The desk listens after {time.monotonic() - began:.1f} s.", style="dim")
            failed = [story for story in stories if not await _tell(world, story)]
            _sum_up(world, stories, failed, time.monotonic() - began)
            if keep:
                await _keep(world)
    return 1 if failed else 0


async def _tell(world: World, story: Story) -> bool:
    _SHOWN.print()
    _SHOWN.rule(Text(f"{story.letter}. {story.title}", style="bold"), align="left")
    try:
        await story.play(world, Teller())
    except (AssertionError, TimeoutError) as error:
        _SHOWN.print(
            Text(
                f"  ✗ This story did not come true: {error or 'what was waited for did not come'}",
                style="bold red",
            )
        )
        return False
    return True


def _sum_up(world: World, stories: tuple[Story, ...], failed: list[Story], seconds: float) -> None:
    _SHOWN.print()
    _SHOWN.rule(Text("What happened", style="bold"), align="left")
    waits = acknowledgement_times(world)
    told = len(stories) - len(failed)
    style = "green" if not failed else "bold red"
    _SHOWN.print(Text(f"{told} of {len(stories)} stories came true in {seconds:.0f} s.", style=style))
    if waits:
        median, slowest = statistics.median(waits), max(waits)
        _SHOWN.print(
            f"From a mail's acceptance to its acknowledgement in the customer's mailbox: "
            f"median {median:.2f} s, slowest {slowest:.2f} s, {len(waits)} mails."
        )
    if world.telegram.violations:
        _SHOWN.print(Text(f"Telegram's rules were broken: {world.telegram.violations}", style="bold red"))
    _SHOWN.print("\nTry next:", style="bold")
    _SHOWN.print("  make demo KEEP=1     leave this world running, and write to it yourself")
    _SHOWN.print("  make demo STORY=b    one story alone")
    _SHOWN.print("  make test            the same stories as tests, with all the others")
    _SHOWN.print("  .venv/bin/privacydesk init --folder my-desk    a desk of your own")


def acknowledgement_times(world: World) -> list[float]:
    """Seconds from the acceptance of each first mail of a request to the next mail to its writer."""
    waits: list[float] = []
    for place, mail in enumerate(world.mail.log):
        if mail.recipient != HELP:
            continue
        answers = (later for later in world.mail.log[place + 1 :] if later.recipient == mail.sender)
        answer = next(answers, None)
        if answer and b"Auto-Submitted: auto-replied" in answer.content:
            waits.append(answer.monotonic - mail.monotonic)
    return waits


async def _keep(world: World) -> None:
    """Leave the world running until Ctrl-C, and say how to write to it."""
    lan = CUSTOMERS[0]
    _SHOWN.print()
    _SHOWN.rule(Text("The world goes on", style="bold"), align="left")
    smtp, imap = f"{world.mail.host}:{world.mail.smtp_port}", f"{world.mail.host}:{world.mail.imap_port}"
    _SHOWN.print(
        _KEPT.format(help=HELP, smtp=smtp, imap=imap, lan=lan.email, password=PASSWORD, folder=world.folder),
        markup=False,
        soft_wrap=True,
    )
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        _SHOWN.print("\nStopping the world …", style="dim")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="make demo")
    parser.add_argument("--keep", action="store_true", help="leave the world running until Ctrl-C")
    parser.add_argument("--story", default="", help="play one story: " + ", ".join(s.letter for s in STORIES))
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    chosen = tuple(story for story in STORIES if given.story in ("", story.letter))
    if not chosen:
        parser.error(f"there is no story {given.story!r}")
    try:
        return asyncio.run(play(chosen, given.keep))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
