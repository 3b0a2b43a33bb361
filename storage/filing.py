"""What the mailbox still holds of what is stored: messages that it has and we lack, and originals to put away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, select, update

from core.messages import ChannelName
from flows.store import Disposition
from storage.queueing import State
from storage.tables import INBOX, OUTBOX
from storage.transaction import Transaction

_OF_SOURCE = (INBOX.c.channel == bindparam("of_channel"), INBOX.c.source == bindparam("of_source"))
_KEYS: BindParameter[str] = bindparam("keys", expanding=True)
_KNOWN = select(INBOX.c.key).where(*_OF_SOURCE, INBOX.c.key.in_(_KEYS))
_FILE = update(INBOX).where(*_OF_SOURCE, INBOX.c.key.in_(_KEYS)).values(filed=True)
#: A letter of its request that was written after it came and is sent: its answer.
_ITS_ANSWER = (
    OUTBOX.c.request_id == INBOX.c.request_id,
    OUTBOX.c.channel == INBOX.c.channel,
    OUTBOX.c.created_at >= INBOX.c.accepted_at,
    OUTBOX.c.state == State.SENT,
)
#: The first two conditions are word for word those of the index.
_ANSWERED = (
    select(INBOX.c.key)
    .where(INBOX.c.disposition == Disposition.REQUEST.value, INBOX.c.filed.is_(False), *_OF_SOURCE)
    .where(INBOX.c.key.startswith(bindparam("prefix")), select(OUTBOX.c.seq).where(*_ITS_ANSWER).exists())
    .limit(bindparam("most"))
)


class Filing(Transaction):
    """Which stored messages a channel has still to put away at its source."""

    def unknown(self, channel: ChannelName, source: str, keys: Sequence[str]) -> list[str]:
        """Those of the keys under which nothing is stored, in their order."""
        known = set(self.connection.scalars(_KNOWN, _of(channel, source) | {"keys": list(keys)}))
        return [key for key in keys if key not in known]

    def answered(self, channel: ChannelName, source: str, prefix: str, limit: int) -> list[str]:
        """Keys with this prefix of messages whose answer was sent and whose original is not put away yet."""
        wanted = _of(channel, source) | {"prefix": prefix, "most": limit}
        return list(self.connection.scalars(_ANSWERED, wanted))

    def file(self, channel: ChannelName, source: str, keys: Sequence[str]) -> None:
        """The originals of these were put away."""
        self.connection.execute(_FILE, _of(channel, source) | {"keys": list(keys)})


def _of(channel: ChannelName, source: str) -> dict[str, object]:
    return {"of_channel": channel, "of_source": source}
