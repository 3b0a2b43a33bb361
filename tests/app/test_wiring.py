"""The desk is put together from its settings, and the settings say who works there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from app.settings import Settings, load_settings
from app.wiring import own_identifiers, sync_staff, wire
from core.messages import Address, ChannelName
from flows.store import StaffMember
from policies.load import load_policy
from storage.sealing import create_master_key
from storage.store import SqlStore, open_store
from tests.app.desk import SETTINGS

MAIL = '[mail]\naddress = "help@example.com"\nimap_host = "127.0.0.1"\nsmtp_host = "127.0.0.1"\n'
HA = '[[staff]]\nname = "Hà"\ntelegram = 700100\nrole = "lead"\n'
MINH = '[[staff]]\nname = "Minh"\ntelegram = 700200\nrole = "approver"\n'


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACYDESK_MAIL__PASSWORD", "correct horse")
    monkeypatch.setenv("PRIVACYDESK_TELEGRAM__TOKEN", "77:of-a-test")


def _settings(folder: Path, more: str = "") -> Settings:
    path = folder / "privacydesk.toml"
    path.write_text(SETTINGS + MAIL + more, encoding="utf-8")
    return load_settings(path)


@pytest_asyncio.fixture
async def store() -> AsyncIterator[SqlStore]:
    store = open_store("sqlite://", bytes(32))
    yield store
    await store.close()


async def _roles(store: SqlStore) -> dict[str, tuple[str, bool]]:
    everybody = await store.run(lambda uow: uow.all_staff())
    return {member.name: (member.role, member.active) for member in everybody}


async def test_who_is_named_in_the_settings_works_here(tmp_path: Path, store: SqlStore) -> None:
    await sync_staff(store, _settings(tmp_path, HA + MINH))
    account = Address(ChannelName.TELEGRAM, "700100")
    member = await store.run(lambda uow: uow.staff(account))
    assert member == StaffMember("700100", "Hà", account, "lead")


async def test_who_is_no_longer_named_loses_the_role(tmp_path: Path, store: SqlStore) -> None:
    await sync_staff(store, _settings(tmp_path, HA + MINH))
    await sync_staff(store, _settings(tmp_path, MINH))
    assert await _roles(store) == {"Hà": ("lead", False), "Minh": ("approver", True)}


async def test_a_role_changes_and_comes_back_with_the_settings(tmp_path: Path, store: SqlStore) -> None:
    await sync_staff(store, _settings(tmp_path, HA + MINH))
    await sync_staff(store, _settings(tmp_path))
    assert not any(active for _, active in (await _roles(store)).values())
    await sync_staff(store, _settings(tmp_path, MINH.replace("approver", "viewer") + HA))
    assert await _roles(store) == {"Hà": ("lead", True), "Minh": ("viewer", True)}


async def test_only_the_channels_that_are_named_are_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRIVACYDESK_TELEGRAM__TOKEN")
    create_master_key(tmp_path / "master.key")
    wired = wire(_settings(tmp_path), lambda: datetime.now(UTC))
    assert list(wired.desk.channels) == [ChannelName.EMAIL]
    assert wired.desk.staff_chat is None
    assert wired.desk.help_address == "help@example.com"
    await wired.store.close()


async def test_the_staff_group_is_where_the_settings_say(tmp_path: Path) -> None:
    create_master_key(tmp_path / "master.key")
    wired = wire(_settings(tmp_path, "[telegram]\nstaff_chat = -100500\n"), lambda: datetime.now(UTC))
    assert set(wired.desk.channels) == {ChannelName.EMAIL, ChannelName.TELEGRAM}
    assert wired.desk.staff_chat == Address(ChannelName.TELEGRAM, "-100500")
    for channel in wired.desk.channels.values():
        await channel.close()
    await wired.store.close()


def test_nobody_is_found_by_the_companys_own_contacts(tmp_path: Path) -> None:
    policy = load_policy("mentracere")
    own = own_identifiers(_settings(tmp_path), policy)
    assert own == {"help@example.com", policy.contact.email, policy.contact.phone}
