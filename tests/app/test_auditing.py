"""`privacydesk audit`: what the operator reads of a log that is whole, and of one that is not."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.console import Mendable
from app.settings import Settings, load_silent_settings
from app.versions import digest_of, versions, write_down
from flows.store import AuditEntry
from storage.migrate import migrate
from storage.sealing import create_master_key, load_master_key
from storage.store import SqlStore, open_store
from storage.unit_of_work import SqlUnitOfWork
from storage.verifying import PAGE
from tests.app.desk import SETTINGS

T = TypeVar("T")

WHEN = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
ROWS = 6


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk with some rows in its log."""
    (tmp_path / "privacydesk.toml").write_text(SETTINGS, encoding="utf-8")
    create_master_key(tmp_path / "master.key")
    migrate(f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.chdir(tmp_path)
    _append(tmp_path, ROWS)
    return tmp_path


def _on_store(folder: Path, work: Callable[[SqlStore], Any]) -> Any:
    async def once() -> Any:
        store = open_store(f"sqlite:///{folder / 'desk.db'}", load_master_key(folder / "master.key"))
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(once())


def _append(folder: Path, count: int) -> None:
    def work(uow: SqlUnitOfWork) -> None:
        for number in range(count):
            uow.audit(AuditEntry(WHEN + number * timedelta(minutes=1), "r-1", "staff:an", "looked", {}))

    _on_store(folder, lambda store: store.run(work))


def _attack(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "desk.db", isolation_level=None)) as database:
        for statement in ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", *statements):
            database.execute(statement)


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def _json(*words: object) -> tuple[int, dict[str, Any]]:
    result = call("audit", "verify", "--format", "json", *words)
    return result.exit_code, json.loads(result.output)


def test_a_whole_log_ends_with_its_anchor(folder: Path) -> None:
    result = call("audit", "verify")
    assert result.exit_code == 0
    first, warning, _, anchor = result.output.splitlines()
    assert first == f"✓ {ROWS} rows, whole and in order."
    assert "missing at the end" in warning
    assert call("audit", "head").output == f"{anchor}\n"
    again = call("audit", "verify", "--anchor", anchor)
    assert again.exit_code == 0
    assert again.output.startswith(f"✓ {ROWS} rows, whole and in order, up to the anchor and beyond it.")


def test_an_empty_log_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "privacydesk.toml").write_text(SETTINGS, encoding="utf-8")
    create_master_key(tmp_path / "master.key")
    migrate(f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.chdir(tmp_path)
    assert call("audit", "head").output == f"0:{'00' * 32}\n"
    assert _json("--anchor", f"0:{'00' * 32}")[1]["whole"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE audit SET actor = 'staff:binh' WHERE seq = 3",
            "✗ Row 3 (2026-11-24 09:07:00 UTC) was changed, or not written by the desk.",
        ),
        ("DELETE FROM audit WHERE seq IN (2, 3)", "✗ Rows 2 to 3 are missing."),
        ("DELETE FROM audit WHERE seq > 4", "✗ Rows 5 to 6 were cut off at the end."),
        (
            "UPDATE audit SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN 2 END WHERE seq IN (2, 3);",
            "✗ Row 2 (2026-11-24 09:07:00 UTC) is out of order: written as number 3.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_time(folder: Path, statement: str, said: str) -> None:
    anchor = call("audit", "head").output.strip()
    _attack(folder, statement)
    result = call("audit", "verify", "--anchor", anchor)
    assert result.exit_code == 1
    assert said in result.output.splitlines()
    assert "The trigger audit_no_update is gone or switched off" in result.output
    assert "Keep a copy of the database" in result.output


def test_a_program_reads_the_same(folder: Path) -> None:
    code, found = _json()
    assert (code, found["whole"], found["rows"], found["findings"]) == (0, True, ROWS, [])
    _attack(folder, "UPDATE audit SET action = 'x' WHERE seq = 3")
    code, found = _json("--anchor", found["head"])
    assert (code, found["whole"]) == (1, False)
    (finding,) = found["findings"]
    assert (finding["fault"], finding["first"], finding["last"]) == ("changed", 3, 3)
    assert finding["at"] == "2026-11-24T09:07:00+00:00"
    assert found["missing_triggers"] == ["audit_no_update", "audit_no_delete"]


def test_triggers_that_are_gone_are_a_fault_of_their_own(folder: Path) -> None:
    _attack(folder)
    result = call("audit", "verify")
    assert result.exit_code == 1
    assert "audit_no_delete" in result.output


def test_another_master_key_is_thought_of_where_every_row_is_concerned(folder: Path) -> None:
    (folder / "master.key").unlink()
    create_master_key(folder / "master.key")
    result = call("audit", "verify")
    assert result.exit_code == 1
    assert "is this the master key of this database?" in result.output


def test_a_log_of_many_pages_is_walked_to_its_end(folder: Path) -> None:
    _append(folder, 2 * PAGE)
    assert _json()[1]["rows"] == ROWS + 2 * PAGE
    _attack(folder, f"DELETE FROM audit WHERE seq = {PAGE + 1}")
    assert [each["first"] for each in _json()[1]["findings"]] == [PAGE + 1]


@pytest.mark.parametrize("anchor", ["17", "x:00", "-1:" + "00" * 32, "3:zz", f"3:{'00' * 31}"])
def test_a_wrong_anchor_is_explained(folder: Path, anchor: str) -> None:
    result = call("audit", "verify", f"--anchor={anchor}")
    assert isinstance(result.exception, Mendable)
    assert "An anchor is NUMBER:HASH" in str(result.exception)


# --- by which rules the desk works ------------------------------------------------------------------


def _settings(folder: Path) -> Settings:
    return load_silent_settings(folder / "privacydesk.toml")


def test_rules_and_texts_are_written_down_at_the_start_and_when_they_change(folder: Path) -> None:
    async def starts(store: SqlStore) -> list[AuditEntry]:
        settings, own = _settings(folder), folder / "texts"
        for _ in range(2):
            await write_down(store, settings, "vn-pdpl-2026", WHEN)
        (own / "phrases").mkdir(parents=True)
        (own / "phrases" / "en.toml").write_text('[letter]\ngreeting = "Hello,"\n', encoding="utf-8")
        await write_down(store, settings.model_copy(update={"templates": own}), "vn-pdpl-2026", WHEN)
        return await store.run(lambda uow: uow.audit_trail(""))

    first, second = _on_store(folder, starts)
    assert (first.actor, first.action) == ("desk", "started")
    assert {key for key in first.detail if first.detail[key] != second.detail[key]} == {"templates"}
    assert first.detail.keys() == {"program", "policy", "statute", "templates"}


def test_a_changed_policy_file_has_another_digest(folder: Path) -> None:
    policy = folder / "policy.toml"
    settings = _settings(folder).model_copy(update={"policy": str(policy)})
    digests = set()
    for text in ("a = 1", "a = 2"):
        policy.write_text(text, encoding="utf-8")
        digests.add(versions(settings, "gdpr")["policy"])
    assert len(digests) == 2


def test_a_digest_tells_names_contents_and_folders_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, name, text in ((one, "a.txt", "x"), (other, "b.txt", "x")):
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
    assert digest_of(one) != digest_of(other)
    assert digest_of(one, other) != digest_of(other, one)
    before = digest_of(one, None)
    (one / "a.txt~").write_text("a backup of an editor", encoding="utf-8")
    assert digest_of(one, None) == before
    (one / "a.txt").write_text("y", encoding="utf-8")
    assert digest_of(one, None) != before
