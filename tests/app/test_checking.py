"""`privacydesk check` against real servers: each thing that is wrong is named, with what mends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.checking import check_everything
from sandbox.mail import MailServer
from sandbox.telegram import TelegramServer
from tests.app.desk import PASSWORD, write_desk

TOKEN = "77:a-token-of-the-sandbox"
STAFF = '[[staff]]\nname = "{}"\ntelegram = {}\nrole = "{}"\n'


@dataclass
class Checked:
    """A desk whose check can be run, and what it said last."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    code: int = -1
    out: str = ""

    async def check(self) -> list[str]:
        """Run the check beside the servers; returns the lines about what is wrong."""
        self.code = await asyncio.to_thread(check_everything, self.folder / "privacydesk.toml")
        said = self.capsys.readouterr()
        self.out = said.out + said.err
        return [line for line in self.out.splitlines() if line.startswith("✗")]

    def change(self, old: str, new: str) -> None:
        path = self.folder / "privacydesk.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest_asyncio.fixture
async def desk(
    tmp_path: Path,
    mail: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> AsyncIterator[Checked]:
    """A desk with which all is well."""
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", PASSWORD)
    monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", TOKEN)
    async with TelegramServer() as telegram:
        bot = telegram.add_bot(TOKEN, "hoa_sen_bot")
        group = telegram.add_group("Privacy", admins=[bot])
        staff = STAFF.format("Hà", 700100, "lead") + STAFF.format("Minh", 700200, "approver")
        section = f'[telegram]\nstaff_chat = {group.id}\napi_base = "{telegram.base}"\n'
        write_desk(tmp_path, mail, section + staff)
        yield Checked(tmp_path, monkeypatch, capsys)


async def test_where_all_is_well_the_exit_code_is_0(desk: Checked) -> None:
    assert await desk.check() == []
    assert desk.code == 0
    assert desk.out.endswith("\nThe desk can start: privacydesk run\n")


async def test_a_number_of_the_law_that_is_unconfirmed_wants_a_look(desk: Checked) -> None:
    await desk.check()
    assert desk.code == 0
    assert ": the law's number is unconfirmed. Ask your counsel" in desk.out
    assert "stop sharing" in desk.out


async def test_promises_slower_than_the_law_want_a_look_and_are_no_fault(desk: Checked) -> None:
    await desk.check()
    remarks = [line for line in desk.out.splitlines() if line.startswith("! policy: ")]
    assert (
        "! policy: access, correction, portability: you promise 15 working days, the law allows 10 days. "
        "The desk keeps the earlier date." in remarks
    )


async def test_a_wrong_password_is_named_for_both_servers(desk: Checked) -> None:
    desk.monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", "not-the-password")
    read, send = await desk.check()
    assert desk.code == 1
    assert read.startswith("✗ read mail from 127.0.0.1:")
    assert send.startswith("✗ send mail through 127.0.0.1:")
    assert all("refused to log in" in line and "Check user and password" in line for line in (read, send))
    assert "not-the-password" not in desk.out
    assert desk.out.endswith("To mend: 2. Then check again.\n")


async def test_a_refused_token_is_named(desk: Checked) -> None:
    desk.monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", "78:of-no-bot")
    (line,) = await desk.check()
    assert desk.code == 1
    assert line.startswith("✗ Telegram token: Telegram refuses the bot's token.")
    assert "of-no-bot" not in desk.out


async def test_fewer_people_than_the_quorum_is_a_fault(desk: Checked) -> None:
    desk.change('role = "approver"', 'role = "handler"')
    (line,) = await desk.check()
    assert desk.code == 1
    assert line.startswith("✗ staff: the policy wants 2 to approve a request; those who may: 1.")


async def test_a_desk_without_telegram_has_nobody_to_decide(desk: Checked) -> None:
    path = desk.folder / "privacydesk.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("[telegram]")[0], encoding="utf-8")
    desk.monkeypatch.delenv("PRIVACYDESK_TELEGRAM__TOKEN")
    (line,) = await desk.check()
    assert line.startswith("✗ staff: nobody can work with requests")


async def test_every_fault_is_named_in_one_go(desk: Checked) -> None:
    (desk.folder / "master.key").chmod(0o644)
    (desk.folder / "customers.csv").write_text("name\nLan\n", encoding="utf-8")
    notice = desk.folder / "texts" / "notices" / "vi" / "acknowlegement" / "body.txt"
    notice.parent.mkdir(parents=True)
    notice.write_text("Chào bạn", encoding="utf-8")
    desk.change('policy = "mentracere"', 'policy = "mentracere"\ntemplates = "texts"')
    desk.change("sqlite:///desk.db", "sqlite:///nowhere/desk.db")
    faults = [line.split(":")[0].removeprefix("✗ ") for line in await desk.check()]
    assert desk.code == 1
    assert faults == ["master key", "database", "people on file", "texts"]
    assert "chmod 600" in desk.out
    assert "notices/vi/acknowlegement/body.txt: no notice reads this file" in desk.out


async def test_a_policy_with_mistakes_is_told_with_their_places(desk: Checked) -> None:
    (desk.folder / "policy.toml").write_text('name = "X"\n', encoding="utf-8")
    desk.change('policy = "mentracere"', 'policy = "policy.toml"')
    await desk.check()
    assert desk.code == 1
    assert "• prefix: " in desk.out
