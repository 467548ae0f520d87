"""send papers with mails, and mails about money

Revision: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_BEFORE = (
    "'user_registration', 'user_confirmation', 'user_change_email', 'new_session', "
    "'password_reset', 'password_change', 'password_reset_verify', 'event_role', "
    "'speaker_invite', 'group_role', 'session_state_change', 'ticket_purchased', "
    "'ticket_purchased_attendee', 'ticket_purchased_organizer', 'ticket_cancelled', "
    "'event_exported', 'event_export_fail', 'event_imported', 'event_import_fail', "
    "'monthly_payment', 'after_event', 'after_event_speaker', 'monthly_payment_follow_up', "
    "'monthly_payment_pre_due', 'monthly_payment_post_due', 'test_mail', "
    "'contact_organizers', 'contact_group_organizers', 'video_moderator_invite', "
    "'ticket_sales_end', 'ticket_sales_end_tomorrow', 'ticket_sales_end_next_week', "
    "'announce_event', 'session_schedule', 'session_notify', 'speaker_invite_accepted', "
    "'event_role_accepted', 'event_role_removed', 'event_published', 'event_changed'"
)
_NEW = "'order_refunded', 'late_payment_returned', 'refund_failed', 'payment_unmatched'"
_TABLES = ("mails", "message_settings")


def upgrade() -> None:
    op.add_column(
        "mails",
        sa.Column("papers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    _allow(f"{_BEFORE}, {_NEW}")
    op.execute(f"INSERT INTO message_settings (action) SELECT unnest(ARRAY[{_NEW}])")


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DELETE FROM {table} WHERE action IN ({_NEW})")  # noqa: S608
    _allow(_BEFORE)
    op.drop_column("mails", "papers")


def _allow(actions: str) -> None:
    for table in _TABLES:
        name = op.f(f"ck_{table}_action")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"action IN ({actions})")
