"""export badges

Revision: 0037
Revises: 0036
"""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_BEFORE = (
    *("ical", "xcal", "pentabarf"),
    *("attendees-csv", "orders-csv", "sessions-csv", "speakers-csv"),
    *("check-ins-csv", "attendees-pdf", "orders-pdf", "sessions-pdf", "speakers-pdf"),
    *("followers-csv", "sales-csv"),
)


def upgrade() -> None:
    _allow(*_BEFORE, "badge-pdf")


def downgrade() -> None:
    op.execute("DELETE FROM exports WHERE kind = 'badge-pdf'")
    _allow(*_BEFORE)


def _allow(*kinds: str) -> None:
    op.drop_constraint(op.f("ck_exports_kind"), "exports", type_="check")
    values = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_exports_kind"), "exports", f"kind IN ({values})")
