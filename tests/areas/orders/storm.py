"""One process of a storm of buyers, forked from one that has imported all this already.

Waits until it is told to begin, lets its buyers loose, and tells what came of it. Every
buyer orders, then pays, calls off or walks away, each in a transaction of its
own, and takes refusals and lost connections as people do: by trying something else.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import configure_mappers

from openevent.areas.orders.models import Order
from openevent.areas.orders.operations.buying import create_order
from openevent.areas.orders.operations.changing import update_order
from openevent.areas.orders.operations.offers import Basket, Wish
from openevent.db import registry  # noqa: F401 - every model
from openevent.db.engine import psycopg_url, session_factory
from openevent.errors import DomainError
from openevent.services.payments import Payments, known_payments
from openevent.work.principal import Principal
from openevent.work.unit import UnitOfWork

#: What the storm's connections are called, so that they can be told from others.
NAME = "storm"
TICKETS = (1, 4, 2)
CODES = (None, None, "STUDENT")

configure_mappers()  # once, before any process is forked


def run(url: str, seed: int, buyers: int, pipe: Connection) -> None:
    """Run the buyers of one process."""
    engine = connected(url)
    pipe.send("ready")
    pipe.recv()
    with ThreadPoolExecutor(buyers) as pool:
        results = pool.map(lambda n: Buyer(engine, seed * 1000 + n).shop(), range(buyers))
        pipe.send(sum(results, Counter()))


def connected(url: str) -> Engine:
    """Return an engine whose connections can be told from others."""
    return create_engine(
        psycopg_url(url),
        pool_size=12,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"application_name": NAME},
    )


class Buyer:
    """Somebody who wants tickets, and counts what they met."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.open_db = session_factory(engine)
        self.random = random.Random(seed)  # noqa: S311 - a storm
        self.met: Counter[str] = Counter()

    def shop(self) -> Counter[str]:
        order_id = self.attempt(self.order)
        then = self.random.choice(("completed", "completed", "placed", "cancelled", None))
        if order_id is not None and then is not None:
            self.attempt(lambda work: self.change(work, order_id, then))
        return self.met

    def attempt(self, step: Any) -> Any:
        """Run one step in a unit of work; None where it was refused or its connection died."""
        work = UnitOfWork(
            open_db=self.open_db,
            principal=Principal(id=9, is_verified=True),
            ports={Payments: known_payments()},
        )
        try:
            result = step(work)
            work.db.commit()
        except DomainError as ex:
            self.met[ex.error_code] += 1
        except (psycopg.Error, DBAPIError, PoolTimeout) as ex:
            self.met[type(getattr(ex, "orig", ex)).__name__] += 1
        else:
            self.met["done"] += 1
            return result
        finally:
            with contextlib.suppress(psycopg.Error, DBAPIError):  # of a connection that was cut
                work.close()
        return None

    def order(self, work: UnitOfWork) -> int:
        chosen = self.random.sample(TICKETS, self.random.randint(1, 3))
        wishes = tuple(Wish(ticket_id=t, quantity=self.random.randint(1, 3)) for t in chosen)
        code = self.random.choice(CODES) if 2 in chosen else None
        return create_order(work, Basket(wishes=wishes, discount_code=code)).id

    def change(self, work: UnitOfWork, id_: int, status: str) -> int:
        order = work.db.get_one(Order, id_, with_for_update=True)
        changes = {"status": status}
        if order.amount and status != "cancelled":
            changes = {"status": "placed", "payment_mode": "bank"}
        elif status == "placed":
            changes = {"status": "completed"}
        update_order(work, order, changes)
        return id_
