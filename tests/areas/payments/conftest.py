"""An event that takes cards, and the jobs that refunds wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, select, text

from openevent.app import WebApp
from openevent.areas.payments.actors import send_refund
from openevent.db.engine import session_factory
from openevent.services.stripe_gateway import StripeGateway, make_gateway
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from openevent.work.jobs import JobRunner
from openevent.work.outbox import OutboxRow
from tests.areas.orders.shop import faults_in_the_books
from tests.conftest import Client
from tests.services.stripe_server import StripeServer


@pytest.fixture
def stripe(stripe_server: StripeServer) -> StripeServer:
    """The local Stripe, which remembers nothing."""
    stripe_server.forget()
    return stripe_server


@pytest.fixture(scope="session")
def gateway(settings: Settings) -> StripeGateway:
    """The real gateway, asking the local Stripe."""
    gateway = make_gateway(settings)
    assert gateway is not None
    return gateway


@pytest.fixture
def client(app: WebApp, settings: Settings, engine: Engine) -> Iterator[Client]:
    """A client on the demo world, in which the event takes cards. The books agree after."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET can_pay_by_stripe = true WHERE id = 1"))
    yield Client(app, TokenSigner(settings.secret_key))
    assert faults_in_the_books(engine) == []


@pytest.fixture
def send_refunds(engine: Engine, app: WebApp, gateway: StripeGateway) -> Callable[[], int]:
    """Run the job that refunds wait for, and return how many there were."""

    def send() -> int:
        runner = JobRunner(
            outbox=app.background.outbox,
            open_db=session_factory(engine),
            ports={StripeGateway: gateway},
        )
        waiting = select(OutboxRow.id, OutboxRow.args).where(OutboxRow.actor == send_refund.name)
        with engine.connect() as connection:
            deliveries = list(connection.execute(waiting.order_by(OutboxRow.id)))
        for id_, arguments in deliveries:
            runner.deliver(send_refund, arguments, id_, request_id=None)
        return len(deliveries)

    return send
