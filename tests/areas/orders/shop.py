"""Buying in tests: requests as clients send them, and the books behind them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from tests.areas.documents import document
from tests.conftest import Client

#: Tickets whose counts differ from what live orders hold and have.
UNBALANCED = text(
    """
    SELECT t.id, t.held, t.sold, t.quantity, l.held, l.sold FROM tickets t
    LEFT JOIN LATERAL (
        SELECT COALESCE(SUM(quantity) FILTER (WHERE expires_at IS NOT NULL), 0) AS held,
               COALESCE(SUM(quantity) FILTER (WHERE status IN ('placed', 'completed')), 0) AS sold
        FROM order_lines JOIN orders ON orders.id = order_id WHERE ticket_id = t.id
    ) l ON true
    WHERE (t.held, t.sold) <> (l.held, l.sold) OR t.held + t.sold > t.quantity
    """
)
#: Codes whose use differs from that of live orders.
MISCOUNTED = text(
    """
    SELECT c.id, c.used FROM discount_codes c WHERE c.used <> (
        SELECT COALESCE(SUM(discount_uses), 0) FROM orders
        WHERE discount_code_id = c.id AND status NOT IN ('cancelled', 'expired'))
    UNION ALL
    SELECT c.id, c.used FROM access_codes c WHERE c.used <> (
        SELECT COALESCE(SUM(access_uses), 0) FROM orders
        WHERE access_code_id = c.id AND status NOT IN ('cancelled', 'expired'))
    """
)
#: Orders with more or fewer attendees than seats.
MISSEATED = text(
    """
    SELECT o.id FROM orders o
    WHERE (SELECT count(*) FROM attendees a WHERE a.order_id = o.id AND a.deleted_at IS NULL)
       <> CASE WHEN o.status IN ('cancelled', 'expired') THEN 0 ELSE
          (SELECT sum(quantity) FROM order_lines l WHERE l.order_id = o.id) END
    """
)


def faults_in_the_books(engine: Engine) -> list[Any]:
    """Return what does not add up between tickets, codes, orders and attendees."""
    with engine.connect() as connection:
        return [
            tuple(row)
            for statement in (UNBALANCED, MISCOUNTED, MISSEATED)
            for row in connection.execute(statement)
        ]


def buy(client: Client, *tickets: Any, as_: str = "registered", **more: Any) -> Any:
    """Order tickets: ids, pairs of id and quantity, or items as they are sent."""
    items = []
    for ticket in tickets:
        if isinstance(ticket, dict):
            items.append(ticket)
        else:
            id_, quantity = ticket if isinstance(ticket, tuple) else (ticket, 1)
            items.append({"id": str(id_), "quantity": quantity})
    headers = more.pop("headers", None)
    body = {"tickets": items, **{name.replace("_", "-"): value for name, value in more.items()}}
    return client.rpc("/v1/orders/create-order", body, as_=as_, headers=headers)


def introduce(client: Client, order_id: Any, as_: str = "registered") -> None:
    """Say who comes, as the event's form asks."""
    attendees = client.get(f"/v1/orders/{order_id}/attendees", as_=as_).json["data"]
    for attendee in attendees:
        if attendee["attributes"]["email"] is None:
            values = {"email": f"guest-{attendee['id']}@example.org"}
            sent = document("attendee", attendee["id"], values)
            answer = client.patch(f"/v1/attendees/{attendee['id']}", sent, as_=as_)
            assert answer.status_code == 200, answer.text


def change(client: Client, id_: Any, as_: str = "registered", **attributes: Any) -> Any:
    """Change an order."""
    values = {name.replace("_", "-"): value for name, value in attributes.items()}
    return client.patch(f"/v1/orders/{id_}", document("order", id_, values), as_=as_)


def left(client: Client, ticket: int) -> int:
    """Return how many of a ticket are left, as everybody is told."""
    answer = client.get("/v1/events/1/tickets/availability", as_="organizer")
    return int(next(item["available"] for item in answer.json if item["id"] == ticket))


def lapse(engine: Engine, *order_ids: Any) -> None:
    """Let the time of orders run out."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ANY(:ids)"),
            {"ids": [int(id_) for id_ in order_ids]},
        )
