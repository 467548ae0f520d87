"""add speakers, calls for them and favourite events

Revision: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speakers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("photo_url", sa.Text(), nullable=True),
        sa.Column("thumbnail_image_url", sa.Text(), nullable=True),
        sa.Column("small_image_url", sa.Text(), nullable=True),
        sa.Column("icon_image_url", sa.Text(), nullable=True),
        sa.Column("short_biography", sa.Text(), nullable=True),
        sa.Column("long_biography", sa.Text(), nullable=True),
        sa.Column("speaking_experience", sa.Text(), nullable=True),
        sa.Column("mobile", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("twitter", sa.Text(), nullable=True),
        sa.Column("facebook", sa.Text(), nullable=True),
        sa.Column("github", sa.Text(), nullable=True),
        sa.Column("mastodon", sa.Text(), nullable=True),
        sa.Column("linkedin", sa.Text(), nullable=True),
        sa.Column("instagram", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("is_featured", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "is_email_overridden", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("order", sa.BigInteger(), server_default="0", nullable=True),
        sa.Column("heard_from", sa.Text(), nullable=True),
        sa.Column("sponsorship_required", sa.Text(), nullable=True),
        sa.Column(
            "complex_field_values",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column(
            "speaker_positions",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
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
        sa.CheckConstraint(
            "gender IN ('Man', 'Woman', 'Transgender', 'Non-binary', 'Genderqueer', 'An identity not listed here', 'I prefer not to say')",
            name=op.f("ck_speakers_gender"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_speakers_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_speakers_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speakers")),
        sa.UniqueConstraint("id", "event_id", name=op.f("uq_speakers_id_event_id")),
    )
    op.create_index(
        "ix_speakers_event_id",
        "speakers",
        ["event_id", "order", "id"],
        unique=False,
        postgresql_include=["deleted_at"],
    )
    op.create_index(
        "ix_speakers_user_id",
        "speakers",
        ["user_id", "order", "id"],
        unique=False,
        postgresql_include=["deleted_at"],
    )
    op.create_index(
        "uq_speakers_event_id_email",
        "speakers",
        ["event_id", sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND NOT is_email_overridden"),
    )
    op.create_table(
        "speakers_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("soft_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.Column("privacy", sa.Text(), server_default="public", nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
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
        sa.CheckConstraint(
            "privacy IN ('public', 'private')", name=op.f("ck_speakers_calls_privacy")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_speakers_calls_ends_after_starts")),
        sa.CheckConstraint(
            "soft_ends_at BETWEEN starts_at AND ends_at",
            name=op.f("ck_speakers_calls_soft_ends_within"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_speakers_calls_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speakers_calls")),
    )
    op.create_index(
        "uq_speakers_calls_event_id",
        "speakers_calls",
        ["event_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "user_favourite_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
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
            name=op.f("fk_user_favourite_events_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_favourite_events_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_favourite_events")),
    )
    op.create_index(
        "ix_user_favourite_events_event_id", "user_favourite_events", ["event_id"], unique=False
    )
    op.create_index(
        "ix_user_favourite_events_user_id", "user_favourite_events", ["user_id", "id"], unique=False
    )
    op.create_index(
        "uq_user_favourite_events_user_id_event_id",
        "user_favourite_events",
        ["user_id", "event_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_user_favourite_events_user_id_event_id",
        table_name="user_favourite_events",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index("ix_user_favourite_events_user_id", table_name="user_favourite_events")
    op.drop_index("ix_user_favourite_events_event_id", table_name="user_favourite_events")
    op.drop_table("user_favourite_events")
    op.drop_index(
        "uq_speakers_calls_event_id",
        table_name="speakers_calls",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("speakers_calls")
    op.drop_index(
        "uq_speakers_event_id_email",
        table_name="speakers",
        postgresql_where=sa.text("deleted_at IS NULL AND NOT is_email_overridden"),
    )
    op.drop_index("ix_speakers_user_id", table_name="speakers", postgresql_include=["deleted_at"])
    op.drop_index("ix_speakers_event_id", table_name="speakers", postgresql_include=["deleted_at"])
    op.drop_table("speakers")
