"""add scans and stations

Revision: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

#: Scans are only added: they go with their event, or when a demo world is put back. The id of
#: who scanned is cleared when the account goes.
_KEPT = """
    CREATE FUNCTION keep_scans() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND (
            coalesce(current_setting('openevent.forget_history', true), '') = 'on'
            OR NOT EXISTS (SELECT FROM events WHERE id = OLD.event_id)
        ) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'scans are only added'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""

#: What an attendee's row says about the door, worked out anew from all accepted scans.
_TOLD = """
    CREATE FUNCTION tell_attendees_of_scans() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE attendees SET
            is_checked_in = door.is_in, is_checked_out = door.is_out,
            is_registered = door.registered IS NOT NULL,
            checkin_times = door.ins, checkout_times = door.outs,
            register_times = door.registered, device_name_checkin = door.devices,
            version = attendees.version + 1, modified_at = now()
        FROM (
            SELECT
                scans.ticket_holder_id AS id,
                coalesce(mod(max(turn) FILTER (WHERE lane = 'door'), 2) = 1, false) AS is_in,
                coalesce(mod(max(turn) FILTER (WHERE lane = 'door'), 2) = 0, false) AS is_out,
                string_agg(scan_time(happened_at), ',' ORDER BY turn)
                    FILTER (WHERE lane = 'door' AND direction = 'in') AS ins,
                string_agg(scan_time(happened_at), ',' ORDER BY turn)
                    FILTER (WHERE lane = 'door' AND direction = 'out') AS outs,
                string_agg(scan_time(happened_at), ',' ORDER BY happened_at, scans.id)
                    FILTER (WHERE lane LIKE 'registration %') AS registered,
                CASE WHEN bool_or(device_name IS NOT NULL AND lane = 'door' AND direction = 'in')
                    THEN string_agg(replace(coalesce(device_name, '-'), ',', ' '), ','
                        ORDER BY turn) FILTER (WHERE lane = 'door' AND direction = 'in')
                END AS devices
            FROM scans
            WHERE turn IS NOT NULL AND scans.ticket_holder_id IN (
                SELECT ticket_holder_id FROM added WHERE turn IS NOT NULL
            )
            GROUP BY scans.ticket_holder_id
        ) AS door
        WHERE attendees.id = door.id AND (
            attendees.is_checked_in, attendees.is_checked_out,
            attendees.checkin_times, attendees.checkout_times,
            attendees.register_times, attendees.device_name_checkin
        ) IS DISTINCT FROM (
            door.is_in, door.is_out, door.ins, door.outs, door.registered, door.devices
        );
        RETURN NULL;
    END $$
"""

_MARKED = """
    CREATE FUNCTION mark_attendee() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.changed_in := pg_current_xact_id()::text::bigint;
        IF TG_OP = 'UPDATE' AND pg_trigger_depth() = 1 AND (
            NEW.is_checked_in, NEW.is_checked_out, NEW.is_registered, NEW.checkin_times,
            NEW.checkout_times, NEW.register_times, NEW.device_name_checkin
        ) IS DISTINCT FROM (
            OLD.is_checked_in, OLD.is_checked_out, OLD.is_registered, OLD.checkin_times,
            OLD.checkout_times, OLD.register_times, OLD.device_name_checkin
        ) THEN
            RAISE EXCEPTION 'what the door knows of attendees follows from scans'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
"""

