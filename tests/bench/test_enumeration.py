"""The statistics of the measurement that must find nothing: they find what is there."""

from __future__ import annotations

import random

import pytest

from bench.enumeration import Finding, mann_whitney


def test_u_counts_the_pairs_in_which_the_first_is_greater() -> None:
    assert mann_whitney([1, 2, 3], [4, 5, 6])[0] == 0
    assert mann_whitney([4, 5, 6], [1, 2, 3])[0] == 9
    assert mann_whitney([1, 3, 5], [2, 3, 4])[0] == pytest.approx(4.5)


def test_p_is_that_of_the_books() -> None:
    """As scipy.stats.mannwhitneyu(method="asymptotic") gives it, for a sample with ties."""
    u, p = mann_whitney([1, 2, 2, 3], [2, 4, 5, 5])
    assert u == pytest.approx(2)
    assert p == pytest.approx(0.1015915)


def test_the_same_times_have_no_difference() -> None:
    assert mann_whitney([1, 1, 1], [1, 1, 1])[1] == 1.0
    dice = random.Random(3)
    times = [dice.gauss(10, 1) for _ in range(400)]
    assert not Finding(times[::2], times[1::2]).tells


def test_a_small_shift_in_noisy_times_is_found() -> None:
    dice = random.Random(3)
    assert Finding([dice.gauss(10.5, 1) for _ in range(200)], [dice.gauss(10, 1) for _ in range(200)]).tells
