"""Mail is read in a process of its own, which no message can hold up or bring down for good."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.reading import MailInAProcess, ReadingProcess
from core.messages import Address, ChannelName, InboundMessage, RawMessage
from core.recognition import Act
from core.requests import Right
from flows.reading import ReaderInPlace, Rules
from flows.store import InboxItem

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
RULES = Rules(frozenset(), (), "MC")


def parse(raw: RawMessage) -> InboundMessage:
    """A reader of mail with weaknesses of every kind."""
    if raw.raw == b"stall":
        time.sleep(3600)
    if raw.raw == b"die":
        os._exit(1)
    if raw.raw == b"break":
        raise ValueError("it quotes the message")
    if raw.raw == b"devour":
        bytearray(100_000_000_000)
    print("a library that talks")
    return InboundMessage(Address(ChannelName.EMAIL, "lan@example.com"), NOON, raw.raw.decode())


def item(number: int, raw: bytes, channel: ChannelName = ChannelName.EMAIL) -> InboxItem:
    return InboxItem(number, channel, "test", RawMessage(str(number), raw, NOON), 0)


@pytest.fixture
async def reader() -> AsyncIterator[ReadingProcess]:
    process = ReadingProcess({ChannelName.EMAIL: parse}, RULES, message_limit=2.0)
    yield process
    await process.close()


async def test_a_mail_is_parsed_and_recognised(reader: ReadingProcess) -> None:
    (reading,) = await reader.read([item(1, "Vui lòng xóa tài khoản của tôi.".encode())])
    assert reading.inbound is not None
    assert reading.finding is not None
    assert (reading.finding.act, reading.finding.rights) == (Act.NEW, (Right.DELETION,))


@pytest.mark.parametrize(
    ("raw", "failure"),
    [
        (b"stall", "reading it takes longer than 2 seconds"),
        (b"die", "it breaks the process that reads it"),
        (b"break", "it breaks the reader (ValueError)"),
        (b"devour", "it is too much for the reader (MemoryError)"),
    ],
)
async def test_a_mail_that_stalls_or_breaks_the_reader_does_not_stop_the_others(
    reader: ReadingProcess, raw: bytes, failure: str
) -> None:
    before, bad, after = await reader.read([item(1, b"hello"), item(2, raw), item(3, b"hello")])
    assert (bad.inbound, bad.failure) == (None, failure)
    assert before.inbound is not None
    assert after.inbound is not None


async def test_a_reading_that_is_given_up_does_not_mix_up_the_next(reader: ReadingProcess) -> None:
    await reader.read([])
    given_up = asyncio.ensure_future(reader.read([item(1, b"stall")]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    (reading,) = await reader.read([item(2, b"hello")])
    assert isinstance(reading.inbound, InboundMessage)
    assert reading.inbound.text == "hello"


async def test_the_loop_goes_on_while_a_mail_stalls(reader: ReadingProcess) -> None:
    await reader.read([])
    stalled = asyncio.ensure_future(reader.read([item(1, b"stall")]))
    rounds = 0
    while not stalled.done():
        await asyncio.sleep(0.005)
        rounds += 1
    assert rounds > 10


async def test_messages_of_chats_are_read_where_they_are(reader: ReadingProcess) -> None:
    both = MailInAProcess(reader, ReaderInPlace({ChannelName.TELEGRAM: parse}, RULES))
    readings = await both.read([item(1, b"one"), item(2, b"two", ChannelName.TELEGRAM), item(3, b"three")])
    texts = [reading.inbound.text for reading in readings if isinstance(reading.inbound, InboundMessage)]
    assert texts == ["one", "two", "three"]
