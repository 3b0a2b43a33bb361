"""Whoever steals all that a desk has written, without its key, learns no name, address, number, text, code or token."""

from __future__ import annotations

import base64
import json
import quopri
import re
import shutil
import sqlite3
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import LargeBinary

from sandbox.mail import AcceptedMail
from sandbox.people_on_file import CUSTOMERS, HELP, STRANGER
from sandbox.stories import STORIES, Silent
from sandbox.world import TOKEN, World
from storage.columns import metadata
from storage.sealing import AES_256_GCM, CannotUnseal, OtherMasterKey, unseal
from storage.store import open_store
from tests.stories.attackers import strings

#: With mail, chat, files handed over, right and wrong codes, strangers, an unclear mail, a withdrawal.
TOLD = frozenset("abdegh")
#: What the operator has brought, and the key: not the desk's own writing.
BROUGHT = frozenset({"customers.csv", "privacydesk.toml", "master.key"})
#: Raised by what cannot be read, so that failures are on the log too.
BROKEN = (
    b"From: (Nobody Anybody Knows)\r\nSubject: my secret diagnosis is gout\r\n\r\nplease keep it secret\r\n"
)

_CODE = re.compile(r"\b(\d{4}) (\d{4})\b")
_TOKENS = (re.compile(r"\+([0-9a-z]{12,})@"), re.compile(r"\b[0-9a-z]{5}(?:-[0-9a-z]{5}){3}\b"))
#: Shorter ones are in every program's words.
_SHORTEST = 5
#: The length of a keyed hash (HMAC-SHA256).
_HASH = 32


@dataclass(frozen=True, slots=True)
class Stolen:
    """A copy of everything a desk has written, and what must not be in it."""

    folder: Path
    secrets: frozenset[str]

    @property
    def files(self) -> dict[str, bytes]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stolen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stolen]:
    """The desk is killed in the middle of its work: what would be tidied up at a stop is still there."""
    folder, copy = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("stolen")
    with pytest.MonkeyPatch.context() as patch:
        temporary = folder / "tmp"
        temporary.mkdir()
        for name in ("TMPDIR", "SQLITE_TMPDIR"):
            patch.setenv(name, str(temporary))
        async with World(folder) as world:
            for story in STORIES:
                if story.letter in TOLD:
                    await story.play(world, Silent())
            before = world.staff.last_message
            await world.mail.deliver(HELP, BROKEN)
            await world.staff.group.until(lambda message: message.id > before, 20.0)
            await world.kill_desk()
            shutil.copytree(folder, copy, dirs_exist_ok=True, ignore=lambda _, names: BROUGHT & set(names))
            yield Stolen(copy, frozenset(_secrets(world)))


# --- what must not be found ---------------------------------------------------------------------------------


def _secrets(world: World) -> Iterator[str]:
    found = {*_people(), *_of_mails(world.mail.log), *_of_chats(world), TOKEN, TOKEN.partition(":")[2]}
    found |= {"Nobody Anybody Knows", "my secret diagnosis is gout", "please keep it secret"}
    # The desk's own address names its mailbox.
    return (secret for secret in found if len(secret) >= _SHORTEST and secret not in HELP)


def _people() -> Iterator[str]:
    for person in (*CUSTOMERS, STRANGER):
        yield from (person.name, person.email, person.phone, person.phone[1:], person.account)
        yield person.email.partition("@")[0]


