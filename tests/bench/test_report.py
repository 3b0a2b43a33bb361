"""What the bench tells: percentiles, spreads, and a page with every figure in its place."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from bench.latency import Wait
from bench.processes import family, usage
from bench.report import Results, page, percentile, spread
from bench.road import RoadResult
from bench.steps import StepTimes


@pytest.mark.parametrize(("share", "value"), [(50, 50), (90, 90), (99, 99), (100, 100), (0, 1)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(share: int, value: float) -> None:
    assert percentile(list(range(1, 101)), share) == value


def test_a_spread_is_median_least_and_most() -> None:
    assert spread([3, 1, 2], "{:.0f}") == "2 (1 to 3)"
    assert spread([5], "{:.1f}") == "5.0"


def test_the_page_holds_ratios_and_figures() -> None:
    road = RoadResult(100, 90, 120, 0.5, 0.6, 0.3, 0.1, 100.0, 140.0)
    steps = StepTimes(100, wall={"fetch": 0.1, "parse": 0.1}, cpu={"fetch": 0.05, "parse": 0.05})
    text = page(Results([road], [steps], [Wait(0.5, 0.02), Wait(0.6, 0.04)]), 100, 1)
    assert "| messages/s of the road to what the raw steps' sum allows | 0.40 |" in text
    assert "| peak memory above a desk at rest | 40 MB |" in text
    assert "| messages/s, to the last acknowledgement | 200 |" in text
    assert "| EXISTS to accepted acknowledgement, median | 20 ms |" in text
    assert "| fetch | 1000 | 500 |" in text


async def test_usage_counts_a_process_and_its_children() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "sum(range(3_000_000)); print(); input()",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    await child.stdout.readline()
    together, alone = usage(family(os.getpid())), usage([os.getpid()])
    assert child.pid in together.resident
    assert together.memory > alone.memory > 0
    assert together.peak >= together.memory
    assert together.children(os.getpid()) > 0
    await child.communicate(b"\n")
