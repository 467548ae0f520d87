"""export what is of no event

Revision: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_BEFORE = (
    *("ical", "xcal", "pentabarf"),
    *("attendees-csv", "orders-csv", "sessions-csv", "speakers-csv"),
    *("check-ins-csv", "attendees-pdf", "orders-pdf", "sessions-pdf", "speakers-pdf"),
)
_NEW = ("followers-csv", "sales-csv")


def upgrade() -> None:
    op.alter_column("exports", "event_id", existing_type=sa.BigInteger(), nullable=True)
    op.add_column("exports", sa.Column("group_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_exports_group_id"), "exports", "groups", ["group_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index("ix_exports_group_id", "exports", ["group_id"])
    op.create_check_constraint(
        op.f("ck_exports_owner"), "exports", "event_id IS NULL OR group_id IS NULL"
    )
    _allow(*_BEFORE, *_NEW)


def downgrade() -> None:
    op.execute("DELETE FROM exports WHERE event_id IS NULL")
    _allow(*_BEFORE)
    op.drop_constraint(op.f("ck_exports_owner"), "exports", type_="check")
    op.drop_index("ix_exports_group_id", "exports")
    op.drop_constraint(op.f("fk_exports_group_id"), "exports", type_="foreignkey")
    op.drop_column("exports", "group_id")
    op.alter_column("exports", "event_id", existing_type=sa.BigInteger(), nullable=False)


def _allow(*kinds: str) -> None:
    op.drop_constraint(op.f("ck_exports_kind"), "exports", type_="check")
    values = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_exports_kind"), "exports", f"kind IN ({values})")
