"""Nothing is oversold, whoever buys at once and whatever dies meanwhile.

Buyers in several processes, more than there are seats for, while connections are cut and
processes killed at random. Afterwards every seat is sold exactly once, or free. Buyers
without the lock, who all look before any takes, must oversell unless the constraint says
no: else it would prove nothing.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.orders import stock
from openevent.areas.orders.operations.buying import create_order
from openevent.areas.orders.operations.offers import Basket, Wish
from openevent.db.engine import run_in
from openevent.settings import Settings
from tests.areas.orders import storm
from tests.areas.orders.shop import buy, change, faults_in_the_books, left
from tests.areas.orders.storm import NAME, TICKETS
from tests.conftest import Client

pytestmark = pytest.mark.long

QUANTITY = 30
#: How many processes, with how many buyers each.
PROCESSES, BUYERS = 3, 80
#: Where the lock is taken away: so many want three seats each, and there are ten.
UNLOCKED, WANTED, SCARCE = 8, 3, 10
_CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
    " AND state <> 'idle' ORDER BY random() LIMIT 1"
)
_CHECK = "CHECK (held + sold <= quantity)"


#: Processes are forked from one that has imported everything: that costs more than a storm.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", storm.__name__])


class _Process:
    """One process of the storm."""

    def __init__(self, settings: Settings, seed: int, buyers: int) -> None:
        self.pipe, theirs = _FORKS.Pipe()
        self.process = _FORKS.Process(
            target=storm.run,
            args=(settings.database_url, seed, buyers, theirs),
            daemon=True,
        )
        self.process.start()
        theirs.close()

    def begin(self) -> None:
        assert self.pipe.recv() == "ready"
        self.pipe.send("go")

    def is_running(self) -> bool:
        return self.process.is_alive()

    def result(self) -> Counter[str]:
        """Return what its buyers met; nothing, if it was killed."""
        assert self.pipe.poll(60)
        try:
            met: Counter[str] = self.pipe.recv()
        except EOFError:
            return Counter()
        return met

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextmanager
def _storm(settings: Settings, processes: int, buyers: int) -> Iterator[list[_Process]]:
    with ExitStack() as stack:
        started = []
        for seed in range(processes):
            started.append(_Process(settings, seed, buyers))
            stack.callback(started[-1].stop)
        for each in started:
            each.begin()
        yield started


def _few(engine: Engine, seats: int) -> None:
    """Let there be fewer seats, and uses of a code, than the storm wants."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE tickets SET quantity = :n, max_order = 10 WHERE id = ANY(:ids)"),
            {"n": seats, "ids": list(TICKETS)},
        )
        connection.execute(text("UPDATE discount_codes SET tickets_number = 20 WHERE id = 1"))
        # A storm does not fill in forms.
        connection.execute(text("UPDATE events SET is_ticket_form_enabled = false WHERE id = 1"))


