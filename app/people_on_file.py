"""Opens the people on file as the settings name them, each kind imported only where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

    from app.settings_directory import DirectorySettings
    from directory.csv_file import CsvDirectory
    from directory.finding import Finder, Finding
    from directory.http import HttpDirectory
    from directory.sql import SqlDirectory

log = structlog.get_logger()

_WHAT = "people on file"


def open_directory(settings: DirectorySettings) -> Finder:
    """The people on file. Raises DirectoryError for a database, query or address that can never be used."""
    return _KINDS[settings.kind](settings)


def open_and_try(settings: DirectorySettings) -> Finder:
    """The same for a desk that starts: a query is tried out; a database that is away is no reason not to start.

    Raises DirectoryError.
    """
    if settings.kind != "sql":
        return open_directory(settings)
    from directory.sql import Unreachable

    opened = _sql(settings)
    try:
        opened.check_query()
    except Unreachable:
        log.warning("directory_unreachable_at_start")
    return opened


def _csv(settings: DirectorySettings) -> CsvDirectory:
    from directory.csv_file import CsvDirectory

    assert settings.csv is not None
    return CsvDirectory(settings.csv)


def _sql(settings: DirectorySettings) -> SqlDirectory:
    from directory.sql import SqlDirectory

    return SqlDirectory(settings.url, settings.query, _plain(settings.password), settings.timeout_seconds)


def _http(settings: DirectorySettings) -> HttpDirectory:
    from directory.http import HttpDirectory

    secret = _plain(settings.secret)
    return HttpDirectory(settings.url, secret, settings.ca_file, settings.timeout_seconds)


_KINDS: Mapping[str, Callable[[DirectorySettings], Finder]] = {"csv": _csv, "sql": _sql, "http": _http}


def _plain(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


async def findings(settings: DirectorySettings) -> list[Finding]:
    """What an operator should know about the people on file; reads or asks, and changes nothing."""
    from directory.csv_file import check_directory
    from directory.finding import DirectoryError

    if settings.csv is not None:
        return check_directory(settings.csv)
    try:
        opened = _sql(settings) if settings.kind == "sql" else _http(settings)
        try:
            await opened.try_out()
        finally:
            await opened.close()
    except DirectoryError as error:
        return [(_WHAT, False, str(error))]
    return [(_WHAT, True, f"asked by {settings.kind}; the answer is as it should be")]
