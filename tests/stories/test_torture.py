"""No mail is lost and none answered twice, whatever happens to the desk and its servers.

SEED and MESSAGES in the environment choose the run (`make torture`); the seed of each is printed.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pytest

from bench.clear import clear_mails
from bench.desk import BenchDesk
from bench.letters import BenchMail
from bench.people import writers
from flows.store import Disposition, UnitOfWork
from sandbox.peers.dovecot import Dovecot
from sandbox.peers.proxy import Proxy
from sandbox.peers.smtp_sink import SmtpSink, Taken
from sandbox.people_on_file import HELP
from storage.sealing import load_master_key
from storage.store import open_store
from tests.servers import DOVECOT, SMTP_SINK, require
from tests.stories.torture import Torture

T = TypeVar("T")

MESSAGES = int(os.environ.get("MESSAGES", "60"))
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
#: One thing happens for so many messages.
MESSAGES_A_FAULT = 7
#: Seconds before each word of the servers, so that a blow finds something under way.
DELAY = 0.05


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the desk's store and the sink hold in the end."""

    #: How many stored messages ended how.
    fates: Mapping[Disposition, int]
    #: The request that each kept mail is in, once for each time that it is kept, by its Message-ID.
    kept: Sequence[tuple[str, str]]
    #: Requests with a letter of which nobody knows whether it arrived.
    uncertain: frozenset[str]
    taken: Sequence[Taken]


@pytest.mark.asyncio
async def test_a_tortured_desk_stores_every_mail_once_and_acknowledges_it_once_or_says_it_is_uncertain() -> (
    None
):
    require(DOVECOT, SMTP_SINK)
    print(f"SEED={SEED} MESSAGES={MESSAGES}")
    people = writers(2 * MESSAGES, SEED)
    mails = clear_mails(people, SEED, MESSAGES)
    async with (
        Dovecot(HELP) as dovecot,
        SmtpSink() as sink,
        Proxy(dovecot.imap_port, delay=DELAY / 5) as imap,
        Proxy(sink.port, delay=DELAY) as smtp,
        BenchDesk(imap.port, smtp.port, people) as desk,
    ):
        torture = Torture(desk, dovecot, sink, imap, smtp, SEED)
        await torture.run(mails, faults=MESSAGES // MESSAGES_A_FAULT)
        await desk.stop()
        end = await _aftermath(desk, sink)
    print(f"faults: {torture.done}; uncertain: {len(end.uncertain)}; letters accepted: {len(end.taken)}")
    assert end.fates == {Disposition.REQUEST: MESSAGES}
    assert _more_than_once(message_id for message_id, _ in end.kept) == {}
    assert {message_id for message_id, _ in end.kept} == {mail.message_id for mail in mails}
    assert _more_than_once((mail.recipient, mail.in_reply_to) for mail in end.taken if mail.in_reply_to) == {}
    assert _more_than_once(mail.message_id for mail in end.taken) == {}
    assert _neither_answered_nor_uncertain(mails, end) == []


async def _aftermath(desk: BenchDesk, sink: SmtpSink) -> Aftermath:
    store = open_store(f"sqlite:///{desk.folder}/desk.db", load_master_key(desk.folder / "master.key"))

    async def ask(question: Callable[[UnitOfWork], T]) -> T:
        return await store.run(question)

    fates = await ask(lambda uow: uow.fates(0, f"imap:{HELP}/INBOX"))
    kept = await ask(_kept)
    uncertain = await ask(
        lambda uow: frozenset(
            letter.request_id for letter, state, _ in uow.unsettled() if state == "uncertain"
        )
    )
    await store.close()
    by_disposition = Counter[Disposition]()
    for (disposition, _), count in fates.items():
        by_disposition[disposition] += count
    return Aftermath(by_disposition, kept, uncertain, sink.taken())


def _kept(uow: UnitOfWork) -> list[tuple[str, str]]:
    return [
        (note.message_id, request.id)
        for request in uow.every_request()
        for note in uow.notes(request.id)
        if note.incoming
    ]


def _more_than_once(things: Iterable[T]) -> dict[T, int]:
    return {thing: count for thing, count in Counter(things).items() if count > 1}


def _neither_answered_nor_uncertain(mails: Sequence[BenchMail], end: Aftermath) -> list[str]:
    answered = {(mail.recipient, mail.in_reply_to) for mail in end.taken}
    request_of = dict(end.kept)
    return [
        mail.message_id
        for mail in mails
        if (mail.sender, mail.message_id) not in answered and request_of[mail.message_id] not in end.uncertain
    ]
