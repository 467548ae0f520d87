"""Know when sessions occupy their rooms and speakers

Revision: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROOM = "(int8range(microlocation_id, microlocation_id, '[]'))"
OCCUPYING = (
    "state = ANY (ARRAY['pending'::text, 'accepted'::text, 'confirmed'::text])"
    " AND deleted_at IS NULL"
    " AND overlap_reason IS NULL"
)


def upgrade() -> None:
    op.add_column(
        "sessions",
        sa.Column(
            "occupied",
            postgresql.TSTZRANGE(),
            sa.Computed(
                f"CASE WHEN {OCCUPYING} AND starts_at < ends_at"
                " THEN tstzrange(starts_at, ends_at) ELSE 'empty'::tstzrange END",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.create_unique_constraint("uq_sessions_id_occupied", "sessions", ["id", "occupied"])
    op.drop_constraint("ex_sessions_one_at_a_time", "sessions")
    op.execute(
        "ALTER TABLE sessions ADD CONSTRAINT ex_sessions_one_at_a_time EXCLUDE USING gist"
        f" ({ROOM} WITH &&, occupied WITH &&) WHERE (microlocation_id IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_constraint("ex_sessions_one_at_a_time", "sessions")
    op.execute(
        "ALTER TABLE sessions ADD CONSTRAINT ex_sessions_one_at_a_time EXCLUDE USING gist"
        f" ({ROOM} WITH &&, (tstzrange(starts_at, ends_at)) WITH &&) WHERE ({OCCUPYING}"
        " AND microlocation_id IS NOT NULL AND starts_at IS NOT NULL AND ends_at IS NOT NULL)"
    )
    op.drop_constraint("uq_sessions_id_occupied", "sessions", type_="unique")
    op.drop_column("sessions", "occupied")
