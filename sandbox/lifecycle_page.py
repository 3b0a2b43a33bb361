"""Writes docs/lifecycle.md from the tables of core.lifecycle."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from core.effects import Tell, To
from core.happenings import Event
from core.lifecycle import EFFECTS, TRANSITIONS
from core.requests import OPEN, Status

_HEAD = """\
# The life of a request

Generated from the tables in `core/lifecycle.py` by `make docs`; a test fails when this page is stale.
A status changes nowhere else. What the table does not allow raises `NotAllowed` and changes nothing.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join((_HEAD, *_diagram(), "", *_statuses(), "", *_events(), ""))


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for status, events in TRANSITIONS.items():
        for event, after in events.items():
            if after is not status:
                yield f"    {status or '[*]'} --> {after}: {event}"
    for status in Status:
        if not TRANSITIONS[status]:
            yield f"    {status} --> [*]"
    yield "```"


def _statuses() -> Iterator[str]:
    yield "| status | open | what can happen |"
    yield "| --- | --- | --- |"
    for status, events in TRANSITIONS.items():
        if status is not None:
            happens = ", ".join(f"{event} → {after}" for event, after in events.items())
            yield f"| `{status}` | {'yes' if status in OPEN else 'no'} | {happens or 'nothing more'} |"


def _events() -> Iterator[str]:
    yield "| event | what the desk does |"
    yield "| --- | --- |"
    for event in Event:
        yield f"| `{event}` | {', '.join(map(_effect, EFFECTS[event])) or 'nothing'} |"


_TO = {
    To.REQUESTER: "",
    To.CONTACT: " to the contact that the code goes to",
    To.SENDER: " to whoever answered",
    To.PROVEN: " to the proven contact",
}


def _effect(effect: object) -> str:
    if not isinstance(effect, Tell):
        return "card"
    to = _TO[effect.to]
    when = " if there is a file" if effect.when else ""
    return f"notice `{effect.notice}`{to}{when}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
