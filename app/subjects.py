"""`privacydesk subject`: shows, copies and erases what the desk itself holds about somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.console import Mendable, ok, say, table, warn
from app.keeping import on_own_store
from app.progress import bar
from app.starting import loaded, loaded_store, plain_words
from core.messages import Address, ChannelName

if TYPE_CHECKING:
    from app.settings_sections import DataSettings
    from flows.own_subjects import Holdings
    from storage.store import SqlStore


def address_of(text: str) -> Address:
    """The address that an operator means. Raises Mendable."""
    value = text.strip()
    if "@" in value:
        return Address(ChannelName.EMAIL, value)
    channel, colon, account = value.partition(":")
    chats = [name.value for name in ChannelName if name is not ChannelName.EMAIL]
    if colon and channel in chats and account:
        return Address(ChannelName(channel), account)
    raise Mendable(
        "That is no address. Give an e-mail address, or a chat account with its channel: telegram:123456789"
    )


def export(path: Path, address: str, output: Path, language: str) -> None:
    """Write all that is held under an address into one ZIP. Raises Mendable."""
    whose = address_of(address)
    settings = loaded(path, silent=True)
    from app.subject_file import write_zip
    from policies.load import load_policy
    from templates.render import Texts

    if output.exists():
        raise Mendable(f"{output} is there already. Name another file with --output.")
    with plain_words():
        policy = load_policy(settings.policy)
        texts = Texts(policy, settings.templates)

    async def work(store: SqlStore) -> Holdings:
        from flows.own_subjects import exported

        held = await _find(store, whose)
        if not held.is_empty:
            now = datetime.now(UTC)
            write_zip(output, held, texts, policy, language, now)
            await store.run(lambda uow: exported(uow, held, now))
        return held

    held = on_own_store(settings.data, work)
    if held.is_empty:
        ok("The desk holds nothing under this address.")
        return
    _show(held)
    ok(f"Wrote {output}, readable by you alone.")
    warn("Look through it before you hand it over: others may be named in it.")


def erase(path: Path, address: str, including_open: bool, yes: bool) -> int:
    """Show what is held, ask, erase; returns the exit code. Raises Mendable."""
    whose = address_of(address)
    data = loaded_store(path)
    held = on_own_store(data, lambda store: _find(store, whose))
    if held.is_empty:
        ok("The desk holds nothing under this address.")
        return 0
    _show(held)
    _explain(held, including_open)
    if not yes and not _agreed(whose, including_open and bool(held.open_files)):
        say("Nothing was erased.")
        return 1
    left = _erase(data, held, including_open)
    if left:
        warn(f"Erased, but for what is still open: {', '.join(left)}")
        return 1
    ok("Erased. The audit log says that something was, and not what.")
    return 0


def _erase(data: DataSettings, held: Holdings, including_open: bool) -> tuple[str, ...]:
    from flows.own_subjects import erase as erase_held

    return on_own_store(data, lambda store: erase_held(store, held, including_open, datetime.now(UTC)))


async def _find(store: SqlStore, address: Address) -> Holdings:
    from flows.own_subjects import find

    with bar() as progress:
        task = progress.add_task("Looking", total=None)
        return await find(store, address, lambda count: progress.advance(task, count))


def _show(held: Holdings) -> None:
    if held.files:
        rows = [
            (
                file.request.reference,
                file.role.value,
                file.request.status.value,
                f"{file.request.received_at:%Y-%m-%d}",
                str(len(file.notes)),
                str(len(file.letters)),
                str(len(file.messages)),
            )
            for file in held.files
        ]
        table(("request", "as", "status", "received", "notes", "letters", "messages"), rows)
    rest = (
        ("messages without a request", len(held.messages)),
        ("letters without a request", len(held.letters)),
        ("an unfinished conversation", held.conversation is not None),
        ("a block: this address takes no mail", held.blocked is not None),
        ("a record of staff", held.staff is not None),
    )
    for what, count in rest:
        if count:
            say(f"{what}: {int(count)}")


def _explain(held: Holdings, including_open: bool) -> None:
    if held.open_files and not including_open:
        names = ", ".join(file.request.reference for file in held.open_files)
        warn(
            f"Still open, and not erased: {names}. Close them, or let the person withdraw them, and come again;"
        )
        say("  or say --including-open: then they are gone without an answer.")
    if held.staff is not None and held.staff.active:
        warn("This person works here: the record stays until [[staff]] in the settings names them no more.")


def _agreed(address: Address, drops_open: bool) -> bool:
    """A word for what is closed; for open requests the address, once more and by hand."""
    say("What is erased can be brought back by nobody.", style="bold")
    if drops_open:
        typed: str = typer.prompt("Open requests go unanswered. Type the address again to erase them too")
        return typed.strip().lower() in (address.normal, f"{address.channel}:{address.normal}")
    return typer.confirm("Erase it?")
