"""What a person must see is shown: parked messages, letters in doubt; and a message is tried once more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from app.console import Mendable
from app.looking import again, release, unsettled
from app.register import inbox, replay, show
from core.messages import Address, ChannelName, Kind, Outbound, RawMessage
from flows.ports import Delivery, Letter, Sent
from flows.store import Disposition, UnitOfWork
from storage.migrate import migrate
from storage.sealing import create_master_key, load_master_key
from storage.store import open_store
from tests.app.desk import SETTINGS

T = TypeVar("T")

WHEN = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
RAW = "From: lan@example.com\r\n\r\nXin chào [/b]\r\n".encode()
LAN = Address(ChannelName.EMAIL, "lan@example.com")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A desk with an empty database; no channel and no password is set."""
    path = tmp_path / "privacydesk.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    create_master_key(tmp_path / "master.key")
    migrate(f"sqlite:///{tmp_path / 'desk.db'}")
    return path


def _transaction(settings: Path, work: Callable[[UnitOfWork], T]) -> T:
    """One transaction as the running desk does it."""

    async def once() -> T:
        folder = settings.parent
        store = open_store(f"sqlite:///{folder / 'desk.db'}", load_master_key(folder / "master.key"))
        try:
            return await store.run(work)
        finally:
            await store.close()

    return asyncio.run(once())


def _park(settings: Path, reason: str = "ValueError at core.recognition:7") -> int:
    def work(uow: UnitOfWork) -> int:
        uow.accept(ChannelName.EMAIL, "imap:INBOX", [RawMessage("1:1", RAW, WHEN)], "1:1", WHEN)
        (item,) = uow.pending(1, 10**9, WHEN)
        uow.settle(item.id, Disposition.PARKED, reason)
        return item.id

    return _transaction(settings, work)


def _send(settings: Path, name: str, result: Delivery, detail: str, kind: Kind = Kind.NOTICE) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.post(Outbound(name, LAN, kind, WHEN, "Xin chào"), b"Xin chao", "")
        uow.lease(ChannelName.EMAIL, 1, WHEN, WHEN + timedelta(minutes=5))
        uow.settle_letter(name, Sent(result, detail=detail), WHEN, None)

    _transaction(settings, work)


