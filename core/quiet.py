"""The hours at which nothing leaves by itself: people sleep, and what is not an answer to them waits until morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.schema import Key, table, text


@dataclass(frozen=True, slots=True)
class Quiet:
    """From when until when, where the organisation is; never, where both are the same."""

    begins: time = time(21)
    ends: time = time(7)

    def covers(self, hour: time) -> bool:
        """Whether an hour is among them; they may run through midnight."""
        if self.begins <= self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends


#: So long after they wrote somebody is taken to be awake.
AWAKE = timedelta(hours=1)

#: What answers at any hour: the law's clock runs for an acknowledgement (Decree 356/2025 art. 5), and a code is
#: waited for.
AT_ONCE = frozenset({"acknowledgement", "complaint_received", "procedure", "code", "code_for_agent"})


def is_quiet(now: datetime, quiet: Quiet, timezone: str) -> bool:
    """Whether nothing leaves by itself now."""
    return quiet.covers(now.astimezone(ZoneInfo(timezone)).time())


def morning(now: datetime, quiet: Quiet, timezone: str) -> datetime:
    """When the quiet hours are over that `now` lies in; `now` itself outside of them."""
    if not is_quiet(now, quiet, timezone):
        return now
    local = now.astimezone(ZoneInfo(timezone))
    day = local.date() + timedelta(days=local.time() >= quiet.ends)
    return datetime.combine(day, quiet.ends, ZoneInfo(timezone)).astimezone(UTC)


def _quiet(**values: str) -> Quiet:
    return Quiet(time.fromisoformat(values["from"]), time.fromisoformat(values["to"]))


_HOUR = text(r"([01]\d|2[0-3]):[0-5]\d", 'An hour and its minutes, for example "21:00".')

#: Reads the table [quiet].
QUIET = table(_quiet, {"from": Key(_HOUR, "21:00"), "to": Key(_HOUR, "07:00")})
