"""The command line as an operator meets it: real processes, exit codes, plain words."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.desk import Ended, command, environment

COMMANDS = (
    "audit",
    "evidence",
    "init",
    "check",
    "migrate",
    "run",
    "inbox",
    "feed",
    "replay",
    "outbox",
    "release",
)

#: Runs each line of words in one process, and says which libraries were loaded on the way.
_LOADED = """
import sys
from app.cli import main
for words in sys.argv[1:]:
    sys.argv = ["privacydesk", *words.split()]
    try:
        main()
    except SystemExit as end:
        assert not end.code, (words, end.code)
print("LOADED", *sorted({"aiogram", "sqlalchemy", "jinja2", "alembic"} & sys.modules.keys()))
"""

SETTINGS = """
policy = "mentracere"

[data]
database = "sqlite:///desk.db"
master_key_file = "master.key"

[mail]
address = "help@example.com"
imap_host = "127.0.0.1"
smtp_host = "127.0.0.1"

[directory]
csv = "people.csv"
"""


def _loaded_by(folder: Path, *lines: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *lines],
        cwd=folder,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()[-1]


def test_help_loads_neither_telegram_nor_a_database(tmp_path: Path) -> None:
    assert _loaded_by(tmp_path, *(f"{name} --help" for name in COMMANDS)) == "LOADED"


def test_commands_on_the_database_need_no_telegram_and_no_channels_password(tmp_path: Path) -> None:
    loaded = _loaded_by(tmp_path, "init --defaults", "migrate", "inbox", "outbox")
    assert "aiogram" not in loaded
    assert "sqlalchemy" in loaded


async def test_every_command_has_an_example(tmp_path: Path) -> None:
    helps = await asyncio.gather(command(tmp_path, "--help"), command(tmp_path, "check", "--help"))
    assert [ended.code for ended in helps] == [0, 0]
    overall, check = (" ".join(ended.out.split()) for ended in helps)
    assert all(f" {name} " in overall for name in COMMANDS)
    assert "privacydesk init then privacydesk check then privacydesk run" in overall
    assert "Example: privacydesk check -s " in check
    assert "Exit code 0 if all is well, 1 if anything is wrong." in check


async def _said(folder: Path, *words: str, **env: str) -> Ended:
    ended = await command(folder, *words, env=env)
    assert "Traceback" not in ended.err
    return ended


@pytest.mark.parametrize("name", ["check", "inbox"])
async def test_a_missing_settings_file_is_named(tmp_path: Path, name: str) -> None:
    ended = await _said(tmp_path, name, "-s", "nowhere.toml")
    assert ended.code == 1
    assert ended.err.startswith("There is no settings file nowhere.toml.")
    assert "privacydesk init" in ended.err


async def test_an_unknown_command_ends_with_the_usual_exit_code(tmp_path: Path) -> None:
    assert (await _said(tmp_path, "chek")).code == 2


async def test_every_wrong_setting_is_named_in_one_go(tmp_path: Path) -> None:
    wrong = SETTINGS.replace('csv = "people.csv"', 'cvs = "people.csv"').replace("mentracere", "mentracare")
    (tmp_path / "privacydesk.toml").write_text(wrong + '\n[telegram]\nstaff_chat = "x"\n', encoding="utf-8")
    ended = await _said(tmp_path, "check", PRIVACYDESK_MAIL__PASSWORD="x")
    assert ended.code == 1
    for path, help_ in (
        ("policy: names a policy that is not there.", "mentracere"),
        ("directory.cvs: is not known here.", "'csv'"),
        ("directory.csv: is missing.", "It must be given."),
        ("telegram.staff_chat: ", ""),
        ("telegram.token: is missing.", "PRIVACYDESK_TELEGRAM__TOKEN"),
    ):
        line = next(line for line in ended.err.splitlines() if f"• {path}" in line)
        assert help_ in line


async def test_a_password_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe\xfa")
    text = SETTINGS.replace("imap_host", 'password_file = "secret"\nimap_host')
    (tmp_path / "privacydesk.toml").write_text(text, encoding="utf-8")
    ended = await _said(tmp_path, "check")
    assert ended.code == 1
    assert "mail.password: is missing: its file cannot be read." in ended.err


async def test_a_master_key_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "privacydesk.toml").write_text(SETTINGS, encoding="utf-8")
    key = tmp_path / "master.key"
    key.write_text("AAAA", encoding="utf-8")
    key.chmod(0o644)
    ended = await _said(tmp_path, "run", PRIVACYDESK_MAIL__PASSWORD="x")
    assert ended.code == 1
    assert "is open to other users: run `chmod 600" in ended.err
    assert not (tmp_path / "desk.db").exists()


async def test_a_database_that_cannot_be_opened_is_explained(tmp_path: Path) -> None:
    text = SETTINGS.replace("sqlite:///desk.db", "sqlite:///not/there/desk.db")
    (tmp_path / "privacydesk.toml").write_text(text, encoding="utf-8")
    ended = await _said(tmp_path, "migrate")
    assert ended.code == 1
    assert "The database cannot be used: unable to open database file." in ended.err
    assert "Its folder must be there" in ended.err
