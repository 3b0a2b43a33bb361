"""What the use cases need of the store for what is handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from core.hand_over import HandOver
from core.messages import Attachment


class HandOvers(Protocol):
    """The part of a unit of work that keeps results until they are fetched."""

    def add_hand_over(self, what: HandOver, token: str, file: Attachment) -> None:
        """Lay out a file with its content under a link's token."""
        ...

    def save_hand_over(self, what: HandOver, token: str = "") -> None:
        """Write what has changed; a new token makes the old one unknown."""
        ...

    def hand_over_by_token(self, token: str) -> HandOver | None:
        """What lies under a link's token, whatever its state; nobody else can change it until the end."""
        ...

    def hand_overs_of(self, request_id: str) -> list[HandOver]:
        """What is laid out for a request, newest first."""
        ...

    def handed_label(self, hand_over_id: str) -> Attachment | None:
        """Name, type and size of what is handed over, without its content; None: it is erased."""
        ...

    def handed_file(self, hand_over_id: str) -> Attachment | None:
        """What is handed over, with its content; None: it is erased."""
        ...

    def drop_hand_overs(self, before: datetime) -> int:
        """Erase some of what was laid out before, with its keys; returns how many there were, 0 where none is left."""
        ...
