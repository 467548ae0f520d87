"""make lists in parts

Revision: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_CALENDARS = ("ical", "xcal", "pentabarf")
_LISTS = ("attendees-csv", "orders-csv", "sessions-csv", "speakers-csv")


def upgrade() -> None:
    op.add_column("exports", sa.Column("status", sa.Text(), nullable=True))
    for name in ("part_count", "row_count"):
        op.add_column("exports", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("exports", sa.Column("row_total", sa.Integer(), nullable=True))
    op.add_column(
        "exports", sa.Column("last_id", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_table(
        "export_parts",
        sa.Column("export_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["exports.id"],
            name=op.f("fk_export_parts_export_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("export_id", "number", name=op.f("pk_export_parts")),
    )
    _allow(*_CALENDARS, *_LISTS)


def downgrade() -> None:
    op.execute("DELETE FROM exports WHERE kind LIKE '%-csv'")
    _allow(*_CALENDARS)
    op.drop_table("export_parts")
    for name in ("last_id", "row_total", "row_count", "part_count", "status"):
        op.drop_column("exports", name)


def _allow(*kinds: str) -> None:
    op.drop_constraint(op.f("ck_exports_kind"), "exports", type_="check")
    values = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_exports_kind"), "exports", f"kind IN ({values})")
