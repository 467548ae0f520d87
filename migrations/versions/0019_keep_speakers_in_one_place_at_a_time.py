"""Keep speakers in one place at a time

Who speaks where knows when: the key to the session follows its time, and an exclusion over
speaker and time refuses what overlaps. No extension is needed for it.

Revision: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("speakers_sessions", sa.Column("occupied", postgresql.TSTZRANGE()))
    op.execute(
        "UPDATE speakers_sessions SET occupied = sessions.occupied FROM sessions"
        " WHERE sessions.id = speakers_sessions.session_id"
    )
    op.alter_column("speakers_sessions", "occupied", nullable=False)
    op.create_foreign_key(
        "fk_speakers_sessions_occupied",
        "speakers_sessions",
        "sessions",
        ["session_id", "occupied"],
        ["id", "occupied"],
        onupdate="CASCADE",
        ondelete="CASCADE",
    )
    op.execute(
        "ALTER TABLE speakers_sessions ADD CONSTRAINT ex_speakers_sessions_one_at_a_time"
        " EXCLUDE USING gist"
        " ((int8range(speaker_id, speaker_id, '[]')) WITH &&, occupied WITH &&)"
    )
    op.execute(
        "CREATE FUNCTION speakers_sessions_know_when() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN"
        " SELECT occupied INTO NEW.occupied FROM sessions WHERE id = NEW.session_id;"
        " RETURN NEW;"
        " END $$"
    )
    op.execute(
        "CREATE TRIGGER know_when BEFORE INSERT ON speakers_sessions"
        " FOR EACH ROW EXECUTE FUNCTION speakers_sessions_know_when()"
    )
    # Also where references are not looked at, as when the demo world is put back.
    op.execute("ALTER TABLE speakers_sessions ENABLE ALWAYS TRIGGER know_when")


def downgrade() -> None:
    op.execute("DROP TRIGGER know_when ON speakers_sessions")
    op.execute("DROP FUNCTION speakers_sessions_know_when()")
    op.drop_constraint("ex_speakers_sessions_one_at_a_time", "speakers_sessions")
    op.drop_constraint("fk_speakers_sessions_occupied", "speakers_sessions", type_="foreignkey")
    op.drop_column("speakers_sessions", "occupied")
