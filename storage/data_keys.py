"""The data keys of one transaction: made, found, erased, and used to seal columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, bindparam, delete, select

from storage.pending import PendingRows
from storage.sealing import KEY_BYTES, CannotUnseal, Keyring, seal, unseal
from storage.tables import DATA_KEY
from storage.upsert import insert_or_skip

_SOME = select(DATA_KEY).where(DATA_KEY.c.id.in_(bindparam("ids", expanding=True)))


class DataKeys:
    """Every sealed value lies under the key named by `key_id`; `row` binds it to its row."""

    def __init__(self, connection: Connection, pending: PendingRows, keyring: Keyring) -> None:
        self._connection = connection
        self._pending = pending
        self._keyring = keyring
        self._open: dict[str, bytes] = {}

    def make(self, key_ids: Sequence[str]) -> None:
        """Keys for what is new and has none. One that is there already fails with the next statement."""
        new = {key_id: AESGCM.generate_key(KEY_BYTES * 8) for key_id in key_ids}
        for key_id, key in new.items():
            self._pending.add(DATA_KEY, {"id": key_id, "wrapped": self._keyring.wrap(key_id, key)})
        self._open |= new

    def ensure(self, key_id: str) -> None:
        """Make the key unless it is there."""
        if self.has(key_id):
            return
        key = AESGCM.generate_key(KEY_BYTES * 8)
        row = {"id": key_id, "wrapped": self._keyring.wrap(key_id, key)}
        # Two processes may meet here: the one that comes second takes the key of the first.
        if self._connection.execute(insert_or_skip(self._connection, DATA_KEY), row).rowcount:
            self._open[key_id] = key

    def load(self, key_ids: Iterable[str]) -> None:
        """Open many keys in one statement; those that are erased stay away."""
        wanted = set(key_ids) - self._open.keys()
        if not wanted:
            return
        for row in self._connection.execute(_SOME, {"ids": list(wanted)}):
            self.learn(row.id, row.wrapped)

    def learn(self, key_id: str, wrapped: bytes) -> None:
        """Open a key that was read together with what lies under it."""
        if key_id not in self._open:
            self._open[key_id] = self._keyring.unwrap(key_id, wrapped)

    def has(self, key_id: str) -> bool:
        if key_id not in self._open:
            self.load([key_id])
        return key_id in self._open

    def erase(self, key_ids: Iterable[str]) -> None:
        """After this, nothing sealed under these keys can be read, here or in any copy that lacks them.

        A copy made before has them, wrapped: see docs/decisions/0014-erasing-by-key.md.
        """
        ids = list(key_ids)
        self._pending.write(DATA_KEY)
        self._connection.execute(delete(DATA_KEY).where(DATA_KEY.c.id.in_(ids)))
        for key_id in ids:
            self._open.pop(key_id, None)

    def forget(self) -> None:
        """Read all keys anew: those made in an undone savepoint do not exist."""
        self._open.clear()

    def seal(self, key_id: str, column: Column[bytes], row: str, plain: bytes) -> bytes:
        """Raises CannotUnseal if the key is erased."""
        return seal(self._key(key_id), plain, f"{column}/{row}")

    def unseal(self, key_id: str, column: Column[bytes], row: str, sealed: bytes) -> bytes:
        """Raises CannotUnseal."""
        return unseal(self._key(key_id), sealed, f"{column}/{row}")

    def _key(self, key_id: str) -> bytes:
        if not self.has(key_id):
            raise CannotUnseal(f"the data key {key_id} is erased")
        return self._open[key_id]
