"""What goes out without a person's word: counted by address, request, domain and overall; and what happens once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, func, literal, select, union_all, update

from core.caps import Cap, Standing
from core.messages import Address
from storage.prepared import Prepared
from storage.queueing import State
from storage.tables import AUTOMATIC, ONCE, OUTBOX, SEEN, SUPPRESSION
from storage.transaction import AnySelect, Transaction
from storage.upsert import insert_or_skip

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

_LAST_DAY, _LAST_HOUR = AUTOMATIC.c.at > bindparam("yesterday"), AUTOMATIC.c.at > bindparam("an_hour_ago")


def _count(what: str, few: ColumnElement[bool], *of: ColumnElement[bool]) -> AnySelect:
    """How many in a day, and how many of those have something more in common."""
    counts = (func.count().label("many"), func.count().filter(few).label("few"))
    return select(literal(what).label("what"), *counts).where(*of, _LAST_DAY)


_NEAR = Prepared(
    union_all(
        _count("address", AUTOMATIC.c.code, AUTOMATIC.c.address == bindparam("address")),
        _count("request", AUTOMATIC.c.code, AUTOMATIC.c.request_id == bindparam("request")),
        select(literal("dead"), func.count(), literal(0)).where(
            SUPPRESSION.c.address == bindparam("address")
        ),
    )
)
_DOMAIN = Prepared(_count("domain", _LAST_HOUR, AUTOMATIC.c.domain == bindparam("domain")))
_ALL = Prepared(_count("all", _LAST_HOUR))
#: What was tried before waits for its next try, and was not put off.
_LET_GO = Prepared(
    update(OUTBOX)
    .where(OUTBOX.c.state == State.WAITING, OUTBOX.c.channel == bindparam("of_channel"))
    .where(OUTBOX.c.lane == bindparam("of_lane"), OUTBOX.c.attempts == 0)
    .where(OUTBOX.c.next_try > bindparam("now"))
    .values(next_try=bindparam("now"))
)
_BEARERS = select(SEEN).where(SEEN.c.message_id.in_(bindparam("ids", expanding=True)))


@dataclass(slots=True)
class _Tallies:
    """What this transaction has read, and added to since: what concerns many letters is counted once in it."""

    #: Letters and codes of a day.
    address: dict[bytes, list[int]] = field(default_factory=dict)
    request: dict[str, int] = field(default_factory=dict)
    #: Letters of a day and of an hour.
    domain: dict[bytes, list[int]] = field(default_factory=dict)
    all: list[int] = field(default_factory=list)
    dead: set[bytes] = field(default_factory=set)
    #: What was worked out of it, until something is added.
    standing: dict[tuple[Address, str], Standing] = field(default_factory=dict)

    def add(self, address: bytes, domain: bytes | None, request_id: str, code: bool) -> None:
        """Count one more letter in what has been read; the rest is read with it later."""
        self.standing.clear()
        if address in self.address:
            self.address[address][0] += 1
            self.address[address][1] += code
        if request_id in self.request:
            self.request[request_id] += 1
        for pair in (self.domain.get(domain, []), self.all) if domain is not None else ():
            pair[:] = [count + 1 for count in pair]


class Caps(Transaction):
    """Automatic letters, addresses that take no mail, things that happen once."""

    _tallies: _Tallies | None = None

    def forget(self) -> None:
        super().forget()
        self._tallies = None

    def standing(self, to: Address, request_id: str, now: datetime) -> Standing:
        """What went out without a person's word to an address, in its request, to its domain and in all."""
        self._tallies = seen = self._tallies or _Tallies()
        key = (to, request_id)
        if key not in seen.standing:
            seen.standing[key] = self._read_standing(seen, to, request_id, now)
        return seen.standing[key]

    def _read_standing(self, seen: _Tallies, to: Address, request_id: str, now: datetime) -> Standing:
        address, domain = self._address_index(to), self._domain_index(to)
        times = {"yesterday": now - DAY, "an_hour_ago": now - HOUR}
        if address not in seen.address or request_id not in seen.request:
            self._read_near(seen, address, request_id, times)
        if domain is not None and domain not in seen.domain:
            seen.domain[domain] = self._pair(_DOMAIN, {"domain": domain, **times})
        if domain is not None and not seen.all:
            seen.all = self._pair(_ALL, times)
        domain_day, domain_hour = seen.domain[domain] if domain is not None else (0, 0)
        all_day, all_hour = seen.all or (0, 0)
        counts = {
            Cap.SENDER_DAY: seen.address[address][0],
            Cap.CODES_DAY: seen.address[address][1],
            Cap.REQUEST_DAY: seen.request[request_id] if request_id else 0,
            Cap.DOMAIN_DAY: domain_day,
            Cap.DOMAIN_HOUR: domain_hour,
            Cap.ALL_DAY: all_day,
            Cap.ALL_HOUR: all_hour,
        }
        return Standing(counts, address in seen.dead)

    def _read_near(
        self, seen: _Tallies, address: bytes, request_id: str, times: Mapping[str, datetime]
    ) -> None:
        wanted = {"address": address, "request": request_id, **times}
        rows = self._rows(_NEAR, **wanted)
        found = {row.what: [row.many, row.few] for row in rows}
        seen.address[address], seen.request[request_id] = found["address"], found["request"][0]
        if found["dead"][0]:
            seen.dead.add(address)

    def _pair(self, statement: Prepared, wanted: Mapping[str, object]) -> list[int]:
        row = self._row(statement, **wanted)
        return [row.many, row.few]

    def count_automatic(self, to: Address, request_id: str, code: bool, now: datetime) -> None:
        """Count a letter that goes out without a person's word; one without a request counts for none."""
        address, domain = self._address_index(to), self._domain_index(to)
        row = {"at": now, "address": address, "domain": domain, "request_id": request_id, "code": code}
        self._add(AUTOMATIC, row)
        if self._tallies is not None:
            self._tallies.add(address, domain, request_id, code)

    def drop_counts(self, before: datetime) -> None:
        """Forget what was counted before."""
        self._on(AUTOMATIC).execute(delete(AUTOMATIC).where(AUTOMATIC.c.at < before))

    def put_off(self, letter_id: str, until: datetime) -> None:
        """Let a letter that was just posted wait; what is posted to the same address later waits behind it."""
        waiting = (OUTBOX.c.id == letter_id, OUTBOX.c.state == State.WAITING)
        self._on(OUTBOX).execute(update(OUTBOX).where(*waiting).values(next_try=until))

    def let_go(self, to: Address, now: datetime) -> None:
        """Let what was put off for an address go now, in its order."""
        # What is still to be written was not put off: that would have written it.
        _LET_GO.change(
            self._connection, {"of_channel": to.channel, "of_lane": self._address_index(to), "now": now}
        )

    def _domain_index(self, to: Address) -> bytes | None:
        return None if to.is_chat else self._index("domain", to.normal.rpartition("@")[2])

    def suppress(self, address: Address, status: str, now: datetime) -> None:
        """Write down that an address takes no mail; `status` as its mail system said (RFC 3463)."""
        row = {"address": self._address_index(address), "at": now, "reason": status}
        self._on(SUPPRESSION).execute(insert_or_skip(self._connection, SUPPRESSION), row)
        self._tallies = None

    def release(self, address: Address) -> bool:
        """Let mail go to an address again; False where nothing kept it back."""
        mine = SUPPRESSION.c.address == self._address_index(address)
        self._tallies = None
        return self.connection.execute(delete(SUPPRESSION).where(mine)).rowcount == 1

    def once(self, what: str, now: datetime) -> bool:
        """True the first time that it is asked for the same."""
        row = {"what": self._index("once", what), "at": now}
        return self._on(ONCE).execute(insert_or_skip(self._connection, ONCE), row).rowcount == 1

    def bearers(self, message_ids: Mapping[int, str]) -> dict[int, int]:
        """For each message, by number, with its Message-ID: the number of the first that bore the same."""
        indexes = {item: self._index("message-id", message_id) for item, message_id in message_ids.items()}
        if not indexes:
            return {}
        rows = [{"message_id": index, "item": item} for item, index in indexes.items()]
        connection = self._on(SEEN)
        connection.execute(insert_or_skip(self._connection, SEEN), rows)
        found = connection.execute(_BEARERS, {"ids": list(set(indexes.values()))})
        first = {row.message_id: row.item for row in found}
        return {item: first[index] for item, index in indexes.items()}
