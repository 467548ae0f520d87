"""add role invites

Revision: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "role_invites",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mails", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("inviter_id", sa.BigInteger(), nullable=True),
        sa.Column("grant_id", sa.BigInteger(), nullable=True),
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
            "grant_id IS NULL OR status = 'accepted'",
            name=op.f("ck_role_invites_grant_was_accepted"),
        ),
        sa.CheckConstraint(
            "role_name IN ('owner', 'organizer', 'coorganizer', 'track_organizer', 'moderator', 'registrar')",
            name=op.f("ck_role_invites_role_name"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'accepted', 'declined')", name=op.f("ck_role_invites_status")
        ),
        sa.CheckConstraint(
            "(hash IS NULL) = (expires_at IS NULL)", name=op.f("ck_role_invites_token_expires")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_role_invites_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["users_events_roles.id"],
            name=op.f("fk_role_invites_grant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"],
            ["users.id"],
            name=op.f("fk_role_invites_inviter_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_role_invites_role_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_invites")),
        sa.UniqueConstraint("hash", name=op.f("uq_role_invites_hash")),
    )
    op.create_index("ix_role_invites_event_id", "role_invites", ["event_id", "id"], unique=False)
    op.create_index(op.f("ix_role_invites_grant_id"), "role_invites", ["grant_id"], unique=False)
    op.create_index(
        op.f("ix_role_invites_inviter_id"), "role_invites", ["inviter_id"], unique=False
    )
    op.create_index(op.f("ix_role_invites_role_id"), "role_invites", ["role_id"], unique=False)
    op.create_index(
        "uq_role_invites_event_id_email",
        "role_invites",
        ["event_id", sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "uq_role_invites_event_id_owner",
        "role_invites",
        ["event_id"],
        unique=True,
        postgresql_where=sa.text("status = 'pending' AND role_name = 'owner'"),
    )
    op.add_column(
        "users_events_roles",
        sa.Column("is_owner", sa.Boolean(), server_default="false", nullable=False),
    )
    # Which role is the owner's is known to the table of roles, and an index sees one table only.
    op.execute(
        """
        CREATE FUNCTION users_events_roles_is_owner() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.is_owner := coalesce((SELECT name = 'owner' FROM roles WHERE id = NEW.role_id), false);
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER users_events_roles_is_owner BEFORE INSERT OR UPDATE ON users_events_roles"
        " FOR EACH ROW EXECUTE FUNCTION users_events_roles_is_owner()"
    )
    op.execute(
        "UPDATE users_events_roles SET is_owner = true"
        " WHERE role_id = (SELECT id FROM roles WHERE name = 'owner')"
    )
    op.create_index(
        "uq_users_events_roles_event_id_owner",
        "users_events_roles",
        ["event_id"],
        unique=True,
        postgresql_where=sa.text("is_owner"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_users_events_roles_event_id_owner",
        table_name="users_events_roles",
        postgresql_where=sa.text("is_owner"),
    )
    op.execute("DROP TRIGGER users_events_roles_is_owner ON users_events_roles")
    op.execute("DROP FUNCTION users_events_roles_is_owner()")
    op.drop_column("users_events_roles", "is_owner")
    op.drop_index(
        "uq_role_invites_event_id_owner",
        table_name="role_invites",
        postgresql_where=sa.text("status = 'pending' AND role_name = 'owner'"),
    )
    op.drop_index(
        "uq_role_invites_event_id_email",
        table_name="role_invites",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index(op.f("ix_role_invites_role_id"), table_name="role_invites")
    op.drop_index(op.f("ix_role_invites_inviter_id"), table_name="role_invites")
    op.drop_index(op.f("ix_role_invites_grant_id"), table_name="role_invites")
    op.drop_index("ix_role_invites_event_id", table_name="role_invites")
    op.drop_table("role_invites")
