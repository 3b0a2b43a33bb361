"""Changes the master key: wraps every data key anew; what was interrupted goes on where it stopped."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, bindparam, func, select, text, update

from storage.alone import AlreadyRunning, alone
from storage.engine import open_engine
from storage.sealing import (
    CannotUnseal,
    Keyring,
    MasterKeyError,
    OtherMasterKey,
    load_master_key,
    renewed,
    write_master_key,
)
from storage.tables import DATA_KEY
from storage.transaction import AnyRow, Transaction

#: The data key that says under which master key a database is. It is wrapped anew last of all.
MARK = "desk"
#: How many data keys are wrapped anew in one transaction.
BATCH = 1000

_MARK = select(DATA_KEY).where(DATA_KEY.c.id == MARK)
_ANY = select(DATA_KEY).limit(1)
_NEXT = (
    select(DATA_KEY)
    .where(DATA_KEY.c.id > bindparam("after"), DATA_KEY.c.id != MARK)
    .order_by(DATA_KEY.c.id)
    .limit(BATCH)
)
_REWRAP = update(DATA_KEY).where(DATA_KEY.c.id == bindparam("the_id")).values(wrapped=bindparam("anew"))
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class OwnKey(Transaction):
    """Tells a database's own master key from another's."""

    def own_key(self, leave_mark: bool = True) -> None:
        """Make sure that this database is under this master key. Raises OtherMasterKey.

        The first to work on a database leaves a mark under its key.
        """
        connection = self._on(DATA_KEY)
        found = connection.execute(_MARK).first() or connection.execute(_ANY).first()
        if found is not None:
            self._keyring.unwrap(found.id, found.wrapped)
        if leave_mark:
            self.keys.ensure(MARK)


class Stage(StrEnum):
    """What a change of the master key has just done."""

    FILES = "files"  # the new key is in its place, the old one beside it
    WRAPPING = "wrapping"
    CHECKING = "checking"  # once more through all of them: nothing may be left behind
    COMPLETE = "complete"


class Progress(NamedTuple):
    """How far it is: data keys looked at in this stage, and how many there are."""

    stage: Stage
    done: int
    total: int


def old_key_file(key_file: Path) -> Path:
    """Where the key before the last change is kept, until the operator destroys it."""
    return key_file.with_name(f"{key_file.name}.old")


def rotate(database: str, key_file: Path) -> Iterator[Progress]:
    """Put a new master key into the place of the old one, and wrap every data key under it.

    It may be killed at any moment; whoever calls it again brings it to its end. Until then the database
    can be read by no desk. Where the last change is complete and its old key still there, only COMPLETE is
    told. Raises AlreadyRunning, MasterKeyError.
    """
    engine = open_engine(database)
    with ExitStack() as ending:
        ending.callback(engine.dispose)
        ending.enter_context(alone(database))
        _refuse_others(engine)
        if _is_complete(engine, key_file):
            yield Progress(Stage.COMPLETE, 0, 0)
            return
        _put_new_key(engine, key_file)
        yield Progress(Stage.FILES, 0, 0)
        new, old = (Keyring(load_master_key(file)) for file in (key_file, old_key_file(key_file)))
        yield from _walk(engine, Stage.WRAPPING, old, new)
        yield from _walk(engine, Stage.CHECKING, old, new)
        with engine.begin() as connection:
            _rewrap(connection, connection.execute(_MARK).all(), old, new)
        yield Progress(Stage.COMPLETE, 0, 0)


def _refuse_others(engine: Engine) -> None:
    """A file is held by `alone`; PostgreSQL is asked who else is there."""
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        others = connection.scalar(_OTHERS)
    if others:
        raise AlreadyRunning(
            f"Others are connected to this database: {others}. Stop every desk, and close every other "
            "connection, before its key is changed."
        )


# --- the files -----------------------------------------------------------------------------------


def _is_complete(engine: Engine, key_file: Path) -> bool:
    """Whether the last change is at its end, and only its old key was never destroyed."""
    old = old_key_file(key_file)
    if not old.exists() or load_master_key(old) == load_master_key(key_file):
        return False
    return _owns(engine, load_master_key(key_file))


def _owns(engine: Engine, master_key: bytes) -> bool:
    with engine.begin() as connection:
        uow = OwnKey(connection, Keyring(master_key))
        try:
            uow.own_key(leave_mark=False)
        except OtherMasterKey:
            return False
        return True


def _put_new_key(engine: Engine, key_file: Path) -> None:
    """Write the new key, and only when it is safe on the disk let it take the place of the old one."""
    old, new = old_key_file(key_file), key_file.with_name(f"{key_file.name}.new")
    present = load_master_key(key_file)
    if old.exists() and load_master_key(old) != present:
        if not _owns(engine, load_master_key(old)):
            raise OtherMasterKey
        return
    if not _owns(engine, present):
        raise OtherMasterKey
    with engine.begin() as connection:
        uow = OwnKey(connection, Keyring(present))
        uow.own_key()
        uow.flush()
    try:
        # Whatever lies there was left by a change that was killed: nothing is wrapped under it.
        new.unlink(missing_ok=True)
        write_master_key(new, renewed(present))
        if not old.exists():
            os.link(key_file, old)
        new.replace(key_file)
        _sync_folder(key_file.parent)
    except OSError as error:
        raise MasterKeyError(f"{error.filename or key_file} cannot be written: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- the data keys -------------------------------------------------------------------------------


def _walk(engine: Engine, stage: Stage, old: Keyring, new: Keyring) -> Iterator[Progress]:
    """Go through all data keys but the mark, a batch a transaction; told after each commit."""
    with engine.begin() as connection:
        total = connection.scalar(select(func.count()).select_from(DATA_KEY)) or 0
    after, done = "", 0
    while True:
        with engine.begin() as connection:
            rows = connection.execute(_NEXT, {"after": after}).all()
            _rewrap(connection, rows, old, new)
        if not rows:
            return
        after, done = rows[-1].id, done + len(rows)
        yield Progress(stage, done, total)


def _rewrap(connection: Connection, rows: Iterable[AnyRow], old: Keyring, new: Keyring) -> None:
    """Wrap under the new key what is still under the old one. Raises OtherMasterKey for what is under neither."""
    changed = []
    for key_id, wrapped in rows:
        try:
            new.unwrap(key_id, wrapped)
        except CannotUnseal:
            changed.append({"the_id": key_id, "anew": new.wrap(key_id, old.unwrap(key_id, wrapped))})
    if changed:
        connection.execute(_REWRAP, changed)
