"""How many orders of one hot ticket a server takes a second, all for the same row.

``python -m tests.benchmarks.rush`` serves the demo world as in production, lets the clients of
the other benchmarks order single seats of one ticket for a while, and prints what was taken.
Seats, orders and counters are compared afterwards; exits with 1 when they differ, or when it
were fewer than 100 orders a second.
"""

from __future__ import annotations

import json
import secrets
import statistics
import sys
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text

from openevent import world
from openevent.areas.identity.world import PRINCIPALS
from openevent.db.engine import make_engine
from openevent.db.migrate import upgrade
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.valkey import EmbeddedValkey
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from tests.benchmarks.client import CONNECTIONS, Request, drive
from tests.benchmarks.servers import cpu_seconds, real_server

SECONDS: Final = 10.0
AT_LEAST: Final = 100
TICKET: Final = 1

_STOCK = text("UPDATE tickets SET quantity = 1000000, max_order = 1000000 WHERE id = :id")
_SOLD = text("SELECT held + sold FROM tickets WHERE id = :id")


def main() -> None:
    """Measure once, and print a sentence."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oe-rush-")))
        settings = Settings(
            data_dir=folder,
            database_url=stack.enter_context(postgres := EmbeddedPostgres(folder)),
            redis_url=stack.enter_context(EmbeddedValkey(folder)),
            secret_key=secrets.token_urlsafe(48),
        )
        upgrade(settings.database_url)
        engine = make_engine(settings)
        stack.callback(engine.dispose)
        world.load(engine, settings)
        with engine.begin() as connection:
            connection.execute(_STOCK, {"id": TICKET})
            before = connection.execute(_SOLD, {"id": TICKET}).scalar_one()
        address, server = stack.enter_context(real_server(settings, folder / "server.log"))
        orders = _orders(settings)
        warm = drive(address, orders, 1.0).count
        assert postgres.pid is not None  # it answered
        web, database = cpu_seconds(server), cpu_seconds(postgres.pid)
        load = drive(address, orders, SECONDS)
        web, database = cpu_seconds(server) - web, cpu_seconds(postgres.pid) - database
        with engine.connect() as connection:
            sold = connection.execute(_SOLD, {"id": TICKET}).scalar_one() - before
    a_second = load.count / load.seconds
    percentiles = statistics.quantiles(load.latencies, n=100)
    print(
        f"{load.count} orders of one ticket in {load.seconds:.1f} s: {a_second:.0f} a second,"
        f" p50 {percentiles[49] * 1000:.0f} ms, p99 {percentiles[98] * 1000:.0f} ms"
        f" ({CONNECTIONS} buyers at a time; {sold} seats gone for {load.count + warm} orders;"
        f" CPU of an order: {web / load.count * 1000:.1f} ms of the web processes,"
        f" {database / load.count * 1000:.1f} ms of the database)"
    )
    sys.exit(sold != load.count + warm or a_second < AT_LEAST)


def _orders(settings: Settings) -> list[Request]:
    signer = TokenSigner(settings.secret_key)
    body = json.dumps({"tickets": [{"id": str(TICKET), "quantity": 1}]}).encode()
    found = []
    for name in ("registered", "organizer", "owner", "coorganizer"):
        token = signer.access(PRINCIPALS[name], expires_in=timedelta(hours=1))
        found.append(Request.make("/v1/orders/create-order", token=token, method="POST", body=body))
    return found


if __name__ == "__main__":
    main()
