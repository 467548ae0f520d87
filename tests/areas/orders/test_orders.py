"""Orders from the first wish to the last state, and the books behind them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.orders.models import Order
from openevent.areas.orders.operations.buying import REMEMBERED
from openevent.areas.orders.operations.changing import expire_lapsed
from openevent.areas.orders.rules.states import rebuilt
from openevent.areas.orders.stock import _plain
from openevent.areas.passes.queries import current_revisions
from openevent.db.engine import session_factory
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document, fault, filtered, ids
from tests.areas.orders.shop import buy, change, faults_in_the_books, introduce, lapse, left
from tests.conftest import Client
from tests.statements import statements_sent


@pytest.fixture(autouse=True)
def books(engine: Engine) -> Any:
    """Whatever a test does, counts, orders and attendees agree afterwards."""
    assert faults_in_the_books(engine) == []
    yield
    assert faults_in_the_books(engine) == []


def _set(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def _id(answer: Any) -> str:
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json["data"]["id"])


def test_order_costs_what_the_quote_says(client: Client) -> None:
    wish = {"discount-code": "STUDENT", "tickets": [{"id": "2", "quantity": 2}]}
    quote = client.rpc("/v1/orders/calculate-amount", wish).json
    assert (quote["total"], quote["discount"], quote["fees"]) == (52.0, 50.0, 2.0)
    order = buy(client, (2, 2), discount_code="STUDENT", amount=1)
    assert order.json["data"]["attributes"]["amount"] == quote["total"], "the client's is ignored"


def test_service_fee_is_that_of_the_currency_in_the_country(client: Client, engine: Engine) -> None:
    """The predecessor took whichever fee had the currency."""
    wish = {"tickets": [{"id": "2", "quantity": 1}]}
    assert client.rpc("/v1/orders/calculate-amount", wish).json["fees"] == 1.0
    _set(engine, "UPDATE events SET payment_country = 'FR' WHERE id = 1")
    assert client.rpc("/v1/orders/calculate-amount", wish).json["fees"] == 0


def test_amount_is_nobodys_to_change(client: Client) -> None:
    """The predecessor trusted the client's amount."""
    for who in ("registered", "organizer"):
        assert change(client, 2, who, amount=1).status_code == 200
    assert client.get("/v1/orders/2", as_="registered").json["data"]["attributes"]["amount"] == 78


def test_seats_are_held_sold_and_given_back(client: Client) -> None:
    assert left(client, 1) == 198
    order = _id(buy(client, (1, 3)))
    assert left(client, 1) == 195
    introduce(client, order)
    assert change(client, order, status="completed").status_code == 200
    assert left(client, 1) == 195
    assert change(client, order, "organizer", status="cancelled").status_code == 200
    assert left(client, 1) == 198
    assert client.get(f"/v1/orders/{order}/attendees", as_="registered").json["data"] == []


def test_order_takes_as_many_statements_for_many_seats_as_for_one(client: Client) -> None:
    with statements_sent() as few:
        _id(buy(client, 1))
    with statements_sent() as many:
        _id(buy(client, (1, 9), (2, 2), (4, 3)))
    assert len(many) == len(few), many


def test_many_lapsed_orders_take_as_many_statements_as_one(client: Client, engine: Engine) -> None:
    counts = set()
    for many in (1, 3):
        lapse(engine, *[_id(buy(client, (1, 2), 4)) for _ in range(many)])
        with statements_sent() as sent:
            _id(buy(client, 1))
        counts.add(len(sent))
    assert len(counts) == 1, counts
    assert left(client, 1) == 196, "all were given back"


def test_last_seats_are_sold_once(client: Client, engine: Engine) -> None:
    _set(engine, "UPDATE tickets SET quantity = 12 WHERE id = 1")
    assert buy(client, (1, 10)).status_code == 200
    assert fault(buy(client, 1))[:2] == (409, "sold-out")
    assert left(client, 1) == 0


