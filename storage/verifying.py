"""Walks the audit chain, and says which rows were changed, taken out, put in, moved, or cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from storage.audit import GENESIS, Audit, StoredRow

#: Rows read in one transaction: a running desk waits for no more than that.
PAGE = 2000
#: What is below the number of any row: one that was put in front of the first is below one.
LOWEST = -(2**31)
#: How far from its number a row that was moved is looked for; and how many tries that may take in all.
_FAR, _TRIES = 1000, 50_000


class Fault(StrEnum):
    """What is wrong with rows."""

    CHANGED = "changed"  # what they say is not what the desk wrote
    MISSING = "missing"
    INSERTED = "inserted"  # the desk did not write them: what follows knows nothing of them
    MOVED = "moved"  # the desk wrote them, under other numbers
    REPLACED = "replaced"  # the desk wrote them, in another history: another copy of this database
    CUT_OFF = "cut_off"  # taken away at the end: the anchor knows of them


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows from `first` to `last` with one fault; `shift` is by how much less than the true number theirs is."""

    fault: Fault
    first: int
    last: int
    at: datetime | None = None
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Anchor:
    """Number and hash of a row, kept where whoever can write the database cannot write."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; `head` is the last row as it is."""

    rows: int
    head: Anchor
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        return not self.findings


class Verifying:
    """Takes the rows in their order, page by page, and holds none of them.

    Each row is asked two things: is it what the desk wrote under this number, and is it chained to the row
    before? What answers neither is judged by the next row that does.
    """

    def __init__(self, key: bytes, anchor: Anchor | None = None) -> None:
        self._key, self._anchor = key, anchor
        self._findings: list[Finding] = []
        self._rows = 0
        self._head = Anchor(0, GENESIS)
        #: Hash of the row before, as far as it is certain what a row must be chained to.
        self._before: bytes | None = GENESIS
        #: Rows that the desk did not write so, until the next one says what they are.
        self._strange: Finding | None = None
        #: Number and hash of the last of the rows that were chained without a key, from the first row on.
        self._unkeyed = Anchor(0, GENESIS)
        self._shift, self._tries = 0, _TRIES
        self._anchored = True

    @property
    def seq(self) -> int:
        """The number of the last row that was taken."""
        return self._head.seq

    def take(self, rows: Sequence[StoredRow]) -> None:
        """Go on with the next rows."""
        for row in rows:
            self._take(row)

    def end(self) -> Report:
        """The whole finding, once there are no more rows."""
        if self._strange is not None:
            self._add(self._strange)
            self._strange = None
        if self._anchor is not None and self._anchor.seq > self.seq:
            self._add(Finding(Fault.CUT_OFF, self.seq + 1, self._anchor.seq))
        elif self._anchor is not None and not self._anchored and not self._findings:
            self._add(Finding(Fault.REPLACED, self._anchor.seq, self._anchor.seq))
        return Report(self._rows, self._head, tuple(self._findings))

    def _take(self, row: StoredRow) -> None:
        expected = self.seq + 1
        if row.seq > expected:
            self._settle_strange(None)
            self._add(Finding(Fault.MISSING, expected, row.seq - 1))
            self._before = None
        if row.seq < expected:
            self._add(Finding(Fault.INSERTED, row.seq, row.seq, row.moment))
        elif row.is_sealed(self._key, row.seq):
            self._sound(row)
        elif self._is_unkeyed(row):
            self._unkeyed = Anchor(row.seq, row.hash)
            self._strange = replace(self._strange or Finding(Fault.CHANGED, 1, 1, row.moment), last=row.seq)
        elif shift := self._moved_by(row):
            self._settle_strange(row)
            self._add(Finding(Fault.MOVED, row.seq, row.seq, row.moment, shift))
            self._before = None
        else:
            found = Finding(Fault.CHANGED, row.seq, row.seq, row.moment)
            self._strange = replace(self._strange, last=row.seq) if self._strange else found
        self._rows += 1
        if self._anchor is not None and row.seq == self._anchor.seq:
            self._anchored = row.hash == self._anchor.hash
        if row.seq >= expected:
            self._head = Anchor(row.seq, row.hash if isinstance(row.hash, bytes) else b"")

    def _is_unkeyed(self, row: StoredRow) -> bool:
        """Whether it goes on a log that begins with rows from before there was a key; proof of nothing by itself."""
        return row.seq == self._unkeyed.seq + 1 and row.follows_without_key(self._unkeyed.hash)

    def _vouches(self, row: StoredRow) -> bool:
        """Whether a row under the key is chained to the last row without one, and so to all that came before."""
        return row.seq == self._unkeyed.seq + 1 and row.previous == self._unkeyed.hash

    def _sound(self, row: StoredRow) -> None:
        if self._strange is not None and self._vouches(row):
            self._strange = None
        elif self._strange is not None:
            self._settle_strange(row)
        elif self._before is not None and row.previous != self._before:
            self._add(Finding(Fault.REPLACED, row.seq, row.seq, row.moment))
        self._before = row.hash

    def _settle_strange(self, follower: StoredRow | None) -> None:
        """Rows that the desk did not write: put in, where the next one follows what was before them."""
        if self._strange is None:
            return
        put_in = follower is not None and self._before is not None and follower.previous == self._before
        self._add(replace(self._strange, fault=Fault.INSERTED) if put_in else self._strange)
        self._strange = None

    def _moved_by(self, row: StoredRow) -> int:
        """By how much less than its true number a row's is; 0: it is nowhere near."""
        for shift in self._shifts():
            if row.seq + shift > 0 and row.is_sealed(self._key, row.seq + shift):
                self._shift = shift
                return shift
        return 0

    def _shifts(self) -> Iterator[int]:
        """Where a row may come from: as far as the last one did, or from nearby."""
        if self._shift:
            yield self._shift
        for distance in range(1, _FAR + 1):
            if self._tries < 2:
                return
            self._tries -= 2
            yield distance
            yield -distance

    def _add(self, finding: Finding) -> None:
        """Rows side by side with the same fault are one finding."""
        last = self._findings[-1] if self._findings else None
        alike = last and (last.fault, last.shift, last.last + 1) == (
            finding.fault,
            finding.shift,
            finding.first,
        )
        if last and alike:
            self._findings[-1] = replace(last, last=finding.last)
        else:
            self._findings.append(finding)


def verify_audit(log: Audit, anchor: Anchor | None = None) -> Report:
    """Walk the whole chain in one transaction: for a short log, or where nobody waits."""
    walk = Verifying(log.chain_key, anchor)
    after = LOWEST
    while rows := log.audit_page(after, PAGE):
        walk.take(rows)
        after = rows[-1].seq
    return walk.end()
