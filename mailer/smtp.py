"""Sends mail over a few kept connections, and says of every try what became of it."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from enum import StrEnum

import aiosmtplib
import structlog

from flows.ports import Delivery, Handing, Letter, Sent
from mailer.compose import ascii_domain
from mailer.settings import MailSettings, Server, Tls, tls_context

log = structlog.get_logger()

#: Seconds for one answer of the server, and for a whole letter: less than the lease on it.
ANSWER_LIMIT = 60.0
LETTER_LIMIT = 240.0

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_LOGIN_CODES = frozenset({530, 534, 535, 538})
_LINE_OF_DOT = re.compile(rb"^\.", re.MULTILINE)


class NotEncrypted(aiosmtplib.SMTPException):
    """The server offers no encryption, and nothing is told it in clear text."""


class Step(StrEnum):
    """How far a letter has come."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    BODY = "body"  # under way: whether the server has it all, only its answer tells


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the server needs to know of a letter: read from its own header, so that it is always the same."""

    sender: str
    recipient: str
    message_id: str

    @classmethod
    def of(cls, letter: Letter) -> Envelope:
        """The sender is the plus-address of Reply-To: a bounce finds its request."""
        header = letter.body.partition(b"\r\n\r\n")[0]
        sender = _field(header, "Reply-To") or _field(header, "From")
        return cls(sender, ascii_domain(letter.to.value.strip()), f"<{_field(header, 'Message-ID')}>")


def _field(header: bytes, name: str) -> str:
    """What a field of a composed letter has in angle brackets."""
    found = re.search(rf"^{name}: [^\r\n]*<([^<>\r\n]+)>".encode(), header, re.MULTILINE)
    return found[1].decode() if found else ""


@dataclass(slots=True)
class _Progress:
    """Where one try stands."""

    client: aiosmtplib.SMTP | None
    step: Step = Step.CONNECT
    accepted: bool = False


class Sender:
    """Speaks SMTP (RFC 5321) to one server; must be closed. Raises SettingsError where TLS is missing."""

    def __init__(self, settings: MailSettings, answer_limit: float = ANSWER_LIMIT) -> None:
        self._settings = settings
        self._context = tls_context(settings.smtp)
        self._answer_limit = answer_limit
        self._free: list[aiosmtplib.SMTP] = []
        self._places = asyncio.Semaphore(settings.connections)

    async def send(self, letter: Letter, handing: Handing) -> Sent:
        """Try once. Never raises for what the server says, or for a lost connection; LeaseLost passes."""
        envelope = Envelope.of(letter)
        async with self._places:
            kept = self._kept()
            sent = await self._try(letter, envelope, handing, kept) if kept else None
            return sent or await self._try(letter, envelope, handing, None) or _LOST

    async def connect(self) -> aiosmtplib.SMTP:
        """A new connection, encrypted and logged in as the settings have it. Raises NotEncrypted."""
        client = new_client(self._settings.smtp, self._context, self._settings.domain, self._answer_limit)
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError:
            if self._settings.smtp.tokens:
                self._settings.smtp.tokens.forget()
            raise
        except aiosmtplib.SMTPException as error:
            # The library has no class of its own for a server without STARTTLS.
            if "STARTTLS extension" in str(error):
                log.error("smtp_not_encrypted", mend="set smtp_tls to 'implicit', or turn STARTTLS on there")
                raise NotEncrypted("the mail server offers no encryption (STARTTLS)") from None
            raise
        return client

    async def close(self) -> None:
        """Take leave of the server on every kept connection."""
        while client := self._kept():
            try:
                await client.quit(timeout=5)
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    def _kept(self) -> aiosmtplib.SMTP | None:
        """A connection that is still open, as far as is known."""
        while self._free:
            client = self._free.pop()
            if client.is_connected:
                return client
        return None

    async def _try(
        self, letter: Letter, envelope: Envelope, handing: Handing, kept: aiosmtplib.SMTP | None
    ) -> Sent | None:
        """One try; None where a kept connection proved dead before anything had been said on it."""
        at = _Progress(kept)
        try:
            async with asyncio.timeout(LETTER_LIMIT):
                await self._speak(at, letter, envelope, handing)
        except aiosmtplib.SMTPResponseException as refusal:
            return Sent(result_of(at.step, refusal.code), detail=_codes(at.step, refusal))
        except (aiosmtplib.SMTPException, OSError) as error:
            if kept is not None and at.step is Step.SENDER:
                return None
            return Sent(result_of(at.step, None), detail=f"{type(error).__name__} at {at.step}")
        except ValueError:
            return Sent(Delivery.UNREACHABLE, detail="not an address that mail can go to")
        finally:
            self._put_back(at)
        return Sent(Delivery.SENT, reference=envelope.message_id)

    async def _speak(self, at: _Progress, letter: Letter, envelope: Envelope, handing: Handing) -> None:
        """The steps one by one: aiosmtplib's own sendmail does not tell how far it came."""
        client = at.client = at.client or await self.connect()
        at.step = Step.SENDER
        await client.mail(envelope.sender, options=_options(client, letter, envelope), encoding="utf-8")
        at.step = Step.RECIPIENT
        await client.rcpt(envelope.recipient, encoding="utf-8")
        await handing()
        at.step = Step.DATA
        _expect(354, await client.execute_command(b"DATA"))
        if client.protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("lost")
        client.protocol.write(_with_end(letter.body))
        at.step = Step.BODY
        _expect(250, await client.protocol.read_response(timeout=self._answer_limit))
        at.accepted = True

    def _put_back(self, at: _Progress) -> None:
        """Keep a connection whose letter was accepted; any other may be in the middle of something."""
        if at.client is not None and at.accepted and at.client.is_connected:
            self._free.append(at.client)
        elif at.client is not None:
            at.client.close()


