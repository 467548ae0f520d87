"""Shared fixtures: real servers, the demo world, a client that speaks as its people."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import falcon.testing
import hypothesis
import pytest
from redis import Redis
from sqlalchemy import Engine, or_, update

from openevent import world
from openevent.app import WebApp, create_app
from openevent.areas.identity.models import User
from openevent.areas.identity.world import DEMO_PASSWORD_HASH, PRINCIPALS, SUPER_ADMIN_ID
from openevent.db.engine import make_engine
from openevent.db.migrate import upgrade
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.valkey import EmbeddedValkey
from openevent.services.rate_limits import RateLimits, RedisStore
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from tests.answered import ANSWERED, Answer, faults, listen
from tests.neighbours import side_by_side
from tests.services.stripe_server import SECRET_KEY as STRIPE_KEY
from tests.services.stripe_server import WEBHOOK_SECRET, StripeServer

listen()
# The same examples in every run, however slow the machine: a run fails for what was changed.
# ``--hypothesis-profile=explore`` looks for examples that nobody has tried.
for name, is_repeatable in (("explore", False), ("repeatable", True)):
    hypothesis.settings.register_profile(
        name,
        derandomize=is_repeatable,
        database=None,
        deadline=None,
        suppress_health_check=[
            hypothesis.HealthCheck.too_slow,
            hypothesis.HealthCheck.function_scoped_fixture,
        ],
    )
hypothesis.settings.load_profile("repeatable")
# Until all is imported and collected nothing is garbage (see pytest_collection_finish).
gc.disable()

#: What a run saw answered against the blueprint.
UNDOCUMENTED = pytest.StashKey[list[str]]()
ADMIN_EMAIL = "admin@example.org"
SECRET_KEY = "a secret key of the tests, long enough to sign"


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """A directory for embedded servers, short enough for socket paths."""
    with TemporaryDirectory(prefix="oe-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[StripeServer]:
    """A Stripe on the loopback interface."""
    server = StripeServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def settings(data_dir: Path, stripe_server: StripeServer) -> Iterator[Settings]:
    """Settings of a migrated database with the demo world, on servers of this run's own."""
    with ExitStack() as stack:
        settings = Settings(
            data_dir=data_dir,
            database_url=stack.enter_context(EmbeddedPostgres(data_dir, durable=False)),
            redis_url=stack.enter_context(EmbeddedValkey(data_dir, durable=False)),
            secret_key=SECRET_KEY,
            admin_email=ADMIN_EMAIL,
            admin_password="open-event-demo",
            rate_limits="relaxed",
            dispatch="off",
            health_expires_s=0,
            # A test that waits for a lock, on a machine that is busy, waits for the lock.
            statement_timeout_ms=60_000,
            log_format="text",
            stripe_secret_key=STRIPE_KEY,
            stripe_webhook_secret=WEBHOOK_SECRET,
            stripe_api_base=stripe_server.url,
        )
        upgrade(settings.database_url)
        engine = make_engine(settings)
        world.load(engine, settings)
        engine.dispose()
        yield settings


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine on the test database, for arranging and for looking behind the API."""
    engine = make_engine(settings)
    yield engine
    _keeper(engine).close()
    engine.dispose()


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[WebApp]:
    """The web application."""
    app = create_app(settings)
    # What is there now stays: the garbage collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    yield app
    app.close()


@pytest.fixture(scope="session")
def rate_limits(settings: Settings) -> Iterator[RateLimits]:
    """What the application counts of the attempts of its callers."""
    with Redis.from_url(settings.redis_url) as redis:
        yield RateLimits(RedisStore(redis))


@pytest.fixture(autouse=True)
def pristine(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test that has servers the world is as it was, and no attempt is counted.

    It is the first to be set up, so what a test's other fixtures hold is let go by then.
    Tests that read a world of their module's own replace it.
    """
    if "settings" not in request.fixturenames:
        yield
        return
    engine: Engine = request.getfixturevalue("engine")
    rate_limits: RateLimits = request.getfixturevalue("rate_limits")
    yield
    put_back(engine)
    rate_limits.clear()


