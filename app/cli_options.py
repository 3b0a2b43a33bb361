"""The options that commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Output(StrEnum):
    """How a list or a result is written."""

    TEXT = "text"
    JSON = "json"


SettingsFile = Annotated[
    Path,
    typer.Option(
        "--settings", "-s", envvar="PRIVACYDESK_SETTINGS", help="The settings file.", dir_okay=False
    ),
]
OutputForm = Annotated[Output, typer.Option("--format", help="text for people, json for programs.")]
DEFAULT = Path("privacydesk.toml")
