"""CPU time and memory of a process and its children, as Linux counts them (proc(5))."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """By process: CPU in seconds (user and system, also of children that have ended), and memory in MB."""

    used: Mapping[int, float]
    #: Resident now, and at its highest, for each process.
    resident: Mapping[int, float]
    highest: Mapping[int, float]

    @property
    def cpu(self) -> float:
        return sum(self.used.values())

    def children(self, parent: int) -> float:
        """CPU seconds of all but one."""
        return self.cpu - self.used.get(parent, 0.0)

    @property
    def memory(self) -> float:
        return sum(self.resident.values())

    @property
    def peak(self) -> float:
        """The sum of the highest of each process: at no moment was it more."""
        return sum(self.highest.values())


def family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    parents = {int(entry.name): _parent(entry) for entry in _PROC.iterdir() if entry.name.isdigit()}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    yield from sorted(found)


def usage(pids: Iterable[int]) -> Usage:
    """What some processes have used; one that has ended meanwhile counts nothing."""
    used, resident, highest = {}, {}, {}
    for pid in pids:
        try:
            used[pid] = sum(map(int, _stat(_PROC / str(pid))[11:15])) / _TICKS
            status = dict(
                line.split(":", 1) for line in (_PROC / str(pid) / "status").read_text().splitlines()
            )
            resident[pid], highest[pid] = _megabytes(status["VmRSS"]), _megabytes(status["VmHWM"])
        except (OSError, KeyError):
            continue
    return Usage(used, resident, highest)


def _parent(entry: Path) -> int:
    try:
        return int(_stat(entry)[1])
    except OSError:
        return 0


def _stat(entry: Path) -> list[str]:
    """The fields after the name, which may hold anything: the first is the state."""
    return (entry / "stat").read_text().rpartition(")")[2].split()


def _megabytes(field: str) -> float:
    return int(field.split(maxsplit=1)[0]) * 1024 / _MB
