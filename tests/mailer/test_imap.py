"""The mended protocol, where only it can be seen: refused tokens, endless lines, who is told of a loss."""

from __future__ import annotations

import asyncio

import pytest
from aioimaplib import aioimaplib

from mailer import imap as imap_module
from mailer.imap import MendedProtocol
from tests.mailer.conftest import ScriptedImap


async def connected(imap: ScriptedImap) -> MendedProtocol:
    loop = asyncio.get_running_loop()
    protocol = MendedProtocol(loop)
    await loop.create_connection(lambda: protocol, "127.0.0.1", imap.port)
    await protocol.greeted
    return protocol


async def test_a_refused_token_is_a_refusal_and_no_silence() -> None:
    script: dict[str, bytes | None] = {
        "AUTHENTICATE XOAUTH2": b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n",
        # The empty answer to the challenge comes without a tag of its own.
        "": b"A1 NO [AUTHENTICATIONFAILED] no\r\n",
    }
    async with ScriptedImap(script) as imap, asyncio.timeout(5):
        protocol = await connected(imap)
        protocol.tagpre, protocol.tagnum = "A", 1
        answer = await protocol.xoauth2("help@example.com", "an old token")
        protocol.abort()
    assert answer.result == "NO"
    assert imap.seen[-1] == ""


async def test_everybody_who_waits_is_told_of_a_lost_connection() -> None:
    async with ScriptedImap({"NOOP": b"", "UID SEARCH": b""}) as imap, asyncio.timeout(5):
        protocol = await connected(imap)
        protocol.state = aioimaplib.SELECTED
        waiting = [
            asyncio.ensure_future(protocol.simple_command("NOOP")),
            asyncio.ensure_future(protocol.search("ALL", charset=None, by_uid=True)),
        ]
        await imap.sees("UID SEARCH ALL")
        protocol.abort()
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [aioimaplib.Abort, aioimaplib.Abort]


async def test_an_endless_line_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_module, "LONGEST_LINE", 1_000)
    async with ScriptedImap({"NOOP": b"* " + b"x" * 2_000}) as imap, asyncio.timeout(5):
        protocol = await connected(imap)
        with pytest.raises(aioimaplib.Abort):
            await protocol.simple_command("NOOP")


async def test_only_growth_counts_as_news() -> None:
    script: dict[str, bytes | None] = {"NOOP": b"* 2 EXISTS\r\n* 1 EXPUNGE\r\n* 1 EXISTS\r\n{tag} OK\r\n"}
    async with ScriptedImap(script) as imap, asyncio.timeout(5):
        protocol = await connected(imap)
        protocol.exists = 2
        await protocol.simple_command("NOOP")
        assert (protocol.exists, protocol.grown) == (1, False)
        imap.answers["NOOP"] = b"* 2 EXISTS\r\n{tag} OK\r\n"
        await protocol.simple_command("NOOP")
        assert (protocol.exists, protocol.grown) == (2, True)
        protocol.abort()