def test_where_nothing_is_amiss_that_is_said(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox(settings, silent=False, as_json=False)
    unsettled(settings, "")
    assert capsys.readouterr().out == (
        "✓ Nothing is parked: every message could be handled.\n✓ Every letter has arrived, or is on its way.\n"
    )


def test_a_parked_message_is_listed_with_its_reason(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = _park(settings, reason="the head [is] broken [/]")
    inbox(settings, silent=False, as_json=False)
    head, row, advice = capsys.readouterr().out.splitlines()
    assert head.split() == ["number", "channel", "received", "tries", "reason"]
    assert row.split() == f"{number} email 2026-11-24 09:05 UTC 0 the head [is] broken [/]".split()
    assert "privacydesk replay NUMBER" in advice


def test_what_is_quarantined_can_be_read_by_a_program(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = _park(settings, reason="it has no usable sender address")
    inbox(settings, silent=False, as_json=True)
    assert json.loads(capsys.readouterr().out) == [
        {
            "number": number,
            "channel": "email",
            "received": "2026-11-24T09:05:00+00:00",
            "tries": 0,
            "reason": "it has no usable sender address",
        }
    ]


def _silence(settings: Path, reason: str) -> int:
    def work(uow: UnitOfWork) -> int:
        uow.accept(
            ChannelName.EMAIL, "imap:INBOX", [RawMessage(reason, RAW + reason.encode(), WHEN)], "", WHEN
        )
        uow.settle(uow.last_message(), Disposition.SILENT, reason)
        return uow.last_message()

    return _transaction(settings, work)


def test_silent_mail_is_listed_without_addresses_and_shown_by_its_number(
    settings: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    inbox(settings, silent=True, as_json=False)
    assert capfd.readouterr().out == "✓ No message was registered in silence.\n"
    numbers = [_silence(settings, reason) for reason in ("bounce", "mailing list")]
    inbox(settings, silent=True, as_json=False)
    head, *rows, _ = capfd.readouterr().out.splitlines()
    assert head.split() == ["number", "received", "reason"]
    assert rows == [
        f"{number:<6}  2026-11-24 09:05 UTC  {reason}"
        for number, reason in zip(numbers, ("bounce", "mailing list"), strict=True)
    ]
    show(settings, numbers[1])
    assert "lan@example.com" in capfd.readouterr().out


def test_an_address_that_is_blocked_can_be_released(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _transaction(settings, lambda uow: uow.suppress(LAN, "5.1.1", WHEN))
    release(settings, " Lan@Example.com")
    assert capsys.readouterr().out.startswith("✓ From now on mail goes to this address again")
    assert not _transaction(settings, lambda uow: uow.standing(LAN, "", WHEN).dead)
    with pytest.raises(Mendable, match="Nothing keeps mail back"):
        release(settings, LAN.value)


def test_a_parked_message_is_shown_byte_for_byte(
    settings: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    number = _park(settings)
    show(settings, number)
    assert capfdbinary.readouterr().out == RAW


def test_a_replayed_message_waits_to_be_handled_again(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = _park(settings)
    replay(settings, number)
    assert capsys.readouterr().out.startswith(f"✓ Message {number} will be handled once more")
    waiting = _transaction(settings, lambda uow: uow.pending(9, 10**9, datetime.now(UTC)))
    assert [(item.id, item.raw.raw, item.attempts) for item in waiting] == [(number, RAW, 0)]
    with pytest.raises(Mendable, match=f"No message {number} is parked"):
        replay(settings, number)


def test_a_number_that_nobody_parked_is_named(settings: Path) -> None:
    with pytest.raises(Mendable, match="There is no message 17"):
        show(settings, 17)


def test_letters_in_doubt_are_listed_with_what_the_other_side_said(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "550 5.1.1 [bold]no such mailbox[/] here, whatever one may try to write to it by any road there is"
    _send(settings, "letter-a", Delivery.FAILED, said)
    _send(settings, "letter-b", Delivery.UNCERTAIN, "the connection was lost")
    _send(settings, "letter-c", Delivery.SENT, "")
    unsettled(settings, "")
    head, *rows, advice = capsys.readouterr().out.splitlines()
    assert head.startswith("letter")
    assert "privacydesk outbox LETTER --again" in advice
    assert [row.split()[0] for row in rows] == ["letter-a", "letter-b"]
    assert rows[0].endswith(said)
    assert "lan@example.com" in rows[0]
    unsettled(settings, "letter-b")
    assert "letter-a" not in capsys.readouterr().out


def test_a_letter_that_is_not_in_doubt_is_named(settings: Path) -> None:
    _send(settings, "letter-c", Delivery.SENT, "")
    with pytest.raises(Mendable, match="No letter letter-c is in doubt"):
        unsettled(settings, "letter-c")


def test_a_letter_in_doubt_goes_out_once_more_with_the_same_bytes(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _send(settings, "letter-a", Delivery.UNCERTAIN, "the connection was lost")
    again(settings, "letter-a")
    assert capsys.readouterr().out.startswith("✓ Letter letter-a goes out once more")

    def lease(uow: UnitOfWork) -> list[Letter]:
        now = datetime.now(UTC)
        return uow.lease(ChannelName.EMAIL, 9, now, now)

    (letter,) = _transaction(settings, lease)
    assert (letter.id, letter.body) == ("letter-a", b"Xin chao")
    with pytest.raises(Mendable, match="No letter letter-a is in doubt"):
        again(settings, "letter-a")


def test_a_code_in_doubt_is_never_sent_twice(settings: Path) -> None:
    _send(settings, "letter-a", Delivery.UNCERTAIN, "the connection was lost", Kind.CODE)
    with pytest.raises(Mendable, match="never sent twice"):
        again(settings, "letter-a")
    ((letter, state, _),) = _transaction(settings, lambda uow: uow.unsettled())
    assert (letter.id, state) == ("letter-a", "uncertain")


def test_without_a_letter_nothing_is_sent_again(settings: Path) -> None:
    with pytest.raises(Mendable, match="Which letter"):
        again(settings, "")


def test_a_database_without_tables_says_what_to_run(settings: Path) -> None:
    (settings.parent / "desk.db").unlink()
    with pytest.raises(Mendable, match="It has no tables yet"):
        inbox(settings, silent=False, as_json=False)