_TRIGGERS = (
    _KEPT,
    """
    CREATE FUNCTION scan_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$
    """,
    _TOLD,
    _MARKED,
    """
    CREATE FUNCTION mark_attendees_of_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE attendees SET changed_in = 0 WHERE order_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER scans_are_kept BEFORE DELETE OR UPDATE OF
        id, client_id, event_id, ticket_holder_id, station_id, session_id, first_id, code,
        direction, verdict, lane, turn, device_id, device_name, is_offline, scanned_at,
        happened_at, received_at, written_in
    ON scans FOR EACH ROW EXECUTE FUNCTION keep_scans()
    """,
    """
    CREATE TRIGGER scans_tell_attendees AFTER INSERT ON scans
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tell_attendees_of_scans()
    """,
    """
    CREATE TRIGGER attendees_are_marked BEFORE INSERT OR UPDATE ON attendees
    FOR EACH ROW EXECUTE FUNCTION mark_attendee()
    """,
    """
    CREATE TRIGGER orders_mark_attendees AFTER UPDATE OF status ON orders
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION mark_attendees_of_order()
    """,
    """
    CREATE FUNCTION mark_attendee_of_pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE attendees SET changed_in = 0 WHERE id = NEW.attendee_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER passes_mark_attendees AFTER INSERT OR UPDATE OF revision ON passes
    FOR EACH ROW EXECUTE FUNCTION mark_attendee_of_pass()
    """,
)
_DROPPED = (
    "TRIGGER passes_mark_attendees ON passes",
    "FUNCTION mark_attendee_of_pass()",
    "TRIGGER orders_mark_attendees ON orders",
    "TRIGGER attendees_are_marked ON attendees",
    "TRIGGER scans_tell_attendees ON scans",
    "TRIGGER scans_are_kept ON scans",
    "FUNCTION mark_attendees_of_order()",
    "FUNCTION mark_attendee()",
    "FUNCTION tell_attendees_of_scans()",
    "FUNCTION scan_time(timestamptz)",
    "FUNCTION keep_scans()",
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "stations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("station_name", sa.Text(), nullable=False),
        sa.Column("station_type", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("microlocation_id", sa.BigInteger(), nullable=True),
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
            "microlocation_id IS NOT NULL OR station_type NOT IN ('check in', 'check out')",
            name=op.f("ck_stations_microlocation_id"),
        ),
        sa.CheckConstraint("station_name <> ''", name=op.f("ck_stations_station_name")),
        sa.CheckConstraint(
            "station_type IN ('registration', 'daily', 'check in', 'check out')",
            name=op.f("ck_stations_station_type"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_stations_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["microlocation_id", "event_id"],
            ["microlocations.id", "microlocations.event_id"],
            name="fk_stations_microlocation_id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
    )
    op.create_index("ix_stations_event_id", "stations", ["event_id", "id"], unique=False)
    op.create_index("ix_stations_microlocation_id", "stations", ["microlocation_id"], unique=False)
    op.create_table(
        "station_store_paxs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("current_pax", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
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
        sa.CheckConstraint("current_pax >= 0", name=op.f("ck_station_store_paxs_current_pax")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_station_store_paxs_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["stations.id"],
            name=op.f("fk_station_store_paxs_station_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_store_paxs")),
    )
    op.create_index(
        "ix_station_store_paxs_session_id", "station_store_paxs", ["session_id", "id"], unique=False
    )
    op.create_index(
        "ix_station_store_paxs_station_id",
        "station_store_paxs",
        ["station_id", "session_id", "id"],
        unique=False,
    )
    op.create_table(
        "scans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_holder_id", sa.BigInteger(), nullable=True),
        sa.Column("station_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column(
            "turn_before",
            sa.Integer(),
            sa.Computed("NULLIF((turn - 1), 0)", persisted=True),
            nullable=True,
        ),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("device_name", sa.Text(), nullable=True),
        sa.Column("is_offline", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "written_in",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
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
            "(turn IS NOT NULL) = (verdict = 'accepted') AND (turn IS NULL OR (ticket_holder_id IS NOT NULL AND lane IS NOT NULL))",
            name=op.f("ck_scans_turn"),
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_scans_direction")),
        sa.CheckConstraint(
            "turn IS NULL OR (turn > 0 AND (mod(turn, 2) = 1) = (direction = 'in'))",
            name=op.f("ck_scans_turns"),
        ),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'duplicate', 'not-checked-in', 'not-paid', 'revoked', 'not-valid-now', 'wrong-event', 'unknown')",
            name=op.f("ck_scans_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_scans_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["first_id"], ["scans.id"], name=op.f("fk_scans_first_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_scans_session_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_scans_station_id"),
        sa.ForeignKeyConstraint(
            ["ticket_holder_id", "lane", "turn_before"],
            ["scans.ticket_holder_id", "scans.lane", "scans.turn"],
            name="fk_scans_turn_before",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_holder_id"], ["attendees.id"], name=op.f("fk_scans_ticket_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_scans_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("event_id", "client_id", name=op.f("uq_scans_event_id_client_id")),
        sa.UniqueConstraint(
            "ticket_holder_id", "lane", "turn", name=op.f("uq_scans_ticket_holder_id_lane_turn")
        ),
    )
    op.create_index("ix_scans_event_id", "scans", ["event_id", "written_in", "id"], unique=False)
    op.create_index("ix_scans_first_id", "scans", ["first_id"], unique=False)
    op.create_index("ix_scans_session_id", "scans", ["session_id"], unique=False)
    op.create_index("ix_scans_station_id", "scans", ["station_id", "session_id"], unique=False)
    op.create_index("ix_scans_user_id", "scans", ["user_id"], unique=False)
    op.add_column(
        "attendees",
        sa.Column("is_checked_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "attendees",
        sa.Column("is_checked_out", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "attendees",
        sa.Column("is_registered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("attendees", sa.Column("checkin_times", sa.Text(), nullable=True))
    op.add_column("attendees", sa.Column("checkout_times", sa.Text(), nullable=True))
    op.add_column("attendees", sa.Column("register_times", sa.Text(), nullable=True))
    op.add_column("attendees", sa.Column("device_name_checkin", sa.Text(), nullable=True))
    op.add_column(
        "attendees",
        sa.Column(
            "changed_in",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_attendees_changed_in", "attendees", ["event_id", "changed_in", "id"], unique=False
    )
    op.add_column(
        "order_changes",
        sa.Column(
            "written_in",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_order_changes_written_in", "order_changes", ["written_in", "id"], unique=False
    )
    # ### end Alembic commands ###
    for statement in _TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    for name in _DROPPED:
        op.execute(f"DROP {name}")
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index("ix_order_changes_written_in", table_name="order_changes")
    op.drop_column("order_changes", "written_in")
    op.drop_index("ix_attendees_changed_in", table_name="attendees")
    op.drop_column("attendees", "changed_in")
    op.drop_column("attendees", "device_name_checkin")
    op.drop_column("attendees", "register_times")
    op.drop_column("attendees", "checkout_times")
    op.drop_column("attendees", "checkin_times")
    op.drop_column("attendees", "is_registered")
    op.drop_column("attendees", "is_checked_out")
    op.drop_column("attendees", "is_checked_in")
    op.drop_index("ix_scans_user_id", table_name="scans")
    op.drop_index("ix_scans_station_id", table_name="scans")
    op.drop_index("ix_scans_session_id", table_name="scans")
    op.drop_index("ix_scans_first_id", table_name="scans")
    op.drop_index("ix_scans_event_id", table_name="scans")
    op.drop_table("scans")
    op.drop_index("ix_station_store_paxs_station_id", table_name="station_store_paxs")
    op.drop_index("ix_station_store_paxs_session_id", table_name="station_store_paxs")
    op.drop_table("station_store_paxs")
    op.drop_index("ix_stations_microlocation_id", table_name="stations")
    op.drop_index("ix_stations_event_id", table_name="stations")
    op.drop_table("stations")
    # ### end Alembic commands ###
