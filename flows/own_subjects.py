"""A privacy request about the desk itself: all that it holds under one address, read, and erased."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from enum import StrEnum
from functools import partial

from core.conversation import Conversation
from core.messages import Address, ChannelName, Kind
from core.requests import OnBehalf, Proof, Request
from core.verification import is_own
from flows.keeping import Blocked, KeptLetter, KeptMessage
from flows.retention import write_down
from flows.store import AuditEntry, Disposition, Note, StaffMember, Store, UnitOfWork

#: Requests read in one transaction.
PAGE = 100
_SENDERS = ("From", "Sender", "Reply-To")
_MINE = frozenset({Kind.NOTICE, Kind.CODE})

#: Told how many rows were looked at, after each step.
Looked = Callable[[int], None]


class Role(StrEnum):
    """What the address is in a request."""

    REQUESTER = "requester"
    CONTACT = "contact"  # of the person whom the request concerns


@dataclass(frozen=True, slots=True)
class File:
    """One request with all that belongs to it."""

    request: Request
    role: Role
    notes: tuple[Note, ...]
    letters: tuple[KeptLetter, ...]
    messages: tuple[KeptMessage, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that is held under an address."""

    address: Address
    files: tuple[File, ...] = ()
    letters: tuple[KeptLetter, ...] = ()
    messages: tuple[KeptMessage, ...] = ()
    conversation: Conversation | None = None
    blocked: Blocked | None = None
    staff: StaffMember | None = None

    @property
    def open_files(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.request.is_open)

    @property
    def is_empty(self) -> bool:
        rest = (self.conversation, self.blocked, self.staff)
        return not (self.files or self.letters or self.messages) and all(each is None for each in rest)


def role_in(request: Request, address: Address) -> Role | None:
    """What an address is in a request; None: nothing."""
    if _same(request.requester, address):
        return Role.REQUESTER
    return Role.CONTACT if any(_same(contact, address) for contact in _contacts(request)) else None


def _contacts(request: Request) -> Iterator[Address]:
    yield from request.subject.contacts if request.subject else ()
    yield from request.proven_contacts
    if request.proven_contact:
        yield request.proven_contact
    if request.challenge:
        yield request.challenge.contact


def _same(one: Address, other: Address) -> bool:
    return (one.channel, one.normal) == (other.channel, other.normal)


def wrote(message: KeptMessage, address: Address) -> bool:
    """Whether a raw message says that it comes from an address. A claim, never a proof."""
    if message.channel is not address.channel:
        return False
    if address.channel is ChannelName.EMAIL:
        header = BytesHeaderParser().parsebytes(message.raw.raw)
        named = [str(value) for name in _SENDERS for value in header.get_all(name, [])]
        return any(found.strip().lower() == address.normal for _, found in getaddresses(named))
    number = re.escape(address.value.encode())
    return re.search(rb'"(?:id|user_id)"\s*:\s*"?' + number + rb"\b", message.raw.raw) is not None


# --- reading -------------------------------------------------------------------------------------


async def find(store: Store, address: Address, looked: Looked = lambda count: None) -> Holdings:
    """Everything under an address, read in short steps beside a desk that may be running."""
    held = await store.run(lambda uow: _found_at_once(uow, address))
    files = await _files(store, address, looked)
    return replace(held, files=tuple(files), messages=tuple(await _loose(store, address, looked)))


async def _files(store: Store, address: Address, looked: Looked) -> list[File]:
    """Contacts stand inside what is sealed: every request has to be opened."""
    files: list[File] = []
    after = ""
    while True:
        page, found = await store.run(_some_files(after, address))
        files += found
        if not page:
            return files
        after = page[-1].id
        looked(len(page))


def _some_files(after: str, address: Address) -> Callable[[UnitOfWork], tuple[list[Request], list[File]]]:
    def work(uow: UnitOfWork) -> tuple[list[Request], list[File]]:
        page = uow.some_requests(after, PAGE)
        concerned = [(request, role) for request in page if (role := role_in(request, address))]
        return page, [_file(uow, request, role, address) for request, role in concerned]

    return work


