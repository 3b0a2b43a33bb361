"""The people on file as an operator sets them up, checks them, and looks somebody up."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from app.looking_up import masked
from app.people_on_file import findings, open_and_try
from app.settings import Settings, load_settings
from app.settings_errors import SettingsErrors
from app.wiring import wire
from core.messages import Address, ChannelName
from core.recognition import Identifiers
from directory.finding import DirectoryError
from storage.sealing import create_master_key
from tests.app.desk import Ended, command
from tests.directory.service import SECRET, Service

HEAD = """
policy = "mentracere"

[data]
database = "sqlite:///desk.db"
master_key_file = "master.key"

[mail]
address = "help@example.com"
imap_host = "127.0.0.1"
smtp_host = "127.0.0.1"
password = "not used"

[directory]
"""
CSV = 'csv = "people.csv"'
QUERY = "SELECT no AS key, email, language FROM customer WHERE email = :email"
SQL = f'kind = "sql"\nurl = "sqlite:///crm.db"\nquery = "{QUERY}"'
HTTP = f'kind = "http"\nurl = "https://crm.example/people"\nsecret = "{SECRET}"'
PEOPLE = """key,email,phone,account,language,birth_year
K1,lan.tran@example.com,0901234567,HV-0001,vi,2012
K2,minh@example.com,0901234567,HV-0002,,
"""


@pytest.fixture(autouse=True)
def _no_settings_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRIVACYDESK_DIRECTORY__SECRET", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a desk, with a list and a database of customers in it."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute("CREATE TABLE customer (no text, email text, language text)")
        connection.execute("INSERT INTO customer VALUES ('K1', 'lan@example.com', 'vi')")
    connection.close()
    create_master_key(tmp_path / "master.key")
    return tmp_path


def load(folder: Path, section: str) -> Settings:
    file = folder / "privacydesk.toml"
    file.write_text(HEAD + section, encoding="utf-8")
    return load_settings(file)


def problems(folder: Path, section: str) -> dict[str, str]:
    with pytest.raises(SettingsErrors) as caught:
        load(folder, section)
    return {problem.path: f"{problem.problem} {problem.help}" for problem in caught.value.problems}


def test_each_kind_is_read_with_paths_beside_the_settings(folder: Path) -> None:
    assert load(folder, CSV).directory.csv == folder / "people.csv"
    assert load(folder, SQL).directory.url == f"sqlite:///{folder}/crm.db"
    assert load(folder, HTTP).directory.timeout_seconds == 5


def test_secrets_come_from_files_and_the_environment_and_are_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    by_file = HTTP.replace(f'secret = "{SECRET}"', 'secret_file = "secret"')
    found = load(folder, by_file).directory
    assert found.secret is not None
    assert found.secret.get_secret_value() == SECRET
    monkeypatch.setenv("PRIVACYDESK_DIRECTORY__SECRET", SECRET[::-1])
    found = load(folder, by_file.replace('secret_file = "secret"', "")).directory
    assert found.secret is not None
    assert found.secret.get_secret_value() == SECRET[::-1]
    shown = repr(load(folder, SQL.replace("sqlite:///crm.db", "postgresql://desk:opensesame@db.example/crm")))
    assert "opensesame" not in shown


@pytest.mark.parametrize(
    ("section", "path", "said"),
    [
        ("", "directory.csv", "is missing It must be given."),
        ('kind = "ldap"', "directory.kind", "'csv', 'sql' or 'http'"),
        ('kind = "sql"\nquery = "x"', "directory.url", "is missing"),
        ('kind = "sql"\nurl = "crm.db"\nquery = "x"', "directory.url", "no database URL"),
        ('kind = "sql"\nurl = "sqlite:///crm.db"', "directory.query", "is missing"),
        (SQL + '\ncsv = "people.csv"', "directory.csv", 'is not used with kind = "sql"'),
        (SQL + '\npassword_file = "none"', "directory.password_file", "is not there"),
        (CSV + f'\nsecret_file = "{SECRET}"', "directory.secret_file", 'is not used with kind = "csv"'),
        (HTTP.replace("https", "http"), "directory.url", "clear text"),
        (HTTP.replace(SECRET, "short"), "directory.secret", "too short"),
        (HTTP.replace(f'secret = "{SECRET}"', ""), "directory.secret", "PRIVACYDESK_DIRECTORY__SECRET"),
        (CSV + "\ntimeout_seconds = 0", "directory.timeout_seconds", "greater than or equal"),
    ],
)
def test_what_is_wrong_is_named_with_what_mends_it(folder: Path, section: str, path: str, said: str) -> None:
    assert said in problems(folder, section)[path]


async def test_the_desk_starts_with_a_query_that_works(folder: Path) -> None:
    wired = await asyncio.to_thread(wire, load(folder, SQL), lambda: datetime.now(UTC))
    sender = Address(ChannelName.EMAIL, "lan@example.com")
    subject = await wired.desk.directory.find(Identifiers(), sender)
    assert subject is not None
    assert subject.key == "K1"
    await wired.close()


async def test_a_query_for_more_than_the_desk_may_know_stops_the_start(folder: Path) -> None:
    settings = load(folder, SQL.replace("no AS key", "no AS key, no AS salary"))
    with pytest.raises(DirectoryError, match="column salary"):
        open_and_try(settings.directory)


async def test_a_database_that_is_away_does_not_stop_the_start(folder: Path) -> None:
    opened = open_and_try(load(folder, SQL.replace("crm.db", "gone.db")).directory)
    await opened.close()


async def test_the_check_asks_and_says_how_to_mend(folder: Path) -> None:
    ((_, csv_fit, _), *_) = await findings(load(folder, CSV).directory)
    ((_, sql_fit, _),) = await findings(load(folder, SQL).directory)
    ((_, away_fit, away),) = await findings(load(folder, SQL.replace("crm.db", "gone.db")).directory)
    assert (csv_fit, sql_fit, away_fit) == (True, True, False)
    assert "cannot be reached: unable to open database file" in away
    async with Service() as service:
        section = HTTP.replace("https://crm.example/people", service.url)
        ((_, http_fit, _),) = await findings(load(folder, section).directory)
        ((_, refused, words),) = await findings(load(folder, section.replace(SECRET, SECRET[::-1])).directory)
    assert (http_fit, refused) == (True, False)
    assert "HTTP 401" in words


# --- privacydesk directory test -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A desk whose command can be run."""

    folder: Path

    async def ask(self, *words: str) -> Ended:
        return await command(self.folder, "directory", "test", *words)