@lru_cache(maxsize=1)
def _keeper(engine: Engine) -> world.Keeper:
    return world.Keeper(engine)


def put_back(engine: Engine) -> None:
    """Put the demo world back if anything was written, with the log-in of the super admin.

    That log-in belongs to an installation, and a reset of the world leaves it as it finds it.
    """
    if not _keeper(engine).reset():
        return
    kept = {"email": ADMIN_EMAIL, "password_hash": DEMO_PASSWORD_HASH, "token_generation": 0}
    differs = or_(*(User.__table__.c[n].is_distinct_from(v) for n, v in kept.items()))
    with engine.begin() as connection:
        again = update(User.__table__).where(User.id == SUPER_ADMIN_ID, differs)
        connection.execute(again.values(kept))


class Client:
    """A test client whose requests are made as one of the world's people, by name."""

    def __init__(self, app: WebApp, signer: TokenSigner) -> None:
        self.http = falcon.testing.TestClient(app)
        self.signer = signer
        self._tokens: dict[str, str] = {}

    def token(self, name: str) -> str:
        """Return an access token of one of the world's people."""
        if name not in self._tokens:
            made = self.signer.access(PRINCIPALS[name], expires_in=timedelta(hours=1))
            self._tokens[name] = made
        return self._tokens[name]

    def request(
        self,
        method: str,
        path: str,
        document: Any = None,
        *,
        as_: str | None = None,
        headers: dict[str, str] | None = None,
        content_type: str | None = MEDIA_TYPE,
        **options: Any,
    ) -> falcon.testing.Result:
        """Make a request; ``path`` may carry a query string."""
        sent = {"Accept": "*/*", **(headers or {})}
        if as_ is not None:
            sent["Authorization"] = f"JWT {self.token(as_)}"
        if document is not None:
            options["body"] = (
                document if isinstance(document, bytes | str) else json.dumps(document)
            )
        if content_type and (document is not None or method in ("POST", "PATCH")):
            sent.setdefault("Content-Type", content_type)
        path, _, query = path.partition("?")
        return self.http.simulate_request(method, path, query_string=query, headers=sent, **options)

    def get(self, path: str, **options: Any) -> falcon.testing.Result:
        return self.request("GET", path, **options)

    def post(self, path: str, document: Any = None, **options: Any) -> falcon.testing.Result:
        return self.request("POST", path, document, **options)

    def patch(self, path: str, document: Any = None, **options: Any) -> falcon.testing.Result:
        return self.request("PATCH", path, document, **options)

    def delete(self, path: str, document: Any = None, **options: Any) -> falcon.testing.Result:
        return self.request("DELETE", path, document, **options)

    def rpc(
        self, path: str, body: Any, *, method: str = "POST", **options: Any
    ) -> falcon.testing.Result:
        """Call an RPC-style route with plain JSON."""
        return self.request(method, path, body, content_type="application/json", **options)


@pytest.fixture
def client(app: WebApp, settings: Settings) -> Client:
    """A client on the demo world."""
    return Client(app, TokenSigner(settings.secret_key))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones and keep those of one type together; all else is shuffled."""
    items[:] = side_by_side(sorted(items, key=lambda item: not item.get_closest_marker("long")))


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but not in what was made before."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what the tests of one process saw answered."""
    for *answer, test in node.workeroutput.get("answered", ()):
        ANSWERED.setdefault(Answer(*answer), test)


@pytest.hookimpl(trylast=True)  # processes of a parallel run have told theirs by then
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hold what was answered against the blueprint; a status that it does not know fails."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["answered"] = [(*answer, test) for answer, test in ANSWERED.items()]
    elif ANSWERED and (found := faults(ANSWERED)):
        session.config.stash[UNDOCUMENTED] = found
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which answers are documented nowhere."""
    if found := config.stash.get(UNDOCUMENTED, []):
        terminalreporter.section("answers that the blueprint does not document", red=True)
        for fault in found:
            terminalreporter.line(fault)
