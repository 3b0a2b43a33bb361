"""`privacydesk keys` and `privacydesk retention`: a new master key, and what is due to be erased."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.console import ok, say, table, warn
from app.progress import bar
from app.starting import loaded, loaded_store, plain_words
from core.retention import TERMS, DeskRetention, Kept

if TYPE_CHECKING:
    from app.settings_sections import DataSettings
    from flows.keeping import Due
    from storage.store import SqlStore

T = TypeVar("T")

#: By kind: what the operator reads it as, and what happens to it.
_WORDS: Mapping[Kept, tuple[str, str]] = {
    Kept.REQUESTS: (
        "closed requests, with messages and letters",
        "erased with their keys; the audit trail stays",
    ),
    Kept.RESULTS: ("results to be handed over", "erased with their keys"),
    Kept.MESSAGES: ("messages without a request", "erased with their keys; a keyed hash knows them again"),
    Kept.LETTERS: ("letters without a request", "erased with their keys"),
    Kept.MARKS: ("marks of what happened once", "forgotten"),
    Kept.DRAFTS: ("unfinished conversations", "erased with their keys"),
}


def on_own_store(data: DataSettings, work: Callable[[SqlStore], Coroutine[None, None, T]]) -> T:
    """Open the store for one piece of work, if the key is its own. Raises Mendable."""
    from storage.sealing import load_master_key
    from storage.store import open_store

    with plain_words():
        store = open_store(data.database, load_master_key(data.master_key_file))

        async def once() -> T:
            try:
                await store.run(lambda uow: uow.own_key(leave_mark=False))
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(once())


# --- keys ----------------------------------------------------------------------------------------


def rotate_keys(path: Path) -> None:
    """Change the master key, or bring a change to its end that was interrupted. Raises Mendable."""
    from storage.rotating import Stage, old_key_file, rotate

    data = loaded_store(path)
    old = old_key_file(data.master_key_file)
    stages = []
    with plain_words(), bar() as progress:
        task = progress.add_task("Beginning", total=None)
        for stage, done, total in rotate(data.database, data.master_key_file):
            stages.append(stage)
            words = "Checking" if stage is Stage.CHECKING else "Wrapping keys"
            progress.update(task, description=words, completed=done, total=total)
    if stages == [Stage.COMPLETE]:
        warn(
            f"The last change is complete, and {old} is still there. Destroy it, then a new change can begin."
        )
        return
    ok(f"{data.master_key_file} is new, and all data keys are wrapped under it.")
    _next_steps(data.master_key_file, old)


def _next_steps(key_file: Path, old: Path) -> None:
    say("\nNow:", style="bold")
    say(f"  1. Back up {key_file}, apart from the database; then the database, under its new key.")
    say("  2. Start the desk, and see that it works: privacydesk check")
    say(f"  3. Destroy {old} and every copy of it: shred -u {old}")
    say("     Backups of the database from before can then be read by nobody, you included.")


# --- retention -----------------------------------------------------------------------------------


def retention(path: Path, dry_run: bool, as_json: bool) -> None:
    """Erase what is due, or only say what is. Raises Mendable."""
    from policies.load import load_policy

    settings = loaded(path, silent=True)
    with plain_words():
        terms = load_policy(settings.policy).desk_retention
    now = datetime.now(UTC)
    found = on_own_store(settings.data, lambda store: _due(store, terms, now, dry_run, as_json))
    if as_json:
        rows = [_fields(one, terms, dry_run) for one in found]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    _list(found, terms)
    total = sum(one.count for one in found)
    if not total:
        ok("Nothing is due to be erased.")
    elif dry_run:
        say(f"{total} are due. Nothing was erased: this was a dry run.")
    else:
        ok(f"{total} were due and are erased; the audit log says so.")


async def _due(
    store: SqlStore, terms: DeskRetention, now: datetime, dry_run: bool, quiet: bool
) -> Sequence[Due]:
    from flows.retention import due, erase_all

    found = await store.run(lambda uow: due(uow, terms, now))
    if dry_run:
        return found
    with bar(quiet) as progress:
        task = progress.add_task("Erasing", total=sum(one.count for one in found))
        await erase_all(store, terms, "operator", now, lambda kind, count: progress.advance(task, count))
    return found


def _list(found: Sequence[Due], terms: DeskRetention) -> None:
    rows = [
        (*_WORDS[one.kind][:1], str(TERMS[one.kind](terms)), str(one.count), _day(one), _WORDS[one.kind][1])
        for one in found
    ]
    table(("what", "kept", "due", "oldest", "what happens"), rows)


def _day(one: Due) -> str:
    return f"{one.oldest:%Y-%m-%d}" if one.oldest else "-"


def _fields(one: Due, terms: DeskRetention, dry_run: bool) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "kept": str(TERMS[one.kind](terms)),
        "due": one.count,
        "oldest": one.oldest.astimezone(UTC).isoformat(timespec="seconds") if one.oldest else None,
        "erased": not dry_run,
    }
