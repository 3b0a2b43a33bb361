"""How much the desk writes without a person's word: which cap a letter would break, as a pure decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.policy import Caps


class Cap(StrEnum):
    """The caps of core.policy.Caps, the narrowest first."""

    CODES_DAY = "codes_day"
    REQUEST_DAY = "request_day"
    SENDER_DAY = "sender_day"
    DOMAIN_HOUR = "domain_hour"
    DOMAIN_DAY = "domain_day"
    ALL_HOUR = "all_hour"
    ALL_DAY = "all_day"


#: What a letter counts for: whether it holds a code, whether it goes by chat -> its caps.
APPLIES: Mapping[tuple[bool, bool], tuple[Cap, ...]] = {
    (False, False): tuple(cap for cap in Cap if cap is not Cap.CODES_DAY),
    (True, False): tuple(Cap),
    (True, True): (Cap.CODES_DAY,),
    (False, True): (),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an address stands: the automatic letters of the last day and hour, and whether it takes mail at all."""

    counts: Mapping[Cap, int] = field(default_factory=dict)
    dead: bool = False


def reached(standing: Standing, caps: Caps, is_code: bool, by_chat: bool) -> Cap | None:
    """The first cap that one more letter would break; None: it may go."""
    return next(
        (cap for cap in APPLIES[is_code, by_chat] if standing.counts.get(cap, 0) >= getattr(caps, cap.value)),
        None,
    )
