"""A query to the company's database finds the one person who is meant, reads only, and learns no more than it may."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.exc import OperationalError

from core.messages import Address, ChannelName
from core.recognition import Identifiers
from directory.finding import DirectoryError
from directory.people import Trait
from directory.query import understood
from directory.sql import SqlDirectory, Unreachable, open_readonly

QUERY = """
    -- who fits; the numbers in this table are national: it holds 0901234567
    SELECT c.no AS key, k.email, k.phone, c.no AS account, c.chat AS telegram, c.language, c.born AS birth_year
    FROM customer c JOIN contact k ON k.no = c.no
    WHERE c.no IN (SELECT no FROM contact
                   WHERE lower(email) = :email OR phone = replace(:phone, '+84', '0'))
       OR lower(replace(c.no, '-', '')) = :account
       OR c.chat = CAST(:telegram AS bigint)
    ORDER BY k.email;
"""
STRANGER = Address(ChannelName.EMAIL, "stranger@example.net")

Opened = Callable[..., SqlDirectory]


@pytest_asyncio.fixture
async def opened(crm: str) -> AsyncIterator[Opened]:
    """Directories on the company's database, closed at the end."""
    directories: list[SqlDirectory] = []

    def open_(query: str = QUERY, timeout: float = 5.0) -> SqlDirectory:
        directories.append(SqlDirectory(crm, query, timeout=timeout))
        return directories[-1]

    yield open_
    for directory in directories:
        await directory.close()


def is_there(file: Path) -> bool:
    return file.exists()


async def key_of(
    directory: SqlDirectory,
    emails: str = "",
    phones: str = "",
    accounts: str = "",
    sender: Address = STRANGER,
) -> str | None:
    named = Identifiers(*(tuple(some.split()) for some in (emails, phones, accounts)))
    subject = await directory.find(named, sender)
    return subject.key if subject else None


async def test_a_person_is_found_by_each_trait_and_by_several(opened: Opened) -> None:
    directory = opened()
    assert await key_of(directory, "LAN@example.com") == "HV-0001"
    assert await key_of(directory, phones="+84901234567") == "HV-0001"
    assert await key_of(directory, accounts="hv0002") == "HV-0002"
    assert await key_of(directory, sender=Address(ChannelName.TELEGRAM, "700100")) == "HV-0001"
    assert (
        await key_of(directory, "lan@example.com lan.work@example.org new@example.net", "0901234567")
        == "HV-0001"
    )


async def test_two_people_and_nobody_are_nobody(opened: Opened) -> None:
    directory = opened()
    assert await key_of(directory, "nobody@example.net") is None
    assert await key_of(directory, phones="0285550100") is None
    assert await key_of(directory, "minh@example.com", "0285550100") == "HV-0002"
    assert await key_of(directory, "lan@example.com", accounts="HV-0002") is None
    assert await key_of(directory, "lan@example.com", "0999999999") is None


async def test_the_rows_of_one_person_are_put_together(opened: Opened) -> None:
    lan = await opened().find(Identifiers(accounts=("HV-0001",)), STRANGER)
    assert lan is not None
    assert {contact.value for contact in lan.contacts} == {
        "lan@example.com",
        "lan.work@example.org",
        "700100",
    }
    assert sorted(lan.phones) == ["+84285550100", "+84901234567"]
    assert (lan.language, lan.born) == ("vi", (1985, 1989))


async def test_a_query_that_is_as_it_should_be_passes(opened: Opened) -> None:
    await opened().try_out()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (QUERY.replace("c.language", "c.language, c.salary"), "returns the column salary"),
        ("SELECT * FROM customer WHERE no = :account", "returns the column no, chat, born, salary"),
        ("SELECT no AS account FROM customer WHERE no = :account", "must return the column key"),
        (
            "SELECT no AS key FROM customer WHERE no <> :account",
            "finds somebody for contacts that nobody has",
        ),
        ("SELECT no AS key FROM clients WHERE no = :account", "cannot be run: "),
    ],
)
async def test_a_query_that_cannot_be_used_is_refused_with_what_to_mend(
    opened: Opened, query: str, said: str
) -> None:
    with pytest.raises(DirectoryError, match=said):
        await opened(query).try_out()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM customer WHERE no = :account",
        "SELECT no AS key FROM customer WHERE no = :account; DELETE FROM customer",
        "WITH gone AS (DELETE FROM customer RETURNING no) SELECT no AS key FROM gone WHERE no = :account",
        "WITH x AS (SELECT 1) INSERT INTO customer SELECT :account",
        "SELECT no AS key INTO copy FROM customer WHERE no = :account",
        "SELECT no AS key FROM customer WHERE no = :account FOR UPDATE",
        "CALL find(:account)",
        "SELECT no AS key FROM customer",
        "SELECT no AS key FROM customer WHERE no = :name",
        "",
    ],
)
def test_anything_but_one_select_with_our_parameters_is_refused(query: str) -> None:
    with pytest.raises(DirectoryError, match=r"^\[directory\] query "):
        understood(query)


