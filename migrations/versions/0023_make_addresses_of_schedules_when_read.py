"""make addresses of schedules when read; ratings from 1 to 5

Revision: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ADDRESSES = ("pentabarf_url", "ical_url", "xcal_url")


def upgrade() -> None:
    for name in _ADDRESSES:
        op.drop_column("events", name)
    op.drop_constraint(op.f("ck_feedbacks_rating"), "feedbacks")
    op.execute("UPDATE feedbacks SET rating = 1 WHERE rating < 1")
    op.create_check_constraint(op.f("ck_feedbacks_rating"), "feedbacks", "rating BETWEEN 1 AND 5")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_feedbacks_rating"), "feedbacks")
    op.create_check_constraint(op.f("ck_feedbacks_rating"), "feedbacks", "rating BETWEEN 0 AND 5")
    for name in _ADDRESSES:
        op.add_column("events", sa.Column(name, sa.Text(), nullable=True))
