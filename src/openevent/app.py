"""The web process: every collaborator is made here and handed to those who need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import falcon
from falcon import Request, Response

from openevent.areas.checkin import resources as checkin
from openevent.areas.communication import resources as communication
from openevent.areas.engagement import resources as engagement
from openevent.areas.events import endpoints as events_endpoints
from openevent.areas.events import resources as events
from openevent.areas.events.extension import EventParts
from openevent.areas.exports import endpoints as exports
from openevent.areas.exports import resources as exports_resources
from openevent.areas.faq import resources as faq
from openevent.areas.forms import resources as forms
from openevent.areas.identity import resources as identity
from openevent.areas.identity.endpoints import HASHING
from openevent.areas.invoices import resources as invoices
from openevent.areas.media import resources as media
from openevent.areas.media.operations import UploadURLs
from openevent.areas.ops import health
from openevent.areas.orders import resources as orders
from openevent.areas.partners import resources as partners
from openevent.areas.passes import endpoints as passes
from openevent.areas.payments import resources as payments
from openevent.areas.programme import resources as programme
from openevent.areas.site import resources as site
from openevent.areas.speakers import resources as speakers
from openevent.areas.statistics import resources as statistics
from openevent.areas.streams import resources as streams
from openevent.areas.teams import resources as teams
from openevent.areas.ticketing import resources as ticketing
from openevent.contract.build import contract_hash
from openevent.contract.parts import assemble
from openevent.db.engine import ReadPool, make_engine, session_factory
from openevent.event_parts import EVENT_PARTS
from openevent.http import documentation
from openevent.http.errors import add_error_handlers
from openevent.http.idempotency import Idempotency
from openevent.http.middleware import Authenticate, RequestId, Units
from openevent.http.routes import Context, Route, Router
from openevent.jsonapi.endpoints import MEDIA_TYPE, Engine, routes
from openevent.jsonapi.pictures import PictureURLs
from openevent.jsonapi.reader import Reader
from openevent.jsonapi.resource import Registry
from openevent.jsonapi.writer import Writer
from openevent.observability.access import Access, ActionNames
from openevent.observability.metrics import MetricsEndpoint, WebMetrics
from openevent.services.frontend import Frontend
from openevent.services.media_urls import MediaURLs
from openevent.services.passwords import PasswordHasher, hashes_at_once
from openevent.services.payments import Payments, known_payments
from openevent.services.rate_limits import RateLimits, RedisStore
from openevent.services.signing_vault import KeyVault
from openevent.services.storage import Storage, make_storage
from openevent.services.stripe_gateway import StripeGateway, make_gateway
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from openevent.work.background import Background, create_background
from openevent.worker import JOBS

#: Every resource type, in the order of the documentation.
RESOURCES = (
    *identity.RESOURCES,
    *events.RESOURCES,
    *programme.RESOURCES,
    *faq.RESOURCES,
    *media.RESOURCES,
    *forms.RESOURCES,
    *partners.RESOURCES,
    *teams.RESOURCES,
    *ticketing.RESOURCES,
    *speakers.RESOURCES,
    *engagement.RESOURCES,
    *orders.RESOURCES,
    *site.RESOURCES,
    *payments.RESOURCES,
    *invoices.RESOURCES,
    *checkin.RESOURCES,
    *streams.RESOURCES,
    *statistics.RESOURCES,
    *communication.RESOURCES,
    *exports_resources.RESOURCES,
)

#: Every route that is not a resource type's.
ROUTES: tuple[Route, ...] = (
    *documentation.ROUTES,
    *health.routes(lambda: contract_hash(assemble())),
    *identity.ROUTES,
    *events_endpoints.ROUTES,
    *media.ROUTES,
    *partners.ROUTES,
    *programme.ROUTES,
    *speakers.ROUTES,
    *teams.ROUTES,
    *exports.ROUTES,
    *communication.ROUTES,
    *ticketing.ROUTES,
    *orders.ROUTES,
    *site.ROUTES,
    *streams.ROUTES,
    *payments.ROUTES,
    *checkin.ROUTES,
    *invoices.ROUTES,
    *passes.ROUTES,
    *statistics.ROUTES,
)


#: Response headers that browsers let front ends of other origins read.
EXPOSED_HEADERS = ("ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Request-ID")


class WebApp(falcon.App[Request, Response]):
    """The WSGI application, with what it holds open."""

    background: Background
    #: How requests begin that hash a password (see :mod:`openevent.http.gunicorn`).
    hashing = HASHING
    closing: tuple[Callable[[], object], ...] = ()

    def close(self) -> None:
        """Send what is still waiting to be sent, then close every connection."""
        for step in self.closing:
            step()


def create_app(settings: Settings, *, ports: Mapping[type, Any] | None = None) -> WebApp:
    """Return the WSGI application.

    ``settings`` must name a database, a Redis and a secret key. ``ports`` replaces
    collaborators by interface, for tests.
    """
    engine = make_engine(settings)
    pool = ReadPool(settings)
    # Who is blocked or logged out is asked of the database itself: a replica may lag.
    # Creations of one statement are written there.
    primary = ReadPool(settings.replace(read_database_url=""))
    registry = Registry(RESOURCES)
    signer = TokenSigner(settings.secret_key)
    collaborators: dict[type, Any] = {
        EventParts: EVENT_PARTS,
        TokenSigner: signer,
        PasswordHasher: PasswordHasher(slots=hashes_at_once(settings.web_workers)),
        KeyVault: KeyVault(settings.secret_key),
        Storage: make_storage(settings),
        MediaURLs: MediaURLs(settings.base_url),
        PictureURLs: UploadURLs(MediaURLs(settings.base_url)),
        Frontend: Frontend(settings.frontend_url),
        Payments: known_payments(),
        StripeGateway: make_gateway(settings),
        RateLimits: RateLimits(
            RedisStore.from_url(settings.redis_url), relaxed=settings.rate_limits == "relaxed"
        ),
        **(ports or {}),
    }
    open_db = session_factory(engine, primary.run_once)
    background = create_background(settings, open_db, jobs=JOBS)
    metrics = WebMetrics()
    jsonapi = Engine(
        registry, Reader(registry, page_size_cap=settings.page_size_cap), Writer(registry), pool
    )
    app = WebApp(
        media_type=MEDIA_TYPE,
        router=Router(),
        middleware=[
            # Any origin may call, without cookies: tokens travel in a header.
            falcon.CORSMiddleware(expose_headers=EXPOSED_HEADERS),
            # The id comes first: everything after may log.
            RequestId(),
            # Before Units, so that it hears what came of the commit.
            Access(ActionNames(settings.data_dir), metrics),
            # Units is before Authenticate, so that its commit comes after everything else.
            Units(settings, open_db, background.outbox, collaborators),
            Authenticate(signer, primary.run),
            # Knows who asks, and stores its answer before Units commits.
            Idempotency(settings.secret_key),
        ],
    )
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.keep_blank_qs_values = True
    app.req_options.auto_parse_qs_csv = False
    add_error_handlers(app)
    context = Context(settings, jsonapi, collaborators)
    for route in ROUTES:
        options = {"suffix": route.suffix} if route.suffix else {}
        app.add_route(route.path, route.resource(context), **options)
    app.add_route("/metrics", MetricsEndpoint(metrics, settings))
    for path, endpoint in routes(jsonapi):
        app.add_route(path, endpoint)
    app.background = background
    app.closing = (
        background.outbox.relay.drain,
        background.broker.close,
        pool.dispose,
        primary.dispose,
        engine.dispose,
    )
    return app
