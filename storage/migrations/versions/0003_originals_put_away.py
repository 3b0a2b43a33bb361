"""Whether the original of a mail was moved or flagged where it came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX = "ix_inbox_source_key"
UNFILED = sa.text("disposition = 'request' AND NOT filed")


def upgrade() -> None:
    op.add_column("inbox", sa.Column("filed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        op.f(INDEX), "inbox", ["source", "key"], sqlite_where=UNFILED, postgresql_where=UNFILED
    )


def downgrade() -> None:
    op.drop_index(op.f(INDEX), "inbox")
    op.drop_column("inbox", "filed")
