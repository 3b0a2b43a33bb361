"""What automatic mail is counted by, addresses that take no mail, what must happen once only, Message-IDs seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = (("address", "at"), ("request_id", "at"), ("domain", "at"), ("at",))


def upgrade() -> None:
    op.create_table(
        "automatic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("domain", sa.LargeBinary(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("code", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automatic")),
    )
    for columns in INDEXES:
        op.create_index(op.f(f"ix_automatic_{'_'.join(columns)}"), "automatic", list(columns))
    op.create_table(
        "suppression",
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppression")),
    )
    op.create_table(
        "once",
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_once")),
    )
    op.create_table(
        "seen",
        sa.Column("message_id", sa.LargeBinary(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_seen")),
    )


def downgrade() -> None:
    for table in ("seen", "once", "suppression", "automatic"):
        op.drop_table(table)
