"""add speakers of sessions, invitations to speak, feedback and favourite sessions

Revision: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedbacks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rating", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
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
        sa.CheckConstraint(
            "num_nonnulls(event_id, session_id) = 1", name=op.f("ck_feedbacks_one_target")
        ),
        sa.CheckConstraint("rating BETWEEN 0 AND 5", name=op.f("ck_feedbacks_rating")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_feedbacks_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_feedbacks_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_feedbacks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedbacks")),
    )
    op.create_index(
        "ix_feedbacks_event_id",
        "feedbacks",
        ["event_id", "id"],
        unique=False,
        postgresql_include=["deleted_at"],
    )
    op.create_index(
        "ix_feedbacks_session_id",
        "feedbacks",
        ["session_id", "id"],
        unique=False,
        postgresql_include=["rating", "deleted_at"],
    )
    op.create_index("ix_feedbacks_user_id", "feedbacks", ["user_id", "id"], unique=False)
    op.create_index(
        "uq_feedbacks_user_id_event_id",
        "feedbacks",
        ["user_id", "event_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_feedbacks_user_id_session_id",
        "feedbacks",
        ["user_id", "session_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "speaker_invites",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mails", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
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
        sa.CheckConstraint(
            "status IN ('pending', 'accepted', 'rejected')", name=op.f("ck_speaker_invites_status")
        ),
        sa.CheckConstraint(
            "(hash IS NULL) = (expires_at IS NULL)", name=op.f("ck_speaker_invites_token_expires")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_speaker_invites_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "event_id"],
            ["sessions.id", "sessions.event_id"],
            name="fk_speaker_invites_session_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_invites")),
        sa.UniqueConstraint("hash", name=op.f("uq_speaker_invites_hash")),
    )
    op.create_index(
        "ix_speaker_invites_event_id", "speaker_invites", ["event_id", "id"], unique=False
    )
    op.create_index(
        "ix_speaker_invites_session_id", "speaker_invites", ["session_id", "id"], unique=False
    )
    op.create_index(
        "uq_speaker_invites_session_id_email",
        "speaker_invites",
        ["session_id", sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "speakers_sessions",
        sa.Column("speaker_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "event_id"],
            ["sessions.id", "sessions.event_id"],
            name="fk_speakers_sessions_session_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id", "event_id"],
            ["speakers.id", "speakers.event_id"],
            name="fk_speakers_sessions_speaker_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("speaker_id", "session_id", name=op.f("pk_speakers_sessions")),
    )
    op.create_index(
        "ix_speakers_sessions_session_id",
        "speakers_sessions",
        ["session_id", "speaker_id"],
        unique=False,
    )
    op.create_table(
        "user_favourite_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_user_favourite_sessions_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_favourite_sessions_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_favourite_sessions")),
        sa.UniqueConstraint(
            "user_id", "session_id", name=op.f("uq_user_favourite_sessions_user_id_session_id")
        ),
    )
    op.create_index(
        "ix_user_favourite_sessions_session_id",
        "user_favourite_sessions",
        ["session_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_user_favourite_sessions_session_id", table_name="user_favourite_sessions")
    op.drop_table("user_favourite_sessions")
    op.drop_index("ix_speakers_sessions_session_id", table_name="speakers_sessions")
    op.drop_table("speakers_sessions")
    op.drop_index(
        "uq_speaker_invites_session_id_email",
        table_name="speaker_invites",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_speaker_invites_session_id", table_name="speaker_invites")
    op.drop_index("ix_speaker_invites_event_id", table_name="speaker_invites")
    op.drop_table("speaker_invites")
    op.drop_index(
        "uq_feedbacks_user_id_session_id",
        table_name="feedbacks",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "uq_feedbacks_user_id_event_id",
        table_name="feedbacks",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index("ix_feedbacks_user_id", table_name="feedbacks")
    op.drop_index(
        "ix_feedbacks_session_id",
        table_name="feedbacks",
        postgresql_include=["rating", "deleted_at"],
    )
    op.drop_index(
        "ix_feedbacks_event_id", table_name="feedbacks", postgresql_include=["deleted_at"]
    )
    op.drop_table("feedbacks")
