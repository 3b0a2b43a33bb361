"""What a policy says of the staff's day: when the board hangs, and who is told where nobody acts."""

from __future__ import annotations

from dataclasses import dataclass

from core.schema import Key, table, text, whole


@dataclass(frozen=True, slots=True)
class BoardRule:
    """When the morning board comes on working days: an hour of the day where the organisation is."""

    hour: int = 8


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told, and after how many working days, where a late warning brought nobody to act."""

    after_working_days: int = 1
    to: str = "lead"  # the least role


BOARD = table(BoardRule, {"hour": Key(whole(0, 23), BoardRule().hour)})
ESCALATION = table(
    Escalation,
    {
        "after_working_days": Key(whole(1, 30), Escalation().after_working_days),
        "to": Key(text("handler|approver|lead", 'One of "handler", "approver", "lead".'), Escalation().to),
    },
)
