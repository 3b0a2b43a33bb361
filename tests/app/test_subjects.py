"""A privacy request about the desk itself: one file, and erasing after a question."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.console import Mendable
from app.subjects import address_of
from core.conversation import Conversation
from core.messages import Address, ChannelName, Kind, Outbound
from core.requests import Challenge, DueDate, Item, Right, Status, Subject
from flows.store import Note
from storage.unit_of_work import SqlUnitOfWork
from tests.app.test_keeping import LAN, NOW, RAW, a_request, folder, run, transaction

__all__ = ["folder"]

WORDS = "Xin cho tôi bản sao dữ liệu của tôi"


@pytest.fixture
def desk(folder: Path) -> Path:
    """Beside the closed request: an open one, in which Lan is the contact on file, and a code is out."""
    item = Item(Right.ACCESS, DueDate(NOW.date(), None, NOW.date()))
    request = a_request(
        id="r-2",
        reference="MC-0002",
        token="secret-token-2",
        card="secret-card-2",
        status=Status.VERIFYING,
        closed_at=None,
        requester=Address(ChannelName.TELEGRAM, "9001"),
        subject=Subject("KH-7", (LAN,), "vi"),
        challenge=Challenge(b"secret-digest" * 3, LAN, NOW, NOW),
        items=(item,),
    )

    def work(uow: SqlUnitOfWork) -> None:
        uow.add(request)
        uow.add_note("r-2", Note(NOW, True, request.requester, "", WORDS))
        code = Outbound("letter-code", LAN, Kind.CODE, NOW, "4821 9077")
        uow.post(code, b"4821 9077", "r-2")
        uow.put_conversation(LAN, Conversation(details="dang dở"), NOW)

    transaction(folder, work)
    return folder


def test_all_of_it_is_in_one_file_that_only_its_owner_reads(desk: Path) -> None:
    code, out, err = run(desk, "subject", "export", " LAN@example.com ", "--output", "copy.zip")
    assert (code, err) == (0, "")
    assert "MC-0001" in out
    assert "Wrote copy.zip" in out
    assert (desk / "copy.zip").stat().st_mode & 0o777 == 0o600
    with ZipFile(desk / "copy.zip") as archive:
        names = archive.namelist()
        assert names == ["overview.txt", "data.json", "messages/000001.eml"]
        text, data = archive.read("overview.txt").decode(), json.loads(archive.read("data.json"))
        assert archive.read("messages/000001.eml") == RAW
    assert "Yêu cầu MC-0002" in text
    assert WORDS in text
    assert {file["request"]["reference"] for file in data["held"]["files"]} == {"MC-0001", "MC-0002"}
    whole = text + json.dumps(data, ensure_ascii=False)
    assert not any(secret in whole for secret in ("secret-", "4821"))
    entry = transaction(
        desk, lambda uow: [each for each in uow.audit_trail("") if each.action == "exported"]
    )[0]
    assert entry.detail == {"kind": "subject", "requests": "2"}
    assert "lan" not in str(entry)


def test_the_text_is_written_in_english_too(desk: Path) -> None:
    run(desk, "subject", "export", LAN.value, "--language", "en")
    with ZipFile(desk / "subject-export.zip") as archive:
        text = archive.read("overview.txt").decode()
    assert "Request MC-0002" in text
    assert "Sent by somebody else; this address is a contact" in text
    assert "An unfinished conversation" in text
    assert "\n\n\n\n" not in text


def test_a_file_that_is_there_is_not_replaced(desk: Path) -> None:
    (desk / "copy.zip").write_text("mine")
    code, _, err = run(desk, "subject", "export", LAN.value, "--output", "copy.zip")
    assert (code, "is there already" in err) == (1, True)
    assert (desk / "copy.zip").read_text() == "mine"


def test_where_nothing_is_held_that_is_said_and_no_file_is_written(desk: Path) -> None:
    for words in (("export",), ("erase",)):
        code, out, _ = run(desk, "subject", *words, "nobody@example.com")
        assert (code, out) == (0, "✓ The desk holds nothing under this address.\n")
    assert not (desk / "subject-export.zip").exists()


def test_it_is_shown_and_asked_before_anything_is_erased(desk: Path) -> None:
    code, out, _ = run(desk, "subject", "erase", LAN.value, answers="n\n")
    assert code == 1
    assert out.splitlines()[0].split() == [
        "request",
        "as",
        "status",
        "received",
        "notes",
        "letters",
        "messages",
    ]
    assert "Still open, and not erased: MC-0002" in out
    assert out.endswith("Nothing was erased.\n")
    assert transaction(desk, lambda uow: uow.request("r-1")) is not None


def test_what_is_closed_is_erased_and_what_is_open_stays(desk: Path) -> None:
    code, out, _ = run(desk, "subject", "erase", LAN.value, "--yes")
    assert code == 1
    assert out.splitlines()[-1] == "! Erased, but for what is still open: MC-0002"
    assert transaction(desk, lambda uow: (uow.request("r-1"), uow.message(1), uow.conversation(LAN))) == (
        None,
        None,
        None,
    )
    assert transaction(desk, lambda uow: uow.request("r-2")) is not None


def test_open_requests_want_the_address_typed_once_more(desk: Path) -> None:
    words = ("subject", "erase", LAN.value, "--including-open")
    assert run(desk, *words, answers="y\n")[0] == 1
    assert transaction(desk, lambda uow: uow.request("r-2")) is not None
    code, out, _ = run(desk, *words, answers=f"{LAN.value}\n")
    assert code == 0
    assert out.endswith("✓ Erased. The audit log says that something was, and not what.\n")
    assert transaction(desk, lambda uow: uow.every_request()) == []


def test_an_address_is_a_mail_address_or_an_account_with_its_channel() -> None:
    assert address_of("telegram:9001") == Address(ChannelName.TELEGRAM, "9001")
    assert address_of(" lan@example.com ") == LAN
    for wrong in ("9001", "telegram:", "email:9001", "sms:9001"):
        with pytest.raises(Mendable, match="telegram:123456789"):
            address_of(wrong)
