"""Runs the desk's command line with a profile of each of its threads: python -m bench.profiled FOLDER run."""

from __future__ import annotations

import cProfile
import pstats
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

_profiles: dict[str, cProfile.Profile] = {}


def _begin_thread(_frame: FrameType, _event: str, _argument: Any) -> None:
    """Called once in a new thread: from then on its own profile listens."""
    profile = _profiles[threading.current_thread().name] = cProfile.Profile()
    profile.enable()


def write_profiles(folder: Path) -> None:
    """One file for each thread of any interest."""
    for name, profile in _profiles.items():
        profile.create_stats()
        profile.dump_stats(folder / f"{name}.prof")


def table(file: Path, lines: int = 40) -> str:
    """The functions of a thread that took most, by their own time and by all that they called."""
    with (file.with_suffix(".txt")).open("w", encoding="utf-8") as text:
        stats = pstats.Stats(str(file), stream=text).strip_dirs()
        stats.sort_stats("tottime").print_stats(lines)
        stats.sort_stats("cumulative").print_stats(lines)
    return file.with_suffix(".txt").read_text(encoding="utf-8")


def main() -> None:
    from app.cli import main as run

    folder = Path(sys.argv.pop(1))
    threading.setprofile(_begin_thread)
    profile = _profiles["main"] = cProfile.Profile()
    try:
        profile.runcall(run)
    finally:
        write_profiles(folder)


if __name__ == "__main__":
    main()
