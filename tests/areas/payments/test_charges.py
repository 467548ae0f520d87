"""Paying by card: whatever is lost, late, early, twice or forged, an order is paid once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.services.stripe_gateway import StripeGateway
from openevent.settings import Settings
from tests.areas.communication.post import Post, Postbox
from tests.areas.documents import document, fault
from tests.areas.orders.shop import buy, change, lapse, left
from tests.areas.payments.till import (
    books,
    caused,
    charge,
    history,
    order,
    tell,
    tell_paid,
    verify,
)
from tests.conftest import Client
from tests.services.stripe_server import StripeServer, signed


def _attributes(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json["data"]["attributes"]


def test_card_pays_for_an_order(client: Client, stripe: StripeServer, engine: Engine) -> None:
    id_, _ = order(client)
    assert _attributes(charge(client, id_))["status"] is True
    assert books(engine, id_) == ("completed", 51, 0)
    shown = client.get(f"/v1/orders/{id_}", as_="registered").json["data"]["attributes"]
    assert (shown["paid-via"], shown["transaction-id"]) == ("stripe", next(iter(stripe.intents)))
    intent = next(iter(stripe.intents.values()))
    assert (intent["amount"], intent["currency"], intent["account"]) == (5100, "eur", "acct_demo1")


def test_declined_card_completes_nothing_and_another_one_may_follow(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    id_, identifier = order(client)
    refused = _attributes(charge(client, id_, "pm_card_declined"))
    assert (refused["status"], refused["message"]) == (False, "Your card was declined.")
    assert books(engine, id_)[0] == "pending"
    assert not verify(client, identifier)
    assert _attributes(charge(client, id_))["status"] is True
    assert len(stripe.intents) == 1


def test_bank_that_wants_consent_completes_when_it_has_it(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    id_, identifier = order(client)
    asked = _attributes(charge(client, id_, "pm_card_3ds"))
    assert asked["status"] is False
    assert asked["client-secret"] == f"{next(iter(stripe.intents))}_secret"
    assert not verify(client, identifier)
    stripe.consent(next(iter(stripe.intents)))
    assert verify(client, identifier)
    assert verify(client, identifier), "opening the page again changes nothing"
    assert books(engine, id_) == ("completed", 51, 0)


def test_answer_that_is_lost_after_success_is_found_again(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    id_, identifier = order(client)
    charge(client, id_, None)
    stripe.lose_answers = 9
    assert charge(client, id_).status_code == 503
    stripe.lose_answers = 0
    stripe.intents[next(iter(stripe.intents))]["status"] = "succeeded"
    assert _attributes(charge(client, id_))["status"] is True
    assert len(stripe.intents) == 1
    assert books(engine, id_) == ("completed", 51, 0)
    assert verify(client, identifier)


def test_process_that_dies_after_the_charge_is_made_up_for(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    """Nothing of the answer was kept: neither that it is paid, nor the intent's id."""
    id_, identifier = order(client)
    charge(client, id_, "pm_card_3ds")
    with engine.begin() as connection:
        connection.execute(text("UPDATE card_payments SET intent_id = NULL"))
    stripe.consent(next(iter(stripe.intents)))
    assert verify(client, identifier)
    assert len(stripe.intents) == 1
    assert books(engine, id_) == ("completed", 51, 0)


