"""Somebody with a mail program: writes to the help address, and reads what comes back."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, make_msgid
from time import monotonic
from zoneinfo import ZoneInfo

import aiosmtplib

from sandbox.mail import AcceptedMail, MailServer
from sandbox.people_on_file import HELP

_REFERENCE = re.compile(r"\[([A-Z]{1,8}-[0-9A-Z]{4}-[0-9A-Z]{4})\]")
_CODE = re.compile(r"\b(\d{4}) (\d{4})\b")
#: How long a person waits for a mail before something must be wrong, in seconds.
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its reader sees it."""

    accepted: AcceptedMail
    mail: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def reference(self) -> str:
        """The number of the request that the mail is about; empty without one."""
        found = _REFERENCE.search(self.subject)
        return found[1] if found else ""

    @property
    def code(self) -> str:
        """The one-time code in the text; empty without one."""
        found = _CODE.search(self.text)
        return f"{found[1]} {found[2]}" if found else ""

    @property
    def files(self) -> dict[str, bytes]:
        parts = (
            (str(part.get_filename()), part.get_payload(decode=True)) for part in self.mail.iter_attachments()
        )
        return {name: content for name, content in parts if isinstance(content, bytes)}


@dataclass(slots=True)
class MailPerson:
    """One mailbox with a person in front of it."""

    server: MailServer
    address: str
    name: str
    _read: int = field(init=False)
    #: Seconds from a mail's acceptance by the server to the next answer in this mailbox.
    waits: list[float] = field(default_factory=list)
    _sent: float = 0.0

    async def write(
        self, subject: str, text: str, answers: Letter | None = None, to: str = HELP
    ) -> EmailMessage:
        """Send a mail; one that `answers` another goes where its Reply-To says, below a proper thread."""
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"] = f'"{self.name}" <{self.address}>', to
        mail["Subject"], mail["Message-ID"] = subject, make_msgid(domain=self.address.partition("@")[2])
        if answers is not None:
            del mail["To"], mail["Subject"]
            mail["To"] = answers.mail["Reply-To"] or answers.mail["From"]
            mail["Subject"] = f"Re: {answers.subject}"
            mail["In-Reply-To"] = mail["References"] = answers.mail["Message-ID"]
        mail.set_content(text)
        await aiosmtplib.send(
            mail, hostname=self.server.host, port=self.server.smtp_port, start_tls=False, timeout=10
        )
        self._sent = monotonic()
        return mail

    async def reply(self, letter: Letter, text: str, client: str = "vi") -> EmailMessage:
        """Answer above the quoted history, as a mail program writes it in this language."""
        return await self.write("", f"{text}\n\n{quoted(letter, client)}", answers=letter)

    async def reads(self, patience: float = PATIENCE) -> Letter:
        """The next mail in the mailbox. Raises TimeoutError."""
        accepted = await self.server.next_mail(to=self.address, after=self._read, timeout=patience)
        self._read = self.server.log.index(accepted) + 1
        if self._sent:
            self.waits.append(accepted.monotonic - self._sent)
            self._sent = 0.0
        parser = BytesParser(EmailMessage, policy=email.policy.default)
        mail = parser.parsebytes(accepted.content)
        assert isinstance(mail, EmailMessage)
        return Letter(accepted, mail)

    def __post_init__(self) -> None:
        # What lay in the mailbox before belongs to another story.
        self._read = len(self.server.log)

    def unread(self) -> int:
        """How many mails have come since the last one that was read."""
        return sum(1 for mail in self.server.log[self._read :] if mail.recipient == self.address)


def quoted(letter: Letter, client: str) -> str:
    """The history below a reply: the head that the client writes, and the old text."""
    when = letter.accepted.accepted_at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    sender = f"MentraCere <{HELP}>"
    heads = {
        "vi": f"Vào {when:%H:%M, %d/%m/%Y}, {sender} đã viết:",
        "en": f"On {format_datetime(when)}, {sender} wrote:",
    }
    return "\n".join([heads[client], *(f"> {line}" for line in letter.text.splitlines())])
