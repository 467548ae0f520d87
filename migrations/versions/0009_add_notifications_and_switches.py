"""add notifications and switches

Revision: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ACTIONS = (
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
TYPES = (
    "'ticket_purchased', 'ticket_purchased_attendee', 'ticket_purchased_organizer', "
    "'ticket_cancelled', 'ticket_cancelled_organizer', 'event_role', 'new_session', "
    "'session_state_change', 'monthly_payment', 'session_schedule', 'speaker_invite', "
    "'event_published', 'event_changed', 'announce_event'"
)
OLD_ACTIONS = (
    "'user_confirmation', 'user_change_email', 'password_reset', 'password_change', 'event_role'"
)


def upgrade() -> None:
    op.create_table(
        "message_settings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "modified_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name=op.f("ck_message_settings_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_settings")),
        sa.UniqueConstraint("action", name=op.f("uq_message_settings_action")),
    )
    op.create_table(
        "notification_settings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "modified_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(f"type IN ({TYPES})", name=op.f("ck_notification_settings_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_settings")),
        sa.UniqueConstraint("type", name=op.f("uq_notification_settings_type")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("is_read", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "modified_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notifications_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index(
        "ix_notifications_received_at", "notifications", ["received_at", "id"], unique=False
    )
    op.create_index(
        "ix_notifications_user_id", "notifications", ["user_id", "received_at", "id"], unique=False
    )
    op.create_index(
        "uq_notifications_user_id_key", "notifications", ["user_id", "key"], unique=True
    )
    op.create_table(
        "email_notifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("next_event", sa.Boolean(), server_default="true", nullable=True),
        sa.Column("new_paper", sa.Boolean(), server_default="true", nullable=True),
        sa.Column("session_accept_reject", sa.Boolean(), server_default="true", nullable=True),
        sa.Column("session_schedule", sa.Boolean(), server_default="true", nullable=True),
        sa.Column("after_ticket_purchase", sa.Boolean(), server_default="true", nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "modified_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_email_notifications_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_email_notifications_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_notifications")),
    )
    op.create_index(
        op.f("ix_email_notifications_event_id"), "email_notifications", ["event_id"], unique=False
    )
    op.create_index(
        "ix_email_notifications_user_id",
        "email_notifications",
        ["user_id", "id"],
        unique=False,
        postgresql_include=["deleted_at"],
    )
    op.create_index(
        "uq_email_notifications_user_id_event_id",
        "email_notifications",
        ["user_id", "event_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.add_column("mails", sa.Column("language", sa.Text(), server_default="en", nullable=False))
    op.add_column("mails", sa.Column("reply_to", sa.Text(), nullable=True))
    op.add_column("mails", sa.Column("unsubscribe_url", sa.Text(), nullable=True))
    op.add_column("mails", sa.Column("secret_of", sa.BigInteger(), nullable=True))
    op.drop_constraint("ck_mails_action", "mails")
    op.create_check_constraint(op.f("ck_mails_action"), "mails", f"action IN ({ACTIONS})")
    op.drop_constraint("ck_mails_secret_of_user", "mails")
    op.execute("UPDATE mails SET secret_of = user_id WHERE secret IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_mails_secret_of"), "mails", "(secret IS NULL) = (secret_of IS NULL)"
    )
    # One row of each kind, always: what nobody has switched off is on.
    op.execute(f"INSERT INTO message_settings (action) SELECT unnest(ARRAY[{ACTIONS}])")
    op.execute(f"INSERT INTO notification_settings (type) SELECT unnest(ARRAY[{TYPES}])")


def downgrade() -> None:
    # What the code before cannot say or send.
    op.execute(f"DELETE FROM mails WHERE action NOT IN ({OLD_ACTIONS})")  # noqa: S608
    op.execute("UPDATE mails SET secret = NULL WHERE user_id IS NULL")
    op.drop_constraint("ck_mails_secret_of", "mails")
    op.create_check_constraint(
        op.f("ck_mails_secret_of_user"), "mails", "secret IS NULL OR user_id IS NOT NULL"
    )
    op.drop_constraint("ck_mails_action", "mails")
    op.create_check_constraint(op.f("ck_mails_action"), "mails", f"action IN ({OLD_ACTIONS})")
    op.drop_column("mails", "secret_of")
    op.drop_column("mails", "unsubscribe_url")
    op.drop_column("mails", "reply_to")
    op.drop_column("mails", "language")
    op.drop_index(
        "uq_email_notifications_user_id_event_id",
        table_name="email_notifications",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_email_notifications_user_id",
        table_name="email_notifications",
        postgresql_include=["deleted_at"],
    )
    op.drop_index(op.f("ix_email_notifications_event_id"), table_name="email_notifications")
    op.drop_table("email_notifications")
    op.drop_index("uq_notifications_user_id_key", table_name="notifications")
    op.drop_index("ix_notifications_user_id", table_name="notifications")
    op.drop_index("ix_notifications_received_at", table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("notification_settings")
    op.drop_table("message_settings")
