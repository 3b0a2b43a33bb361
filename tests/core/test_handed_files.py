"""What a file must be that is handed over."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.handed_files import (
    LONGEST_NAME,
    Fault,
    fault,
    is_machine_readable,
    safe_media_type,
    safe_name,
    safe_names,
)
from core.messages import Attachment
from core.requests import Right

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.csv", b"name,score\nLan,8\nRob,9\n"),
        ("data.CSV", "họ tên;điểm\nLan;8,5\n".encode("utf-8-sig")),
        ("data.csv", "name\tscore\nLan\t8\n".encode("utf-16")),
        ("data.csv", b'name,note\nLan,"two\nlines, one cell"\n'),
        ("data.csv", b"email\nlan@example.com\n"),
        ("data.json", b'{"courses": ["K12-A"]}'),
        ("data.xml", b"<?xml version='1.0'?><person><name>Lan</name></person>"),
    ],
)
def test_what_machines_read_goes_through(name: str, content: bytes) -> None:
    assert is_machine_readable(Attachment(name, "", content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.pdf", b"%PDF-1.7"),
        ("data", b'{"a": 1}'),
        ("data.csv", b"name,score\nLan,8,extra\n"),
        ("data.csv", b"Dear Lan,\nhere is what we have, and more, in prose.\n"),
        ("data.csv", b'name,score\n"Lan,8\n'),
        ("data.csv", b"\x00\x01\x02"),
        ("data.csv", b"\xff\xfe\xfd"),
        ("data.csv", b"  \n"),
        ("data.json", b"{'a': 1}"),
        ("data.json", b"[" * 100_000),
        ("data.xml", b"<person><name></person>"),
        ("data.xml", LAUGHS),
        ("data.xml", OUTSIDE),
    ],
)
def test_what_does_not_parse_or_could_do_harm_does_not(name: str, content: bytes) -> None:
    assert not is_machine_readable(Attachment(name, "", content))


def test_quotes_and_line_breaks_without_end_are_read_in_one_go() -> None:
    """A guess at the delimiter by expressions took seconds for the first 16,000 of these characters."""
    content = b'"\n' * 1_000_000
    assert is_machine_readable(Attachment("data.csv", "", content))


def test_only_portability_asks_for_a_form() -> None:
    letter = Attachment("letter.pdf", "application/pdf", b"%PDF-1.7")
    assert fault(Right.PORTABILITY, [letter], 100) is Fault.NOT_FOR_MACHINES
    assert fault(Right.ACCESS, [letter], 100) is None


def test_what_is_empty_or_too_large_in_all_is_told_for_every_right() -> None:
    half = Attachment("a.bin", "", b"x" * 51)
    assert fault(Right.ACCESS, [half], 100) is None
    assert fault(Right.ACCESS, [half, half], 100) is Fault.TOO_LARGE
    assert fault(Right.ACCESS, [half, Attachment("b.bin", "", b"")], 1000) is Fault.EMPTY


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("du-lieu.csv", "du-lieu.csv"),
        ("dữ liệu của em.csv", "dữ liệu của em.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\An\\data.csv", "data.csv"),
        ('a"; filename="b.exe\r\nX-Evil: 1', "a_; filename=_b.exeX-Evil_ 1"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        (".htaccess", "htaccess"),
        ("", "data"),
        ("...", "data"),
        ("\x00\x1f", "data"),
    ],
)
def test_a_name_is_made_safe(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@given(st.text(max_size=300))
def test_no_name_is_ever_dangerous(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= LONGEST_NAME
    assert not set(safe) & set('/\\<>:"|?*\r\n')
    assert all(unicodedata.category(char)[0] != "C" for char in safe)
    assert not safe.startswith(".")


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name(f"{'x' * 300}.csv") == f"{'x' * 96}.csv"


@given(st.lists(st.sampled_from(["a.csv", "A.csv", "a (2).csv", "", "b"]), max_size=8))
def test_names_are_there_once_each(names: list[str]) -> None:
    found = safe_names(names)
    assert len({name.casefold() for name in found}) == len(names)


def test_a_type_that_is_none_says_nothing() -> None:
    assert safe_media_type("text/csv") == "text/csv"
    assert safe_media_type("text/csv\r\nX-Evil: 1") == "application/octet-stream"
    assert safe_media_type("") == "application/octet-stream"