def test_what_lapsed_is_free_for_the_next_without_anybody_sweeping(
    client: Client, engine: Engine
) -> None:
    _set(engine, "UPDATE tickets SET quantity = 12 WHERE id = 1")
    order = _id(buy(client, (1, 10)))
    lapse(engine, order)
    assert left(client, 1) == 10
    shown = client.get(f"/v1/orders/{order}", as_="registered").json["data"]["attributes"]
    assert shown["status"] == "expired"
    expired = {"name": "status", "op": "eq", "val": "expired"}
    assert ids(client.get(filtered("/v1/events/1/orders", expired), as_="organizer")) == [order]
    assert client.get(f"/v1/orders/{order}/attendees", as_="registered").json["data"] == []
    assert fault(change(client, order, status="completed"))[:2] == (409, "order-expired")
    assert buy(client, (1, 10)).status_code == 200
    assert left(client, 1) == 0


def test_job_expires_what_lapsed(client: Client, engine: Engine) -> None:
    kept, lapsed = _id(buy(client, (1, 2))), _id(buy(client, (1, 3), 2, discount_code="STUDENT"))
    lapse(engine, lapsed)
    work = UnitOfWork(open_db=session_factory(engine), principal=SYSTEM)
    expire_lapsed(work, 100)
    work.db.commit()
    work.close()
    assert [type(event).__name__ for event in work.recorded] == ["OrderExpired"]
    introduce(client, kept)
    assert change(client, kept, status="completed").status_code == 200
    with engine.connect() as connection:
        states = connection.execute(text("SELECT status FROM orders WHERE id > 1000 ORDER BY id"))
        assert [status for (status,) in states] == ["completed", "expired"]


def test_sales_window_and_sizes_are_kept(client: Client, engine: Engine) -> None:
    """The predecessor enforced neither when ordering."""
    assert fault(buy(client, (1, 11)))[:2] == (422, "quantity")
    _set(engine, "UPDATE tickets SET min_order = 2 WHERE id = 1")
    assert fault(buy(client, 1))[:2] == (422, "quantity")
    _set(engine, "UPDATE tickets SET sales_ends_at = now() - interval '1 second' WHERE id = 1")
    assert fault(buy(client, (1, 2)))[:2] == (409, "not-on-sale")
    _set(
        engine,
        "UPDATE tickets SET sales_starts_at = now() + interval '1 hour',"
        " sales_ends_at = '2030-04-30' WHERE id = 1",
    )
    assert fault(buy(client, (1, 2)))[:2] == (409, "not-on-sale")


def test_hidden_ticket_takes_a_code_that_works(client: Client, engine: Engine) -> None:
    """The predecessor looked neither at the code's dates nor whether there was one."""
    assert fault(buy(client, 3))[:2] == (404, "not-found")
    assert fault(buy(client, 3, access_code="CLOSED"))[:2] == (409, "access-code-inactive")
    assert fault(buy(client, 3, access_code="BACKSTAGE"))[:2] == (404, "not-found")
    order = _id(buy(client, 3, access_code="SPEAKER-2030"))
    tickets = client.get(f"/v1/orders/{order}?include=tickets", as_="registered")
    assert [item["id"] for item in tickets.json["included"]] == ["3"]
    _set(engine, "UPDATE access_codes SET valid_till = now() - interval '1 second' WHERE id = 1")
    assert fault(buy(client, 3, access_code="SPEAKER-2030"))[:2] == (409, "access-code-expired")
    assert buy(client, 3, as_="coorganizer").status_code == 200


def test_codes_are_used_so_many_times(client: Client, engine: Engine) -> None:
    _set(engine, "UPDATE discount_codes SET tickets_number = 5 WHERE id = 1")
    first = _id(buy(client, (2, 2), discount_code="STUDENT"))
    assert fault(buy(client, 2, discount_code="STUDENT"))[:2] == (409, "discount-code-exhausted")
    assert change(client, first, status="cancelled").status_code == 200
    assert buy(client, (2, 2), discount_code="1").status_code == 200, "by its id, as clients do"


