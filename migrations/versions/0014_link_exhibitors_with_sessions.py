"""link exhibitors with sessions

Revision: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # First: the keys below refer to it.
    op.create_unique_constraint(op.f("uq_exhibitors_id_event_id"), "exhibitors", ["id", "event_id"])
    op.create_table(
        "exhibitors_sessions",
        sa.Column("exhibitor_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exhibitor_id", "event_id"],
            ["exhibitors.id", "exhibitors.event_id"],
            name="fk_exhibitors_sessions_exhibitor_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "event_id"],
            ["sessions.id", "sessions.event_id"],
            name="fk_exhibitors_sessions_session_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exhibitor_id", "session_id", name=op.f("pk_exhibitors_sessions")),
    )
    op.create_index(
        "ix_exhibitors_sessions_session_id",
        "exhibitors_sessions",
        ["session_id", "event_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_exhibitors_sessions_session_id", table_name="exhibitors_sessions")
    op.drop_table("exhibitors_sessions")
    op.drop_constraint(op.f("uq_exhibitors_id_event_id"), "exhibitors", type_="unique")
