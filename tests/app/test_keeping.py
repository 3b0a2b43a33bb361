"""The operator changes the master key, and erases what is due, by the commands as they are installed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from app.checking import State, _own_key
from app.settings import load_silent_settings
from core.messages import Address, ChannelName, RawMessage
from core.requests import Request, Status
from flows.store import Disposition
from storage.alone import alone
from storage.migrate import migrate
from storage.sealing import create_master_key, load_master_key
from storage.store import open_store
from storage.unit_of_work import SqlUnitOfWork
from tests.app.desk import SETTINGS, command

T = TypeVar("T")

NOW = datetime.now(UTC)
LAN = Address(ChannelName.EMAIL, "lan@example.com")
RAW = b"From: Lan <lan@example.com>\r\nSubject: Sale\r\n\r\nBuy\r\n"


def a_request(**changes: object) -> Request:
    fields: dict[str, object] = {
        "id": "r-1",
        "reference": "MC-0001",
        "token": "secret-token",
        "card": "secret-card",
        "status": Status.COMPLETED,
        "language": "vi",
        "requester": LAN,
        "received_at": NOW - timedelta(days=4 * 366),
        "closed_at": NOW - timedelta(days=4 * 365),
    }
    return Request(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk with one request that was closed four years ago, and one mail that was none."""
    (tmp_path / "privacydesk.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "customers.csv").write_text("key,email\n", encoding="utf-8")
    create_master_key(tmp_path / "master.key")
    migrate(f"sqlite:///{tmp_path / 'desk.db'}")

    def work(uow: SqlUnitOfWork) -> None:
        uow.own_key()
        uow.add(a_request())
        uow.accept(ChannelName.EMAIL, "imap:INBOX", [RawMessage("1:1", RAW, NOW)], "1:1", NOW)
        uow.settle(uow.last_message(), Disposition.SILENT, "mailing list")

    transaction(tmp_path, work)
    return tmp_path


def transaction(folder: Path, work: Callable[[SqlUnitOfWork], T]) -> T:
    async def once() -> T:
        store = open_store(f"sqlite:///{folder / 'desk.db'}", load_master_key(folder / "master.key"))
        try:
            return await store.run(work)
        finally:
            await store.close()

    return asyncio.run(once())


def run(folder: Path, *words: str, answers: str = "") -> tuple[int, str, str]:
    ended = asyncio.run(command(folder, *words, answers=answers))
    return ended.code, ended.out, ended.err


def test_the_master_key_is_changed_and_what_comes_next_is_said(folder: Path) -> None:
    before = (folder / "master.key").read_bytes()
    code, out, err = run(folder, "keys", "rotate")
    assert (code, err) == (0, "")
    assert "all data keys are wrapped under it" in out
    assert f"shred -u {folder / 'master.key.old'}" in out
    assert (folder / "master.key.old").read_bytes() == before
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600
    assert run(folder, "inbox", "1")[1].encode() == RAW


def test_a_second_change_waits_until_the_old_key_is_destroyed(folder: Path) -> None:
    run(folder, "keys", "rotate")
    code, out, _ = run(folder, "keys", "rotate")
    assert code == 0
    assert "Destroy it, then a new change can begin" in out


def test_a_running_desk_keeps_its_key(folder: Path) -> None:
    with alone(f"sqlite:///{folder / 'desk.db'}"):
        code, _, err = run(folder, "keys", "rotate")
    assert code == 1
    assert "Stop it first" in err
    assert not (folder / "master.key.old").exists()


@pytest.mark.parametrize(
    "words", [("inbox",), ("retention", "--dry-run"), ("subject", "export", "lan@example.com")]
)
def test_the_key_of_another_database_is_told_of_in_plain_words(folder: Path, words: tuple[str, ...]) -> None:
    (folder / "master.key").unlink()
    create_master_key(folder / "master.key")
    code, out, err = run(folder, *words)
    assert (code, out) == (1, "")
    assert "The master key is not the one that this database is sealed under" in err


def test_check_tells_of_the_key_of_another_database_and_of_an_old_one_that_is_left(folder: Path) -> None:
    settings = load_silent_settings(folder / "privacydesk.toml")
    assert list(_own_key(settings)) == []
    run(folder, "keys", "rotate")
    (line,) = _own_key(settings)
    assert (line.state, "shred -u" in line.words) == (State.LOOK, True)
    (folder / "master.key").unlink()
    create_master_key(folder / "master.key")
    (line,) = _own_key(settings)
    assert line.state is State.WRONG
    assert "Restore the key's file" in line.words


def test_what_is_due_is_listed_and_nothing_is_erased(folder: Path) -> None:
    code, out, _ = run(folder, "retention", "--dry-run")
    head, first, *_, last = out.splitlines()
    assert code == 0
    assert head.split() == ["what", "kept", "due", "oldest", "what", "happens"]
    assert first.startswith("closed requests, with messages and letters")
    assert first.split()[6:8] == ["P3Y", "1"]
    assert last == "1 are due. Nothing was erased: this was a dry run."
    assert transaction(folder, lambda uow: uow.request("r-1")) is not None


def test_what_is_due_can_be_read_by_a_program(folder: Path) -> None:
    _, out, _ = run(folder, "retention", "--dry-run", "--format", "json")
    rows = {row["kind"]: row for row in json.loads(out)}
    assert rows["requests"] == {
        "kind": "requests",
        "kept": "P3Y",
        "due": 1,
        "oldest": (NOW - timedelta(days=4 * 365)).isoformat(timespec="seconds"),
        "erased": False,
    }
    assert (rows["messages"]["due"], rows["messages"]["oldest"]) == (0, None)


def test_what_is_due_is_erased(folder: Path) -> None:
    code, out, _ = run(folder, "retention")
    assert code == 0
    assert out.splitlines()[-1] == "✓ 1 were due and are erased; the audit log says so."
    assert transaction(folder, lambda uow: uow.request("r-1")) is None
    assert transaction(folder, lambda uow: uow.audit_trail("r-1"))[-1].actor == "operator"
    assert run(folder, "retention")[1].splitlines()[-1] == "✓ Nothing is due to be erased."
