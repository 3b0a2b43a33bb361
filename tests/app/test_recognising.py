"""`privacydesk recognise`, `score` and `corrections export`, as an operator calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.console import Mendable

ASKS = {
    "id": "a1",
    "channel": "email",
    "subject": "",
    "body": "Please delete my account, HV-1002.",
    "more": 1,
}
REFUND = {"id": "a2", "channel": "chat", "body": "I want a refund for my order."}
LABELS = {"act": "new", "kinds": ["deletion"], "on_behalf": "self", "correction": None}
NAMED = {"identifiers": {"emails": [], "phones": [], "accounts": ["HV-1002"]}}
MAIL = b"From: lan@example.com\r\nSubject: My data\r\n\r\nPlease send me a copy of all my personal data.\r\n"


def call(*words: str | Path, given: str = "") -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=given, catch_exceptions=True)


def lines(*objects: object) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def test_json_lines_give_one_object_a_line_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text(lines(ASKS, REFUND), encoding="utf-8")
    result = call("recognise", file, "--format", "jsonl")
    first, second = map(json.loads, result.stdout.splitlines())
    assert list(first) == [
        "id",
        "act",
        "kinds",
        "on_behalf",
        "identifiers",
        "correction",
        "lang",
        "confidence",
        "decision",
        "reasons",
        "new_text",
    ]
    assert (first["id"], first["act"], first["kinds"]) == ("a1", "new", ["deletion"])
    assert first["identifiers"] == NAMED["identifiers"]
    assert (second["id"], second["act"], second["kinds"]) == ("a2", "none", [])


def test_a_mail_and_a_plain_text_and_standard_input_are_read(tmp_path: Path) -> None:
    mail, text = tmp_path / "one.eml", tmp_path / "two.txt"
    mail.write_bytes(MAIL)
    text.write_text("Đừng gửi quảng cáo nữa.", encoding="utf-8")
    result = call("recognise", mail, text, "-", given="Xóa tài khoản của tôi.")
    assert result.exit_code == 0
    for right in ("access", "objection", "deletion"):
        assert f"new, {right}" in result.stdout
    assert "because" in result.stdout


@pytest.mark.parametrize("line", ["{broken", '{"id": 1}\n[1]', '{"id": 2}\n"text"'])
def test_a_line_that_is_no_object_is_named_and_not_quoted(tmp_path: Path, line: str) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text(line, encoding="utf-8")
    result = call("recognise", file)
    assert isinstance(result.exception, Mendable)
    assert "no JSON object" in str(result.exception)
    assert "broken" not in str(result.exception)


def test_a_file_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    result = call("recognise", tmp_path / "nothing.txt")
    assert isinstance(result.exception, Mendable)
    assert "cannot be read" in str(result.exception)


def test_the_scoreboard_has_every_measure(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    none = REFUND | {"act": "none", "kinds": [], "on_behalf": "self"}
    file.write_text(lines(ASKS | LABELS | NAMED, none), encoding="utf-8")
    result = call("score", file)
    assert result.exit_code == 0
    for measure in (
        "deletion",
        "macro-F1",
        "act accuracy",
        "relevance",
        "on_behalf",
        "identifiers",
        "decided alone",
    ):
        assert measure in result.stdout


def test_a_text_without_labels_cannot_be_scored(tmp_path: Path) -> None:
    file = tmp_path / "unlabelled.jsonl"
    file.write_text(lines(ASKS), encoding="utf-8")
    result = call("score", file)
    assert isinstance(result.exception, Mendable)
    assert "line 1" in str(result.exception)


def test_corrections_are_exported_beside_a_running_desk(tmp_path: Path) -> None:
    assert call("init", "--folder", tmp_path, "--defaults").exit_code == 0
    settings = tmp_path / "privacydesk.toml"
    assert call("migrate", "-s", settings).exit_code == 0
    target = tmp_path / "lessons.jsonl"
    result = call("corrections", "export", target, "-s", settings)
    assert result.exit_code == 0
    assert "wrote 0 lines" in result.stdout
    assert target.read_text(encoding="utf-8") == ""
