"""export whole events

Revision: 0038
Revises: 0037
"""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_BEFORE = (
    *("ical", "xcal", "pentabarf"),
    *("attendees-csv", "orders-csv", "sessions-csv", "speakers-csv"),
    *("check-ins-csv", "attendees-pdf", "orders-pdf", "sessions-pdf", "speakers-pdf"),
    *("followers-csv", "sales-csv", "badge-pdf"),
)


def upgrade() -> None:
    _allow(*_BEFORE, "event-json")


def downgrade() -> None:
    op.execute("DELETE FROM exports WHERE kind = 'event-json'")
    _allow(*_BEFORE)


def _allow(*kinds: str) -> None:
    op.drop_constraint(op.f("ck_exports_kind"), "exports", type_="check")
    values = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_exports_kind"), "exports", f"kind IN ({values})")
