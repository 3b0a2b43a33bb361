"""Starts the desk: settings, database, channels, and the process around them."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from app.console import Mendable

if TYPE_CHECKING:
    from app.settings import Settings
    from app.settings_sections import DataSettings

#: Errors that carry a list of problems, by module and name: importing them all would load every adapter.
_LISTS = (("app.settings_errors", "SettingsErrors"), ("core.policy_parsing", "PolicyErrors"))
#: Errors whose text says what to mend.
_PLAIN = (
    ("app.web.server", "CannotListen"),
    ("bot.session", "TokenRefused"),
    ("directory.finding", "DirectoryError"),
    ("mailer.settings", "SettingsError"),
    ("policies.calendars", "UnknownCountry"),
    ("storage.alone", "AlreadyRunning"),
    ("storage.engine", "UnknownDatabase"),
    ("storage.sealing", "MasterKeyError"),
    ("templates.phrasebook", "PhraseError"),
)
_DATABASE = (("sqlalchemy.exc", "SQLAlchemyError"),)

#: What the database said, and what helps; the first that fits.
_DATABASE_ADVICE = (
    ("no such table", "It has no tables yet. Run: privacydesk migrate"),
    ("does not exist", "Where its tables are missing, run: privacydesk migrate"),
    ("unable to open", "Its folder must be there, and you must be allowed to write into it."),
    ("", "Compare [data] database in the settings."),
)


def loaded(path: Path, silent: bool = False) -> Settings:
    """The settings of a file, without chats and secrets for silent work. Raises Mendable with every mistake."""
    from app.settings import load_settings, load_silent_settings

    with _settings_file(path):
        return load_silent_settings(path) if silent else load_settings(path)


def loaded_store(path: Path) -> DataSettings:
    """Where the data lies; needs no channel's password. Raises Mendable."""
    from app.settings import load_store_settings

    with _settings_file(path):
        return load_store_settings(path).data


@contextmanager
def _settings_file(path: Path) -> Iterator[None]:
    with plain_words():
        if not path.is_file():
            raise Mendable(
                f"There is no settings file {path}. Name one with --settings, or make one: privacydesk init"
            )
        yield


def bring_up_to_date(path: Path) -> bool:
    """Run what migrations are pending; returns whether there were any. Raises Mendable."""
    database = loaded_store(path).database
    from storage.migrate import migrate, pending_migrations

    with plain_words():
        pending = pending_migrations(database)
        migrate(database)
        return pending


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn what an operator can mend into Mendable."""
    try:
        yield
    except _known(_LISTS) as error:
        lines = "\n".join(f"  • {problem}" for problem in error.problems)  # type: ignore[attr-defined]
        raise Mendable(f"The settings or the policy cannot be used:\n{lines}") from None
    except _known(_PLAIN) as error:
        raise Mendable(str(error)) from None
    except _known(_DATABASE) as error:
        raise Mendable(_about_database(error)) from None
    except PermissionError as error:
        raise Mendable(f"{error.filename}: you are not allowed to open it.") from None


def _known(names: tuple[tuple[str, str], ...]) -> tuple[type[Exception], ...]:
    """The errors of those modules that are loaded: no other can have raised one."""
    return tuple(getattr(sys.modules[module], name) for module, name in names if module in sys.modules)


def _about_database(error: Exception) -> str:
    """The driver's first line only: the rest may quote what is stored."""
    said = str(getattr(error, "orig", None) or "its address cannot be read").partition("\n")[0].rstrip(".")
    advice = next(advice for sign, advice in _DATABASE_ADVICE if sign in said)
    return f"The database cannot be used: {said}. {advice}"


def run_desk(path: Path) -> None:
    """Run until stopped. Raises Mendable for what stands in the way of a start, and for what ends it."""
    from app.logs import set_up_logs

    settings = loaded(path)
    set_up_logs(settings.log_level)
    try:
        with plain_words():
            asyncio.run(_run(settings))
    except Mendable:
        raise
    except Exception as error:  # noqa: BLE001 - its text may quote a message: only its kind and place are told
        _ended_by(error)


def _ended_by(error: Exception) -> NoReturn:
    import structlog

    from app.logs import where

    structlog.get_logger().critical("ended_unforeseen", error=type(error).__name__, where=where(error))
    words = "The desk has ended for a reason that nobody foresaw. Nothing is lost: start it again."
    raise Mendable(f"{words}\nPlease report this: {type(error).__name__} at {where(error)}") from None


def settle_memory() -> None:
    """Spare the collector what was loaded at the start and stays: it went through all of it again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _run(settings: Settings) -> None:
    import structlog

    from app.reading import open_reader
    from app.runtime import Runtime, utc_now
    from app.versions import write_down
    from app.wiring import sync_staff, wire
    from flows import outage
    from storage.alone import alone, is_file
    from storage.migrate import migrate

    log = structlog.get_logger()
    database = settings.data.database
    # First what only reads: a wrong setting must leave the database as it is.
    wired = await asyncio.to_thread(wire, settings, utc_now)
    try:
        with alone(database):
            await asyncio.to_thread(migrate, database)
            await wired.store.run(lambda uow: uow.own_key())
            await sync_staff(wired.store, settings)
            await write_down(wired.store, settings, wired.desk.policy.statute, utc_now())
            if is_file(database):
                await wired.store.run(lambda uow: uow.release_leases(utc_now()))
            await wired.store.run(lambda uow: outage.forget(uow, wired.desk, utc_now()))
            settle_memory()
            async with open_reader(wired.desk) as reader:
                ready = partial(log.info, "ready")
                await Runtime(wired.store, wired.desk, reader, ready=ready, door=wired.door).run()
    finally:
        await wired.close()
