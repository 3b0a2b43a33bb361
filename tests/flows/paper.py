"""A chat channel on paper: messages are JSON values, and what is sent goes wherever the test has prepared."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from core.messages import (
    Attachment,
    ChannelName,
    Inbound,
    Outbound,
    RawMessage,
    Unreadable,
)
from flows.ports import Channel, Delivery, FetchFailed, Handing, Inbox, Letter, Sent
from storage.mapping import Json

_INBOUND: Json[Inbound] = Json(Inbound)  # type: ignore[arg-type]  # a union is no class to mypy
_OUTBOUND = Json(Outbound)


@dataclass(slots=True)
class PaperChannel:
    """flows.ports.Channel without a network: a second implementation of the port."""

    name: ChannelName = ChannelName.TELEGRAM
    #: Files that still lie with the channel.
    files: dict[str, bytes] = field(default_factory=dict)
    #: How the next tries to send end; afterwards every one is sent.
    results: deque[Sent | Exception] = field(default_factory=deque)
    sent: list[Letter] = field(default_factory=list)
    #: What happens while a letter is on its way to being handed over.
    meanwhile: Callable[[Letter], Awaitable[None]] | None = None
    #: Set once something was sent.
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, inbox: Inbox) -> None:  # noqa: ARG002 - the port's signature
        """Paper is laid into the inbox by hand: nothing ever arrives by itself."""
        await asyncio.Event().wait()

    def parse(self, raw: RawMessage) -> Inbound:
        try:
            return _INBOUND.load(raw.raw)
        except ValidationError:
            raise Unreadable("it is no message of this channel") from None

    def compose(self, message: Outbound) -> bytes:
        return _OUTBOUND.dump(message)

    async def send(self, letter: Letter, handing: Handing) -> Sent:
        if self.meanwhile is not None:
            await self.meanwhile(letter)
        await handing()
        self.sent.append(letter)
        self.busy.set()
        result = self.results.popleft() if self.results else Sent(Delivery.SENT, f"paper-{len(self.sent)}")
        if isinstance(result, Exception):
            raise result
        return result

    async def fetch(self, attachment: Attachment) -> Attachment:
        if attachment.remote not in self.files:
            raise FetchFailed("the channel has no such file any more")
        content = self.files[attachment.remote]
        return Attachment(attachment.name, attachment.media_type, content, size=len(content))

    async def close(self) -> None:
        """There is nothing to close."""


def written(message: Inbound) -> bytes:
    """A message as this channel receives it."""
    return _INBOUND.dump(message)


def read_back(body: bytes) -> Outbound:
    """A message as this channel sends it."""
    return _OUTBOUND.load(body)


def by_label(message: Outbound) -> Mapping[str, str]:
    """The tokens of a message's buttons, by label."""
    return {button.label: button.token for row in message.buttons for button in row}


if TYPE_CHECKING:
    _fits: Channel = PaperChannel()
