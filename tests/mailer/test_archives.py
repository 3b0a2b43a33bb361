"""Stored mail is found in single files, mbox files, Maildirs, and folders of them."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from mailer.archives import TOO_LARGE, files_below, messages_in
from mailer.parse import NOT_FETCHED

ONE = b"From: lan@example.com\nSubject: one\n\nXin chao\n\nFrom here on it is late, at 9:00.\n"
TWO = b"From: rob@example.org\nSubject: two\n\nHello\n"


def found(path: Path) -> list[str]:
    problems: list[str] = []
    names = [str(file.relative_to(path)) for file in files_below(path, lambda name, _: problems.append(name))]
    assert not problems
    return names


def test_a_single_mail_is_taken_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(ONE)
    assert list(files_below(file, lambda *_: None)) == [file]
    assert list(messages_in(file)) == [ONE]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_an_mbox_is_cut_into_its_mails_whatever_its_line_ends(tmp_path: Path, line_end: bytes) -> None:
    lines = (
        b"From lan@example.com Mon Nov 23 09:00:00 2026\n" + ONE + b"\n"
        b"From MAILER-DAEMON Mon Nov 23 09:01:00 2026\n" + TWO
    )
    file = tmp_path / "old.mbox"
    file.write_bytes(lines.replace(b"\n", line_end))
    assert [mail.rstrip() for mail in messages_in(file)] == [
        mail.replace(b"\n", line_end).rstrip() for mail in (ONE, TWO)
    ]


def test_an_mbox_of_the_standard_library_is_read_as_it_was_written(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "written.mbox")
    for mail in (ONE, TWO):
        box.add(mail)
    box.close()
    assert [mail.rstrip() for mail in messages_in(tmp_path / "written.mbox")] == [ONE.rstrip(), TWO.rstrip()]


def test_lines_that_begin_like_a_mail_are_given_back_as_they_were(tmp_path: Path) -> None:
    file = tmp_path / "escaped.mbox"
    file.write_bytes(b"From x Mon Nov 23 09:00:00 2026\nSubject: one\n\n>From the start\n>>From it\n")
    assert list(messages_in(file)) == [b"Subject: one\n\nFrom the start\n>From it\n"]


def test_a_maildir_is_its_new_and_its_read_mail(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(ONE)
    box.lock()
    (tmp_path / "Maildir" / "tmp" / "half").write_bytes(b"From: ")
    (tmp_path / "Maildir" / "cur" / "2:2,S").write_bytes(TWO)
    assert [name.partition("/")[0] for name in found(tmp_path / "Maildir")] == ["cur", "new"]


def test_a_folder_is_searched_to_its_bottom_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.eml", "a/2.eml", "a/1", "a/deep/er/3.mbox", ".hidden", ".git/config", "tmp/4.eml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(ONE)
    assert found(tmp_path) == ["b.eml", "a/1", "a/2.eml", "a/deep/er/3.mbox", "tmp/4.eml"]


def test_an_empty_file_is_a_mail_without_anything(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert list(messages_in(tmp_path / "empty")) == [b""]


def test_of_a_mail_that_is_too_large_only_the_header_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "big.eml"
    file.write_bytes(TWO + b"x" * TOO_LARGE)
    (mail,) = messages_in(file)
    assert (
        mail == NOT_FETCHED + b"the message is too large (25 MB)\r\nFrom: rob@example.org\nSubject: two\n\n"
    )


def test_what_is_not_there_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    problems: list[str] = []
    assert list(files_below(tmp_path / "nowhere", lambda name, _: problems.append(name))) == []
    assert problems == [str(tmp_path / "nowhere")]
    (tmp_path / "loose").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OSError, match="no file"):
        list(messages_in(tmp_path / "loose"))
