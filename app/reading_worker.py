"""The process that reads mail: takes messages from its standard input, gives readings to its standard output."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
from typing import BinaryIO

from app.reading import LENGTH, frame
from core.recognition import recognise
from flows.reading import Reading, read

#: Bytes of address space: more than any mail within the limits needs.
MOST_MEMORY = 3_000_000_000


def main() -> None:
    """Read until the other side closes the pipe, however it ends."""
    # The desk decides when this process ends: a Ctrl-C in its terminal reaches the whole group.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the frames
    set_up = _take(source)
    if set_up is None:
        return
    parsers, rules = pickle.loads(set_up)
    recognise("")  # loads the model
    gc.freeze()  # it stays: the collector need not go through it again and again
    _give(target, None)
    while (message := _take(source)) is not None:
        channel, raw = pickle.loads(message)
        try:
            reading = read(channel, raw, parsers, rules)
        except Exception as error:  # noqa: BLE001 - strangers write what is read here
            reading = Reading(None, failure=f"it breaks the reader ({type(error).__name__})")
        _give(target, reading)


def _take(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    return source.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _give(target: BinaryIO, value: object) -> None:
    target.write(frame(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)))
    target.flush()


if __name__ == "__main__":
    main()
