"""From the mailbox into the inbox: in batches, large mail in pieces, one fetched while one is stored."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from core.messages import ChannelName, RawMessage
from mailer import collecting, mailbox
from mailer import imap as imap_module
from mailer.collecting import Collector, _by_weight
from mailer.mailbox import Mailbox, Waiting
from mailer.parse import NOT_FETCHED
from mailer.position import Position
from mailer.settings import MailSettings, Server, Tls
from mailer.steps import MailboxError
from mailer.visit import open_mailbox
from sandbox.mail import MailServer
from sandbox.peers.dovecot import PASSWORD, Dovecot
from tests.mailer.conftest import HELP, MemoryInbox, ScriptedImap
from tests.servers import DOVECOT, require

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def collector() -> Collector:
    return Collector("imap:test", 7, lambda: NOON)


async def collected(box: Mailbox, inbox: MemoryInbox, after: int = 0) -> Position:
    return await collector().catch_up(box, inbox, Position(7, after))


def sizes(*uids: int, size: int = 5) -> str:
    return "".join(f"* 1 FETCH (UID {uid} RFC822.SIZE {size})\r\n" for uid in uids) + "{tag} OK done\r\n"


def literal(uid: int, text: str, part: str = "[]") -> str:
    return f"* 1 FETCH (UID {uid} BODY{part} {{{len(text)}}}\r\n{text})\r\n"


async def test_large_mail_is_fetched_in_pieces_and_arrives_byte_by_byte(
    server: MailServer, settings: MailSettings, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "LARGE", 10_000)
    monkeypatch.setattr(mailbox, "PIECE", 4_096)
    large = b"Subject: large\r\n\r\n" + bytes(range(256)) * 64 * 3
    exact = b"Subject: x\r\n\r\n".ljust(3 * 4_096, b".")
    for raw in (b"Subject: small\r\n\r\n", large, exact):
        await server.deliver(HELP, raw)
    async with open_mailbox(settings.imap) as box:
        await box.select("INBOX")
        await collected(box, inbox)
    assert inbox.raws == [b"Subject: small\r\n\r\n", large, exact]


@pytest.mark.parametrize("size", [3, 8, 20])
async def test_a_server_that_only_estimates_sizes_still_hands_out_the_whole(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PIECE", 4)
    pieces = {0: "abcd", 4: "efgh", 8: "ij", 10: ""}
    script: dict[str, bytes | None] = {
        f"UID FETCH 101 (UID BODY.PEEK[]<{start}.": (
            literal(101, text, f"[]<{start}>") + "{tag} OK done\r\n"
        ).encode()
        for start, text in pieces.items()
    }
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as box:
        await box.select("INBOX")
        assert await box.large_body(Waiting(101, size, None), 100) == b"abcdefghij"


async def test_a_message_that_has_no_end_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "PIECE", 4)
    script: dict[str, bytes | None] = {
        "UID FETCH": (literal(101, "abcd") + "{tag} OK done\r\n").encode(),
    }
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as box:
        await box.select("INBOX")
        with pytest.raises(MailboxError, match="more than it announced"):
            await box.large_body(Waiting(101, 8, None), 1_000)


async def test_a_piece_from_another_place_is_not_taken_for_the_one_asked_for() -> None:
    answer = (literal(101, "abcd", "[]<262144>") + "{tag} OK done\r\n").encode()
    async with ScriptedImap({"UID FETCH": answer}) as imap, open_mailbox(imap.server) as box:
        await box.select("INBOX")
        with pytest.raises(MailboxError, match="not asked for"):
            await box.large_body(Waiting(101, 8, None), 1_000)


async def test_a_literal_beyond_all_measure_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_module, "LARGEST_LITERAL", 1_000)
    script: dict[str, bytes | None] = {"UID FETCH": b"* 1 FETCH (UID 101 BODY[] {1001}\r\nab"}
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as box:
        await box.select("INBOX")
        with pytest.raises(MailboxError):
            await box.bodies([101])


async def test_of_a_30_mb_mail_only_the_header_is_fetched_and_kept_with_the_size(inbox: MemoryInbox) -> None:
    header = "From: lan@example.org\r\nSubject: photos\r\n\r\n"
    script: dict[str, bytes | None] = {
        "UID SEARCH": b"* SEARCH 101\r\n{tag} OK done\r\n",
        "UID FETCH": sizes(101, size=31_457_280).encode(),
        "UID FETCH 101 (UID BODY.PEEK[HEADER]": (
            literal(101, header, "[HEADER]<0>") + "{tag} OK done\r\n"
        ).encode(),
    }
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as box:
        await box.select("INBOX")
        await collected(box, inbox)
    assert inbox.raws == [NOT_FETCHED + b"the message is too large (31 MB)\r\n" + header.encode()]
    assert imap.seen[-1] == "UID FETCH 101 (UID BODY.PEEK[HEADER]<0.131072>)"


class SlowInbox(MemoryInbox):
    """Does not return from storing the first batch before the server was asked for the second."""

    def __init__(self, imap: ScriptedImap, command: str) -> None:
        super().__init__()
        self._imap, self._command = imap, command

    async def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str
    ) -> int:
        if not self.kept:
            await self._imap.sees(self._command)
        return await super().accept(channel, source, arrivals, cursor)


async def test_the_next_batch_is_asked_for_while_the_last_one_is_being_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "BATCH", 2)
    second = "UID FETCH 103 (UID BODY.PEEK[])"
    script: dict[str, bytes | None] = {
        "UID SEARCH": b"* SEARCH 101 102 103\r\n{tag} OK done\r\n",
        "UID FETCH": sizes(101, 102, 103).encode(),
        "UID FETCH 101,102 (UID BODY": f"{literal(102, 'two')}{literal(101, 'one')}{{tag}} OK\r\n".encode(),
        second: f"{literal(103, 'three')}{{tag}} OK\r\n".encode(),
    }
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as box:
        inbox = SlowInbox(imap, second)
        await box.select("INBOX")
        two_at_a_time = Collector("imap:test", 7, lambda: NOON, batch=2)
        position = await two_at_a_time.catch_up(box, inbox, Position(7, 0))
    # Bodies are told apart by their UID, in whatever order they come.
    assert inbox.raws == [b"one", b"two", b"three"]
    assert position == Position(7, 103)


async def test_a_store_that_fails_ends_the_fetch_that_was_under_way(inbox: MemoryInbox) -> None:
    script: dict[str, bytes | None] = {
        "UID SEARCH": b"* SEARCH 101 102\r\n{tag} OK done\r\n",
        "UID FETCH": sizes(101, 102).encode(),
        "UID FETCH 101 (UID BODY": f"{literal(101, 'one')}{{tag}} OK\r\n".encode(),
        "UID FETCH 102 (UID BODY": b"",
    }
    inbox.failures = 1
    one_at_a_time = Collector("imap:test", 7, lambda: NOON, batch=1)
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as box:
        await box.select("INBOX")
        with pytest.raises(OSError, match="disk is full"):
            await one_at_a_time.catch_up(box, inbox, Position(7, 0))
    assert inbox.raws == []


async def test_no_command_names_more_than_200_messages(server: MailServer, inbox: MemoryInbox) -> None:
    uids = range(1, 451)
    bodies = "".join(literal(uid, "x") for uid in uids)
    script: dict[str, bytes | None] = {
        "UID SEARCH": f"* SEARCH {' '.join(map(str, uids))}\r\n{{tag}} OK done\r\n".encode(),
        "UID FETCH": (sizes(*uids, size=1)).replace("{tag}", bodies + "{tag}").encode(),
    }
    async with ScriptedImap(script) as imap, open_mailbox(imap.server) as box:
        await box.select("INBOX")
        assert await collected(box, inbox) == Position(7, 450)
    asked = [command.split()[2].count(",") + 1 for command in imap.seen if command.startswith("UID FETCH")]
    assert max(asked) <= 200
    assert len(inbox.raws) == 450


def test_a_batch_is_cut_by_number_and_weight_and_what_is_large_goes_alone() -> None:
    waiting = [
        Waiting(uid, size, None)
        for uid, size in enumerate([1, 2, 3, 900_000, 900_000, 900_000, 900_000, 900_000, 30_000_000, 5])
    ]
    batches = [[w.uid for w in batch] for batch in _by_weight(waiting, 3)]
    assert batches == [[0, 1, 2], [3, 4, 5], [6, 7], [8], [9]]
    heavy = [[w.uid for w in batch] for batch in _by_weight(waiting, 50)]
    assert heavy == [[0, 1, 2, 3, 4, 5, 6], [7], [8], [9]]


async def test_a_30_mb_mail_hardly_raises_memory_and_one_below_the_cap_lies_there_once() -> None:
    require(DOVECOT)
    line = b"y" * 76 + b"\r\n"
    large, too_large = (b"From: a@example.org\r\n\r\n" + line * (mb * 1_000_000 // 78) for mb in (20, 30))
    async with Dovecot(HELP) as dovecot:
        await dovecot.deliver([too_large])
        await dovecot.deliver([large])
        server = Server(dovecot.host, dovecot.imap_port, HELP, PASSWORD, Tls.NONE)
        async with open_mailbox(server) as box:
            uidvalidity = (await box.select("INBOX")).uidvalidity
            inbox = MemoryInbox()
            peaks = []
            for uid in (0, 1):
                tracemalloc.start()
                collecting_one = Collector("imap:test", uidvalidity, lambda: NOON)
                await collecting_one._hand_over(box, inbox, Position(uidvalidity, uid), [uid + 1])
                peaks.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.stop()
    header, whole = inbox.raws
    assert header.startswith(NOT_FETCHED + b"the message is too large (30 MB)\r\n")
    assert whole.endswith(large)
    assert peaks[0] < 1_000_000
    assert peaks[1] < 1.3 * len(large)