def test_draft_events_tickets_are_for_nobody_else(client: Client, engine: Engine) -> None:
    assert fault(buy(client, 6))[:2] == (404, "not-found")
    assert buy(client, 6, as_="owner").status_code == 200
    assert fault(buy(client, 7))[:2] == (404, "not-found"), "deleted"


@pytest.mark.parametrize(
    "tickets",
    [
        [], "1", None, [1], [{}], [{"id": "x"}], [{"id": "1", "quantity": 0}],
        [{"id": "1", "quantity": -1}], [{"id": "1", "quantity": 1.5}], [{"id": True}],
        [{"id": "1", "quantity": 10**12}], [{"id": "1"}, {"id": 1}],
        [{"id": "4", "price": "NaN"}], [{"id": "4", "price": 1e300}], [{"id": "4", "price": []}],
        [{"id": "4", "price": 5.001}], [{"id": "4", "price": 4.99}], [{"id": "4", "price": 500.01}],
    ],
)  # fmt: skip
def test_what_cannot_be_ordered_is_422(client: Client, tickets: Any) -> None:
    for path in ("/v1/orders/create-order", "/v1/orders/calculate-amount"):
        answer = client.rpc(path, {"tickets": tickets}, as_="registered")
        assert answer.status_code == 422, answer.text


def test_donation_is_what_the_buyer_chose(client: Client) -> None:
    order = buy(client, {"id": 4, "quantity": 2, "price": 12.5})
    assert order.json["data"]["attributes"]["amount"] == 25.5, "with the fee"


def test_free_tickets_take_a_verified_address(client: Client, engine: Engine) -> None:
    refused = buy(client, 1, as_="unverified")
    assert fault(refused)[:2] == (403, "unverified-user")
    assert refused.json["errors"][0]["source"]["code"] == "unverified-user"
    assert buy(client, 2, as_="unverified").status_code == 200


def test_buyer_pays_in_a_way_that_the_event_offers(client: Client, engine: Engine) -> None:
    order = _id(buy(client, 2))
    assert fault(change(client, order, status="placed"))[:2] == (422, "payment-mode")
    assert fault(change(client, order, payment_mode="cheque"))[:2] == (422, "payment-mode")
    wrong = change(client, order, status="completed", payment_mode="bank")
    assert fault(wrong)[:2] == (403, "not-your-move")
    placed = change(client, order, status="placed", payment_mode="bank", order_notes="Thanks")
    assert placed.json["data"]["attributes"]["status"] == "placed"
    assert fault(change(client, order, company="Later"))[:2] == (409, "order-closed")
    done = change(client, order, "coorganizer", status="completed").json["data"]["attributes"]
    assert (done["status"], done["paid-via"]) == ("completed", "bank")
    assert done["completed-at"] is not None
    assert fault(change(client, order, "organizer", status="cancelled"))[:2] == (409, "order-paid")


def test_who_is_billed_is_asked_for_where_the_event_wants_it(
    client: Client, engine: Engine
) -> None:
    _set(engine, "UPDATE events SET is_billing_info_mandatory = true WHERE id = 1")
    order = _id(buy(client, 2))
    refused = change(client, order, status="placed", payment_mode="bank")
    assert fault(refused) == (422, "billing", "/data/attributes/company")
    billing = {"company": "A", "address": "B", "city": "C", "zipcode": "D", "country": "E"}
    paid = change(client, order, status="placed", payment_mode="bank", **billing)
    assert paid.status_code == 200


def test_organizers_change_the_status_of_others_orders_and_nothing_else(client: Client) -> None:
    assert fault(change(client, 2, "organizer", company="Mine"))[0] == 403
    cancelled = change(client, 2, "organizer", status="cancelled", cancel_note="No", company="X")
    shown = cancelled.json["data"]["attributes"]
    assert (shown["status"], shown["cancel-note"], shown["company"]) == ("cancelled", "No", None)
    assert fault(change(client, 2, "registered", status="pending"))[0] == 409


def test_what_an_organizer_says_is_paid_was_not_free(client: Client) -> None:
    paid = change(client, 3, "organizer", status="completed").json["data"]["attributes"]
    assert (paid["amount"], paid["paid-via"]) == (51, None), "nobody said how"


