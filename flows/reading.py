"""Reads stored messages, outside any transaction: bytes become a message, and a message a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.messages import ChannelName, Inbound, InboundMessage, RawMessage, Unreadable
from core.recognition import Act, Decision, Finding, recognise
from core.recognition.identifiers import find_code
from core.references import find_references
from flows.desk import Desk
from flows.store import InboxItem

Parse = Callable[[RawMessage], Inbound]

#: What may stand below a subject that holds a code without being what the mail is about.
_BESIDE_A_CODE = frozenset({Act.CODE, Act.MORE, Act.NONE})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a reader must know of the organisation; it can be sent to another process."""

    #: The company's own addresses and numbers: never identifiers of a customer.
    own: frozenset[str]
    #: The shapes of its customer codes.
    codes: tuple[re.Pattern[str], ...]
    #: How the references of its requests begin.
    prefix: str

    @classmethod
    def of(cls, desk: Desk) -> Rules:
        return cls(desk.own, desk.codes, desk.policy.prefix)


@dataclass(frozen=True, slots=True)
class Reading:
    """A stored message as it was understood.

    `inbound` is None where it cannot be read for good (`problem` says why), or where reading it failed
    (`failure` says how): then it may be tried again. `header` is all that there is of one that is too large.
    """

    inbound: Inbound | None
    finding: Finding | None = None
    problem: str = ""
    failure: str = ""
    header: InboundMessage | None = None


class Reader(Protocol):
    """Reads many messages at once without holding up the event loop."""

    async def read(self, items: Sequence[InboxItem]) -> list[Reading]:
        """One reading for each message, in their order; never raises for what a message holds."""
        ...


@dataclass(frozen=True, slots=True)
class ReaderInPlace:
    """Reads where it is called: for chat messages, which are short, and for single commands."""

    parsers: Mapping[ChannelName, Parse]
    rules: Rules

    @classmethod
    def of(cls, desk: Desk) -> ReaderInPlace:
        return cls({name: channel.parse for name, channel in desk.channels.items()}, Rules.of(desk))

    async def read(self, items: Sequence[InboxItem]) -> list[Reading]:
        return [read(item.channel, item.raw, self.parsers, self.rules) for item in items]


def read(
    channel: ChannelName, raw: RawMessage, parsers: Mapping[ChannelName, Parse], rules: Rules
) -> Reading:
    """Parse and recognise one message."""
    if channel not in parsers:
        return Reading(None, problem="its channel is not set up any more")
    try:
        inbound = parsers[channel](raw)
    except Unreadable as problem:
        return Reading(None, problem=str(problem), header=problem.header)
    except (MemoryError, RecursionError) as error:
        return Reading(None, failure=f"it is too much for the reader ({type(error).__name__})")
    if not isinstance(inbound, InboundMessage):
        return Reading(inbound)
    kind = "email" if channel is ChannelName.EMAIL else "chat"
    subject = _own_subject(inbound.subject, rules.prefix)
    finding = recognise(inbound.text, subject, kind, rules.own, rules.codes, explain_sure=False)
    return Reading(inbound, _with_code(inbound.subject, rules.prefix, finding))


def _with_code(subject: str, prefix: str, finding: Finding) -> Finding:
    """Some people write the code into the subject, above nothing or a word of thanks."""
    answers = bool(find_references(subject, prefix)) and finding.act in _BESIDE_A_CODE
    if finding.code or (finding.new_text.strip() and not answers):
        return finding
    code = find_code(subject)
    return replace(finding, act=Act.CODE, decision=Decision.ACT, code=code) if code else finding


def _own_subject(subject: str, prefix: str) -> str:
    """The subject where the sender wrote it; in an answer to one of our notices its words are ours."""
    named = find_references(subject, prefix)
    return "" if any(f"[{reference}]" in subject for reference in named) else subject
