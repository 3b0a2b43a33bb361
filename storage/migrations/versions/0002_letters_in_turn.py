"""Indexes that find the letters whose turn it is, and those of a slot, without looking at all that wait."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TURN = "ix_outbox_state_channel_rank_seq"
SLOT = "ix_outbox_slot_state_seq"
FORMER_SLOT = "ix_outbox_slot_seq"


def upgrade() -> None:
    op.create_index(op.f(TURN), "outbox", ["state", "channel", "rank", "seq"])
    op.create_index(op.f(SLOT), "outbox", ["slot", "state", "seq"])
    op.drop_index(op.f(FORMER_SLOT), "outbox")


def downgrade() -> None:
    op.create_index(op.f(FORMER_SLOT), "outbox", ["slot", "seq"])
    op.drop_index(op.f(SLOT), "outbox")
    op.drop_index(op.f(TURN), "outbox")
