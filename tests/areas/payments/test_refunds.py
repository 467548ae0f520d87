"""Money goes back once, never more than came, and seats with it exactly once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.areas.documents import document, fault
from tests.areas.orders.shop import change, left
from tests.areas.payments.till import books, charge, order, tell
from tests.conftest import Client
from tests.services.stripe_server import StripeServer


def _refund(client: Client, id_: str, as_: str = "organizer", **values: Any) -> Any:
    sent = {name.replace("_", "-"): value for name, value in values.items()}
    return client.post("/v1/refunds", document("refund", None, sent, order=("order", id_)), as_=as_)


def _paid(client: Client) -> str:
    id_, _ = order(client)
    assert charge(client, id_).json["data"]["attributes"]["status"] is True
    return id_


def _states(client: Client, id_: str) -> list[str]:
    data = client.get(f"/v1/orders/{id_}/refunds", as_="registered").json["data"]
    return [refund["attributes"]["status"] for refund in data]


def test_part_of_it_goes_back_and_the_rest_later_which_cancels(
    client: Client, stripe: StripeServer, engine: Engine, send_refunds: Callable[[], int]
) -> None:
    before = left(client, 2)
    id_ = _paid(client)
    assert _refund(client, id_, amount=20).status_code == 201
    assert (books(engine, id_), left(client, 2)) == (("completed", 51, 20), before - 1)
    assert fault(_refund(client, id_, amount=31.01))[:2] == (422, "refund-too-large")
    assert _refund(client, id_, amount=0).status_code == 422, "nothing is not all that is left"
    assert _refund(client, id_).status_code == 201
    assert (books(engine, id_), left(client, 2)) == (("cancelled", 51, 51), before)
    assert fault(_refund(client, id_))[:2] == (409, "nothing-to-refund")
    assert _states(client, id_) == ["pending", "pending"]
    assert send_refunds() == 2
    assert send_refunds() == 0
    assert sorted(refund["amount"] for refund in stripe.refunds.values()) == [2000, 3100]
    assert _states(client, id_) == ["succeeded", "succeeded"]


def test_order_is_cancelled_though_something_is_kept(client: Client, engine: Engine) -> None:
    before = left(client, 2)
    id_ = _paid(client)
    assert _refund(client, id_, amount=40, cancels_order=True).status_code == 201
    assert (books(engine, id_), left(client, 2)) == (("cancelled", 51, 40), before)


def test_answer_to_a_refund_that_is_lost_gives_back_once(
    client: Client, stripe: StripeServer, engine: Engine, send_refunds: Callable[[], int]
) -> None:
    id_ = _paid(client)
    _refund(client, id_)
    stripe.lose_answers = 2
    with pytest.raises(Exception, match="Stripe"):
        send_refunds()
    assert send_refunds() == 1
    assert len(stripe.refunds) == 1
    assert _states(client, id_) == ["succeeded"]


def test_refund_that_fails_counts_as_not_given_back_and_may_be_tried_again(
    client: Client, stripe: StripeServer, engine: Engine, send_refunds: Callable[[], int]
) -> None:
    id_ = _paid(client)
    _refund(client, id_)
    stripe.refuse_refunds = True
    send_refunds()
    assert (_states(client, id_), books(engine, id_)) == (["failed"], ("cancelled", 51, 0))
    stripe.refuse_refunds = False
    assert _refund(client, id_).status_code == 201
    send_refunds()
    assert books(engine, id_) == ("cancelled", 51, 51)
    told = {**next(iter(stripe.refunds.values())), "status": "failed", "account": "acct_demo1"}
    for number in range(2):
        body = stripe.event("refund.failed", told, id_=f"evt_failed_{number}")
        assert tell(client, body).status_code == 200
    assert books(engine, id_) == ("cancelled", 51, 0), "the bank sent it back, told twice"


def test_offline_money_is_given_back_by_hand(client: Client, engine: Engine) -> None:
    id_, _ = order(client)
    assert fault(_refund(client, id_))[:2] == (409, "nothing-to-refund")
    assert change(client, id_, payment_mode="bank", status="placed").status_code == 200
    assert change(client, id_, "organizer", status="completed").status_code == 200
    assert fault(change(client, id_, "organizer", status="cancelled"))[:2] == (409, "order-paid")
    assert _refund(client, id_, reason="Ill").status_code == 201
    assert (_states(client, id_), books(engine, id_)) == (["succeeded"], ("cancelled", 51, 51))


def test_organizers_refund_and_nobody_else(client: Client) -> None:
    assert _refund(client, "6", "registered").status_code == 403
    assert _refund(client, "6", "other-owner").status_code in (403, 404)
    assert client.get("/v1/refunds/1", as_="other-owner").status_code == 404


def test_table_refuses_to_give_back_more_than_was_paid(client: Client, engine: Engine) -> None:
    with pytest.raises(IntegrityError, match="not_overrefunded"), engine.begin() as connection:
        connection.execute(text("UPDATE orders SET refunded_amount = 20.41 WHERE id = 6"))