async def _loose(store: Store, address: Address, looked: Looked) -> list[KeptMessage]:
    mine: list[KeptMessage] = []
    after: int | None = 0
    while after is not None:
        found, after = await store.run(partial(_some_messages, after))
        mine += [message for message in found if wrote(message, address)]
        looked(len(found))
    return mine


def _some_messages(after: int, uow: UnitOfWork) -> tuple[list[KeptMessage], int | None]:
    return uow.loose_messages(after)


def _found_at_once(uow: UnitOfWork, address: Address) -> Holdings:
    return Holdings(
        address,
        letters=tuple(map(_without_code, uow.letters_to(address))),
        conversation=uow.conversation(address),
        blocked=uow.blocked(address),
        staff=uow.staff(address),
    )


def _file(uow: UnitOfWork, request: Request, role: Role, address: Address) -> File:
    """Cards and words to staff, and what staff send, are about the desk's work; what went to the person is theirs."""
    letters = [
        _without_code(letter)
        for letter in uow.letters_of(request.id)
        if letter.kind in _MINE or _same(letter.to, address)
    ]
    messages = [each for each in uow.messages_of(request.id) if each.disposition != Disposition.STAFF]
    file = File(request, role, tuple(uow.notes(request.id)), tuple(letters), tuple(messages))
    return _without_person(file, address) if role is Role.REQUESTER and _asks_for_another(request) else file


def _asks_for_another(request: Request) -> bool:
    """Whether whoever asked never proved to be the person on file whom the request names."""
    proven = request.on_behalf is not OnBehalf.AGENT and request.proof in (Proof.CONTACT, Proof.BY_HAND)
    return not (proven or request.subject is None or is_own(request))


def _without_person(file: File, address: Address) -> File:
    """What passed between the desk and whoever asked: that somebody is on file is not for them to learn."""
    alone = replace(file.request, subject=None, challenge=None, proven_contacts=(), proven_contact=None)
    return replace(
        file,
        request=alone,
        notes=tuple(note for note in file.notes if _same(note.address, address)),
        letters=tuple(letter for letter in file.letters if _same(letter.to, address)),
        messages=tuple(message for message in file.messages if wrote(message, address)),
    )


def _without_code(letter: KeptLetter) -> KeptLetter:
    return replace(letter, body=b"") if letter.kind is Kind.CODE else letter


# --- erasing -------------------------------------------------------------------------------------


async def erase(store: Store, held: Holdings, including_open: bool, now: datetime) -> tuple[str, ...]:
    """Erase what is held; returns the references of the requests that stay because they are open.

    What has happened to a request since it was read is looked at anew.
    """
    left = []
    for file in held.files:
        if not await store.run(_erase_one(file.request, including_open, now)):
            left.append(file.request.reference)
    await store.run(lambda uow: _erase_rest(uow, held, now))
    await store.scrub()
    return tuple(left)


def _erase_one(request: Request, including_open: bool, now: datetime) -> Callable[[UnitOfWork], bool]:
    def work(uow: UnitOfWork) -> bool:
        present = uow.request(request.id)
        if present is not None and present.is_open and not including_open:
            return False
        if present is not None:
            uow.erase(request.id)
            write_down(uow, "requests", 1, (request.id,), "asked", "operator", now)
        return True

    return work


def _erase_rest(uow: UnitOfWork, held: Holdings, now: datetime) -> None:
    uow.erase_messages([message.id for message in held.messages])
    counts = {
        "messages": len(held.messages),
        "letters": uow.erase_letters_to(held.address),
        "drafts": int(uow.conversation(held.address) is not None),
        "blocks": int(uow.release(held.address)),
        "staff": int(uow.drop_staff(held.address)),
    }
    uow.drop_conversation(held.address)
    for kind, count in counts.items():
        write_down(uow, kind, count, (), "asked", "operator", now)


def exported(uow: UnitOfWork, held: Holdings, now: datetime) -> None:
    """Say in the audit that a copy was made, and never of what."""
    detail = {"kind": "subject", "requests": str(len(held.files))}
    uow.audit(AuditEntry(now, "", "operator", "exported", detail))
