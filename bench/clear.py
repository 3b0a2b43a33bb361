"""Mails that the desk answers at once: with those that a person must look at first there is nothing to wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from bench.letters import BenchMail, mails
from bench.people import Writer
from core.messages import RawMessage
from core.recognition import Act, Decision, recognise
from mailer.parse import parse_mail
from sandbox.people_on_file import HELP


def clear_mails(people: Sequence[Writer], seed: int, count: int) -> list[BenchMail]:
    """The first so many clear ones that these people write; fewer where they write no more."""
    return list(islice(filter(is_clear, mails(people, seed)), count))


def is_clear(mail: BenchMail) -> bool:
    """Whether recognition is sure of what a mail asks for."""
    message = parse_mail(RawMessage("", mail.raw, datetime.now(UTC)), HELP)
    finding = recognise(message.text, message.subject, "email", frozenset((HELP,)))
    return finding.act is Act.NEW and finding.decision is Decision.ACT
