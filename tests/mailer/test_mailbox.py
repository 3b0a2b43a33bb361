"""One visit to a mailbox: every refusal, silence and cut ends in an error that says what to do."""

from __future__ import annotations

import asyncio
import logging

import pytest

from mailer import steps as steps_module
from mailer.mailbox import Waiting
from mailer.settings import MailSettings, Server, SettingsError, Tls
from mailer.steps import MailboxError
from mailer.visit import open_mailbox
from sandbox.mail import MailServer
from tests.mailer.conftest import HELP, PASSWORDS, Certificate, ScriptedImap, SettingsFor


async def test_the_visit_selects_searches_and_fetches(server: MailServer, settings: MailSettings) -> None:
    for text in (b"Subject: a\r\n\r\nM\xc3\xacnh {12} (x\r\n", b"Subject: b * c\r\n\r\n\x00\xff\r\n.\r\n"):
        await server.deliver(HELP, text)
    async with open_mailbox(settings.imap) as mailbox:
        selected = await mailbox.select("INBOX")
        assert (selected.exists, selected.uidnext, mailbox.can_idle) == (2, 103, True)
        assert await mailbox.search_after(0) == [101, 102]
        assert await mailbox.search_after(102) == []
        assert [(w.uid, w.size) for w in await mailbox.sizes([101, 102, 999])] == [(101, 29), (102, 25)]
        assert await mailbox.bodies([101, 102]) == {
            101: b"Subject: a\r\n\r\nM\xc3\xacnh {12} (x\r\n",
            102: b"Subject: b * c\r\n\r\n\x00\xff\r\n.\r\n",
        }
        assert await mailbox.header(101) == b"Subject: a\r\n\r\n"
        assert await mailbox.header(999) is None
    assert await server.flags(HELP) == [frozenset(), frozenset()]


async def test_idle_ends_at_the_first_push_and_at_its_limit(
    server: MailServer, settings: MailSettings
) -> None:
    async with open_mailbox(settings.imap) as mailbox:
        await mailbox.select("INBOX")
        async with asyncio.timeout(5):
            await mailbox.idle(0.01)
            assert not mailbox.take_grown()
            idling = asyncio.create_task(mailbox.idle(60))
            await server.deliver(HELP, b"Subject: a\r\n\r\n")
            await idling
        assert mailbox.take_grown()
        assert await mailbox.search_after(0) == [101]


async def test_a_dropped_connection_is_reported_at_once(server: MailServer, settings: MailSettings) -> None:
    async with open_mailbox(settings.imap) as mailbox:
        await mailbox.select("INBOX")
        idling = asyncio.create_task(mailbox.idle(60))
        await asyncio.sleep(0)
        await server.disconnect_everybody()
        async with asyncio.timeout(5):
            with pytest.raises(MailboxError, match="the connection was lost"):
                await idling
        with pytest.raises(MailboxError):
            await mailbox.search_after(0)


async def test_a_wrong_password_is_told_in_plain_words(server: MailServer, settings_for: SettingsFor) -> None:
    with pytest.raises(MailboxError, match="refused to log in") as refusal:
        async with open_mailbox(settings_for(server, password="wrong").imap):
            pass
    assert "wrong" not in str(refusal.value)
    assert HELP not in str(refusal.value)


async def test_tls_is_verified(settings_for: SettingsFor, certificate: Certificate) -> None:
    async with MailServer(PASSWORDS, tls=certificate.context) as server:
        trusting = settings_for(server, imap_tls=Tls.IMPLICIT, ca_file=certificate.ca_file)
        async with open_mailbox(trusting.imap) as mailbox:
            assert (await mailbox.select("INBOX")).exists == 0
        with pytest.raises(MailboxError, match="certificate is not trusted"):
            async with open_mailbox(settings_for(server, imap_tls=Tls.IMPLICIT).imap):
                pass


@pytest.mark.parametrize("tls", [Tls.NONE, Tls.STARTTLS])
async def test_what_is_not_safe_or_not_spoken_is_refused_before_connecting(tls: Tls) -> None:
    with pytest.raises(SettingsError, match=r"mail\.example\.com"):
        async with open_mailbox(Server("mail.example.com", 143, tls=tls)):
            pass


async def test_nobody_listening_is_told_in_plain_words() -> None:
    async with ScriptedImap({}) as imap:
        port = imap.port
    with pytest.raises(MailboxError, match="nobody listens there"):
        async with open_mailbox(Server("127.0.0.1", port, tls=Tls.NONE)):
            pass


async def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps_module, "STEP_LIMIT", 0.05)
    async with ScriptedImap({}, greeting=b"") as imap:
        with pytest.raises(MailboxError, match="no answer in time"):
            async with open_mailbox(imap.server):
                pass