def test_orders_are_between_buyer_and_organizers(client: Client) -> None:
    for who, seen in (
        ("registered", {"1", "2", "6"}),
        ("coorganizer", {"1", "2", "3", "4", "6"}),
        ("registrar", set()),
        ("other-owner", {"3", "5"}),
    ):
        assert set(ids(client.get("/v1/orders", as_=who))) == seen, who
    assert client.get("/v1/orders/2", as_="registrar").status_code == 404


def test_organizers_know_who_bought(client: Client) -> None:
    found = {"name": "user", "op": "has", "val": {"name": "email", "op": "ilike", "val": "regis%"}}
    path = filtered("/v1/events/1/orders", found, include="user")
    answer = client.get(path, as_="coorganizer")
    assert set(ids(answer)) == {"1", "2", "6"}
    assert answer.json["included"][0]["attributes"]["email"] == "registered@example.org"
    assert client.get("/v1/users/9", as_="coorganizer").status_code == 200
    assert client.get("/v1/users/9", as_="registrar").status_code == 404


ON_SITE = {"data": {"type": "on-site-ticket", "attributes": {"id": "1", "quantity": "3"}}}


def _on_site(client: Client, *tickets: Any, as_: str = "organizer") -> Any:
    body = document("order", None, {"amount": 25.0, "on-site-tickets": tickets}, event=("event", 1))
    return client.post("/v1/orders?onsite=true", body, as_=as_)


def test_order_at_the_door_has_as_many_attendees_as_were_sold(client: Client) -> None:
    """The predecessor made one too few."""
    answer = _on_site(client, ON_SITE)
    assert answer.status_code == 201, answer.text
    attributes = answer.json["data"]["attributes"]
    assert (attributes["status"], attributes["amount"]) == ("completed", 0)
    attendees = client.get(f"/v1/orders/{_id(answer)}/attendees", as_="organizer").json["data"]
    assert len(attendees) == 3
    assert all(item["attributes"]["firstname"] for item in attendees), "the app's list needs one"


def test_door_sells_no_more_than_there_are(client: Client, engine: Engine) -> None:
    _set(engine, "UPDATE tickets SET quantity = 12, sales_ends_at = '2026-01-01' WHERE id = 1")
    many = {"data": {"attributes": {"id": 1, "quantity": 11}}}
    assert fault(_on_site(client, many))[:2] == (409, "sold-out")
    paid = {"data": {"attributes": {"id": "2", "quantity": "1"}}}
    sold = _on_site(client, ON_SITE, paid).json["data"]["attributes"]
    assert (sold["amount"], sold["payment-mode"], sold["paid-via"]) == (51, "onsite", "onsite")
    other = {"data": {"attributes": {"id": "5", "quantity": "1"}}}
    assert fault(_on_site(client, other))[:2] == (422, "other-event")


def test_history_tells_how_the_order_is(client: Client, engine: Engine) -> None:
    order = _id(buy(client, (2, 2), discount_code="STUDENT"))
    introduce(client, order)
    change(client, order, company="Strings Ltd", payment_mode="bank")
    change(client, order, status="placed", city="Singapore")
    change(client, order, "organizer", status="completed")
    with session_factory(engine)() as db:
        row = db.get_one(Order, int(order))
        entries = db.execute(
            text(
                "SELECT values, actor, user_id FROM order_changes WHERE order_id = :id ORDER BY id"
            ),
            {"id": row.id},
        ).all()
        now = {name: _plain(getattr(row, name)) for name in REMEMBERED}
    told = rebuilt(values for values, _, _ in entries)
    assert json.loads(json.dumps(now)) == told
    assert [(a, u) for _, a, u in entries] == [
        *[("buyer", 9)] * 3,
        ("organizer", 4),
    ]


