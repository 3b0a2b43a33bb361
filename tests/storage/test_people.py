"""Conversations and staff, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from core.conversation import Conversation, Step
from core.messages import Address, ChannelName
from core.requests import Right
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import CHAT, MINUTE, NOON, TEXT, a_member

OTHER = Address(ChannelName.ZALO, CHAT.value)
TALK = Conversation(Step.CONFIRM, "vi", (Right.ACCESS, Right.DELETION), TEXT, "bong@customer.example")


async def test_a_conversation_is_kept_for_its_chat_alone(store: SqlStore) -> None:
    await store.run(lambda uow: uow.put_conversation(CHAT, TALK, NOON))
    assert await store.run(lambda uow: uow.conversation(CHAT)) == TALK
    assert await store.run(lambda uow: uow.conversation(OTHER)) is None


async def test_a_conversation_goes_on(store: SqlStore) -> None:
    await store.run(lambda uow: uow.put_conversation(CHAT, TALK, NOON))
    await store.run(lambda uow: uow.put_conversation(CHAT, replace(TALK, step=Step.CODE), NOON))
    assert await store.run(lambda uow: uow.conversation(CHAT)) == replace(TALK, step=Step.CODE)


async def test_a_dropped_conversation_can_begin_anew(store: SqlStore) -> None:
    await store.run(lambda uow: uow.put_conversation(CHAT, TALK, NOON))
    await store.run(lambda uow: uow.drop_conversation(CHAT))
    assert await store.run(lambda uow: uow.conversation(CHAT)) is None
    await store.run(lambda uow: uow.put_conversation(CHAT, Conversation(), NOON))
    assert await store.run(lambda uow: uow.conversation(CHAT)) == Conversation()


async def test_stale_conversations_are_dropped_together(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork) -> int:
        uow.put_conversation(CHAT, TALK, NOON)
        uow.put_conversation(OTHER, TALK, NOON + MINUTE)
        return uow.drop_conversations(NOON + MINUTE)

    assert await store.run(work) == 1
    assert await store.run(lambda uow: uow.conversation(CHAT)) is None
    assert await store.run(lambda uow: uow.conversation(OTHER)) == TALK


async def test_staff_are_found_by_their_account(store: SqlStore) -> None:
    member = a_member()
    await store.run(lambda uow: uow.put_staff(member))
    assert await store.run(lambda uow: uow.staff(CHAT)) == member
    assert await store.run(lambda uow: uow.staff(OTHER)) is None


async def test_a_member_who_left_is_known_as_inactive(store: SqlStore) -> None:
    await store.run(lambda uow: uow.put_staff(a_member()))
    await store.run(lambda uow: uow.put_staff(a_member(active=False, address=OTHER)))
    assert await store.run(lambda uow: uow.all_staff()) == [a_member(active=False, address=OTHER)]
    assert await store.run(lambda uow: uow.staff(CHAT)) is None


async def test_an_account_belongs_to_one_member(store: SqlStore) -> None:
    await store.run(lambda uow: uow.put_staff(a_member()))
    with pytest.raises(IntegrityError):
        await store.run(lambda uow: uow.put_staff(a_member(id="s-2")))