async def test_a_greeting_that_sends_away_is_an_error_at_once() -> None:
    async with ScriptedImap({}, greeting=b"* BYE too many connections\r\n") as imap, asyncio.timeout(5):
        with pytest.raises(MailboxError, match="the connection was lost"):
            async with open_mailbox(imap.server):
                pass


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("SELECT", b"* OK nothing of interest\r\n{tag} OK done\r\n"),
        ("SELECT", b"{tag} NO [NONEXISTENT] no such thing\r\n"),
        ("UID SEARCH", b"{tag} BAD what?\r\n"),
        ("UID SEARCH", None),
        ("UID SEARCH", b"Z99 OK an answer to nothing\r\n"),
        ("UID FETCH", b"* 1 FETCH (UID 101 BODY[] {100}\r\nnot so much"),
        ("UID FETCH", b"\xff\xfe\x00 garbage\r\n* {\r\n{tag} NO\r\n"),
        ("IDLE", b"{tag} NO not now\r\n"),
        ("IDLE", None),
    ],
)
async def test_refusals_cuts_and_nonsense_are_mailbox_errors(
    command: str, answer: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps_module, "FETCH_LIMIT", 0.2)
    script = {"UID SEARCH": b"* SEARCH\r\n{tag} OK\r\n", "UID FETCH": b"{tag} OK\r\n", command: answer}
    async with ScriptedImap(script) as imap, asyncio.timeout(5):
        with pytest.raises(MailboxError):
            await whole_visit(imap.server)
    assert imap.seen[-1].startswith(command)


async def whole_visit(server: Server) -> None:
    async with open_mailbox(server) as mailbox:
        await mailbox.select("INBOX")
        await mailbox.search_after(0)
        await mailbox.bodies([101])
        await mailbox.idle(60)


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 101 BODY[] {4}\r\nab\r\n)\r\n{tag} OK done\r\n",
        b"* 1 FETCH (BODY[] {4}\r\nab\r\n UID 101)\r\n{tag} OK done\r\n",
        b'* 1 FETCH (UID 101 BODY[] "ab\r\n")\r\n{tag} OK done\r\n'.replace(b"ab\r\n", b'a\\"'),
        b"* 1 FETCH (UID 101 BODY[] {0}\r\n)\r\n{tag} OK done\r\n",
        b"* 5 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 101 FLAGS () BODY[] {4}\r\nab\r\n)\r\n{tag} OK\r\n",
    ],
)
async def test_every_form_of_a_fetch_answer_is_read(answer: bytes) -> None:
    async with ScriptedImap({"UID FETCH": answer}) as imap, open_mailbox(imap.server) as mailbox:
        await mailbox.select("INBOX")
        bodies = await mailbox.bodies([101])
    assert bodies.keys() == {101}
    assert bodies[101] in (b"ab\r\n", b'a"', b"")


async def test_a_search_result_in_one_chunk_of_many_lines_is_read() -> None:
    lines = "".join(f"* SEARCH {uid}\r\n" for uid in range(1, 5_001))
    async with (
        ScriptedImap({"UID SEARCH": f"{lines}{{tag}} OK done\r\n".encode()}) as imap,
        open_mailbox(imap.server) as mailbox,
    ):
        await mailbox.select("INBOX")
        assert await mailbox.search_after(10) == list(range(11, 5_001))


async def test_the_search_names_no_charset() -> None:
    script: dict[str, bytes | None] = {"UID SEARCH": b"* SEARCH\r\n{tag} OK done\r\n"}
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as mailbox:
        await mailbox.select("INBOX")
        await mailbox.search_after(41)
    assert "UID SEARCH UID 42:*" in imap.seen


async def test_arrival_is_read_in_utc_and_left_open_where_it_is_nonsense() -> None:
    answer = (
        b'* 1 FETCH (UID 101 INTERNALDATE "24-Nov-2026 09:00:00 +0700" RFC822.SIZE 5)\r\n'
        b'* 2 FETCH (UID 102 RFC822.SIZE 6 INTERNALDATE "sometime")\r\n{tag} OK done\r\n'
    )
    async with ScriptedImap({"UID FETCH": answer}) as imap, open_mailbox(imap.server) as mailbox:
        await mailbox.select("INBOX")
        first, second = await mailbox.sizes([101, 102])
    assert first.arrived_at is not None
    assert first.arrived_at.isoformat() == "2026-11-24T02:00:00+00:00"
    assert second == Waiting(102, 6, None)


async def test_neither_passwords_nor_messages_are_logged(
    server: MailServer, settings: MailSettings, caplog: pytest.LogCaptureFixture
) -> None:
    await server.deliver(HELP, b"Subject: my very own secret\r\n\r\n")
    with caplog.at_level(logging.DEBUG):
        async with open_mailbox(settings.imap) as mailbox:
            await mailbox.select("INBOX")
            await mailbox.bodies([101])
    logged = " ".join(r.getMessage() for r in caplog.records if not r.name.startswith("pymap"))
    assert "very own secret" not in logged
    assert "s3cret" not in logged