_LOST = Sent(Delivery.RETRY, detail="connection lost")


def new_client(
    server: Server, context: ssl.SSLContext | None, own_name: str, answer_limit: float
) -> aiosmtplib.SMTP:
    """A client that insists on encryption: aiosmtplib's default would go on in clear text without it."""
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password if server.user and server.tokens is None else None,
        oauth_token_generator=server.tokens.token if server.user and server.tokens else None,
        local_hostname=own_name,
        use_tls=server.tls is Tls.IMPLICIT,
        start_tls=server.tls is Tls.STARTTLS,
        tls_context=context,
        timeout=answer_limit,
    )


def result_of(step: Step, code: int | None) -> Delivery:
    """What an error code (RFC 5321 4.2), or None for a lost connection, means for the letter."""
    if code is None or not 400 <= code <= 599:
        return Delivery.UNCERTAIN if step is Step.BODY else Delivery.RETRY
    if code < 500 or code in _LOGIN_CODES or step is Step.CONNECT:
        # A refused password is the operator's to mend: the letter is as good as before.
        return Delivery.RETRY
    return Delivery.UNREACHABLE if step is Step.RECIPIENT else Delivery.FAILED


def _options(client: aiosmtplib.SMTP, letter: Letter, envelope: Envelope) -> list[str]:
    """What the sender command announces. Raises ValueError where the server cannot write the address."""
    options = [f"SIZE={len(letter.body)}"] if client.supports_extension("size") else []
    if envelope.recipient.isascii():
        return options
    if not client.supports_extension("smtputf8"):
        raise ValueError("the server takes ASCII addresses only")
    return [*options, "SMTPUTF8"]


def _with_end(body: bytes) -> bytes:
    """A message as DATA wants it (RFC 5321 4.5.2): dots at line beginnings doubled, a lone one at the end."""
    return _LINE_OF_DOT.sub(b"..", body.removesuffix(b"\r\n")) + b"\r\n.\r\n"


def _expect(code: int, answer: aiosmtplib.SMTPResponse) -> None:
    if answer.code != code:
        raise aiosmtplib.SMTPResponseException(answer.code, answer.message)


def _codes(step: Step, refusal: aiosmtplib.SMTPResponseException) -> str:
    """The codes of a refusal: the server's words may quote the address, and stay out of every record."""
    enhanced = _ENHANCED.match(refusal.message)
    return f"{refusal.code}{f' {enhanced[0]}' if enhanced else ''} at {step}"
