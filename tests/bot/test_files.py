"""Bringing files from a real Bot API server."""

import traceback

import pytest

from bot.channel import TelegramChannel
from bot.files import LARGEST
from core.messages import Attachment, InboundMessage
from flows.ports import FetchFailed
from sandbox.telegram import BotAccount, Person, TelegramServer
from tests.bot.conftest import TOKEN, MemoryInbox, Receiving


async def test_a_document_is_brought_byte_for_byte(
    account: BotAccount, lan: Person, channel: TelegramChannel, inbox: MemoryInbox, receiving: Receiving
) -> None:
    content = bytes(range(256)) * 999
    await lan.start(account)
    await lan.send_document(account, "dữ liệu.pdf", content, caption="đây")
    async with receiving():
        _, arrival = await inbox.until(2)
    found = channel.parse(arrival)
    assert isinstance(found, InboundMessage)
    assert (found.text, found.media) == ("đây", "document")
    (document,) = found.attachments
    assert (document.name, document.media_type, document.content) == ("dữ liệu.pdf", "application/pdf", None)
    assert document.size == len(content)
    assert (await channel.fetch(document)).content == content


async def test_a_photo_is_brought_in_its_largest_size(
    account: BotAccount, lan: Person, channel: TelegramChannel, inbox: MemoryInbox, receiving: Receiving
) -> None:
    await lan.start(account)
    await lan.send_media(account, "photo")
    async with receiving():
        _, arrival = await inbox.until(2)
    found = channel.parse(arrival)
    assert isinstance(found, InboundMessage)
    (photo,) = found.attachments
    assert (photo.name, photo.media_type, photo.content) == ("photo.jpg", "image/jpeg", None)
    assert (await channel.fetch(photo)).content


async def test_a_file_that_is_here_already_is_not_asked_for(channel: TelegramChannel) -> None:
    here = Attachment("a", "text/plain", b"a")
    assert await channel.fetch(here) == here


async def test_a_file_too_large_is_not_asked_for(server: TelegramServer, channel: TelegramChannel) -> None:
    with pytest.raises(FetchFailed, match="20 MB"):
        await channel.fetch(Attachment("a", "text/plain", remote="x", size=LARGEST + 1))
    assert server.traffic == []


async def test_a_file_of_unknown_size_that_is_too_large_fails(
    server: TelegramServer, account: BotAccount, channel: TelegramChannel
) -> None:
    stored = server.world.store_file("a.bin", "application/octet-stream", bytes(LARGEST + 1))
    assert account.token == TOKEN
    with pytest.raises(FetchFailed):
        await channel.fetch(Attachment("a", "text/plain", remote=stored.id))


async def test_a_file_that_is_gone_fails_without_telling_the_token(
    account: BotAccount, channel: TelegramChannel
) -> None:
    assert account.token == TOKEN
    with pytest.raises(FetchFailed) as caught:
        await channel.fetch(Attachment("a", "text/plain", remote="gone"))
    assert TOKEN not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_a_path_that_the_server_does_not_serve_fails_without_telling_the_token(
    server: TelegramServer, account: BotAccount, channel: TelegramChannel
) -> None:
    stored = server.world.store_file("a.bin", account.username, b"x", folder="odd?")
    with pytest.raises(FetchFailed) as caught:
        await channel.fetch(Attachment("a", "text/plain", remote=stored.id))
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
