"""The mails of the tests: raw bytes in, raw bytes out, read with the standard library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count

from core.messages import Address, Outbound
from flows.ports import Letter
from tests.flows.paper import read_back

HELP = "help@mentracere.com"

_numbers = count(1)
_CODE = re.compile(r"\b(\d{4}) (\d{4})\b")
_REFERENCE = re.compile(r"MC-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass(frozen=True, slots=True)
class Received:
    """A letter as the person sees it whom it was sent to."""

    to: Address
    subject: str
    text: str
    reply_to: str = ""
    message_id: str = ""
    references: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    #: Only of a chat.
    paper: Outbound | None = None
    #: As it went over the wire.
    raw: bytes = b""

    @property
    def code(self) -> str:
        found = _CODE.search(self.text)
        return f"{found[1]}{found[2]}" if found else ""

    @property
    def reference(self) -> str:
        found = _REFERENCE.search(f"{self.subject}\n{self.text}")
        return found[0] if found else ""

    @property
    def words(self) -> str:
        """The letter without what differs from one request to the next."""
        return _CODE.sub("CODE", _REFERENCE.sub("REFERENCE", f"{self.subject}\n{self.text}"))


def received(letter: Letter) -> Received:
    """What arrives of a letter from the outbox."""
    if letter.to.is_chat:
        paper = read_back(letter.body)
        files = tuple((each.name, each.content or b"") for each in paper.attachments)
        return Received(letter.to, "", paper.text, files=files, paper=paper, raw=letter.body)
    mail = message_from_bytes(letter.body, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return Received(
        letter.to,
        str(mail["Subject"]),
        body.get_content(),
        str(mail["Reply-To"] or ""),
        str(mail["Message-ID"]),
        str(mail["References"] or ""),
        tuple(
            (part.get_filename() or "", bytes(part.get_payload(decode=True)))
            for part in mail.iter_attachments()
        ),
        raw=letter.body,
    )


def a_mail(
    sender: str,
    subject: str,
    text: str,
    answers: Received | None = None,
    quoting: bool = False,
    headers: dict[str, str] | None = None,
) -> bytes:
    """A mail to the desk, or the answer to one of its letters as mail programs write it."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = answers.reply_to if answers and answers.reply_to else HELP
    mail["Subject"] = f"Re: {answers.subject}" if answers and not subject else subject
    mail["Message-ID"] = f"<{next(_numbers)}@customer.example>"
    for name, value in (headers or {}).items():
        mail[name] = value
    if answers:
        mail["In-Reply-To"] = answers.message_id
        mail["References"] = f"{answers.references} {answers.message_id}".strip()
    if answers and quoting:
        quoted = "\n".join(f"> {line}" for line in answers.text.splitlines())
        text = f"{text}\n\nOn Mon, 23 Nov 2026 at 09:00, MentraCere <{HELP}> wrote:\n{quoted}\n"
    mail.set_content(text)
    return mail.as_bytes()


def a_file_alone(sender: str, media_type: str, answers: Received | None = None) -> bytes:
    """A mail without a word, with one file, as scanners and telephones send it."""
    mail = message_from_bytes(a_mail(sender, "", "", answers), policy=policy.default)
    kind, _, form = media_type.partition("/")
    mail.add_attachment(b"not really", maintype=kind, subtype=form, filename=f"scan.{form}")
    return mail.as_bytes()


def a_bounce(
    letter: Received, status: str = "5.1.1", names_letter: bool = True, names_token: bool = False
) -> bytes:
    """What a mail system says of a letter that it could not deliver (RFC 3464)."""
    action = "failed" if status.startswith("5") else "delayed"
    returned = f"Message-ID: {letter.message_id}\n" if names_letter else ""
    lines = (
        "From: Mail Delivery System <mailer-daemon@mx.example.org>",
        f"To: {letter.reply_to if names_token else HELP}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <{next(_numbers)}@mx.example.org>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"',
        "",
        "--=b",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "--=b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "",
        f"Final-Recipient: rfc822; {letter.to.value}",
        f"Action: {action}",
        f"Status: {status}",
        "",
        "--=b",
        "Content-Type: text/rfc822-headers",
        "",
        f"{returned}Subject: returned",
        "",
        "--=b--",
        "",
    )
    return "\n".join(lines).encode()
