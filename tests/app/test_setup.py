"""`privacydesk init` asks, writes, overwrites nothing, and what it writes can be checked and run."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from app.checking import check_everything
from app.console import Mendable
from app.setup import set_up
from sandbox.mail import MailServer
from sandbox.people_on_file import HELP
from sandbox.telegram import TelegramServer
from tests.app.desk import PASSWORD, command

TOKEN = "77:a-token-of-the-sandbox"


def _answers(staff_chat: int, lead: int) -> str:
    """What an operator types, a line each; an empty one takes the suggestion."""
    lines = ("Trường Hoa Sen", "HS", "no address", HELP, "", "", "vi", "127.0.0.1", "127.0.0.1", "", "yes")
    return "\n".join((*lines, str(staff_chat), "Thu Hà", str(lead), ""))


def _for_this_machine(settings: Path, mail: MailServer, telegram: TelegramServer) -> None:
    """What the sandbox needs beside the answers: ports without TLS, its own Telegram, a second approver."""
    text = settings.read_text(encoding="utf-8")
    text = text.replace('imap_tls = "implicit"', f'imap_tls = "none"\nimap_port = {mail.imap_port}')
    text = text.replace('smtp_tls = "starttls"', f'smtp_tls = "none"\nsmtp_port = {mail.smtp_port}')
    text = text.replace("[telegram]", f'[telegram]\napi_base = "{telegram.base}"')
    text += '\n[[staff]]\nname = "Minh"\ntelegram = 700200\nrole = "approver"\n'
    settings.write_text(text, encoding="utf-8")


async def test_what_the_answers_make_passes_the_check(
    tmp_path: Path, mail: MailServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with TelegramServer() as telegram:
        bot = telegram.add_bot(TOKEN, "hoa_sen_bot")
        lead = telegram.add_user("Hà")
        group = telegram.add_group("Privacy", members=[lead], admins=[bot])
        asked = await command(tmp_path, "init", "--folder", "desk", answers=_answers(group.id, lead.user.id))
        assert asked.code == 0, asked
        assert "That cannot be used." in asked.out
        desk = tmp_path / "desk"
        assert stat.S_IMODE((desk / "data" / "master.key").stat().st_mode) == 0o600
        assert stat.S_IMODE((desk / "data").stat().st_mode) == 0o700
        _for_this_machine(desk / "privacydesk.toml", mail, telegram)
        monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", PASSWORD)
        monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", TOKEN)
        capsys.readouterr()
        code = await asyncio.to_thread(check_everything, desk / "privacydesk.toml")
    said = capsys.readouterr().out
    assert code == 0, said
    assert "✗" not in said
    for what in ("settings", "policy", "texts", "master key", "database", "people on file", "staff"):
        assert f"✓ {what}: " in said
    assert "The bot is @hoa_sen_bot." in said
    assert said.endswith("The desk can start: privacydesk run\n")


def test_nothing_is_asked_where_something_would_be_overwritten(tmp_path: Path) -> None:
    set_up(tmp_path, overwrite=False, defaults=True)
    names = ("privacydesk.toml", "policy.toml", "people.csv", "data/master.key")
    files = {tmp_path / name: (tmp_path / name).read_bytes() for name in names}
    with pytest.raises(Mendable, match="Say --overwrite to replace them"):
        set_up(tmp_path, overwrite=False, defaults=False)  # a question would fail: nobody is at the keyboard
    assert {path: path.read_bytes() for path in files} == files


def test_the_master_key_is_kept_even_where_all_else_is_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path, overwrite=False, defaults=True)
    key = tmp_path / "data" / "master.key"
    before = key.read_bytes()
    set_up(tmp_path, overwrite=True, defaults=True)
    assert f"! kept {key}" in capsys.readouterr().out
    assert key.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(Mendable, match=r"taken.* cannot be written: "):
        set_up(tmp_path / "taken" / "desk", overwrite=False, defaults=True)
