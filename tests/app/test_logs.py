"""The log tells what happens, and never to whom: no address, text, code or token, at any level."""

from __future__ import annotations

import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import FileIO, TextIOWrapper
from pathlib import Path

import pytest
import structlog

from app.logs import set_up_logs, where
from sandbox.mail import AcceptedMail
from sandbox.people_on_file import CUSTOMERS, HELP, STRANGER
from sandbox.stories import STORIES, Silent
from sandbox.world import PASSWORD, TOKEN, World

#: Stories with mail, Telegram, files, right and wrong codes, and somebody who is not on file.
TOLD = ("a", "b", "d", "e")
_CODE = re.compile(r"\b(\d{4}) (\d{4})\b")
_REPLY_TOKEN = re.compile(r"\+([0-9a-z]{8,})@")


@pytest.fixture
def _usual_logs() -> Iterator[None]:
    """Put the logs back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level


async def test_nothing_personal_is_in_the_log_of_the_stories(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        for story in STORIES:
            if story.letter in TOLD:
                await story.play(world, Silent())
        log_file = world.log_file
    log = log_file.read_text(encoding="utf-8")
    events = {json.loads(line)["event"] for line in log.splitlines()}
    assert {"ready", "mail_received", "letter_tried", "stopped"} <= events
    said = log.casefold()
    secrets = {*_people(), *_of_mails(world.mail.log), *_of_chats(world), TOKEN, TOKEN.partition(":")[2]}
    assert len(secrets) > 100
    assert [secret for secret in secrets if secret.casefold() in said] == []
    password = re.compile(rf'"{PASSWORD}"')
    assert not password.search(log)


def _people() -> Iterator[str]:
    for person in (*CUSTOMERS, STRANGER):
        yield from filter(None, (person.name, person.email, person.phone, person.phone[1:], person.account))
        yield person.email.partition("@")[0]


def _of_mails(mails: list[AcceptedMail]) -> Iterator[str]:
    """Subjects, lines, codes and tokens of every mail, in and out."""
    for accepted in mails:
        mail = message_from_bytes(accepted.content, EmailMessage, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        text = str(body.get_content()) if body else ""
        yield str(mail["Subject"])
        yield from _lines(text)
        yield from _codes(text)
        yield from _REPLY_TOKEN.findall(str(mail["Reply-To"]))
    assert HELP in {accepted.recipient for accepted in mails}


def _of_chats(world: World) -> Iterator[str]:
    """What was said in the chats, and who said it."""
    for call in world.telegram.traffic:
        text = str(call.values.get("text", ""))
        yield from _lines(text)
        yield from _codes(text)


def _lines(text: str) -> Iterator[str]:
    """Lines that say something; a single word may be an event's name."""
    return (line.strip() for line in text.splitlines() if len(line.strip().split()) > 2)


def _codes(text: str) -> Iterator[str]:
    for one, two in _CODE.findall(text):
        yield from (f"{one} {two}", one + two)


@pytest.mark.usefixtures("_usual_logs")
def test_what_libraries_say_is_reduced_to_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug")
    try:
        raise ValueError("lan@example.com")
    except ValueError:
        logging.getLogger("some.library").exception("cannot deliver to %s", "lan@example.com")
    logging.getLogger("some.library").info("hello lan@example.com")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old way of writing to lan@example.com", DeprecationWarning, stacklevel=1)
    said = capsys.readouterr().err
    assert "lan@example.com" not in said
    first, second = map(json.loads, said.splitlines())
    assert (first["event"], first["level"], first["library"], first["error"]) == (
        "library_complains",
        "error",
        "some.library",
        "ValueError",
    )
    assert first["where"].startswith("test_logs:")
    assert (second["level"], second["library"]) == ("warning", "py.warnings")


@pytest.mark.usefixtures("_usual_logs")
def test_of_an_exception_only_the_kind_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info")
    log = structlog.get_logger()
    try:
        raise KeyError("0903555018")
    except KeyError as error:
        log.exception("by_context")
        log.error("by_value", exc_info=error)
    log.debug("not_at_this_level")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["error"]) for line in lines] == [
        ("by_context", "KeyError"),
        ("by_value", "KeyError"),
    ]


@pytest.mark.usefixtures("_usual_logs")
def test_a_log_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_logs("info")
    with TextIOWrapper(FileIO("/dev/full", "w"), encoding="utf-8", write_through=True) as full:
        with pytest.raises(OSError, match="No space left"):
            full.write("this disk is full")
        monkeypatch.setattr(sys, "stderr", full)
        structlog.get_logger().info("into_a_full_disk")
        monkeypatch.undo()


def test_the_places_of_an_error_are_named_without_its_text() -> None:
    try:
        json.loads("lan@example.com")
    except ValueError as error:
        places = where(error)
    assert re.fullmatch(r"[\w.]+:\d+( > json[\w.]*:\d+)+", places)
