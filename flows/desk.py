"""What a flow works with: the organisation's rules and the adapters, put together once at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core.deadlines import Statute, Workdays, due
from core.hand_over import Terms
from core.messages import Address, ChannelName
from core.policy import Policy
from core.requests import DueDate, Item, Right
from core.telling import local_day
from flows.ports import Channel, Directory, Renderer, Secrets


@dataclass(frozen=True, slots=True)
class Desk:
    """The rules, texts and channels that all flows share."""

    policy: Policy
    statute: Statute
    works: Workdays
    texts: Renderer
    secrets: Secrets
    directory: Directory
    channels: Mapping[ChannelName, Channel]
    #: The mailbox that people write to; its domain names our letters.
    help_address: str
    #: The group in which staff see cards; None: a desk without a staff chat keeps cards in the audit only.
    staff_chat: Address | None = None
    staff_language: str = "vi"
    #: The company's own addresses and numbers: never identifiers of a customer.
    own: frozenset[str] = field(default_factory=frozenset)
    #: The shapes of the company's own customer codes, from its policy.
    codes: tuple[re.Pattern[str], ...] = ()
    #: Everything is written and nothing is sent.
    silent: bool = False
    #: Where the one-time page is seen from outside; empty: there is none.
    page_url: str = ""
    terms: Terms = field(default_factory=Terms)

    def today(self, now: datetime) -> date:
        return local_day(now, self.policy)

    def due(self, right: Right, received: datetime) -> DueDate:
        """When a right is due that was asked for at `received`."""
        start = self.today(received)
        return due(self.statute.terms.get(right), self.policy.rights[right].promise, start, self.works)

    def items(self, rights: tuple[Right, ...], received: datetime) -> tuple[Item, ...]:
        return tuple(Item(right, self.due(right, received)) for right in rights)

    def message_id(self, letter_id: str) -> str:
        """The Message-ID that a letter by mail carries (RFC 5322 3.6.4)."""
        return f"<{letter_id}@{self.help_address.rpartition('@')[2]}>"
