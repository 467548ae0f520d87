"""export check-ins and print lists

Revision: 0029
Revises: 0028
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_BEFORE = (
    *("ical", "xcal", "pentabarf"),
    *("attendees-csv", "orders-csv", "sessions-csv", "speakers-csv"),
)
_NEW = ("check-ins-csv", "attendees-pdf", "orders-pdf", "sessions-pdf", "speakers-pdf")


def upgrade() -> None:
    _allow(*_BEFORE, *_NEW)


def downgrade() -> None:
    op.execute("DELETE FROM exports WHERE kind = 'check-ins-csv' OR kind LIKE '%-pdf'")
    _allow(*_BEFORE)


def _allow(*kinds: str) -> None:
    op.drop_constraint(op.f("ck_exports_kind"), "exports", type_="check")
    values = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_exports_kind"), "exports", f"kind IN ({values})")
