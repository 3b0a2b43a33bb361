"""The commands for the notices, as an operator types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.console import Mendable

RUN = CliRunner()


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _own(folder: Path, text: str) -> Path:
    target = folder / "texts" / "notices" / "en" / "refused" / "chat.txt"
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    return folder / "texts"


@pytest.mark.parametrize("policy", ["mentracere", "nencer"])
def test_the_shipped_texts_pass_for_each_shipped_policy(policy: str) -> None:
    result = RUN.invoke(app, ["notices", "lint", "--policy", policy])
    assert result.exit_code == 0, result.output
    assert "say all they must, in en and vi" in result.output


def test_faults_are_listed_by_file_with_what_to_do_and_exit_code_1(tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ reference }}: no.")
    result = RUN.invoke(app, ["notices", "lint", "--templates", str(own)])
    assert result.exit_code == 1
    lines = [line.strip() for line in result.output.splitlines()]
    assert "✗ notices/en/refused/chat.txt" in lines
    assert "does not say the reason. Add {{ reason | reason }}." in lines


def test_programs_get_the_faults_as_json(tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ reference }}: no.")
    result = RUN.invoke(app, ["notices", "lint", "--templates", str(own), "--format", "json"])
    assert result.exit_code == 1
    assert {"file", "what", "mend"} == json.loads(result.output)[0].keys()


def test_a_preview_is_written_with_the_companys_own_texts(tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ reference }}: our own words.")
    page = tmp_path / "page.html"
    result = RUN.invoke(app, ["notices", "preview", "--templates", str(own), "--output", str(page)])
    assert result.exit_code == 0, result.output
    assert "MC-7K3F-9Q2X: our own words." in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lint", "--templates", "nowhere"], "There is no folder nowhere"),
        (["preview", "--output", "no/page.html"], "Name another with --output"),
        (["lint", "--policy", "unknown"], "unknown"),
    ],
)
def test_what_an_operator_can_mend_is_said(arguments: list[str], words: str) -> None:
    result = RUN.invoke(app, ["notices", *arguments])
    assert isinstance(result.exception, Mendable)
    assert words in str(result.exception)


def test_a_broken_text_is_named_where_the_preview_stops(tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ customer }}")
    result = RUN.invoke(app, ["notices", "preview", "--templates", str(own)])
    assert isinstance(result.exception, Mendable)
    assert "'customer' is undefined" in str(result.exception)
