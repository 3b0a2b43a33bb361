"""OAuth2 against a token server on a real socket, and log-ins by XOAUTH2 on both sides."""

from __future__ import annotations

import asyncio
import base64
import logging
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from aiohttp import web

from mailer import oauth
from mailer.check import check_mail
from mailer.oauth import TokenFailed, TokenRefused, Tokens, TokenSettings, write_secret
from mailer.settings import MailSettings, Server, SettingsError, Tls
from mailer.smtp import Sender
from mailer.steps import MailboxError
from mailer.visit import LoginRefused, open_mailbox
from tests.mailer.conftest import HELP, ScriptedImap


class TokenServer:
    """Gives out tokens t1, t2, …; `answers` come first, each as status and body."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.answers: list[tuple[int, object]] = []
        self.more: dict[str, object] = {"expires_in": 3600}
        self.url = ""

    async def give(self, request: web.Request) -> web.Response:
        self.asked.append(dict(await request.post()))
        if self.answers:
            status, body = self.answers.pop(0)
            return (
                web.Response(status=status, text=body)
                if isinstance(body, str)
                else web.json_response(body, status=status)
            )
        return web.json_response({"access_token": f"t{len(self.asked)}", "token_type": "Bearer", **self.more})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[TokenServer]:
        app = web.Application()
        app.router.add_post("/token", self.give)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
        try:
            yield self
        finally:
            await runner.cleanup()


@pytest.fixture
async def tokens_at() -> AsyncIterator[TokenServer]:
    async with TokenServer().running() as server:
        yield server


def settings_at(server: TokenServer, **more: Any) -> TokenSettings:
    return TokenSettings(server.url, "the-desk", "a-client-secret", **{"refresh_token": "r0", **more})


# --- tokens ---------------------------------------------------------------------------------------


async def test_a_token_is_asked_for_once_and_kept_while_it_is_good(tokens_at: TokenServer) -> None:
    tokens = Tokens(settings_at(tokens_at, scope="https://mail.example/"))
    assert await asyncio.gather(*[tokens.token() for _ in range(5)]) == ["t1"] * 5
    assert tokens_at.asked == [
        {
            "grant_type": "refresh_token",
            "client_id": "the-desk",
            "client_secret": "a-client-secret",
            "refresh_token": "r0",
            "scope": "https://mail.example/",
        }
    ]


async def test_an_application_asks_in_its_own_name_where_there_is_no_refresh_token(
    tokens_at: TokenServer,
) -> None:
    tokens = Tokens(settings_at(tokens_at, refresh_token="", scope="https://outlook.office365.com/.default"))
    assert await tokens.token() == "t1"
    assert tokens_at.asked[0]["grant_type"] == "client_credentials"
    assert "refresh_token" not in tokens_at.asked[0]


async def test_a_token_is_renewed_before_it_expires(
    tokens_at: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(oauth.time, "monotonic", lambda: now)
    tokens = Tokens(settings_at(tokens_at))
    assert await tokens.token() == "t1"
    now += 3600 - oauth.MARGIN - 1
    assert await tokens.token() == "t1"
    now += 2
    assert await tokens.token() == "t2"


@pytest.mark.parametrize("life", [{}, {"expires_in": "soon"}, {"expires_in": None}])
async def test_a_server_that_does_not_say_how_long_a_token_lives_is_asked_again_in_a_while(
    life: dict[str, object], tokens_at: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(oauth.time, "monotonic", lambda: now)
    tokens_at.more = life
    tokens = Tokens(settings_at(tokens_at))
    assert [await tokens.token(), await tokens.token()] == ["t1", "t1"]
    now += oauth.USUAL_LIFE
    assert await tokens.token() == "t2"


async def test_a_forgotten_token_is_asked_for_anew(tokens_at: TokenServer) -> None:
    tokens = Tokens(settings_at(tokens_at))
    await tokens.token()
    tokens.forget()
    assert await tokens.token() == "t2"


async def test_a_new_refresh_token_takes_the_place_of_the_old_one_in_its_file(
    tokens_at: TokenServer, tmp_path: Path
) -> None:
    file = tmp_path / "refresh"
    write_secret(file, "r0")
    tokens_at.more["refresh_token"] = "r1"
    tokens = Tokens(settings_at(tokens_at, refresh_token_file=file))
    await tokens.token()
    assert file.read_text().strip() == "r1"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    tokens.forget()
    await tokens.token()
    assert tokens_at.asked[1]["refresh_token"] == "r1"
    # Somebody signs in anew beside the running desk.
    write_secret(file, "r9")
    tokens.forget()
    await tokens.token()
    assert tokens_at.asked[2]["refresh_token"] == "r9"


async def test_a_refresh_token_that_cannot_be_kept_is_used_all_the_same(
    tokens_at: TokenServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens_at.more["refresh_token"] = "r1"
    tokens = Tokens(settings_at(tokens_at, refresh_token_file=tmp_path / "no folder" / "refresh"))
    await tokens.token()
    tokens.forget()
    await tokens.token()
    assert tokens_at.asked[1]["refresh_token"] == "r1"
    assert "refresh_token_not_kept" in capsys.readouterr().out


def test_a_secret_is_replaced_in_one_step_and_leaves_nothing_behind(tmp_path: Path) -> None:
    write_secret(tmp_path / "refresh", "r0")
    write_secret(tmp_path / "refresh", "r1")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("refresh", "r1\n")]


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "refresh").mkdir()
    with pytest.raises(OSError, match="refresh"):
        write_secret(tmp_path / "refresh", "r1")
    assert [path.name for path in tmp_path.iterdir()] == ["refresh"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            400,
            {"error": "invalid_grant", "error_description": "help@example.com"},
            TokenRefused,
            "sign in anew",
        ),
        (401, {"error": "invalid_client"}, TokenRefused, "client_secret is wrong"),
        (400, {"error": "something of its own"}, TokenFailed, "HTTP 400"),
        (400, {"error": {"code": 1}}, TokenFailed, "HTTP 400"),
        (503, "<html>later</html>", TokenFailed, "HTTP 503"),
        (200, {"token_type": "Bearer"}, TokenFailed, "without a token"),
        (200, {"access_token": 5}, TokenFailed, "without a token"),
        (200, [], TokenFailed, "cannot be read"),
        (302, {}, TokenFailed, "HTTP 302"),
    ],
)
async def test_what_a_token_server_says_no_with_is_told_in_plain_words(
    status: int, body: object, kind: type[TokenFailed], words: str, tokens_at: TokenServer
) -> None:
    tokens_at.answers = [(status, body)]
    with pytest.raises(TokenFailed, match=words) as failure:
        await Tokens(settings_at(tokens_at)).token()
    assert type(failure.value) is kind
    assert "example.com" not in str(failure.value)
    assert "own" not in str(failure.value)


async def test_a_token_server_that_is_not_there_is_a_passing_fault() -> None:
    async with TokenServer().running() as server:
        pass
    with pytest.raises(TokenFailed, match="does not answer") as failure:
        await Tokens(settings_at(server)).token()
    assert not isinstance(failure.value, TokenRefused)


def test_secrets_do_not_leave_this_machine_in_clear_text() -> None:
    with pytest.raises(SettingsError, match="https"):
        Tokens(TokenSettings("http://login.example/token", "the-desk"))


def test_secrets_are_not_shown() -> None:
    shown = repr(TokenSettings("https://login.example/token", "the-desk", "a-client-secret", "r0"))
    assert "a-client-secret" not in shown
    assert "r0" not in shown


# --- log-ins --------------------------------------------------------------------------------------


def xoauth2(token: str) -> str:
    words = f"user={HELP}\x01auth=Bearer {token}\x01\x01"
    return base64.b64encode(words.encode()).decode()


def imap_for(*good: str) -> ScriptedImap:
    """A server to which some tokens are good; of the others it says no in a challenge."""
    script: dict[str, bytes | None] = {f"AUTHENTICATE XOAUTH2 {xoauth2(t)}": b"{tag} OK in\r\n" for t in good}
    imap = ScriptedImap(script | {"AUTHENTICATE XOAUTH2": b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"})
    imap.refuse_challenges()
    return imap


async def test_a_mailbox_opens_by_a_token(tokens_at: TokenServer) -> None:
    async with imap_for("t1") as imap:
        server = replace(imap.server, password="", tokens=Tokens(settings_at(tokens_at)))
        async with open_mailbox(server) as mailbox:
            assert (await mailbox.select("INBOX")).uidvalidity == 7


async def test_a_refused_token_is_asked_for_anew_once(tokens_at: TokenServer) -> None:
    async with imap_for("t2") as imap:
        server = replace(imap.server, tokens=Tokens(settings_at(tokens_at)))
        async with open_mailbox(server) as mailbox:
            await mailbox.select("INBOX")
    assert len(tokens_at.asked) == 2
    async with imap_for() as imap:
        server = replace(imap.server, tokens=Tokens(settings_at(tokens_at)))
        with pytest.raises(LoginRefused, match="refused to log in"):
            async with open_mailbox(server):
                pass
    assert len(tokens_at.asked) == 4


@pytest.mark.parametrize(("error", "kind"), [("invalid_grant", LoginRefused), ("temporarily", MailboxError)])
async def test_a_token_that_is_not_given_is_an_outage_with_its_reason(
    error: str, kind: type[MailboxError], tokens_at: TokenServer
) -> None:
    tokens_at.answers = [(400, {"error": error})]
    async with imap_for() as imap:
        server = replace(imap.server, tokens=Tokens(settings_at(tokens_at)))
        with pytest.raises(MailboxError) as failure:
            async with open_mailbox(server):
                pass
    assert type(failure.value) is kind


class ScriptedSmtp:
    """An SMTP server that knows XOAUTH2, and to which some tokens are good."""

    def __init__(self, *good: str) -> None:
        self.good = [xoauth2(token) for token in good]
        self.log_ins: list[str] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Server]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield Server("127.0.0.1", server.sockets[0].getsockname()[1], HELP, tls=Tls.NONE)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            writer.write(self._answer(line))
        writer.close()

    def _answer(self, line: str) -> bytes:
        if line.startswith("EHLO"):
            return b"250-localhost\r\n250 AUTH XOAUTH2 PLAIN\r\n"
        if not line.startswith("AUTH XOAUTH2"):
            return b"221 bye\r\n"
        self.log_ins.append(line.split()[2])
        if self.log_ins[-1] in self.good:
            return b"235 in\r\n"
        return b"535 5.7.8 no\r\n"


async def test_mail_is_read_and_handed_in_by_the_same_tokens(tokens_at: TokenServer) -> None:
    smtp = ScriptedSmtp("t1")
    async with smtp.running() as outgoing, imap_for("t1") as imap:
        tokens = Tokens(settings_at(tokens_at))
        incoming = replace(imap.server, tokens=tokens)
        settings = MailSettings(HELP, "MentraCere", incoming, replace(outgoing, tokens=tokens))
        findings = await check_mail(settings)
    assert [well for _, well, _ in findings] == [True] * 4
    assert "logged in by OAuth2" in findings[1][2]
    assert (smtp.log_ins, len(tokens_at.asked)) == ([xoauth2("t1")], 1)


async def test_a_token_that_is_refused_when_mail_is_handed_in_is_asked_for_anew(
    tokens_at: TokenServer,
) -> None:
    smtp = ScriptedSmtp("t2")
    async with smtp.running() as outgoing:
        server = replace(outgoing, tokens=Tokens(settings_at(tokens_at)))
        sender = Sender(MailSettings(HELP, "MentraCere", server, server))
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await sender.connect()
        client = await sender.connect()
        client.close()
    assert smtp.log_ins == [xoauth2("t1"), xoauth2("t2")]


async def test_the_check_says_what_the_token_server_said(tokens_at: TokenServer) -> None:
    tokens_at.answers = [(400, {"error": "invalid_grant"})]
    async with imap_for() as imap:
        incoming = replace(imap.server, tokens=Tokens(settings_at(tokens_at)))
        findings = await check_mail(MailSettings(HELP, "MentraCere", incoming, incoming))
    ((what, well, words),) = findings
    assert (what, well) == ("get a token (OAuth2)", False)
    assert "sign in anew" in words


async def test_tokens_and_secrets_appear_in_no_log(
    tokens_at: TokenServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens_at.more["refresh_token"] = "r1-secret"
    tokens_at.answers = [(400, {"error": "invalid_grant", "error_description": "r0 of help@example.com"})]
    with caplog.at_level(logging.DEBUG):
        async with imap_for("t2") as imap:
            tokens = Tokens(settings_at(tokens_at))
            server = replace(imap.server, tokens=tokens)
            with pytest.raises(LoginRefused):
                async with open_mailbox(server):
                    pass
            async with open_mailbox(server):
                pass
    said = caplog.text + "".join(capsys.readouterr())
    assert "access_token_renewed" in said
    for secret in ("a-client-secret", "r1-secret", "r0", "help@example.com", "Bearer", xoauth2("t2")):
        assert secret not in said
