"""pay event invoices by card

Revision: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event_invoices", sa.Column("intent_id", sa.Text(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_event_invoices_intent_id"), "event_invoices", ["intent_id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("uq_event_invoices_intent_id"), "event_invoices", type_="unique")
    op.drop_column("event_invoices", "intent_id")
