"""What holds for all tests."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest alone: the model is trained while the other worker runs everything else."""
    items.sort(key=lambda item: "training" not in item.path.parts)
