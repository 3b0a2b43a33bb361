"""The list of people on file finds the one person who is meant, or nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.messages import Address, ChannelName
from core.recognition import Identifiers
from directory.csv_file import CsvDirectory, DirectoryError, check_directory, read_people

LIST = """key,email,phone,account,telegram,language
K1,Lan.Tran@example.com,0901 234 567,HV-0001,700100,vi
K2,minh@example.com,+84 28 5550 0100,HV-0002,,en
K3,ngoc@example.org,028 5550 0100,,,
K4,,0912345678,HV-0004,700400,vi
K5,hoa@example.org,,,,vi
"""
STRANGER = Address(ChannelName.EMAIL, "stranger@example.net")


def people_in(folder: Path, text: str = LIST) -> CsvDirectory:
    return CsvDirectory(write(folder, text))


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "people.csv"
    file.write_bytes(text.encode(encoding))
    return file


async def key_of(people: CsvDirectory, identifiers: Identifiers, sender: Address = STRANGER) -> str | None:
    subject = await people.find(identifiers, sender)
    return subject.key if subject else None


def named(emails: str = "", phones: str = "", accounts: str = "") -> Identifiers:
    return Identifiers(*(tuple(filter(None, some.split("|"))) for some in (emails, phones, accounts)))


@pytest.mark.parametrize(
    ("identifiers", "key"),
    [
        (named("LAN.TRAN@Example.com"), "K1"),
        (named(phones="+84901234567"), "K1"),
        (named(phones="0901.234.567"), "K1"),
        (named(phones="0084 901 234 567"), "K1"),
        (named(accounts="hv 0001"), "K1"),
        (named(accounts="HV0002"), "K2"),
        (named("lan.tran@example.com", "0901234567", "HV-0001"), "K1"),
        (named("nobody@example.com"), None),
        (named(phones="0999999999"), None),
        (named(phones="12"), None),
        (named(accounts="?"), None),
        (named(accounts="K1"), None),
    ],
)
async def test_a_person_is_found_by_what_is_named(
    tmp_path: Path, identifiers: Identifiers, key: str | None
) -> None:
    assert await key_of(people_in(tmp_path), identifiers) == key


@pytest.mark.parametrize(
    "identifiers",
    [
        named("lan.tran@example.com|minh@example.com"),
        named("lan.tran@example.com", accounts="HV-0002"),
        named("hoa@example.org", accounts="HV-0002"),
        named("lan.tran@example.com", phones="0999999999"),
        named("lan.tran@example.com", phones="0912345678"),
    ],
)
async def test_what_does_not_agree_on_one_person_finds_nobody(
    tmp_path: Path, identifiers: Identifiers
) -> None:
    assert await key_of(people_in(tmp_path), identifiers) is None


async def test_a_shared_phone_needs_something_more(tmp_path: Path) -> None:
    people = people_in(tmp_path)
    assert await key_of(people, named(phones="02855500100")) is None
    assert await key_of(people, named("ngoc@example.org", phones="02855500100")) == "K3"
    assert await key_of(people, named(phones="02855500100", accounts="HV-0002")) == "K2"


async def test_an_old_address_beside_a_new_one_finds_its_owner(tmp_path: Path) -> None:
    people = people_in(tmp_path)
    assert await key_of(people, named("minh@example.com|minh.new@example.com")) == "K2"
    assert await key_of(people, named("hoa@example.org", phones="0999999999")) == "K5"


async def test_who_names_nothing_is_known_by_the_own_address(tmp_path: Path) -> None:
    people, nothing = people_in(tmp_path), Identifiers()
    assert await key_of(people, nothing, Address(ChannelName.EMAIL, " Minh@Example.com")) == "K2"
    assert await key_of(people, nothing, Address(ChannelName.TELEGRAM, "700400")) == "K4"
    assert await key_of(people, nothing, Address(ChannelName.ZALO, "700400")) is None
    assert await key_of(people, nothing) is None


async def test_who_names_somebody_else_is_not_taken_for_the_sender(tmp_path: Path) -> None:
    sender = Address(ChannelName.EMAIL, "minh@example.com")
    assert await key_of(people_in(tmp_path), named("nobody@example.com"), sender) is None
    assert await key_of(people_in(tmp_path), named("hoa@example.org"), sender) == "K5"


async def test_a_person_comes_with_the_contacts_on_file(tmp_path: Path) -> None:
    people = people_in(tmp_path)
    lan = await people.find(named(accounts="HV-0001"), STRANGER)
    minh = await people.find(named(accounts="HV-0002"), STRANGER)
    assert lan is not None
    assert lan.contacts == (
        Address(ChannelName.EMAIL, "lan.tran@example.com"),
        Address(ChannelName.TELEGRAM, "700100"),
    )
    assert (lan.language, minh.language if minh else "") == ("vi", "en")


async def test_several_addresses_and_numbers_stand_in_one_cell(tmp_path: Path) -> None:
    text = "key,email,phone,account\nK1,a@example.com; B@example.com ;,0901234567;028 5550 0100,HV-1;HV-2\n"
    people = people_in(tmp_path, text)
    for identifiers in (named("b@example.com"), named(phones="02855500100"), named(accounts="hv2")):
        assert await key_of(people, identifiers) == "K1"
    assert await key_of(people, named("a@example.com|b@example.com", "0901234567", "HV-1")) == "K1"
    assert await key_of(people, named("a@example.com", accounts="HV-3")) is None
    subject = await people.find(named("a@example.com"), STRANGER)
    assert subject is not None
    assert [contact.value for contact in subject.contacts] == ["a@example.com", "b@example.com"]
    assert subject.phones == ("+84901234567", "+842855500100")


@pytest.mark.parametrize(
    ("year", "born"),
    [
        ("2012", (2010, 2014)),
        (" 2010 ", (2010, 2014)),
        ("1989", (1985, 1989)),
        ("", None),
        ("12.5.2012", None),
    ],
)
async def test_of_a_year_of_birth_only_its_five_years_are_kept(
    tmp_path: Path, year: str, born: tuple[int, int] | None
) -> None:
    people = people_in(tmp_path, f"key,email,birth_year\nK1,a@example.com,{year}\n")
    subject = await people.find(named("a@example.com"), STRANGER)
    assert subject is not None
    assert subject.born == born


async def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    people = people_in(tmp_path)
    assert await key_of(people, named("new@example.com")) is None
    file = write(tmp_path, LIST + "K9,new@example.com,,,,vi\n")
    assert await key_of(people, named("new@example.com")) == "K9"
    same_size = file.read_text(encoding="utf-8").replace("new@example.com", "neu@example.com")
    write(tmp_path, same_size)
    os.utime(file, ns=(1, 1))
    assert await key_of(people, named("new@example.com")) is None


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("email,key\nlan@example.com,K1\n", "utf-8-sig"),
        ("Key;Email;Ghi chú\r\nK1;lan@example.com;học viên\r\n", "utf-8"),
        ("city\tKEY\tEMAIL\nHuế\tK1\tlan@example.com\n", "utf-8"),
        ('key,note,email\nK1,"two\nlines, one cell",lan@example.com\n\n', "utf-8"),
        ("key,phone,email\nK1,,lan@example.com\nK2\n", "utf-8"),
    ],
)
async def test_lists_are_read_as_offices_save_them(tmp_path: Path, text: str, encoding: str) -> None:
    people = CsvDirectory(write(tmp_path, text, encoding))
    assert await key_of(people, named("lan@example.com")) == "K1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "people.csv line 1: the first line must name"),
        ("email,phone\n", "people.csv line 1: the first line must name"),
        ("key,phone\n", "people.csv line 1: the first line must name"),
        ("key,email,Email\n", "people.csv line 1: a column is there twice"),
        ("key,email\nK1,a@example.com\n,b@example.com\n", "people.csv line 3 has no key"),
        ("key,email\nK1,a@example.com\nK1,b@example.com\n", "people.csv line 3 has a key that"),
        ("key,email\nK1,a@example.com,extra\n", "people.csv line 2 has more cells"),
        ('key,email\nK1,"a@example.com"x\n', "people.csv line 2 is no CSV"),
    ],
)
async def test_a_faulty_list_is_refused_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DirectoryError, match=said) as caught:
        await people_in(tmp_path, text).find(Identifiers(), STRANGER)
    assert "@" not in str(caught.value)


async def test_a_list_that_is_missing_or_in_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match=r"none\.csv cannot be opened"):
        await CsvDirectory(tmp_path / "none.csv").find(Identifiers(), STRANGER)
    with pytest.raises(DirectoryError, match="not written in UTF-8"):
        read_people(write(tmp_path, "key,email,name\nK1,a@example.com,Zoë\n", "latin-1"))


async def test_a_mended_list_is_used_again(tmp_path: Path) -> None:
    people = people_in(tmp_path, "key,email\n,a@example.com\n")
    with pytest.raises(DirectoryError):
        await people.find(Identifiers(), STRANGER)
    write(tmp_path, LIST)
    assert await key_of(people, named("minh@example.com")) == "K2"


def test_a_good_list_is_reported_as_fit(tmp_path: Path) -> None:
    assert check_directory(write(tmp_path, "key,email\nK1,a@example.com\n")) == [
        ("people on file", True, "entries: 1")
    ]


def test_the_check_names_what_is_odd_and_quotes_nothing(tmp_path: Path) -> None:
    text = LIST.replace("language\n", "language,city\n").replace("minh@example.com", "minh at example")
    found = check_directory(write(tmp_path, text + "K9,,12,,x,english,\n"))
    words = {what: plain for what, _, plain in found}
    assert all(fit for _, fit, _ in found)
    assert words["columns"] == "not used: city"
    assert "line 3 (email), line 7 (phone), line 7 (telegram), line 7 (language)" in words["cells"]
    assert words["contacts"].startswith("2 people have no e-mail")
    assert words["phone"].startswith("1 are shared")


def test_the_check_of_a_faulty_list_says_that_it_is_unfit(tmp_path: Path) -> None:
    assert check_directory(tmp_path / "none.csv") == [
        ("people on file", False, "none.csv cannot be opened: No such file or directory")
    ]