def test_quoted_words_and_comments_are_no_statements() -> None:
    understood(
        "SELECT no AS key, 'delete; drop' AS \"update\" FROM t WHERE no = :account -- insert into t;\n;"
    )


async def test_what_a_query_does_on_the_sly_does_not_stay(postgresql_url: str) -> None:
    """A function that writes hides from whoever reads the query; the transaction is read-only."""
    query = "SELECT CAST(setval('counter', 7) AS text) AS key, :account AS account"
    directory = SqlDirectory(postgresql_url, query)
    with pytest.raises(DirectoryError, match="ReadOnlySqlTransaction"):
        await key_of(directory, accounts="HV-0001")
    await directory.close()


async def test_sqlite_files_are_opened_to_be_read_alone(tmp_path: Path, sqlite_url: str) -> None:
    missing = SqlDirectory(f"sqlite:///{tmp_path / 'none.db'}", QUERY)
    with pytest.raises(Unreachable):
        await missing.try_out()
    assert not is_there(tmp_path / "none.db")
    await missing.close()
    engine = open_readonly(sqlite_url, "", 1.0)
    with engine.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.exec_driver_sql("DELETE FROM customer")
    engine.dispose()


async def test_a_crowd_is_nobody(tmp_path: Path, sqlite_url: str) -> None:
    with sqlite3.connect(tmp_path / "crm of ours.db") as connection:
        rows = [(f"HV-9{number:03}", "vi", None, None, 0) for number in range(150)]
        connection.executemany("INSERT INTO customer VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    everybody = (
        "SELECT no AS key, no AS account FROM customer WHERE lower(replace(no, '-', '')) = :account OR 1 = 1"
    )
    directory = SqlDirectory(sqlite_url, everybody)
    assert await key_of(directory, accounts="HV-0001") is None
    await directory.close()


async def test_who_names_very_many_contacts_is_not_looked_up(opened: Opened) -> None:
    many = " ".join(f"a{number}@example.net" for number in range(30))
    assert await key_of(opened(), f"lan@example.com {many}") is None


async def test_errors_quote_neither_the_question_nor_the_password(postgresql_url: str) -> None:
    integer = "SELECT no AS key FROM customer WHERE salary = CAST(:account AS integer)"
    directory = SqlDirectory(postgresql_url, integer)
    with pytest.raises(DirectoryError) as caught:
        await key_of(directory, accounts="HV-0001")
    assert "cannot be asked (InvalidTextRepresentation)" in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(DirectoryError, match="cannot be run: invalid input syntax"):
        await directory.try_out()
    await directory.close()
    nowhere = SqlDirectory("postgresql://desk@127.0.0.1:1/crm", QUERY, password="opensesame")
    with pytest.raises(Unreachable) as unreachable:
        await nowhere.try_out()
    assert "opensesame" not in str(unreachable.value)
    await nowhere.close()


async def test_a_database_that_is_silent_is_given_up_and_left_alone_for_a_moment() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        directory = SqlDirectory(f"postgresql://desk@127.0.0.1:{port}/crm", QUERY, timeout=0.3)
        with pytest.raises(DirectoryError, match=r"does not answer within 0\.3 seconds"):
            await key_of(directory, "lan@example.com")
        with pytest.raises(DirectoryError, match="asked again in a moment"):
            await key_of(directory, "lan@example.com")
    await directory.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql+pymysql://desk@db.example/crm", "the driver pymysql is not there"),
        ("dbase://desk@db.example/crm", "the driver dbase is not there"),
        ("crm.db", "url cannot be read"),
        ("sqlite://", "names no file"),
    ],
)
def test_a_url_that_cannot_be_used_says_how_to_mend_it(url: str, said: str) -> None:
    with pytest.raises(DirectoryError, match=said):
        SqlDirectory(url, QUERY)


def test_traits_and_parameters_have_one_name() -> None:
    assert set(understood(QUERY).compile().params) == set(Trait)
