"""How often one link may be called: counted in memory for a minute, without saying who calls."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from hashlib import blake2b

#: Calls of one link in a minute.
CALLS = 10
SPAN = timedelta(minutes=1)
#: Links that are remembered at once: the one that was called longest ago is forgotten first.
MOST = 10_000


class Window:
    """Counts calls by link. It keeps digests only, and starts anew with the process: codes are counted in the store."""

    def __init__(self, calls: int = CALLS, most: int = MOST) -> None:
        self._calls, self._most = calls, most
        self._seen: OrderedDict[bytes, deque[datetime]] = OrderedDict()

    def admits(self, token: str, now: datetime) -> bool:
        """Whether one more call may pass; one that may not counts as well as one that may."""
        key = blake2b(token.encode(), digest_size=16).digest()
        calls = self._seen.setdefault(key, deque(maxlen=self._calls + 1))
        self._seen.move_to_end(key)
        calls.append(now)
        while calls[0] <= now - SPAN:
            calls.popleft()
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return len(calls) <= self._calls
