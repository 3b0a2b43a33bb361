"""The sandbox's mailboxes: pymap's IMAP server over a dictionary, filled without any network."""

from __future__ import annotations

from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from proxyprotocol.result import ProxyResultUnknown
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Event, Subsystem
from pymap.config import BackendCapability
from pymap.context import connection_exit
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.command.select import IdleCommand
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

_ARGUMENTS = Namespace(passlib_cfg=None, proxy_protocol=None)


class _QuietConfig(Config):
    """pymap's settings without its look-ups in DNS, and with IDLE as wanted."""

    def __init__(self, idle: bool) -> None:
        super().__init__(
            _ARGUMENTS,
            host=None,
            port=0,
            demo_data=False,
            demo_user="",
            demo_password="",
            tls_enabled=False,
            invalid_user_sleep=0.0,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
        )
        self._idle = idle

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=self._idle, object_id=True, multi_append=True)

    @property
    def greeting(self) -> bytes:
        return b"Server ready"


class _PromptConnection(IMAPConnection):
    """pymap, once idle, tells nothing of what had come just before; mail servers tell it at once."""

    async def handle_updates(self, state: ConnectionState, done: Event, cmd: IdleCommand) -> None:
        selected = await state.session.check_mailbox(state.selected)
        state._selected, untagged = selected.fork(cmd)
        await self.write_updates(untagged)
        await super().handle_updates(state, done, cmd)


class Mailboxes:
    """Named mailboxes with passwords, each with one folder INBOX."""

    def __init__(self, idle: bool = True) -> None:
        self._config = _QuietConfig(idle)
        self._login = Login(self._config)
        self._passwords: dict[str, str] = {}

    async def add(self, address: str, password: str) -> None:
        """Open a mailbox, or set the password of one that is open."""
        name = address.lower()
        self._passwords[name] = password
        await self._identity(name).set(UserMetadata(self._config, name, password=password))

    def admits(self, address: str, password: str) -> bool:
        return self._passwords.get(address.lower()) == password

    def mailbox_of(self, recipient: str) -> str:
        """The mailbox that a recipient's mail goes to, plus-addresses included; empty without one."""
        local, _, domain = recipient.lower().rpartition("@")
        address = f"{local.partition('+')[0]}@{domain}"
        return address if address in self._passwords else ""

    async def deliver(self, address: str, raw: bytes) -> None:
        """Put a message into a mailbox as it is; who is idle there is told at once."""
        async with self._identity(address).new_session() as session:
            await session.append_messages("INBOX", [AppendMessage(raw, datetime.now(UTC))])

    async def flags(self, address: str) -> list[frozenset[str]]:
        """The flags of every message, oldest first: without `\\Seen` nobody has read it."""
        inbox = await self._inbox(address)
        return [
            frozenset(flag.value.decode() for flag in message.permanent_flags)
            async for message in inbox.messages()
        ]

    async def recreate(self, address: str) -> None:
        """Throw a mailbox's messages away and begin a new INBOX, with another UIDVALIDITY."""
        self._config.set_cache.pop(address.lower(), None)
        await self._inbox(address)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Talk IMAP on one connection until it ends."""
        peer = SocketInfo.get(writer, ProxyResultUnknown(), unique_id=uuid4().bytes)
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            connection = _PromptConnection(self._config.commands, self._config, reader, writer, peer)
            stack.enter_context(closing(connection))
            await connection.run(ConnectionState(self._login, self._config))

    def _identity(self, address: str) -> Identity:
        return Identity(address.lower(), self._login, None, frozenset())

    async def _inbox(self, address: str) -> Any:
        async with self._identity(address).new_session() as session:
            return await session.mailbox_set.get_mailbox("INBOX")
