"""One desk a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.alone import AlreadyRunning, alone

_HOLDS = """
import sys
from storage.alone import alone
with alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_desk_on_the_same_file_is_refused_until_the_first_one_ends(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/desk.db"
    command = [sys.executable, "-c", _HOLDS, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=r"desk\.db\. Stop it first"), alone(database):
            pass
        first.kill()
        first.wait()
    with alone(database):
        pass


@pytest.mark.parametrize("database", ["sqlite://", "postgresql+psycopg://user@host/name"])
def test_what_several_can_share_or_nobody_else_can_see_is_not_held(database: str) -> None:
    with alone(database), alone(database):
        pass