def _of_mails(mails: list[AcceptedMail]) -> Iterator[str]:
    for accepted in mails:
        mail = message_from_bytes(accepted.content, EmailMessage, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        yield str(mail["Subject"])
        yield str(mail["Message-ID"]).strip("<>") if accepted.recipient == HELP else ""
        yield from _of_text(f"{body.get_content() if body else ''}\n{mail['Reply-To']}")
        yield from (str(part.get_filename()) for part in mail.iter_attachments())


def _of_chats(world: World) -> Iterator[str]:
    # Who of staff has tapped stands in the audit by number: it must outlive what it is about.
    staff = {str(world.staff.group.id), str(world.staff.an.id), str(world.staff.binh.id)}
    for call in world.telegram.traffic:
        yield from _of_text(str(call.values.get("text", "")))
        yield from {str(call.values.get("chat_id", ""))} - staff


def _of_text(text: str) -> Iterator[str]:
    """Lines that say something, codes, tokens and passphrases."""
    yield from (line.strip() for line in text.splitlines() if len(line.strip().split()) > 2)
    for one, two in _CODE.findall(text):
        yield from (f"{one} {two}", one + two)
    for token in _TOKENS:
        yield from token.findall(text)


# --- how it is looked for -------------------------------------------------------------------------------------


def _forms(secret: str) -> Iterator[bytes]:
    """A text as it may lie in a file, as it was written and in lower case."""
    written = (secret, secret.lower())
    for text in {unicodedata.normalize(form, each) for form in ("NFC", "NFD") for each in written}:
        yield from (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"))
        for other in (
            quopri.encodestring(text.encode()).replace(b"=\n", b""),
            json.dumps(text)[1:-1].encode(),
        ):
            yield from (other, other.lower())


def _packed(secret: str) -> Iterator[bytes]:
    """Base64 of it at each of the three places that it may begin at, without what its neighbours decide."""
    raw = secret.encode()
    for skipped in range(3):
        packed = base64.b64encode(bytes(skipped) + raw).rstrip(b"=")
        inner = packed[(0, 2, 3)[skipped] : len(packed) - 1]
        if len(inner) > _SHORTEST:
            yield inner


def _found(secrets: frozenset[str], content: bytes) -> set[str]:
    """Those that stand in it, also where a line of a mail was broken. One walk: there are thousands of forms."""
    wanted: dict[bytes, set[tuple[bytes, str]]] = {}
    for secret in secrets:
        for form in (*_forms(secret), *_packed(secret)):
            wanted.setdefault(form[:_SHORTEST], set()).add((form, secret))
    found: set[str] = set()
    whole = content + b"\0" + re.sub(rb"=?\r?\n", b"", content)
    for text in (whole, whole.lower()):
        for at in range(len(text)):
            for form, secret in wanted.get(text[at : at + _SHORTEST], ()):
                if text.startswith(form, at):
                    found.add(secret)
    return found


_WRITINGS: Sequence[Callable[[str], bytes]] = (
    str.encode,
    lambda text: text.lower().encode(),
    lambda text: unicodedata.normalize("NFD", text).encode(),
    lambda text: text.encode("utf-16"),
    lambda text: text.encode("utf-16-be"),
    lambda text: quopri.encodestring(text.encode()),
    lambda text: json.dumps({"text": text}).encode(),
    *(
        lambda text, place=place: base64.encodebytes(b"=" * place + text.encode())
        for place in (0, 1, 2, 55, 56)
    ),
)


@pytest.mark.parametrize("write", _WRITINGS)
@pytest.mark.parametrize(
    "secret", [CUSTOMERS[6].name, CUSTOMERS[1].email, "1234 5678", f"Kính gửi: {STRANGER.name}, {'á' * 90}"]
)
def test_the_search_finds_a_text_however_it_is_written(write: Callable[[str], bytes], secret: str) -> None:
    assert _found(frozenset({secret}), b"\1noise" + write(secret) + b"noise") == {secret}


@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_that_the_desk_wrote_tells_whom_it_is_about(stolen: Stolen) -> None:
    files = stolen.files
    assert {"privacydesk.db", "privacydesk.db-wal", "desk.log"} <= files.keys()
    assert {name: hits for name, content in files.items() if (hits := _found(stolen.secrets, content))} == {}
    assert len(stolen.secrets) > 150


@pytest.mark.asyncio(loop_scope="session")
async def test_the_log_of_all_levels_tells_that_something_failed_and_not_what(stolen: Stolen) -> None:
    log = stolen.files["desk.log"].decode()
    assert all(json.loads(line)["event"] for line in log.splitlines())
    assert "Traceback" not in log


@pytest.mark.asyncio(loop_scope="session")
async def test_without_the_key_every_sealed_column_is_noise(stolen: Stolen) -> None:
    other, seen = bytes(range(32)), 0
    with closing(sqlite3.connect(stolen.folder / "privacydesk.db")) as database:
        for table in metadata.sorted_tables:
            for column in (each for each in table.c if isinstance(each.type, LargeBinary)):
                for (value,) in database.execute(f'SELECT "{column.name}" FROM "{table.name}"'):
                    if value and len(value) != _HASH:
                        seen += 1
                        assert value[:1] == AES_256_GCM, column
                        assert not any(len(text) > 24 for text in strings(value)), column
                        with pytest.raises(CannotUnseal):
                            unseal(other, value, str(column))
    assert seen > 100


@pytest.mark.asyncio(loop_scope="session")
async def test_a_desk_with_another_key_opens_nothing(stolen: Stolen) -> None:
    store = open_store(f"sqlite:///{stolen.folder / 'privacydesk.db'}", bytes(range(32)))
    try:
        for read in ("every_request", "parked", "all_staff"):
            with pytest.raises(OtherMasterKey):
                await store.run(lambda uow, read=read: getattr(uow, read)())
    finally:
        await store.close()
