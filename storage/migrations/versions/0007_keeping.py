"""When a request was closed, and when a message came, are what retention counts from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEX = "ix_request_closed_at"
CLOSED = sa.text("closed_at IS NOT NULL")
#: When a request was closed stands in what is sealed, which no migration can read; the log says it too.
SINCE_WHEN = """
    UPDATE request SET closed_at = (
        SELECT max(audit.at) FROM audit WHERE audit.request_id = request.id
        AND audit.action IN ('completed', 'rest_refused', 'refused', 'withdrawn', 'dismissed', 'lapsed')
    )
    WHERE status IN ('completed', 'refused', 'withdrawn', 'dismissed', 'lapsed')
"""


def upgrade() -> None:
    op.add_column("request", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f(INDEX), "request", ["closed_at"], sqlite_where=CLOSED, postgresql_where=CLOSED)
    op.create_index(op.f("ix_inbox_accepted_at"), "inbox", ["accepted_at"])
    op.execute(SINCE_WHEN)


def downgrade() -> None:
    op.drop_index(op.f("ix_inbox_accepted_at"), "inbox")
    op.drop_index(op.f(INDEX), "request")
    op.drop_column("request", "closed_at")