def test_event_that_comes_before_the_answer_completes_once(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    id_, _ = order(client)
    stripe.before_answer = lambda: tell_paid(client, stripe, next(iter(stripe.intents)))
    assert _attributes(charge(client, id_))["status"] is True
    assert books(engine, id_) == ("completed", 51, 0)


def test_event_is_acted_on_once_however_often_it_comes(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    id_, _ = order(client)
    charge(client, id_, "pm_card_3ds")
    intent = next(iter(stripe.intents))
    stripe.consent(intent)
    for _ in range(3):
        assert tell_paid(client, stripe, intent).json == {"received": True}
    assert tell_paid(client, stripe, intent, "evt_2").status_code == 200
    late = stripe.event("payment_intent.payment_failed", stripe.intents[intent], id_="evt_0")
    assert tell(client, late).status_code == 200, "older news change nothing"
    assert books(engine, id_) == ("completed", 51, 0)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM gateway_events")) == 3


def test_forged_unsigned_and_replayed_events_are_refused(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    id_, _ = order(client)
    charge(client, id_, "pm_card_3ds")
    intent = next(iter(stripe.intents))
    stripe.consent(intent)
    body = stripe.event("payment_intent.succeeded", stripe.intents[intent])
    for signature in (
        signed(body, secret="whsec_of_somebody"),
        signed(body, age_s=301),
        signed(body + b" "),
        "t=1,v1=00",
        "nonsense",
    ):
        assert fault(tell(client, body, signature))[:2] == (400, "signature")
    assert books(engine, id_)[0] == "pending"
    assert tell(client, body, signed(body, age_s=290)).status_code == 200
    assert books(engine, id_)[0] == "completed"


@pytest.mark.parametrize(
    ("wrong", "noted"),
    [
        ({"amount": 100}, "1 EUR"),
        ({"currency": "usd"}, "51 USD"),
        ({"account": "acct_9"}, "51 EUR"),
        ({"id": "pi_another"}, "51 EUR"),
    ],
)
def test_payment_that_does_not_fit_completes_nothing_and_is_not_lost(
    client: Client, stripe: StripeServer, engine: Engine, wrong: dict[str, Any], noted: str
) -> None:
    id_, _ = order(client)
    charge(client, id_, "pm_card_3ds")
    intent = next(iter(stripe.intents))
    stripe.consent(intent)
    thing = {**stripe.intents[intent], **wrong}
    for event in ("evt_1", "evt_1", "evt_2"):
        told = tell(client, stripe.event("payment_intent.succeeded", thing, id_=event))
        assert told.status_code == 200
    assert books(engine, id_) == ("pending", 0, 0)
    assert history(engine, id_)[-1] == {f"unmatched_{thing['id']}": noted}
    assert caused(engine, "communication.mail_unmatched_payment") == 1, "somebody has to look"
    assert tell_paid(client, stripe, intent, "evt_3").status_code == 200
    assert books(engine, id_) == ("completed", 51, 0), "the right one still pays"


def test_what_an_account_sells_elsewhere_is_none_of_ours(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    thing = {"id": "pi_shop", "object": "payment_intent", "status": "succeeded", "amount": 700}
    thing |= {"currency": "eur", "metadata": {}, "account": "acct_demo1"}
    tell(client, stripe.event("payment_intent.succeeded", thing))
    assert caused(engine, "communication.mail_unmatched_payment") == 0


def test_who_pays_what_is_paid_is_told_so_and_gets_it_back(
    client: Client, stripe: StripeServer, engine: Engine, send_refunds: Any
) -> None:
    id_, identifier = order(client)
    charge(client, id_, "pm_card_3ds")
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET can_pay_by_bank = true WHERE id = 1"))
    assert change(client, id_, payment_mode="bank", status="placed").status_code == 200
    assert change(client, id_, as_="organizer", status="completed").status_code == 200
    refused = charge(client, id_)
    assert fault(refused)[:2] == (409, "order-paid")
    stripe.consent(next(iter(stripe.intents)))
    answer = client.rpc(f"/v1/orders/{identifier}/verify", {}).json
    assert answer == {
        "payment_status": True,
        "message": "The order was paid already; this payment goes back to you.",
    }
    assert books(engine, id_) == ("completed", 102, 51)
    assert send_refunds() == 1
    with engine.connect() as connection:
        reasons = connection.scalars(text("SELECT reason FROM refunds WHERE is_automatic"))
        assert reasons.all() == ["The order was paid already."]


def test_all_who_hear_of_a_payment_at_once_complete_one_order_once(
    client: Client, stripe: StripeServer, engine: Engine, settings: Settings
) -> None:
    """Browsers, Stripe and the buyer's second click, each of them several times."""
    id_, identifier = order(client)
    charge(client, id_, "pm_card_3ds")
    intent = next(iter(stripe.intents))
    stripe.consent(intent)
    start = Barrier(9)

    def at_once(number: int) -> int:
        start.wait()
        if number % 3 == 0:
            return client.rpc(f"/v1/orders/{identifier}/verify", {}).status_code
        if number % 3 == 1:
            return int(tell_paid(client, stripe, intent, f"evt_{number % 2}").status_code)
        return int(charge(client, id_).status_code)

    with ThreadPoolExecutor(9) as pool:
        assert {*pool.map(at_once, range(9))} == {200}
    assert books(engine, id_) == ("completed", 51, 0)
    completions = [entry for entry in history(engine, id_) if entry.get("status") == "completed"]
    assert len(completions) == 1
    box = Postbox()
    Post(engine, settings, box, "").happen(times=2)
    assert [m.recipient for m in box.mails].count("registered@example.org") == 1
    assert [*stripe.refunds] == []


def test_asking_whether_an_order_is_paid_has_an_end(client: Client, stripe: StripeServer) -> None:
    """Anybody may ask, and each time Stripe is."""
    id_, identifier = order(client)
    charge(client, id_, "pm_card_3ds")
    stripe.requests.clear()
    path = f"/v1/orders/{identifier}/verify"
    answers = [client.rpc(path, {}).status_code for _ in range(32)]
    assert answers == [200] * 30 + [429] * 2
    assert len(stripe.requests) == 30


def test_payment_of_another_order_completes_nothing(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    """The predecessor took any paid intent for any order's."""
    first, identifier = order(client)
    second, other = order(client)
    charge(client, first)
    charge(client, second, "pm_card_3ds")
    thing = {**stripe.intents[next(iter(stripe.intents))], "metadata": {"order": other}}
    tell(client, stripe.event("payment_intent.succeeded", thing))
    assert books(engine, first)[0] == "completed"
    assert verify(client, identifier)
    assert not verify(client, other)
    assert books(engine, second) == ("pending", 0, 0)


def test_paid_too_late_takes_seats_that_are_left(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    before = left(client, 2)
    id_, identifier = order(client, (2, 2))
    charge(client, id_, "pm_card_3ds")
    lapse(engine, id_)
    buy(client, 2, as_="other-owner")  # finds that it has lapsed
    stripe.consent(next(iter(stripe.intents)))
    assert verify(client, identifier)
    assert books(engine, id_) == ("completed", 102, 0)
    assert left(client, 2) == before - 3
    assert len(client.get(f"/v1/orders/{id_}/attendees", as_="registered").json["data"]) == 2


def test_paid_too_late_for_the_last_seats_is_given_back_and_never_oversold(
    client: Client, stripe: StripeServer, engine: Engine, send_refunds: Any
) -> None:
    with engine.begin() as connection:
        text_ = "UPDATE tickets SET max_order = 1, quantity = held + sold + 1 WHERE id = 2"
        connection.execute(text(text_))
    id_, _ = order(client)
    charge(client, id_, "pm_card_3ds")
    lapse(engine, id_)
    assert buy(client, 2, as_="other-owner").status_code == 200
    intent = next(iter(stripe.intents))
    stripe.consent(intent)
    assert tell_paid(client, stripe, intent).status_code == 200
    assert books(engine, id_) == ("expired", 51, 51)
    assert send_refunds() == 1
    assert [refund["amount"] for refund in stripe.refunds.values()] == [5100]
    shown = client.get(f"/v1/orders/{id_}/refunds", as_="registered").json["data"]
    assert [r["attributes"]["status"] for r in shown] == ["succeeded"]
    assert shown[0]["attributes"]["is-automatic"] is True


def test_who_may_not_pay(client: Client, stripe: StripeServer, engine: Engine) -> None:
    """The predecessor let anybody charge any order."""
    id_, _ = order(client)
    assert charge(client, id_, as_="other-owner").status_code == 404
    assert charge(client, id_, as_="organizer").status_code == 403
    assert charge(client, id_, as_=None).status_code == 401
    assert change(client, id_, status="cancelled").status_code == 200
    assert fault(charge(client, id_))[:2] == (409, "order-closed")
    assert fault(charge(client, 1))[:2] == (409, "order-closed")
    late, _ = order(client)
    lapse(engine, late)
    assert fault(charge(client, late))[:2] == (409, "order-expired")
    free, _ = order(client, 1)
    assert fault(charge(client, free))[:2] == (409, "nothing-to-pay")
    assert stripe.requests == []


def test_stripe_is_asked_while_no_transaction_is_open(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    open_ = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state LIKE 'idle in transaction%'"
    )
    seen: list[Any] = []

    def look() -> None:
        with engine.connect() as connection:
            seen.append(connection.scalar(open_))

    stripe.before_answer = look
    id_, _ = order(client)
    charge(client, id_)
    assert seen == [0]


def test_card_is_no_promise(client: Client, stripe: StripeServer) -> None:
    """The predecessor let buyers complete and place orders by saying how they would pay."""
    id_, _ = order(client)
    assert change(client, id_, payment_mode="stripe", status="pending").status_code == 200
    for status, code in (("placed", 422), ("completed", 403)):
        assert change(client, id_, status=status).status_code == code
    for mode in ("paypal", "omise", "alipay", "paytm"):
        refused = change(client, id_, payment_mode=mode)
        assert fault(refused)[:2] == (422, "payment-mode")


def test_authorization_is_one_per_event_and_keeps_no_secret(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    sent = {
        "data": {
            "type": "stripe-authorization",
            "attributes": {"stripe-auth-code": "ac_new"},
            "relationships": {"event": {"data": {"type": "event", "id": "1"}}},
        }
    }
    assert client.post("/v1/stripe-authorizations", sent, as_="organizer").status_code == 409
    assert client.delete("/v1/stripe-authorizations/1", as_="organizer").status_code == 200
    made = client.post("/v1/stripe-authorizations", sent, as_="organizer")
    assert made.status_code == 201, made.text
    assert made.json["data"]["attributes"] == {"stripe-publishable-key": "pk_test_new"}
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM stripe_authorizations WHERE event_id = 1"))
        assert "sk_test_never_kept" not in str(kept.all())
    client.delete(f"/v1/stripe-authorizations/{made.json['data']['id']}", as_="organizer")
    sent["data"]["attributes"] = {"stripe-auth-code": "forged"}
    refused = client.post("/v1/stripe-authorizations", sent, as_="organizer")
    assert fault(refused)[:2] == (422, "stripe-auth-code")


def test_another_account_takes_what_is_begun_from_now_on(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    path, begun, new = "/v1/stripe-authorizations/1", order(client)[0], order(client)[0]
    charge(client, begun, None)
    forged = document("stripe-authorization", 1, {"stripe-auth-code": "forged"})
    assert fault(client.patch(path, forged, as_="organizer"))[:2] == (422, "stripe-auth-code")
    code = document("stripe-authorization", 1, {"stripe-auth-code": "ac_other"})
    tag = {"If-Match": client.get(path, as_="organizer").headers["ETag"]}
    linked = client.patch(path, code, as_="organizer", headers=tag)
    assert _attributes(linked) == {"stripe-publishable-key": "pk_test_other"}
    assert client.patch(path, code, as_="organizer", headers=tag).status_code == 412
    for id_ in (begun, new):
        assert _attributes(charge(client, id_))["status"] is True
        assert books(engine, id_) == ("completed", 51, 0)
    paid_to = [intent["account"] for intent in stripe.intents.values()]
    assert paid_to == ["acct_demo1", "acct_other"]


def test_account_that_changed_while_stripe_thought_stays(
    client: Client, stripe: StripeServer, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = StripeGateway.link

    def meanwhile(gateway: StripeGateway, code: str) -> Any:
        with engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE stripe_authorizations SET stripe_user_id = 'acct_first',"
                    " version = version + 1 WHERE id = 1"
                )
            )
        return link(gateway, code)

    monkeypatch.setattr(StripeGateway, "link", meanwhile)
    code = document("stripe-authorization", 1, {"stripe-auth-code": "ac_second"})
    refused = client.patch("/v1/stripe-authorizations/1", code, as_="organizer")
    assert fault(refused)[:2] == (409, "conflict")
    with engine.connect() as connection:
        kept = text("SELECT stripe_user_id FROM stripe_authorizations WHERE id = 1")
        assert connection.scalar(kept) == "acct_first"


def test_key_of_a_payment_is_the_same_for_every_attempt(
    client: Client, stripe: StripeServer, gateway: StripeGateway
) -> None:
    id_, _ = order(client)
    for _ in range(3):
        charge(client, id_, "pm_card_declined")
    opened = [key for _, path, key in stripe.requests if path == "/v1/payment_intents"]
    assert len(set(opened)) == 1
    assert all(key for method, _, key in stripe.requests if method == "POST")
