"""The one-time page as the operator sets it up, and as part of a running desk."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession

from app.settings import load_settings
from app.settings_errors import SettingsErrors
from sandbox.mail import MailServer
from tests.app.desk import PASSWORD, RunningDesk, command, write_desk

SECRET = {"PRIVACYDESK_MAIL__PASSWORD": PASSWORD}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _web(listen: str = "127.0.0.1:8080", public_url: str = "https://privacy.example.com") -> str:
    return f'[web]\nlisten = "{listen}"\npublic_url = "{public_url}"\n'


async def test_the_page_is_there_while_the_desk_runs_and_gone_after(tmp_path: Path, mail: MailServer) -> None:
    port = _free_port()
    write_desk(tmp_path, mail, _web(f"127.0.0.1:{port}"))
    desk = RunningDesk(tmp_path, mail)
    await desk.start("page_open")
    async with ClientSession(f"http://127.0.0.1:{port}") as client:
        async with client.get("/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        async with client.get("/h/0123456789abcdefghjkmnpqrs") as answer:
            assert answer.status == 404
    assert await desk.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


async def test_a_port_that_is_taken_ends_the_desk_in_plain_words(tmp_path: Path, mail: MailServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        write_desk(tmp_path, mail, _web(listen))
        checked = await command(tmp_path, "check", env=SECRET)
        ended = await command(tmp_path, "run", env=SECRET)
    assert f"one-time page: The page cannot listen on {listen}" in checked.out
    assert ended.code == 1
    assert f"The page cannot listen on {listen}" in ended.err
    assert "Traceback" not in ended.err


async def test_without_a_page_check_says_how_results_go_out(folder: Path) -> None:
    checked = await command(folder, "check", env=SECRET)
    assert "one-time page: there is none: results go by mail as encrypted ZIP files" in checked.out


async def test_a_new_link_for_a_request_that_is_not_there_is_refused(folder: Path) -> None:
    await command(folder, "migrate", env=SECRET)
    ended = await command(folder, "hand-over", "again", "MC-0000-0000", env=SECRET)
    assert ended.code == 1
    assert "There is no request with this number." in ended.err


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (_web(public_url="http://privacy.example.com"), "web.public_url would send personal data in clear"),
        (_web(public_url="privacy.example.com"), "web.public_url is no address that a link can begin with"),
        (_web(public_url="https://privacy.example.com/?a=b"), "web.public_url is no address"),
        (_web(listen="127.0.0.1:99999"), "web.listen has no port that there is"),
        ("[web]\n", "web.public_url is missing"),
    ],
)
def test_a_wrong_page_is_told_with_the_way_to_mend_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, section: str, said: str
) -> None:
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", PASSWORD)
    path = folder / "privacydesk.toml"
    path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")
    with pytest.raises(SettingsErrors) as wrong:
        load_settings(path)
    assert said in " ".join(str(wrong.value).replace(":", "").split())


def test_a_link_begins_with_the_public_address_without_a_slash(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", PASSWORD)
    path = folder / "privacydesk.toml"
    more = _web("[::1]:8443", "https://www.example.com/privacy/")
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    web = load_settings(path).web
    assert web is not None
    assert (web.host, web.port, web.public_url) == ("::1", 8443, "https://www.example.com/privacy")
