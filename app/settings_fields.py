"""What the sections of the settings file are made of: ports, secrets and the files they stand in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

Port = Annotated[int, Field(ge=0, le=65535, validate_default=True)]
Secret = Annotated[SecretStr | None, Field(validate_default=True)]


class Section(BaseModel):
    """A table of the settings file. Values are never quoted in errors: they may be secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def mistake(problem: str, hint: str) -> PydanticCustomError:
    """What a validator raises: what is wrong, and how to mend it. Never quote the value: it may be secret."""
    return PydanticCustomError("settings", "{problem}", {"problem": problem, "help": hint})


def secret_of(value: SecretStr | None, file: Path | None, variable: str) -> SecretStr:
    """The secret itself, or what stands in its file; raises where there is neither."""
    if value and value.get_secret_value():
        return value
    if file is None:
        raise mistake("is missing", f"Set the environment variable {variable}, or name a file with it.")
    try:
        content = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise mistake("is missing: its file cannot be read", "Look at the file's owner and mode.") from None
    if not content:
        raise mistake("is missing: its file is empty", "Write the secret into the file, and nothing else.")
    return SecretStr(content)


def existing_file(path: Path | None) -> Path | None:
    """The path, if there is a file."""
    if path and not path.is_file():
        raise mistake("names a file that is not there", "Paths are relative to the settings file.")
    return path
