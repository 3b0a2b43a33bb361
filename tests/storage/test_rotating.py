"""The master key is changed: nothing is lost wherever it is killed, and the old key reads nothing afterwards."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from core.conversation import Conversation, Step
from core.messages import ChannelName
from core.requests import Request
from flows.keeping import Blocked
from storage import rotating
from storage.alone import AlreadyRunning, alone
from storage.rotating import Stage, old_key_file, rotate
from storage.sealing import (
    MasterKeyError,
    OtherMasterKey,
    Secrets,
    create_master_key,
    load_master_key,
    write_master_key,
)
from storage.store import SqlStore, open_store
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.conftest import PostgreSQL
from tests.storage.samples import CHAT, MAIL, NOON, a_note, a_raw, a_request, an_entry, an_outbound, post

#: Enough for several batches of the smaller size that the killed process works with.
MANY = 60

_KILLED = """
import os, signal, sys
from pathlib import Path
from storage import rotating
from tests.storage.test_rotating import batches_of

batches_of(10)
for step, _ in enumerate(rotating.rotate(sys.argv[1], Path(sys.argv[2]))):
    if step == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def batches_of(many: int) -> None:
    """Let a change go in smaller steps than it does for a company."""
    rotating.BATCH = many
    rotating._NEXT = rotating._NEXT.limit(many)


def kill_at(step: int, database: str, key_file: Path) -> int:
    """Begin a change in a process of its own that is killed after so many steps."""
    words = [sys.executable, "-c", _KILLED, database, str(key_file), str(step)]
    return subprocess.run(words, check=False, cwd=Path(__file__).parents[2]).returncode


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    create_master_key(path)
    return path


