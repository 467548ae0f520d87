"""One event of 100,000 attendees beside 200 small ones, written by the database itself."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from openevent.db.engine import make_engine
from openevent.db.migrate import upgrade
from openevent.settings import Settings

ATTENDEES: Final = 100_000
#: Who owns the big event, which is the first, and an admin; and their log-in sessions.
OWNER, ADMIN = 4, 2
SESSIONS: Final = {OWNER: 1, ADMIN: 2}

#: Orders have one or two seats; of ten orders seven are completed.
_STATEMENTS: Final = (
    "INSERT INTO users (email, is_verified)"
    " SELECT 'user' || n || '@example.org', true FROM generate_series(1, 1000) AS n",
    "UPDATE users SET is_admin = true WHERE id = 2",
    "INSERT INTO roles (name) VALUES ('owner'), ('organizer')",
    "INSERT INTO login_sessions (user_id, expires_at) VALUES (4, '2100-01-01'), (2, '2100-01-01')",
    "INSERT INTO events (identifier, name, state, starts_at, ends_at, timezone, location_name,"
    " payment_currency, payment_country) SELECT 'e' || to_char(n, 'fm0000000'), 'Event ' || n,"
    " 'published', '2031-05-01', '2031-05-03', 'Europe/Berlin', 'Hall ' || n % 50, 'EUR', 'DE'"
    " FROM generate_series(1, 201) AS n",
    "INSERT INTO users_events_roles (event_id, user_id, role_id)"
    " SELECT n, 3 + n, 1 FROM generate_series(1, 201) AS n",
    "INSERT INTO tickets (event_id, name, type, price, quantity, sold, position, sales_starts_at,"
    " sales_ends_at) SELECT e, 'Ticket ' || t, CASE t WHEN 1 THEN 'free' ELSE 'paid' END,"
    " t * 10, 200000, 0, t, '2030-01-01', '2031-05-01'"
    " FROM generate_series(1, 201) AS e, generate_series(1, 4) AS t ORDER BY e, t",
    "INSERT INTO discount_codes (event_id, code, type, value, is_active, valid_from)"
    " SELECT 1, 'CODE' || n, 'amount', 1, true, '2030-01-01' FROM generate_series(1, 20) AS n",
    # Two thirds of the orders have two seats: 60,000 orders are 100,000 seats.
    "CREATE TEMP TABLE buying AS SELECT n, CASE WHEN n <= 60000 THEN 1 ELSE 2 + n % 200 END AS e,"
    " CASE WHEN n % 3 = 0 THEN 1 ELSE 2 END AS seats, '2030-02-01'::timestamptz"
    " + n * interval '90 seconds' AS at FROM generate_series(1, 80000) AS n",
    "INSERT INTO orders (id, identifier, status, event_id, user_id, amount, currency, created_at,"
    " completed_at, expires_at, discount_code_id, discount_uses) OVERRIDING SYSTEM VALUE"
    " SELECT n, 'order-' || n, s.status, e, 3 + n % 900, seats * 20, 'EUR', at,"
    " CASE s.status WHEN 'completed' THEN at END, CASE s.status WHEN 'pending' THEN"
    " '2099-01-01'::timestamptz END, CASE WHEN e = 1 AND n % 10 = 1 THEN 1 + n % 20 END, 1"
    " FROM buying, LATERAL (SELECT CASE WHEN n % 10 < 7 THEN 'completed' WHEN n % 10 = 7"
    " THEN 'placed' WHEN n % 10 = 8 THEN 'pending' ELSE 'cancelled' END AS status) AS s",
    "INSERT INTO order_lines (order_id, ticket_id, event_id, quantity, price)"
    " SELECT n, (e - 1) * 4 + 1 + n % 4, e, seats, 20 FROM buying",
    "INSERT INTO attendees (firstname, lastname, email, event_id, order_id, ticket_id)"
    " SELECT 'Visitor ' || n, 'No. ' || s, 'visitor' || n || '@example.org', e, n,"
    " (e - 1) * 4 + 1 + n % 4 FROM buying, generate_series(1, seats) AS s ORDER BY n, s",
    # Half of those who may have come in, some went out again.
    "INSERT INTO scans (client_id, event_id, ticket_holder_id, direction, verdict, lane, turn,"
    " scanned_at, happened_at) SELECT 'c' || id || '-' || turn, 1, id, CASE turn WHEN 1 THEN 'in'"
    " ELSE 'out' END, 'accepted', 'door', turn, at, at FROM (SELECT id, turn, '2031-05-01 06:00Z'"
    "::timestamptz + id % 36000 * interval '1 second' + turn * interval '1 hour' AS at"
    " FROM attendees, generate_series(1, 2) AS turn"
    " WHERE event_id = 1 AND id % 2 = 0 AND (turn = 1 OR id % 8 = 0)) AS passed ORDER BY turn, at",
)


def fill(settings: Settings) -> None:
    """Migrate an empty database and fill it; the same rows each time."""
    upgrade(settings.database_url)
    engine = make_engine(settings)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in _STATEMENTS:
            connection.execute(text(statement.replace(":", r"\:")))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
    engine.dispose()