def _taken(engine: Engine) -> dict[int, int]:
    """Return how many seats live orders have of each ticket, by their own lines."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT ticket_id, SUM(quantity) FROM order_lines JOIN orders o ON o.id = order_id"
                " WHERE o.status NOT IN ('cancelled', 'expired') GROUP BY 1"
            )
        )
        return {ticket: int(count) for ticket, count in rows}


def test_storm_sells_every_seat_once_whatever_dies(
    client: Client, engine: Engine, settings: Settings
) -> None:
    _few(engine, QUANTITY)
    chance = random.Random(7)  # noqa: S311 - a storm
    killed, cuts = False, 0
    with _storm(settings, PROCESSES, BUYERS) as started:
        while any(each.is_running() for each in started):
            with engine.begin() as connection:
                cuts += len(connection.execute(_CUT, {"name": NAME}).all())
            if not killed and sum(_taken(engine).values()) > QUANTITY:
                chance.choice(started).process.kill()
                killed = True
            time.sleep(0.1)
        met = sum((each.result() for each in started), Counter())
    assert killed
    assert cuts > 0, "connections were cut"
    assert met["done"] > 10, met
    assert met["sold-out"] > 10, "there was a rush"
    assert not met.keys() & {"IntegrityError", "CheckViolation", "DeadlockDetected"}, met
    assert faults_in_the_books(engine) == []
    assert all(count <= QUANTITY for count in _taken(engine).values())
    _let_time_pass(engine)
    for ticket in (1, 4):
        _buy_out(client, ticket)
    taken = _taken(engine)
    assert taken[1] == taken[4] == QUANTITY, "sold is what there was, exactly"
    leaked = faults_in_the_books(engine)
    assert leaked == []
    figures = {
        "buyers": PROCESSES * BUYERS,
        "processes": PROCESSES,
        "processes killed": int(killed),
        "connections cut": cuts,
        "refused as sold out": met["sold-out"],
        "capacity": 2 * QUANTITY,
        "sold": taken[1] + taken[4],
        "leaked": len(leaked),
    }
    print("", *(f"{name:>20}  {value}" for name, value in figures.items()), sep="\n")


def _let_time_pass(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE orders SET expires_at = now() - interval '1 s' WHERE id > 1000 AND"
                " expires_at IS NOT NULL"
            )
        )


def _buy_out(client: Client, ticket: int) -> None:
    while free := left(client, ticket):
        order = buy(client, (ticket, min(free, 10)))
        assert order.status_code == 200, order.text
        amount = order.json["data"]["attributes"]["amount"]
        how = {"status": "placed", "payment_mode": "bank"} if amount else {"status": "completed"}
        assert change(client, order.json["data"]["id"], **how).status_code == 200
    assert buy(client, ticket).status_code == 409


@pytest.fixture
def unconstrained(engine: Engine) -> Iterator[None]:
    """A database that would let itself be oversold."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE tickets DROP CONSTRAINT ck_tickets_not_oversold"))
    yield
    with engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET quantity = quantity + held + sold"))
        connection.execute(
            text(f"ALTER TABLE tickets ADD CONSTRAINT ck_tickets_not_oversold {_CHECK}")
        )


@pytest.fixture
def rush(
    client: Client, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Counter[str]]]:
    """Buyers without the lock, each of whom looks what is left before any of them takes it."""
    all_looked = Barrier(UNLOCKED, timeout=60)

    def look_and_wait(db: Any, ids: Any, now: Any) -> Any:
        looking, lock, _ = stock._locking().partition(" FOR NO KEY UPDATE")
        assert lock
        seen = run_in(db)(looking, {"ids": ids, "now": now})
        all_looked.wait()
        return seen

    def buy(number: int) -> Counter[str]:
        buyer = storm.Buyer(theirs, number)
        wish = Wish(ticket_id=1, quantity=WANTED)
        buyer.attempt(lambda work: create_order(work, Basket(wishes=(wish,))))
        return buyer.met

    def begin() -> Counter[str]:
        with ThreadPoolExecutor(UNLOCKED) as pool:
            return sum(pool.map(buy, range(UNLOCKED)), Counter())

    _few(engine, SCARCE)
    theirs = storm.connected(settings.database_url)
    monkeypatch.setattr(stock, "_lock_tickets", look_and_wait)
    yield begin
    theirs.dispose()


def test_without_lock_and_constraint_all_who_looked_get_seats(
    unconstrained: None, rush: Callable[[], Counter[str]], engine: Engine
) -> None:
    """The negative control: the mutation must be found out."""
    assert rush() == {"done": UNLOCKED}
    assert _taken(engine)[1] >= UNLOCKED * WANTED > SCARCE
    assert faults_in_the_books(engine)


def test_without_the_lock_the_constraint_alone_prevents_it(
    rush: Callable[[], Counter[str]], client: Client, engine: Engine
) -> None:
    free = left(client, 1)
    met = rush()
    assert met["CheckViolation"] == UNLOCKED - met["done"] > 0, "the database had to say no"
    assert met["done"] == free // WANTED
    assert _taken(engine)[1] <= SCARCE
    assert faults_in_the_books(engine) == []
