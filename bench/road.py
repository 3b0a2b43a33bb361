"""The whole road: waiting mails are fetched, read, stored, decided on and acknowledged by a real desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.desk import BenchDesk, at_rest
from bench.letters import BenchMail, mails
from bench.people import Writer
from bench.processes import Usage
from bench.staff import Staff
from sandbox.peers.dovecot import Dovecot
from sandbox.peers.smtp_sink import SmtpSink, Taken
from sandbox.people_on_file import HELP

#: Mails that warm the desk up before its memory at rest is taken.
WARMING = 5


@dataclass(frozen=True, slots=True)
class RoadResult:
    """What one drain of a full mailbox took."""

    messages: int
    #: Messages whose acknowledgement was accepted, and letters of every kind.
    acknowledged: int
    letters: int
    #: From the open mailbox to the last accepted acknowledgement, and to the last letter.
    seconds: float
    seconds_all: float
    #: CPU seconds of the desk and its children in that time.
    cpu: float
    #: CPU seconds of it in the children alone: the process that reads mail.
    cpu_reading: float
    #: MB of the desk and its children.
    memory_at_rest: float
    memory_peak: float

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    @property
    def cpu_a_message(self) -> float:
        """Milliseconds."""
        return 1000 * self.cpu / self.messages

    @property
    def memory_above_rest(self) -> float:
        return self.memory_peak - self.memory_at_rest


async def drain(
    people: Sequence[Writer], seed: int, policy: str, staff: Staff, profile: Path | None = None
) -> RoadResult:
    """Let a desk work through one mail from each, all of them waiting when it starts."""
    waiting = list(mails(people, seed))
    async with (
        Dovecot(HELP) as dovecot,
        SmtpSink() as sink,
        BenchDesk(dovecot.imap_port, sink.port, people, policy, staff) as desk,
    ):
        memory_at_rest = await _rest(desk, dovecot, people, seed)
        await dovecot.deliver(mail.raw for mail in waiting)
        desk.profile = profile
        began = (await desk.start()).timestamp()
        before = desk.usage()
        await desk.settled(WARMING + len(waiting))
        after = desk.usage()
        taken = sink.taken()
    return _result(waiting, began, taken, (before, after), desk.pid, memory_at_rest)


def _result(
    waiting: Sequence[BenchMail],
    began: float,
    taken: Sequence[Taken],
    usage: tuple[Usage, Usage],
    desk: int,
    memory_at_rest: float,
) -> RoadResult:
    before, after = usage
    awaited = frozenset(mail.message_id for mail in waiting)
    letters = [mail for mail in taken if mail.accepted_at >= began]
    acknowledged = {mail.in_reply_to: mail.accepted_at for mail in letters if mail.in_reply_to in awaited}
    return RoadResult(
        messages=len(waiting),
        acknowledged=len(acknowledged),
        letters=len(letters),
        seconds=max(acknowledged.values()) - began,
        seconds_all=letters[-1].accepted_at - began,
        cpu=after.cpu - before.cpu,
        cpu_reading=after.children(desk) - before.children(desk),
        memory_at_rest=memory_at_rest,
        memory_peak=after.peak,
    )


async def _rest(desk: BenchDesk, dovecot: Dovecot, people: Sequence[Writer], seed: int) -> float:
    """The memory of a desk that has handled a few mails and waits for more; it is stopped afterwards."""
    await dovecot.deliver(mail.raw for mail in mails(people[:WARMING], seed + 1, unique="warm"))
    await desk.start()
    await desk.settled(WARMING)
    resting = await at_rest(desk)
    await desk.stop()
    return resting.memory
