"""The lives of orders: whatever buyers, organizers, time and Stripe do, the books agree."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, text

from openevent.areas.orders.actors import expire_orders
from openevent.areas.orders.models import OrderStatus
from openevent.areas.orders.rules.states import MOVES, rebuilt
from openevent.db.engine import session_factory
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document
from tests.areas.orders.shop import buy, change, faults_in_the_books, lapse, left
from tests.areas.payments.till import charge, tell_paid
from tests.conftest import Client
from tests.services.stripe_server import StripeServer

ORGANIZER = "organizer"
#: Two on the web, and who sells at the door.
BUYERS = ("registered", "registered", "other-owner", ORGANIZER)
#: Few are left of a free ticket and one of 51 EUR, and few uses of a code.
SCARCE = (
    "UPDATE tickets SET quantity = held + sold + 4, max_order = 4 WHERE id IN (1, 2)",
    "UPDATE discount_codes SET tickets_number = used + 3 WHERE id = 1",
    "UPDATE events SET can_pay_by_bank = true, is_ticket_form_enabled = false WHERE id = 1",
)
WORDS = ("status", "payment_mode")
AMOUNTS = ("amount", "paid_amount", "refunded_amount")
ALL = text("SELECT * FROM orders WHERE id = ANY(:ids)")
TOLD = text("SELECT order_id, values FROM order_changes WHERE order_id = ANY(:ids) ORDER BY id")


class Lives(RuleBasedStateMachine):
    """Orders of two buyers for the last seats of two tickets."""

    client: Client
    stripe: StripeServer
    engine: Engine
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    @initialize()
    def make_seats_scarce(self) -> None:
        with self.engine.begin() as connection:
            for statement in SCARCE:
                connection.execute(text(statement))

    # Two rules, and what happens as a value: of many rules each example would leave out some.
    @rule(
        target=orders,
        buyer=st.sampled_from(BUYERS),
        wished=st.sampled_from(({2: 1}, {2: 2}, {1: 1}, {1: 2, 2: 1})),
        code=st.booleans(),
    )
    def order(self, buyer: str, wished: dict[int, int], code: bool) -> Any:
        if buyer == ORGANIZER:
            answer = self.sell_at_the_door(wished)
        else:
            more = {"discount_code": "STUDENT"} if code and 2 in wished else {}
            answer = buy(self.client, *wished.items(), as_=buyer, **more)
        return (self.ids[-1], buyer) if self.keeps(answer) else multiple()

    def keeps(self, answer: Any) -> bool:
        """Note the order that was made; say whether one was."""
        if self.took(answer).status_code >= 400:
            return False
        self.ids.append(answer.json["data"]["id"])
        return True

    def sell_at_the_door(self, wished: dict[int, int]) -> Any:
        items = [{"id": str(ticket), "quantity": count} for ticket, count in wished.items()]
        sent = document("order", None, {"on-site-tickets": items})
        sent["data"]["relationships"] = {"event": {"data": {"type": "event", "id": "1"}}}
        return self.client.post("/v1/orders?onsite=true", sent, as_=ORGANIZER)

    @rule(
        order=orders,
        what=st.sampled_from(
            (
                *("move", "move", "pay", "decline", "confirm", "pay_late", "give_back"),
                *("run_out", "tidy_up"),
            )
        ),
        status=st.sampled_from(("placed", "completed", "cancelled")),
        by_buyer=st.booleans(),
    )
    def happen(self, order: tuple[str, str], what: str, status: str, by_buyer: bool) -> None:
        id_, buyer = order
        if what == "move":
            self.move(id_, buyer if by_buyer else ORGANIZER, status)
        elif what == "give_back":
            self.give_back(id_, amount=10 if by_buyer else None, cancels=status == "cancelled")
        elif what in ("pay", "decline", "confirm", "pay_late"):
            self.pay(id_, buyer, what, is_tidy=by_buyer)
        elif what == "run_out":
            self.run_out(id_)
        elif what == "tidy_up":
            self.tidy_up()

    def move(self, id_: str, who: str, status: str) -> None:
        how = {"payment_mode": "bank"} if status == "placed" and who != ORGANIZER else {}
        self.unless_refused(id_, lambda: change(self.client, id_, as_=who, status=status, **how))

    def pay(self, id_: str, buyer: str, how: str, *, is_tidy: bool) -> None:
        """Pay with a card: at once, in vain, when the bank has consented, or too late."""
        card = {"pay": "visa", "decline": "declined"}.get(how, "3ds")
        if self.took(charge(self.client, id_, f"pm_card_{card}", as_=buyer)).status_code >= 400:
            return
        for intent, thing in self.stripe.intents.items():
            mine = thing["metadata"]["order"] == self.row(id_)["identifier"]
            if not mine or thing["status"] != "requires_action":
                continue
            if how == "pay_late":
                self.run_out(id_)
                self.tidy_up() if is_tidy else self.buy_what_is_left()
            self.stripe.consent(intent)
            for event in ("a", "b"):
                key = f"evt_{intent}_{event}"
                told = self.took(tell_paid(self.client, self.stripe, intent, key))
                assert told.status_code == 200

    def buy_what_is_left(self) -> None:
        if count := left(self.client, 2):
            self.keeps(buy(self.client, (2, count), as_="other-owner"))

    def give_back(self, id_: str, *, amount: int | None, cancels: bool) -> None:
        sent = document("refund", None, {"amount": amount, "cancels-order": cancels})
        sent["data"]["relationships"] = {"order": {"data": {"type": "order", "id": id_}}}
        self.unless_refused(id_, lambda: self.client.post("/v1/refunds", sent, as_=ORGANIZER))

    def run_out(self, id_: str) -> None:
        if self.row(id_)["expires_at"] is not None:
            lapse(self.engine, id_)

    def tidy_up(self) -> None:
        with session_factory(self.engine)() as db:
            expire_orders(UnitOfWork(open_db=lambda: db, principal=SYSTEM))
            db.commit()

    @invariant()
    def stock_codes_and_seats_are_those_of_live_orders(self) -> None:
        assert faults_in_the_books(self.engine) == []

    @invariant()
    def history_tells_what_each_order_is(self) -> None:
        ids = {"ids": [int(id_) for id_ in self.ids]}
        entries: dict[int, list[dict[str, Any]]] = defaultdict(list)
        with self.engine.connect() as connection:
            rows = connection.execute(ALL, ids).mappings().all()
            for order_id, values in connection.execute(TOLD, ids):
                entries[order_id].append(values)
        for row in rows:
            told = rebuilt(entries[row["id"]])
            assert (told["expires_at"] is None) == (row["expires_at"] is None)
            assert [told[name] for name in WORDS] == [row[name] for name in WORDS]
            assert [Decimal(told[name]) for name in AMOUNTS] == [row[name] for name in AMOUNTS]
            states = [OrderStatus(e["status"]) for e in entries[row["id"]] if "status" in e]
            assert all(old == new or (old, new) in MOVES for old, new in pairwise(states))

    def took(self, answer: Any) -> Any:
        """Return an answer: whatever was asked for, it was done or refused."""
        assert answer.status_code in (200, 201, 403, 404, 409, 422), answer.text
        return answer

    def unless_refused(self, id_: str, ask: Any) -> None:
        """Ask for a change; one that is refused has changed nothing of the order."""
        before = self.row(id_)
        if self.took(ask()).status_code >= 400:
            assert self.row(id_) == before

    def row(self, id_: str) -> dict[str, Any]:
        with self.engine.connect() as connection:
            return dict(connection.execute(ALL, {"ids": [int(id_)]}).mappings().one())


def test_whatever_happens_to_orders_the_books_agree(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    Lives.client, Lives.stripe, Lives.engine = client, stripe, engine
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