@pytest.fixture(params=["file", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """A database that outlives its store."""
    if request.param == "file":
        return str(request.getfixturevalue("file_url"))
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.ready()


@pytest.fixture
async def filled(database: str, key_file: Path) -> tuple[str, Request]:
    """A database with a little of everything, and the request that is looked for in it."""
    request = a_request()
    await _fill(database, key_file, request)
    return database, request


def reads_everything(request: Request) -> Callable[[SqlUnitOfWork], None]:
    def work(uow: SqlUnitOfWork) -> None:
        uow.own_key(leave_mark=False)
        assert uow.request(request.id) == uow.by_token(request.token) == uow.by_card(request.card) == request
        assert uow.requests_of(MAIL) == [request]
        assert uow.by_message_ids(["<1@customer.example>"]) == request
        assert uow.conversation(CHAT) == Conversation(Step.CONFIRM, "vi", details="x")
        assert uow.blocked(MAIL) == Blocked(NOON, "5.1.1")
        assert not uow.once("this", NOON)
        assert len(uow.pending(MANY, 10**9, NOON)) == MANY
        again = [a_raw(f"again {number}", a_raw(str(number)).raw) for number in range(MANY)]
        assert uow.accept(ChannelName.EMAIL, "help", again, str(MANY), NOON) == 0
        assert len(uow.lease(ChannelName.TELEGRAM, 9, NOON, NOON)) == 1
        assert len(uow.audit_trail(request.id)) == 1

    return work


async def under(key: bytes, database: str, work: Callable[[SqlUnitOfWork], None]) -> None:
    store = open_store(database, key)
    try:
        await store.run(work)
    finally:
        await store.close()


async def test_after_a_change_everything_reads_under_the_new_key_and_nothing_under_the_old(
    filled: tuple[str, Request], key_file: Path
) -> None:
    database, request = filled
    before = load_master_key(key_file)
    stages = [step.stage for step in rotate(database, key_file)]
    assert (stages[0], stages[-1]) == (Stage.FILES, Stage.COMPLETE)
    after = load_master_key(key_file)
    assert before != after
    assert load_master_key(old_key_file(key_file)) == before
    assert before not in after
    await under(after, database, reads_everything(request))
    for reads in (
        lambda uow: uow.own_key(),
        lambda uow: uow.request(request.id),
        lambda uow: uow.conversation(CHAT),
        lambda uow: uow.pending(1, 10**9, NOON),
    ):
        with pytest.raises(OtherMasterKey):
            await under(before, database, reads)


@pytest.mark.parametrize("step", [0, 1, 4, 7, 8, 14, 15])
async def test_a_change_that_is_killed_goes_on_where_it_stopped(
    file_url: str, key_file: Path, step: int
) -> None:
    """Killed after its files, in the midst of wrapping, in the midst of checking, and near the end."""
    request = a_request()
    await _fill(file_url, key_file, request)
    assert kill_at(step, file_url, key_file) == -signal.SIGKILL
    if step < 15:
        with pytest.raises(OtherMasterKey, match="privacydesk keys rotate"):
            await under(load_master_key(key_file), file_url, lambda uow: uow.own_key())
    assert [each.stage for each in rotate(file_url, key_file)][-1] is Stage.COMPLETE
    await under(load_master_key(key_file), file_url, reads_everything(request))


async def _fill(database: str, key_file: Path, request: Request) -> None:
    """The same content as in `filled`, in a file."""

    def work(uow: SqlUnitOfWork) -> None:
        uow.own_key()
        uow.add(request)
        uow.add_note(request.id, a_note(message_id="<1@customer.example>"))
        uow.audit(an_entry(request_id=request.id))
        uow.put_conversation(CHAT, Conversation(Step.CONFIRM, "vi", details="x"), NOON)
        uow.suppress(MAIL, "5.1.1", NOON)
        uow.accept(ChannelName.EMAIL, "help", [a_raw(str(number)) for number in range(MANY)], str(MANY), NOON)
        post(uow, an_outbound(CHAT))
        assert uow.once("this", NOON)

    await under(load_master_key(key_file), database, work)


async def test_a_change_that_is_killed_between_its_files_begins_with_them_anew(
    file_url: str, key_file: Path
) -> None:
    """What a killed process can leave: half a new key; or the old key kept, and no new one in its place."""
    request = a_request()
    await _fill(file_url, key_file, request)
    (key_file.parent / "master.key.new").write_bytes(b"half a k")
    old_key_file(key_file).hardlink_to(key_file)
    assert [each.stage for each in rotate(file_url, key_file)][-1] is Stage.COMPLETE
    assert not (key_file.parent / "master.key.new").exists()
    assert load_master_key(old_key_file(key_file)) != load_master_key(key_file)
    await under(load_master_key(key_file), file_url, reads_everything(request))


async def test_a_code_that_is_on_its_way_stays_good_through_two_changes(
    file_url: str, key_file: Path
) -> None:
    digest = Secrets(load_master_key(key_file)).digest("code r-1", "48219077")
    for _ in range(2):
        assert [each.stage for each in rotate(file_url, key_file)][-1] is Stage.COMPLETE
        old_key_file(key_file).unlink()
    assert Secrets(load_master_key(key_file)).digest("code r-1", "48219077") == digest


async def test_no_second_change_begins_before_the_old_key_is_destroyed(file_url: str, key_file: Path) -> None:
    assert len(list(rotate(file_url, key_file))) > 1
    present = load_master_key(key_file)
    assert [each.stage for each in rotate(file_url, key_file)] == [Stage.COMPLETE]
    assert load_master_key(key_file) == present


async def test_the_desk_must_not_be_running(file_url: str, key_file: Path) -> None:
    with alone(file_url), pytest.raises(AlreadyRunning):
        list(rotate(file_url, key_file))
    assert not old_key_file(key_file).exists()


async def test_nobody_else_may_be_connected_to_postgresql(postgresql: PostgreSQL, key_file: Path) -> None:
    database = postgresql.ready()
    store = open_store(database, load_master_key(key_file))
    await store.run(lambda uow: uow.own_key())
    with pytest.raises(AlreadyRunning, match="Others are connected to this database: 1"):
        list(rotate(database, key_file))
    await store.close()


async def test_the_key_of_another_database_changes_nothing(file_url: str, key_file: Path) -> None:
    await under(bytes(32), file_url, lambda uow: uow.own_key())
    before = load_master_key(key_file)
    with pytest.raises(OtherMasterKey, match="belongs to this database"):
        list(rotate(file_url, key_file))
    assert load_master_key(key_file) == before
    assert not old_key_file(key_file).exists()


async def test_a_database_under_neither_key_is_told_of(file_url: str, key_file: Path) -> None:
    await under(bytes(32), file_url, lambda uow: uow.own_key())
    write_master_key(old_key_file(key_file), bytes([1]) * 32)
    with pytest.raises(OtherMasterKey):
        list(rotate(file_url, key_file))


async def test_an_old_key_that_cannot_be_read_stops_the_change(file_url: str, key_file: Path) -> None:
    old_key_file(key_file).write_bytes(b"half a k")
    with pytest.raises(MasterKeyError):
        list(rotate(file_url, key_file))


async def test_a_database_from_before_the_mark_is_told_by_any_key(file_url: str) -> None:
    right, wrong = open_store(file_url, bytes(32)), open_store(file_url, bytes([1]) * 32)
    await right.run(lambda uow: uow.add(a_request()))
    with pytest.raises(OtherMasterKey):
        await wrong.run(lambda uow: uow.own_key())
    await right.run(lambda uow: uow.own_key())
    await _close(right, wrong)


async def test_erasing_reaches_an_earlier_copy_once_the_old_key_is_destroyed(
    file_url: str, key_file: Path, tmp_path: Path
) -> None:
    """What decision 0014 says: until then the copy can be read, with the key of its time; then no more."""
    request = a_request()
    await _fill(file_url, key_file, request)
    copy = f"sqlite:///{shutil.copy(str(make_url(file_url).database), tmp_path / 'copy.db')}"
    await under(load_master_key(key_file), file_url, lambda uow: uow.erase(request.id))

    def is_there(uow: SqlUnitOfWork) -> None:
        assert uow.request(request.id) == request

    await under(load_master_key(key_file), copy, is_there)
    list(rotate(file_url, key_file))
    old_key_file(key_file).unlink()

    def is_gone(uow: SqlUnitOfWork) -> None:
        assert uow.request(request.id) is None

    await under(load_master_key(key_file), file_url, is_gone)
    for reads in (is_there, lambda uow: uow.own_key(), lambda uow: uow.pending(1, 10**9, NOON)):
        with pytest.raises(OtherMasterKey):
            await under(load_master_key(key_file), copy, reads)


async def _close(*stores: SqlStore) -> None:
    for store in stores:
        await store.close()
