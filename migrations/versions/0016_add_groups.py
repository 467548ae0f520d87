"""add groups

Revision: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column(
            "social_links",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        sa.Column("logo_url", sa.Text(), nullable=True),
        sa.Column("banner_url", sa.Text(), nullable=True),
        sa.Column("thumbnail_image_url", sa.Text(), nullable=True),
        sa.Column("is_promoted", sa.Boolean(), server_default="false", nullable=False),
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
            ["user_id"], ["users.id"], name=op.f("fk_groups_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    op.create_index(
        "ix_groups_user_id",
        "groups",
        ["user_id", "id"],
        unique=False,
        postgresql_include=["deleted_at"],
    )
    op.create_table(
        "user_follow_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
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
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_user_follow_groups_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_follow_groups_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_follow_groups")),
    )
    op.create_index(
        "ix_user_follow_groups_user_id", "user_follow_groups", ["user_id", "id"], unique=False
    )
    op.create_index(
        "uq_user_follow_groups_group_id_user_id",
        "user_follow_groups",
        ["group_id", "user_id"],
        unique=True,
    )
    op.create_table(
        "users_groups_roles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mails", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
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
        sa.CheckConstraint(
            "(hash IS NULL) = (expires_at IS NULL)",
            name=op.f("ck_users_groups_roles_token_expires"),
        ),
        sa.CheckConstraint(
            "accepted = (user_id IS NOT NULL)",
            name=op.f("ck_users_groups_roles_accepted_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_users_groups_roles_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"],
            ["roles.id"],
            name=op.f("fk_users_groups_roles_role_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_users_groups_roles_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users_groups_roles")),
        sa.UniqueConstraint("hash", name=op.f("uq_users_groups_roles_hash")),
    )
    op.create_index(
        "ix_users_groups_roles_group_id", "users_groups_roles", ["group_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_users_groups_roles_role_id"), "users_groups_roles", ["role_id"], unique=False
    )
    op.create_index(
        "uq_users_groups_roles_group_id_email",
        "users_groups_roles",
        ["group_id", sa.literal_column("lower(email)")],
        unique=True,
    )
    op.create_index(
        "uq_users_groups_roles_user_id_group_id",
        "users_groups_roles",
        ["user_id", "group_id"],
        unique=True,
    )
    op.add_column("events", sa.Column("group_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_events_group_id", "events", ["group_id", "id"], unique=False)
    op.create_foreign_key(
        op.f("fk_events_group_id"), "events", "groups", ["group_id"], ["id"], ondelete="SET NULL"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_events_group_id"), "events", type_="foreignkey")
    op.drop_index("ix_events_group_id", table_name="events")
    op.drop_column("events", "group_id")
    op.drop_index("uq_users_groups_roles_user_id_group_id", table_name="users_groups_roles")
    op.drop_index("uq_users_groups_roles_group_id_email", table_name="users_groups_roles")
    op.drop_index(op.f("ix_users_groups_roles_role_id"), table_name="users_groups_roles")
    op.drop_index("ix_users_groups_roles_group_id", table_name="users_groups_roles")
    op.drop_table("users_groups_roles")
    op.drop_index("uq_user_follow_groups_group_id_user_id", table_name="user_follow_groups")
    op.drop_index("ix_user_follow_groups_user_id", table_name="user_follow_groups")
    op.drop_table("user_follow_groups")
    op.drop_index("ix_groups_user_id", table_name="groups", postgresql_include=["deleted_at"])
    op.drop_table("groups")
