"""Conversations and staff: sealed, found by the keyed hash of an address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from core.conversation import Conversation
from core.messages import Address
from flows.store import StaffMember
from storage.mapping import CONVERSATION_JSON, STAFF_JSON
from storage.tables import CONVERSATION, STAFF
from storage.transaction import AnyRow, Transaction
from storage.upsert import insert_or_replace


class Conversations(Transaction):
    """Where every chat stands."""

    def conversation(self, address: Address) -> Conversation | None:
        index = self._address_index(address)
        row = self.connection.execute(select(CONVERSATION).where(CONVERSATION.c.address == index)).first()
        if row is None:
            return None
        text = self.keys.unseal(row.data_key, CONVERSATION.c.sealed, index.hex(), row.sealed)
        return CONVERSATION_JSON.load(text)

    def put_conversation(self, address: Address, conversation: Conversation, now: datetime) -> None:
        """Write where a chat stands, over what was there."""
        index = self._address_index(address)
        key_id, text = f"conversation:{index.hex()}", CONVERSATION_JSON.dump(conversation)
        self.keys.ensure(key_id)
        row = {
            "address": index,
            "data_key": key_id,
            "updated_at": now,
            "sealed": self.keys.seal(key_id, CONVERSATION.c.sealed, index.hex(), text),
        }
        self.connection.execute(insert_or_replace(self.connection, CONVERSATION, row))

    def drop_conversation(self, address: Address) -> None:
        """Erase where a chat stands, with its key."""
        index = self._address_index(address)
        self.connection.execute(delete(CONVERSATION).where(CONVERSATION.c.address == index))
        self.keys.erase([f"conversation:{index.hex()}"])

    def drop_conversations(self, before: datetime) -> int:
        """Erase the conversations that nothing was added to since `before`. Returns how many there were."""
        stale = select(CONVERSATION.c.data_key).where(CONVERSATION.c.updated_at < before).with_for_update()
        key_ids = self.connection.scalars(stale).all()
        self.connection.execute(delete(CONVERSATION).where(CONVERSATION.c.data_key.in_(key_ids)))
        self.keys.erase(key_ids)
        return len(key_ids)


class Staff(Transaction):
    """Who may decide, by account."""

    def staff(self, address: Address) -> StaffMember | None:
        """The member with this account, active or not."""
        mine = STAFF.c.address == self._address_index(address)
        row = self.connection.execute(select(STAFF).where(mine)).first()
        return self._member(row) if row else None

    def put_staff(self, member: StaffMember) -> None:
        """Write a member, over what was there. Raises sqlalchemy.exc.IntegrityError if the account is another's."""
        key_id = f"staff:{member.id}"
        self.keys.ensure(key_id)
        row = {
            "id": member.id,
            "address": self._address_index(member.address),
            "role": member.role,
            "active": member.active,
            "sealed": self.keys.seal(key_id, STAFF.c.sealed, member.id, STAFF_JSON.dump(member)),
        }
        self.connection.execute(insert_or_replace(self.connection, STAFF, row))

    def all_staff(self) -> list[StaffMember]:
        """Every member, active or not, by id."""
        return [
            self._member(row) for row in self.connection.execute(select(STAFF).order_by(STAFF.c.id)).all()
        ]

    def _member(self, row: AnyRow) -> StaffMember:
        return STAFF_JSON.load(self.keys.unseal(f"staff:{row.id}", STAFF.c.sealed, row.id, row.sealed))
