"""What the organizer's pages and the door cost at 100,000 attendees.

``python -m tests.benchmarks.sales`` starts a PostgreSQL of its own, fills it, asks each
route a few times through the application itself, and prints a Markdown table: CPU of the
application and of the database for one request, and the size of the answer. CPU, because
the clock says little on a machine that others use too. ``--explain`` prints the plans of
the statements instead.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final
from unittest.mock import patch

from falcon.testing import TestClient
from sqlalchemy import text

from openevent.app import create_app
from openevent.areas.events.sums import SUMS
from openevent.db.engine import ReadPool, make_engine
from openevent.jsonapi.schema import dasherize
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.valkey import EmbeddedValkey
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from tests.benchmarks import crowd
from tests.benchmarks.servers import cpu_seconds

_SYNC: Final = "/v1/events/1/check-in/attendees"
_SUMS: Final = ",".join(map(dasherize, SUMS))
_OVERVIEW: Final = "/v1/events/1/sales-overview"
_PART: Final = f"{_OVERVIEW}?fields[event-sales-overview]="
#: Where everything that happened at the door has been told; a dashboard's news begin there.
_NEWEST: Final = text(
    "SELECT max(written_in) + 1, 0 FROM"
    " (SELECT written_in FROM scans UNION ALL SELECT written_in FROM order_changes) told"
)
ROUTES: Final = {
    "sales overview, all of it": _OVERVIEW,
    "… sales by day": f"{_PART}by-day",
    "… sales by ticket": f"{_PART}by-ticket",
    "… sales by code": f"{_PART}by-discount-code,by-access-code",
    "… check-ins by hour": f"{_PART}check-ins-by-hour",
    "order statistics of the event": "/v1/events/1/order-statistics",
    "order statistics of a ticket": "/v1/tickets/1/order-statistics",
    "general statistics": "/v1/events/1/general-statistics",
    "sums of the event": f"/v1/events/1?fields[event]={_SUMS}",
    "the event, without sums": "/v1/events/1",
    "counts at the door": "/v1/events/1/check-in/stream",
    "news at the door: none": "/v1/events/1/check-in/stream?since=NEWS",
    "sync feed, first page of 1,000": f"{_SYNC}?limit=1000",
    "sync feed, a page in the middle": f"{_SYNC}?limit=1000&since=MIDDLE",
    "sync feed, nothing new": f"{_SYNC}?limit=1000&since=LAST",
    "attendees, first page of 20": "/v1/events/1/attendees",
    "attendees, page 4,000 of 20": "/v1/events/1/attendees?page[number]=4000",
    "attendees, first 200 with order and ticket": (
        "/v1/events/1/attendees?include=order,ticket&page[size]=200"
    ),
    "admin sales by event, first 20": "/v1/admin/sales/by-events",
    "admin sales by location, first 20": "/v1/admin/sales/by-location",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one request cost."""

    application_ms: float
    database_ms: float
    size: int


def main() -> int:
    """Fill a database, measure every route, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sales", description=__doc__)
    parser.add_argument("--times", type=int, default=7, help="requests of each kind (7)")
    parser.add_argument("--only", default="", help="routes with this in their name")
    parser.add_argument("--explain", action="store_true", help="print plans, measure nothing")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oe-sales-")))
        postgres = EmbeddedPostgres(folder, durable=False)
        settings = Settings(
            data_dir=folder,
            database_url=stack.enter_context(postgres),
            redis_url=stack.enter_context(EmbeddedValkey(folder, durable=False)),
            secret_key=secrets.token_urlsafe(48),
            dispatch="off",
            rate_limits="relaxed",
            statement_timeout_ms=60_000,
        )
        print(f"filling the database: {crowd.ATTENDEES:,} attendees", file=sys.stderr)
        crowd.fill(settings)
        app = create_app(settings)
        stack.callback(app.close)
        ask = _asking(TestClient(app), settings)
        chosen = {name: path for name, path in _paths(settings) if asked.only in name}
        if asked.explain:
            _explain(ask, chosen)
            return 0
        assert postgres.pid is not None  # it answered
        rows = [(n, _measure(ask, path, postgres.pid, asked.times)) for n, path in chosen.items()]
    print("| request | CPU ms of the application | of the database | KiB |")
    print("| --- | ---: | ---: | ---: |")
    for name, cost in rows:
        figures = f"{cost.application_ms:.1f} | {cost.database_ms:.1f} | {cost.size / 1024:.0f}"
        print(f"| {name} | {figures} |")
    return 0


def _asking(client: TestClient, settings: Settings) -> Callable[[str], Any]:
    signer = TokenSigner(settings.secret_key)
    tokens = {
        user: signer.access(user, expires_in=86_400, session=session)
        for user, session in crowd.SESSIONS.items()
    }

    def ask(path: str) -> Any:
        token = tokens[crowd.ADMIN if path.startswith("/v1/admin") else crowd.OWNER]
        answer = client.simulate_get(path, headers={"Authorization": f"JWT {token}"})
        assert answer.status_code == 200, f"{path}: {answer.text[:500]}"
        return answer

    return ask


def _paths(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the routes; the places of the feeds are those of this database."""
    engine = make_engine(settings)
    place = text(
        "SELECT changed_in, id FROM attendees WHERE event_id = 1"
        " ORDER BY changed_in, id LIMIT 1 OFFSET :offset"
    )
    with engine.connect() as db:
        middle, last = (
            "{:x}-{:x}".format(*db.execute(place, {"offset": offset}).one())
            for offset in (crowd.ATTENDEES // 2, crowd.ATTENDEES - 1)
        )
        news = "{:x}-{:x}".format(*db.execute(_NEWEST).one())
    engine.dispose()
    for name, path in ROUTES.items():
        yield name, path.replace("MIDDLE", middle).replace("LAST", last).replace("NEWS", news)


def _measure(ask: Callable[[str], Any], path: str, database: int, times: int) -> Spent:
    for _ in range(3):  # statements, plans, caches
        size = len(ask(path).content)
    ours = []
    before = cpu_seconds(database)
    for _ in range(times):
        began = time.process_time()
        ask(path)
        ours.append(time.process_time() - began)
    spent = (cpu_seconds(database) - before) / times
    return Spent(application_ms=median(ours) * 1000, database_ms=spent * 1000, size=size)


def _explain(ask: Callable[[str], Any], chosen: dict[str, str]) -> None:
    """Print the plans of what is read for each route, as the database carries them out."""
    run = ReadPool.run

    def explained(pool: ReadPool, sql: str, values: Mapping[str, Any]) -> Any:
        for (line,) in run(pool, f"EXPLAIN (ANALYZE, BUFFERS) {sql}", values):
            print(line)
        return run(pool, sql, values)

    for name, path in chosen.items():
        ask(path)
        print(f"== {name}")
        with patch.object(ReadPool, "run", explained):
            ask(path)


if __name__ == "__main__":
    sys.exit(main())
