"""add permissions and system roles

Revision: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custom_system_roles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_system_roles")),
    )
    op.create_index("uq_custom_system_roles_name", "custom_system_roles", ["name"], unique=True)
    op.create_table(
        "panel_permissions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("panel_name", sa.Text(), nullable=False),
        sa.Column("can_access", sa.Boolean(), server_default="true", nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_permissions")),
    )
    op.create_index(
        "uq_panel_permissions_panel_name", "panel_permissions", ["panel_name"], unique=True
    )
    op.create_table(
        "services",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
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
            "name IN ('microlocation', 'session', 'speaker', 'track', 'sponsor')",
            name=op.f("ck_services_name"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_index("uq_services_name", "services", ["name"], unique=True)
    op.create_table(
        "event_role_permissions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("can_create", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("can_read", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("can_update", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("can_delete", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
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
            ["role_id"],
            ["roles.id"],
            name=op.f("fk_event_role_permissions_role_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name=op.f("fk_event_role_permissions_service_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_role_permissions")),
    )
    op.create_index(
        op.f("ix_event_role_permissions_service_id"),
        "event_role_permissions",
        ["service_id"],
        unique=False,
    )
    op.create_index(
        "uq_event_role_permissions_role_id_service_id",
        "event_role_permissions",
        ["role_id", "service_id"],
        unique=True,
    )
    op.create_table(
        "panels_of_system_roles",
        sa.Column("custom_system_role_id", sa.BigInteger(), nullable=False),
        sa.Column("panel_permission_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["custom_system_role_id"],
            ["custom_system_roles.id"],
            name=op.f("fk_panels_of_system_roles_custom_system_role_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["panel_permission_id"],
            ["panel_permissions.id"],
            name=op.f("fk_panels_of_system_roles_panel_permission_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "custom_system_role_id", "panel_permission_id", name=op.f("pk_panels_of_system_roles")
        ),
    )
    op.create_index(
        op.f("ix_panels_of_system_roles_panel_permission_id"),
        "panels_of_system_roles",
        ["panel_permission_id"],
        unique=False,
    )
    op.create_table(
        "users_system_roles",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("custom_system_role_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["custom_system_role_id"],
            ["custom_system_roles.id"],
            name=op.f("fk_users_system_roles_custom_system_role_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_users_system_roles_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user_id", "custom_system_role_id", name=op.f("pk_users_system_roles")
        ),
    )
    op.create_index(
        op.f("ix_users_system_roles_custom_system_role_id"),
        "users_system_roles",
        ["custom_system_role_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_users_system_roles_custom_system_role_id"), table_name="users_system_roles"
    )
    op.drop_table("users_system_roles")
    op.drop_index(
        op.f("ix_panels_of_system_roles_panel_permission_id"), table_name="panels_of_system_roles"
    )
    op.drop_table("panels_of_system_roles")
    op.drop_index(
        "uq_event_role_permissions_role_id_service_id", table_name="event_role_permissions"
    )
    op.drop_index(op.f("ix_event_role_permissions_service_id"), table_name="event_role_permissions")
    op.drop_table("event_role_permissions")
    op.drop_index("uq_services_name", table_name="services")
    op.drop_table("services")
    op.drop_index("uq_panel_permissions_panel_name", table_name="panel_permissions")
    op.drop_table("panel_permissions")
    op.drop_index("uq_custom_system_roles_name", table_name="custom_system_roles")
    op.drop_table("custom_system_roles")
