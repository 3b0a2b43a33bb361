"""Puts the desk together from its settings: the only place that knows every adapter."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.channels import open_channels, staff_chat
from app.people_on_file import open_and_try
from app.settings import Settings
from core.messages import Address, ChannelName
from core.policy import Policy
from flows.desk import Desk
from flows.ports import Clock
from flows.store import StaffMember, Store, UnitOfWork
from policies.calendars import workdays
from policies.load import load_policy, statute_of
from storage.sealing import Secrets, load_master_key
from storage.store import SqlStore, open_store
from templates.render import Texts

if TYPE_CHECKING:
    from app.web.server import Door


@dataclass(frozen=True, slots=True)
class Wired:
    """A desk with the store it works on."""

    desk: Desk
    store: SqlStore
    #: The one-time page, where the settings ask for it.
    door: Door | None = None

    async def close(self) -> None:
        """Give back what is open beside the channels."""
        await self.desk.directory.close()
        await self.store.close()


def wire(settings: Settings, clock: Clock) -> Wired:
    """Open everything that the settings name. Raises SettingsErrors, PolicyErrors, MasterKeyError and the like."""
    policy = load_policy(settings.policy)
    texts = Texts(policy, settings.templates)
    master_key = load_master_key(settings.data.master_key_file)
    desk = Desk(
        policy=policy,
        statute=statute_of(policy),
        works=workdays(policy.country, policy.working_days, settings.holidays),
        texts=texts,
        secrets=Secrets(master_key),
        directory=open_and_try(settings.directory),
        channels=open_channels(settings, policy, texts, clock),
        help_address=settings.mail.address if settings.mail else policy.contact.email,
        staff_chat=staff_chat(settings),
        staff_language=settings.staff_language,
        own=own_identifiers(settings, policy),
        codes=tuple(map(re.compile, policy.account_codes)),
        page_url=settings.web.public_url if settings.web else "",
    )
    return Wired(desk, open_store(settings.data.database, master_key), _door(settings, policy))


def _door(settings: Settings, policy: Policy) -> Door | None:
    if settings.web is None:
        return None
    from app.web.server import Door
    from templates.pages import Pages

    return Door(settings.web.host, settings.web.port, Pages(policy, settings.templates))


def own_identifiers(settings: Settings, policy: Policy) -> frozenset[str]:
    """The company's own addresses and numbers: nobody is found by them."""
    named = (policy.contact.email, policy.contact.phone, settings.mail.address if settings.mail else "")
    return frozenset(name for name in named if name)


async def sync_staff(store: Store, settings: Settings) -> None:
    """The settings say who works here; who is not named any more loses the role, what they did stays."""
    named = [
        StaffMember(
            str(member.telegram),
            member.name,
            Address(ChannelName.TELEGRAM, str(member.telegram)),
            member.role,
        )
        for member in settings.staff
    ]
    await store.run(_put_staff(named))


def _put_staff(named: list[StaffMember]) -> Callable[[UnitOfWork], None]:
    def put(uow: UnitOfWork) -> None:
        kept = {member.id for member in named}
        for member in uow.all_staff():
            if member.id not in kept and member.active:
                uow.put_staff(StaffMember(member.id, member.name, member.address, member.role, active=False))
        for member in named:
            uow.put_staff(member)

    return put
