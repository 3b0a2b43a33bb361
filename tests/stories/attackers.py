"""What the attackers of these tests have: forged senders, hostile names and files, and a look at what they achieved."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import Connection

from core.messages import ChannelName
from core.requests import Proof, Request, Status
from mailer.channel import MailChannel
from mailer.settings import MailSettings, Server, Tls
from storage.unit_of_work import SqlUnitOfWork
from tests.flows.office import Office
from tests.flows.people import DELETION, NOSY, ROB
from tests.flows.post import HELP, Received, a_mail

#: What our own mail server writes above a mail whose sender is forged (RFC 8601).
FORGED = {"Authentication-Results": "mx.mentracere.com; dmarc=fail header.from=example.org"}
#: The headers that a letter of the desk has, and no other.
HEADERS = frozenset(
    {
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-PrivacyDesk-Loop",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }
)

OVERRIDE = "\u202e"
#: Names and subjects that would do something, where somebody took them for more than text.
HOSTILE_WORDS = (
    "{{ 7*7 }}{% for x in ().__class__.__mro__ %}{% endfor %}",
    "${7*7} #{7*7} <%= 7*7 %> {organisation} %(code)s {0.__class__}",
    "=?utf-8?q?Rob=0D=0ABcc:_victim=40elsewhere.example=0D=0A?=",
    "=?utf-8?b?Um9iDQpSZXBseS1UbzogdmljdGltQGVsc2V3aGVyZS5leGFtcGxl?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3F=0ABcc=3A_victim=40elsewhere.example=3F=3D?=",
    f"Rob {OVERRIDE}elpmaxe.ereehwesle@mitciv",
    "<script>alert(49)</script><img src=x onerror=alert(49)>",
    "'; DROP TABLE request; --",
)
HOSTILE_FILES = (
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows\\system32\\drivers\\etc\\hosts",
    "C:\\autoexec.bat",
    "nul\0byte.pdf",
    "a" * 300 + ".pdf",
    f"invoice{OVERRIDE}fdp.exe",
    "~/.ssh/authorized_keys",
    "con",
    "\r\nBcc: victim@elsewhere.example",
)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Achieved:
    """What an attack is after: that somebody counts as proven, that something is decided, that data go out."""

    statuses: tuple[Status, ...]
    proofs: tuple[Proof, ...]
    right_codes: int
    files: int
    staff_decided: int


async def achieved(office: Office) -> Achieved:
    """How all requests stand, and what has left the house."""
    requests = await office.run(lambda uow: uow.every_request())
    trails = [entry for request in requests for entry in await office.trail(request)]
    return Achieved(
        tuple(request.status for request in requests),
        tuple(request.proof for request in requests),
        sum(request.right_codes for request in requests),
        sum(bool(letter.files) for letter in office.post),
        sum(entry.actor.startswith("staff:") for entry in trails),
    )


# --- senders ------------------------------------------------------------------------------------------------


def checks_senders(office: Office) -> None:
    """From now on our own mail server says whether a sender is forged."""
    server = Server("127.0.0.1", 1, tls=Tls.NONE)
    settings = MailSettings(HELP, office.desk.policy.name, server, server, authserv_id="mx.mentracere.com")
    channels = {**office.desk.channels, ChannelName.EMAIL: MailChannel(settings)}
    office.desk = replace(office.desk, channels=channels)


async def asks_for_another(office: Office) -> tuple[Request, Received, Received]:
    """A nosy person asks for what belongs to somebody on file: the request, their letter, and the person's code."""
    handled = await office.mail(NOSY.sender, "My data", f"{DELETION} My account is {ROB.account}.")
    request = await office.request(handled.request_id)
    return request, office.letters(NOSY.email)[-1], codes_to(office, ROB.email)[-1]


def codes_to(office: Office, to: str) -> list[Received]:
    return [letter for letter in office.letters(to) if letter.code]


def wrong(code: str, step: int = 1) -> str:
    """Another code than this one."""
    return f"{(int(code) + step) % 10**8:08d}"


# --- files --------------------------------------------------------------------------------------------------


def with_file(raw: bytes, name: str, content: bytes, media_type: str = "application/octet-stream") -> bytes:
    """A mail with one file whose name is written as it is, however wrong."""
    mail = message_from_bytes(raw, EmailMessage, policy=policy.default)
    kind, _, form = media_type.partition("/")
    mail.add_attachment(content, maintype=kind, subtype=form, filename="PLACE.bin")
    encoded = "".join(f"%{byte:02X}" for byte in name.encode())
    return re.sub(rb'filename="?PLACE\.bin"?', f"filename*=utf-8''{encoded}".encode(), mail.as_bytes())


def a_mail_with(
    name: str, content: bytes = b"harmless", sender: str = ROB.sender, text: str = DELETION
) -> bytes:
    return with_file(a_mail(sender, "My data", text), name, content)


def zip_bomb() -> bytes:
    """Some kilobytes that become a gigabyte for whoever unpacks them, with names that lead out of the folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("../../../tmp/bomb", "w", force_zip64=True) as bomb:
            for _ in range(64):
                bomb.write(bytes(16 * 1024 * 1024))
        archive.writestr("/etc/cron.d/desk", "* * * * * root true\n")
    return packed.getvalue()


def is_harmless(name: str) -> bool:
    """Whether a file name leads nowhere, shows what it is, and ends no line."""
    bad = re.search(r"[\x00-\x1f\x7f/\\:\u200e\u200f\u202a-\u202e\u2066-\u2069]", name)
    return bool(name) and bad is None and ".." not in name[:2] and len(name) <= _LONGEST_NAME


# --- letters and databases ----------------------------------------------------------------------------------


def header_names(letter: Received) -> set[str]:
    """The header fields of a letter, read line by line as a mail server does."""
    head = letter.raw.partition(b"\r\n\r\n")[0]
    lines = re.split(rb"\r\n|\r|\n", head)
    return {line.partition(b":")[0].decode() for line in lines if not line.startswith((b" ", b"\t"))}


def strings(content: bytes, least: int = 6) -> Iterator[str]:
    """The runs of readable ASCII, as `strings` finds them."""
    return (found.decode() for found in re.findall(rb"[\x20-\x7e]{%d,}" % least, content))


def tamper(uow: SqlUnitOfWork, statement: str) -> None:
    """Change the audit log as somebody can who writes the database as they like."""
    connection: Connection = uow.connection
    for trigger in ("audit_no_update", "audit_no_delete"):
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    connection.exec_driver_sql(statement)


@contextmanager
def copied(path: str) -> Iterator[sqlite3.Connection]:
    """A stolen database file, opened by somebody without the key."""
    with closing(sqlite3.connect(path)) as database:
        yield database


@contextmanager
def traced(connection: sqlite3.Connection) -> Iterator[list[str]]:
    """Every statement that SQLite carries out meanwhile, with its values."""
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        connection.set_trace_callback(None)


def form_of(statement: str) -> str:
    """A statement without its values."""
    bare = re.sub(r"x?'(?:[^']|'')*'|\b\d+\b", "?", statement)
    return re.sub(r"\(\?(?:, \?)*\)", "(?)", re.sub(r"\s+", " ", bare))
