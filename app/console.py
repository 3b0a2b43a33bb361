"""What the operator reads: colours that mean something, and plain words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from rich.console import Console
from rich.text import Text

_OUT = Console(highlight=False, soft_wrap=True)
_ERR = Console(stderr=True, highlight=False, soft_wrap=True)


class Mendable(Exception):
    """Something that the operator can put right; the text says what and how."""


def say(text: str, style: str = "") -> None:
    _OUT.print(text, style=style or None, markup=False)


def ok(text: str) -> None:
    """Something went well: green."""
    _marked("✓", "green", text)


def warn(text: str) -> None:
    """Something that works and wants a look: yellow."""
    _marked("!", "yellow", text)


def bad(text: str) -> None:
    """Something that does not work: red."""
    _marked("✗", "bold red", text)


def _marked(mark: str, style: str, text: str) -> None:
    _OUT.print(Text.assemble((mark, style), " ", text))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows of plain text below a head; a cell is never cut, so that it can be copied or searched."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row, style in ((head, "bold"), *((row, "") for row in rows)):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip(), style)


def print_error(text: str) -> None:
    _ERR.print(text, style="bold red", markup=False)


def fail(text: str, code: int = 1) -> NoReturn:
    """Say what is wrong and end with an exit code."""
    print_error(text)
    sys.exit(code)