def test_history_is_not_rewritten(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(Exception, match="history is only added to"):
        connection.execute(text("UPDATE order_changes SET values = '{}' WHERE id = 1"))


def test_refused_order_leaves_nothing(client: Client, engine: Engine) -> None:
    for wish in ([(1, 11)], [1, 5], [3], [2, 7]):
        assert buy(client, *wish).status_code >= 400
    with engine.connect() as connection:
        made = connection.scalar(
            text(
                "SELECT (SELECT count(*) FROM orders WHERE id > 1000)"
                " + (SELECT count(*) FROM order_lines WHERE id > 1000)"
                " + (SELECT count(*) FROM order_changes WHERE id > 1000)"
                " + (SELECT count(*) FROM attendees WHERE id > 1000)"
            )
        )
    assert made == 0


def test_attendees_are_named_by_the_buyer_until_the_order_is_placed(client: Client) -> None:
    def named(id_: int, as_: str, **attributes: Any) -> Any:
        return client.patch(f"/v1/attendees/{id_}", document("attendee", id_, attributes), as_=as_)

    assert named(6, "other-owner", firstname="Astrid").status_code == 200
    assert fault(named(3, "registered", firstname="Astrid"))[0] == 403
    assert named(3, "organizer", firstname="Astrid").status_code == 200
    assert fault(named(6, "other-owner", **{"attendee-notes": "VIP"}))[0] == 403
    assert fault(named(6, "organizer", firstname=""))[0] == 422


def test_attendee_is_known_to_few(client: Client) -> None:
    """The predecessor showed any attendee to any registered user."""
    for who, status in (
        ("registered", 200), ("registrar", 200), ("coorganizer", 200), ("admin", 200),
        ("moderator", 404), ("unverified", 404), ("other-owner", 404), (None, 401),
    ):  # fmt: skip
        assert client.get("/v1/attendees/3", as_=who).status_code == status, who
        seen = {"3", "4", "5"} if status == 200 else set()
        listed = client.get("/v1/tickets/2/attendees", as_=who)
        if who is not None:
            assert set(ids(listed)) & {"3", "4", "5"} == seen, who


def test_code_is_looked_up_by_whoever_knows_it(client: Client) -> None:
    answer = client.get("/v1/events/a5b1c2d3/access-codes/SPEAKER-2030?include=event,tickets")
    assert [(i["type"], i["id"]) for i in answer.json["included"]] == [
        ("event", "1"), ("ticket", "3"),
    ]  # fmt: skip
    assert "bank-details" not in answer.json["included"][0]["attributes"]
    assert answer.json["data"]["relationships"]["tickets"]["data"] == [
        {"type": "ticket", "id": "3"}
    ]
    assert fault(client.get("/v1/events/1/access-codes/CLOSED"))[:2] == (
        409,
        "access-code-inactive",
    )
    assert client.get("/v1/events/3/access-codes/TEAM").status_code == 404, "a draft"
    assert client.get("/v1/access-codes/1", as_="registered").status_code == 404
    assert fault(client.get("/v1/events/1/access-codes/SPEAKER-2030?include=marketer"))[0] == 400


def test_discount_codes_are_listed_and_read_by_the_team_alone(client: Client) -> None:
    """The predecessor showed any code to any registered user who guessed its id."""
    for who, status in {"registered": 404, "other-owner": 404, "coorganizer": 200}.items():
        assert client.get("/v1/discount-codes/1", as_=who).status_code == status, who
        listed = client.get("/v1/events/1/discount-codes", as_=who)
        assert ("1" in ids(listed)) == (status == 200), who
    assert client.get("/v1/discount-codes/1").status_code == 401


def test_access_code_is_no_number_to_count_up(client: Client) -> None:
    """The predecessor's hidden tickets opened to whoever guessed the id of a code."""
    assert fault(buy(client, 3, access_code="1"))[:2] == (404, "not-found")
    assert fault(buy(client, 3, access_code=1))[:2] == (404, "not-found")
    assert buy(client, 3, access_code="SPEAKER-2030").status_code == 200
    assert buy(client, 2, discount_code=1).status_code == 200, "published clients send its id"


def test_buyer_says_who_comes_before_the_order_goes_on(client: Client) -> None:
    order = _id(buy(client, (1, 2)))
    for status in ("pending", "placed", "completed"):
        assert fault(change(client, order, status=status))[:2] == (422, "attendee-form")
    introduce(client, order)
    assert change(client, order, status="completed").status_code == 200


def test_organizers_need_not_wait_for_the_form(client: Client) -> None:
    order = _id(buy(client, (1, 2)))
    assert change(client, order, "organizer", status="completed").status_code == 200


def _attendees(client: Client, order: str) -> list[str]:
    return sorted(ids(client.get(f"/v1/orders/{order}/attendees", as_="organizer")), key=int)


def _bought(client: Client, *tickets: Any, **more: Any) -> str:
    """Return an order that costs nothing, completed by its buyer."""
    order = _id(buy(client, *tickets, **more))
    introduce(client, order)
    assert change(client, order, status="completed").status_code == 200
    return order


def test_attendees_who_are_removed_at_once_give_each_seat_back_once(client: Client) -> None:
    order = _bought(client, (1, 3))
    seats, before = _attendees(client, order), left(client, 1)
    every = [seats[0], seats[1]] * 3
    with ThreadPoolExecutor(len(every)) as pool:
        found = pool.map(lambda id_: client.delete(f"/v1/attendees/{id_}", as_="organizer"), every)
    assert sorted(answer.status_code for answer in found) == [200, 200, 404, 404, 404, 404]
    assert (left(client, 1), _attendees(client, order)) == (before + 2, seats[2:])
    again = {"Idempotency-Key": "last"}
    for _ in range(2):
        answer = client.delete(f"/v1/attendees/{seats[2]}", as_="organizer", headers=again)
        assert answer.status_code == 200
    assert left(client, 1) == before + 3
    shown = client.get(f"/v1/orders/{order}", as_="registered").json["data"]["attributes"]
    assert shown["status"] == "cancelled", "with its last attendee"


def test_removed_attendee_takes_use_of_a_code_and_the_ticket_along(
    client: Client, engine: Engine
) -> None:
    _set(engine, "UPDATE discount_codes SET value = 100 WHERE id = 1")
    order = _bought(client, (2, 3), discount_code="STUDENT")
    gone, *others = _attendees(client, order)
    assert client.delete(f"/v1/attendees/{gone}", as_="coorganizer").status_code == 200
    with engine.connect() as connection:
        used = connection.scalar(text("SELECT used FROM discount_codes WHERE id = 1"))
        entries = text("SELECT values FROM order_changes WHERE order_id = :id ORDER BY id")
        told = rebuilt(connection.scalars(entries, {"id": int(order)}))
    assert used == 3 + 2
    now = told["status"], told["discount_uses"], told["discount_amount"]
    assert (*now, told[f"attendee_{gone}"]) == ("completed", 2, "100.00", "removed")
    with session_factory(engine)() as db:
        row = db.get_one(Order, int(order))
        assert now == (row.status, row.discount_uses, str(row.discount_amount))
        issues = current_revisions(db, 1, [int(gone), int(others[0])])
        assert issues == {int(gone): 2, int(others[0]): 1}, "the signed ticket is revoked"
    back = document("attendee", gone, {"deleted-at": None})
    assert client.patch(f"/v1/attendees/{gone}", back, as_="admin").status_code == 404


@pytest.mark.parametrize(
    ("attendee", "who", "expected"),
    [
        (1, "registrar", (403, "forbidden")),
        (1, "registered", (403, "forbidden")),
        (2, "owner", (409, "checked-in")),
        (3, "admin", (409, "seat-is-paid-for")),
        (6, "organizer", (409, "order-open")),
        (7, "organizer", (404, "not-found")),
    ],
)
def test_attendee_stays_whom_somebody_counts_on(
    client: Client, attendee: int, who: str, expected: tuple[int, str]
) -> None:
    path = f"/v1/attendees/{attendee}"
    before = client.get(path, as_="organizer").json
    assert fault(client.delete(path, as_=who))[:2] == expected
    assert client.get(path, as_="organizer").json == before
