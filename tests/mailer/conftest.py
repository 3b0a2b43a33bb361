"""What the mail tests share: a mail server on loopback, settings for it, certificates, an inbox in memory."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.messages import ChannelName, InboundMessage, RawMessage
from mailer.parse import parse_mail
from mailer.settings import MailSettings, Server, Start, Tls
from sandbox.mail import MailServer

HELP = "help@example.com"
LAN = "lan@example.org"
PASSWORDS = {HELP: 's3cret"with \\ quotes', LAN: "lan's password"}

SettingsFor = Callable[..., MailSettings]


def parsed(raw: bytes, help_address: str = HELP) -> InboundMessage:
    """A mail as the desk reads it."""
    return parse_mail(RawMessage("7:101", raw, datetime(2026, 11, 23, 5, 0, tzinfo=UTC)), help_address)


class MemoryInbox:
    """An inbox that keeps what it is given, and tells who waits for it."""

    def __init__(self) -> None:
        self.cursors: dict[str, str] = {}
        self.kept: dict[tuple[str, str], RawMessage] = {}
        self._news = asyncio.Condition()
        #: So many times more, storing fails.
        self.failures = 0
        #: Keys of messages that were answered, and of those whose original was put away.
        self.acknowledged: set[str] = set()
        self.put_away: list[str] = []
        #: What staff were told of outages: since when, and the reason, or "" at the end.
        self.told: list[tuple[datetime, str]] = []

    async def cursor(self, source: str) -> str:
        return self.cursors.get(source, "")

    async def accept(
        self, channel: ChannelName, source: str, arrivals: Sequence[RawMessage], cursor: str
    ) -> int:
        assert channel is ChannelName.EMAIL
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        new = {(source, a.key): a for a in arrivals if (source, a.key) not in self.kept}
        async with self._news:
            self.kept |= new
            self.cursors[source] = cursor
            self._news.notify_all()
        return len(new)

    async def unknown(self, channel: ChannelName, source: str, keys: Sequence[str]) -> list[str]:
        assert channel is ChannelName.EMAIL
        return [key for key in keys if (source, key) not in self.kept]

    async def answered(self, channel: ChannelName, source: str, prefix: str, limit: int) -> list[str]:
        assert channel is ChannelName.EMAIL
        waiting = sorted(key for key in self.acknowledged if key.startswith(prefix))
        return [key for key in waiting if (source, key) in self.kept and key not in self.put_away][:limit]

    async def filed(self, channel: ChannelName, source: str, keys: Sequence[str]) -> None:
        assert channel is ChannelName.EMAIL
        assert all((source, key) in self.kept for key in keys)
        async with self._news:
            self.put_away += keys
            self._news.notify_all()

    async def trouble(self, channel: ChannelName, since: datetime, reason: str) -> None:
        await self._tell(channel, since, reason)

    async def recovered(self, channel: ChannelName, since: datetime) -> None:
        await self._tell(channel, since, "")

    async def _tell(self, channel: ChannelName, since: datetime, words: str) -> None:
        assert channel is ChannelName.EMAIL
        async with self._news:
            self.told.append((since, words))
            self._news.notify_all()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for what storing, filing or telling brings about."""
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(condition)

    @property
    def raws(self) -> list[bytes]:
        return [message.raw for message in self.kept.values()]

    async def holds(self, count: int) -> list[bytes]:
        """The raw messages as soon as there are `count` of them."""
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: len(self.kept) >= count)
        return self.raws

    async def has_cursor(self) -> None:
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: bool(self.cursors))


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer(PASSWORDS) as running:
        yield running


@pytest.fixture
def settings_for() -> SettingsFor:
    def build(
        server: MailServer,
        imap_tls: Tls = Tls.NONE,
        smtp_tls: Tls = Tls.NONE,
        ca_file: str = "",
        start: Start = Start.NOW,
        password: str = PASSWORDS[HELP],
    ) -> MailSettings:
        return MailSettings(
            HELP,
            "MentraCere",
            Server(server.host, server.imap_port, HELP, password, imap_tls, ca_file),
            Server(server.host, server.smtp_port, HELP, password, smtp_tls, ca_file),
            start,
        )

    return build


@pytest.fixture
def settings(server: MailServer, settings_for: SettingsFor) -> MailSettings:
    return settings_for(server)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's own certificate for 127.0.0.1: the file to trust it by, and the server's side of it."""

    ca_file: str
    context: ssl.SSLContext


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file, key_file = folder / "certificate.pem", folder / "key.pem"
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(ca_file, key_file)
    return Certificate(str(ca_file), context)


class ScriptedImap:
    """An IMAP server that follows a script: `answers` maps the start of a command to what is written back.

    `{tag}` in an answer becomes the command's tag; an answer that is None cuts the connection, an empty one
    leaves the client waiting. `seen` holds the commands without their tags.
    """

    def __init__(self, answers: dict[str, bytes | None], greeting: bytes = b"* OK ready\r\n") -> None:
        self.answers = {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n",
            "LOGIN": b"{tag} OK [CAPABILITY IMAP4rev1 IDLE] hi\r\n",
            "SELECT": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 104] ok\r\n{tag} OK done\r\n",
            "NOOP": b"{tag} OK done\r\n",
            **answers,
        }
        self.greeting = greeting
        self.seen: list[str] = []
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Condition()

    async def sees(self, command: str, times: int = 1) -> None:
        """Wait for a command, or until it has come so often."""
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: self.seen.count(command) >= times)

    def refuse_challenges(self) -> None:
        """Answer what comes without a tag with a refusal of the command before."""
        self.answers[""] = b"{last} NO [AUTHENTICATIONFAILED] no\r\n"

    def ends_idling(self) -> None:
        """From now on the end of IDLE is answered, under IDLE's own tag."""
        self.answers["DONE"] = b"{idle} OK done\r\n"

    async def __aenter__(self) -> ScriptedImap:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port, HELP, "password", Tls.NONE)

    @property
    def settings(self) -> MailSettings:
        return MailSettings(HELP, "MentraCere", self.server, self.server, Start.ALL)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            writer.write(self.greeting)
            idle = last = ""
            while line := await reader.readline():
                tag, _, command = line.decode().strip().partition(" ")
                idle = tag if command == "IDLE" else idle
                last = tag or last
                async with self._news:
                    self.seen.append(command or tag)
                    self._news.notify_all()
                answer = self._answer(command or tag)
                if answer is None:
                    return
                writer.write(
                    answer.replace(b"{tag}", tag.encode())
                    .replace(b"{idle}", idle.encode())
                    .replace(b"{last}", last.encode())
                )
                await writer.drain()
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    def _answer(self, command: str) -> bytes | None:
        known = [start for start in self.answers if command.startswith(start)]
        return self.answers[max(known, key=len)] if known else b"{tag} BAD not in the script\r\n"
