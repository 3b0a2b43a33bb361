"""The evidence of one request: complete, checkable, private, and without any code."""

from __future__ import annotations

import hmac
import json
import re
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import html
from typer.testing import CliRunner, Result

import templates
from app.cli import app
from app.console import Mendable
from app.evidence_messages import DOTS
from core.happenings import Event
from core.notices import NOTICES
from storage.audit import canonical
from templates.phrasebook import Phrasebook
from tests.app.case import Files, build
from tests.flows.people import ACCESS, ROB


@pytest.fixture(scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return build(tmp_path_factory.mktemp("case"))


@pytest.fixture
def files(_built: Files, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.chdir(_built.folder)
    for old in _built.folder.glob("*.zip"):
        old.unlink()
    return _built


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def exported(files: Files, *words: str) -> dict[str, bytes]:
    result = call("evidence", files.request.reference, "--output", "out.zip", *words)
    assert result.exit_code == 0, result.output
    with ZipFile(files.folder / "out.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def loaded(files: Files, name: str) -> Any:
    return json.loads(exported(files)[name])


def test_the_file_is_named_by_the_reference_and_closed_to_others(files: Files) -> None:
    assert call("evidence", files.request.reference.lower()).exit_code == 0
    written = files.folder / f"evidence-{files.request.reference}.zip"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_names_are_predictable_and_safe(files: Files) -> None:
    names = list(exported(files))
    assert names == [
        "audit.json",
        "decisions.json",
        "messages/001-in.eml",
        "messages/001-in.txt",
        "messages/002-out-acknowledgement.txt",
        "messages/003-out-code.txt",
        "messages/004-in.txt",
        "messages/005-out-verified.txt",
        "messages/006-out-approved.txt",
        "timeline.html",
        "SHA256SUMS",
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9_./-]+", name) for name in names)


def test_the_digests_are_those_that_sha256sum_finds(files: Files, tmp_path: Path) -> None:
    exported(files)
    with ZipFile(files.folder / "out.zip") as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.count(": OK") == len([p for p in tmp_path.rglob("*") if p.is_file()]) - 1


def test_no_code_is_anywhere_in_it(files: Files) -> None:
    everything = exported(files)
    assert files.codes
    for code in files.codes:
        pattern = re.compile(r"[\s\-\xa0]?".join(code))
        for name, content in everything.items():
            assert not pattern.search(content.decode("utf-8", "replace")), name
    answer = everything["messages/004-in.txt"].decode()
    assert answer.count(DOTS) == 2
    assert "Original: left out, it holds a one-time code" in answer


def test_numbers_from_before_the_first_code_are_left_as_they_are(files: Files) -> None:
    everything = exported(files)
    assert b"4711 0815" in everything["messages/001-in.txt"]
    assert b"4711 0815" in everything["messages/001-in.eml"]


def test_a_mail_is_there_as_it_arrived_and_a_notice_with_its_text_and_delivery(files: Files) -> None:
    everything = exported(files)
    assert ACCESS.encode() in everything["messages/001-in.eml"]
    notice = everything["messages/002-out-acknowledgement.txt"].decode()
    assert f"To: {ROB.email} (email)" in notice
    assert "Delivery: sent 2026-11-23T02:00:00+00:00" in notice
    assert files.request.reference in notice


def test_decisions_name_who_decided_and_both_clocks(files: Files) -> None:
    decisions = loaded(files, "decisions.json")
    named = [(each["name"], each["action"]) for each in decisions["decisions"]]
    assert named[0][0] == "An"
    assert named[-1][1] == "approved"
    (right,) = decisions["rights"]
    assert right["right"] == "access"
    assert right["due"] == min(filter(None, (right["due_by_law"], right["due_by_promise"])))
    assert [letter["state"] for letter in decisions["letters"]] == ["sent"] * 4


def test_the_audit_rows_carry_their_hashes_and_the_export_itself(files: Files) -> None:
    audit = loaded(files, "audit.json")
    assert audit["verification"]["whole"]
    last = audit["rows"][-1]
    assert (last["actor"], last["action"]) == ("operator", "evidence")
    assert audit["verification"]["head"] == f"{last['seq']}:{last['hash']}"
    assert "how_to_check" in audit


def test_a_row_can_be_checked_with_the_key_as_it_is_described(files: Files) -> None:
    key = files.run(lambda uow: uow.chain_key)
    for row in loaded(files, "audit.json")["rows"]:
        fields = {name: row[name] for name in ("seq", "at", "request_id", "actor", "action", "detail")}
        computed = hmac.new(key, bytes.fromhex(row["previous"]) + canonical(fields), sha256).hexdigest()
        assert computed == row["hash"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("Hồ sơ chứng cứ của yêu cầu", "Hạn theo luật", "Giờ địa phương (UTC+07:00)", "Đã duyệt")),
        ("en", ("Evidence of request", "By law", "Local time (UTC+07:00)", "Approved")),
    ],
)
def test_the_timeline_speaks_the_chosen_language_and_fetches_nothing(
    files: Files, language: str, words: tuple[str, ...]
) -> None:
    page = exported(files, "--language", language)["timeline.html"].decode()
    tree = html.fromstring(page)
    assert tree.get("lang") == language
    text = " ".join(tree.text_content().split())
    assert all(word in text for word in (*words, files.request.reference, ROB.email, "2026-11-23T02:00:00Z"))
    assert not tree.xpath("//script | //img | //link | //iframe | //@href | //@src")
    assert "url(" not in page
    assert "@page { size: A4" in page


def test_what_people_wrote_is_text_and_no_markup(files: Files) -> None:
    page = exported(files)["timeline.html"].decode()
    assert "My data <b>please</b>" in html.fromstring(page).text_content()
    assert "<b>" not in page


def test_the_timeline_goes_forward_in_time(files: Files) -> None:
    tree = html.fromstring(exported(files)["timeline.html"].decode())
    times = tree.xpath("//table[@class='timeline']//time/@datetime")
    assert times == sorted(times)
    assert len(times) > 8


@pytest.mark.parametrize("typed", ["MC-0000-0000", "", "../../etc/passwd", "' OR 1=1", "%", ROB.email])
def test_a_wrong_reference_tells_nothing(files: Files, typed: str) -> None:
    result = call("evidence", typed, "--output", "none.zip")
    assert isinstance(result.exception, Mendable)
    assert str(result.exception).startswith("No request has this reference.")
    assert "@" not in str(result.exception)
    assert not (files.folder / "none.zip").exists()


def test_a_file_that_is_there_is_left_as_it_is(files: Files) -> None:
    (files.folder / "out.zip").write_text("mine", encoding="utf-8")
    result = call("evidence", files.request.reference, "--output", "out.zip")
    assert "is there already" in str(result.exception)
    assert (files.folder / "out.zip").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_named(files: Files) -> None:
    result = call("evidence", files.request.reference, "--output", "nowhere/out.zip")
    assert "nowhere/out.zip cannot be written" in str(result.exception)


def test_a_log_that_is_not_whole_is_said_in_the_evidence(files: Files, tmp_path: Path) -> None:
    shutil.copytree(files.folder, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy" / "desk.db", isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET actor = 'staff:hoa' WHERE action = 'approved'")
    settings = tmp_path / "copy" / "privacydesk.toml"
    result = call(
        "evidence", files.request.reference, "--output", "broken.zip", "--language", "en", "-s", settings
    )
    assert result.exit_code == 0
    assert "The audit log is not whole" in result.output
    with ZipFile("broken.zip") as archive:
        page = archive.read("timeline.html").decode()
        audit = json.loads(archive.read("audit.json"))
    assert "it is NOT whole" in page
    assert "audit_no_update" in page
    assert audit["verification"]["findings"][0]["fault"] == "changed"


def test_of_an_erased_request_only_the_audit_rows_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = build(tmp_path)
    monkeypatch.chdir(tmp_path)
    files.run(lambda uow: uow.erase(files.request.id))
    everything = exported(files, "--language", "en")
    assert list(everything) == ["audit.json", "timeline.html", "SHA256SUMS"]
    audit = json.loads(everything["audit.json"])
    assert audit["erased"]
    assert [row["action"] for row in audit["rows"]][-1] == "evidence"
    page = everything["timeline.html"].decode()
    assert "This request has been erased" in page
    for secret in (*ROB.secrets, "My data"):
        assert not any(secret.encode() in content for content in everything.values())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_there_are_words_for_whatever_can_happen_and_every_notice(language: str) -> None:
    words = Phrasebook([Path(templates.__file__).parent / "evidence"])
    wanted = [*(f"action.{event}" for event in Event), *(f"notice.{name}" for name in NOTICES)]
    assert all(words.fill(name, language, {}) for name in wanted)
