"""What several commands take: the forms of output."""

from __future__ import annotations

from enum import StrEnum


class Output(StrEnum):
    """How a list or a result is written."""

    TEXT = "text"
    JSON = "json"
