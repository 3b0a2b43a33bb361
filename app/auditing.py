"""`privacydesk audit`: proves the audit log, and writes down by which rules and texts the desk works."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.console import Mendable, bad, ok, say
from app.keeping import on_own_store
from app.progress import bar
from app.starting import loaded_store
from storage.audit import GENESIS, StoredRow, audit_head
from storage.guards import missing_guards
from storage.verifying import LOWEST, PAGE, Anchor, Fault, Finding, Report, Verifying

if TYPE_CHECKING:
    from storage.store import SqlStore
    from storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

#: Findings that are told one by one.
_TOLD = 20

_WORDS: Mapping[Fault, tuple[str, str]] = {
    Fault.CHANGED: ("was changed, or not written by the desk", "were changed, or not written by the desk"),
    Fault.MISSING: ("is missing", "are missing"),
    Fault.INSERTED: (
        "was put in by somebody else than the desk",
        "were put in by somebody else than the desk",
    ),
    Fault.MOVED: ("is out of order", "are out of order"),
    Fault.REPLACED: ("belongs to another history of this log", "belong to another history of this log"),
    Fault.CUT_OFF: ("was cut off at the end", "were cut off at the end"),
}


def verify(path: Path, anchor: str, as_json: bool) -> int:
    """Walk the log beside a desk that may be running; returns the exit code. Raises Mendable."""
    given = read_anchor(anchor) if anchor else None
    report, unguarded = on_store(path, lambda store: _walk_with_bar(store, given, as_json))
    broken = bool(report.findings or unguarded)
    if as_json:
        sys.stdout.write(json.dumps(as_object(report, given, unguarded), ensure_ascii=False) + "\n")
    else:
        _tell(report, given, unguarded)
    return 1 if broken else 0


def head(path: Path) -> None:
    """Print the anchor of the log as it is now. Raises Mendable."""
    seq, hashed = on_store(path, lambda store: store.run(audit_head))
    sys.stdout.write(f"{seq}:{hashed}\n")


def on_store(path: Path, work: Callable[[SqlStore], Coroutine[None, None, T]]) -> T:
    """Open the store of a settings file for one piece of work. Raises Mendable."""
    return on_own_store(loaded_store(path), work)


def read_anchor(text: str) -> Anchor:
    """An anchor as `audit head` prints it. Raises Mendable."""
    number, _, hashed = text.strip().partition(":")
    try:
        anchor = Anchor(int(number), bytes.fromhex(hashed))
    except ValueError:
        anchor = Anchor(-1, b"")
    if anchor.seq < 0 or len(anchor.hash) != len(GENESIS):
        raise Mendable(
            "An anchor is NUMBER:HASH, with 64 hexadecimal digits, as `privacydesk audit head` prints it."
        )
    return anchor


async def walk(
    store: SqlStore, anchor: Anchor | None, advance: Callable[[int], None] = lambda _: None
) -> Report:
    """Verify the chain page by page: nobody who writes waits for more than one page to be read."""
    walking = Verifying(await store.run(lambda uow: uow.chain_key), anchor)
    after = LOWEST
    while rows := await store.run(partial(_page, after=after)):
        walking.take(rows)
        after = rows[-1].seq
        advance(len(rows))
    return walking.end()


def _page(uow: SqlUnitOfWork, after: int) -> list[StoredRow]:
    return uow.audit_page(after, PAGE)


async def _walk_with_bar(store: SqlStore, anchor: Anchor | None, quiet: bool) -> tuple[Report, list[str]]:
    total, _ = await store.run(audit_head)
    with bar(quiet) as progress:
        task = progress.add_task("Verifying", total=total)
        report = await walk(store, anchor, lambda rows: progress.advance(task, rows))
    return report, await store.run(missing_guards)


# --- in words ---------------------------------------------------------------------------------------


def words_of(finding: Finding) -> str:
    """One finding in a plain sentence: which rows, of when, and what is wrong."""
    several = finding.last > finding.first
    rows = f"Rows {finding.first} to {finding.last}" if several else f"Row {finding.first}"
    when = f" ({finding.at:%Y-%m-%d %H:%M:%S} UTC)" if finding.at else ""
    true = finding.first + finding.shift
    written = f": written as number {true}{' and on' if several else ''}" if finding.shift else ""
    return f"{rows}{when} {_WORDS[finding.fault][several]}{written}."


def as_object(report: Report, anchor: Anchor | None, unguarded: Sequence[str]) -> dict[str, object]:
    """The result for programs."""
    return {
        "whole": report.whole and not unguarded,
        "rows": report.rows,
        "head": str(report.head),
        "anchor": str(anchor) if anchor else None,
        "findings": [_finding(finding) for finding in report.findings],
        "missing_triggers": list(unguarded),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "fault": finding.fault.value,
        "first": finding.first,
        "last": finding.last,
        "at": finding.at.isoformat() if finding.at else None,
        "words": words_of(finding),
    }


def _tell(report: Report, anchor: Anchor | None, unguarded: Sequence[str]) -> None:
    for finding in report.findings[:_TOLD]:
        bad(words_of(finding))
    if len(report.findings) > _TOLD:
        bad(f"… and {len(report.findings) - _TOLD} more findings: see them with --format json")
    for name in unguarded:
        bad(f"The trigger {name} is gone or switched off: the database no longer refuses to change the log.")
    if report.findings:
        _advise(report)
        return
    ok(f"{report.rows} rows, whole and in order{', up to the anchor and beyond it' if anchor else ''}.")
    if anchor is None:
        say("Without --anchor nobody can say whether rows are missing at the end.")
    say("Keep this elsewhere, as the anchor of the next time:")
    say(str(report.head))


def _advise(report: Report) -> None:
    (first, *others) = report.findings
    if not others and first.fault is Fault.CHANGED and (first.first, first.last) == (1, report.head.seq):
        say("Every row is concerned: is this the master key of this database?")
    say("Keep a copy of the database as it is now, and compare it with your backups.")