@pytest_asyncio.fixture
async def desk(folder: Path) -> AsyncIterator[Asked]:
    (folder / "privacydesk.toml").write_text(HEAD + CSV, encoding="utf-8")
    yield Asked(folder)


async def test_one_person_is_shown_with_contacts_masked(desk: Asked) -> None:
    ended = await desk.ask("HV-0001")
    assert ended.code == 0
    assert "as account: one person" in ended.out
    assert "email: l***@example.com" in ended.out
    assert "born: 2010 to 2014" in ended.out
    assert not [secret for secret in ("lan.tran", "234567", "2012") if secret in ended.out + ended.err]


async def test_several_are_told_apart_from_nobody(desk: Asked) -> None:
    several, nobody = await desk.ask("0901 234 567", "--as", "phone"), await desk.ask("no@example.net")
    assert (several.code, nobody.code) == (1, 1)
    assert "as phone: 2 people" in several.out
    assert "as email: nobody" in nobody.out


async def test_programs_get_json(desk: Asked) -> None:
    ended = await desk.ask("lan.tran@example.com", "--format", "json")
    answer = json.loads(ended.out)
    (lookup,) = answer["lookups"]
    assert (answer["result"], lookup["by"], lookup["found"]) == ("one", "email", 1)
    assert lookup["milliseconds"] >= 0
    assert lookup["learned"] == {
        "contacts": [{"email": "l***@example.com"}],
        "phones": ["***567"],
        "language": "vi",
        "born": [2010, 2014],
    }


async def test_people_on_file_that_cannot_be_asked_are_exit_code_2(desk: Asked) -> None:
    away = HTTP.replace("https://crm.example/people", "http://127.0.0.1:1/people")
    (desk.folder / "privacydesk.toml").write_text(HEAD + away, encoding="utf-8")
    plain, as_json = await desk.ask("HV-0001"), await desk.ask("HV-0001", "--format", "json")
    assert (plain.code, as_json.code) == (2, 2)
    assert "cannot be reached" in plain.err
    assert "Traceback" not in plain.err
    assert json.loads(as_json.out)["result"] == "not_asked"


async def test_a_value_that_is_nothing_is_said_to_be_nothing(desk: Asked) -> None:
    ended = await desk.ask("lan@", "--as", "email")
    assert ended.code == 2
    assert "cannot be read as email" in ended.err


async def test_settings_that_are_wrong_are_no_answer(desk: Asked) -> None:
    ended = await desk.ask("HV-0001", "-s", "nowhere.toml")
    assert ended.code == 2
    assert "There is no settings file nowhere.toml" in ended.err


async def test_the_help_shows_examples(desk: Asked) -> None:
    ended = await desk.ask("--help")
    assert ended.code == 0
    assert "privacydesk directory test" in ended.out


@pytest.mark.parametrize(
    ("contact", "shown"), [("lan@example.com", "l***@example.com"), ("+84901234567", "***567"), ("12", "***")]
)
def test_contacts_are_masked(contact: str, shown: str) -> None:
    assert masked(contact) == shown
