"""Sales reports for admins: rows that equal their sums, in few statements, for nobody else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.statistics.admin_figures import FIGURES
from openevent.areas.statistics.reports import REPORTS
from tests.conftest import Client

ORDERS = "SELECT o.id, o.status, o.amount FROM orders AS o JOIN events AS e ON e.id = o.event_id"
REPORTED = ("completed", "placed", "pending")


def rows(client: Client, report: str, who: str = "admin") -> dict[int, dict[str, Any]]:
    answer = client.get(f"/v1/admin/sales/{report}?page[size]=0", as_=who)
    assert answer.status_code == 200, answer.text
    return {int(item["id"]): item["attributes"] for item in answer.json["data"]}


def added(engine: Engine, where: str, **values: Any) -> dict[str, dict[str, float]]:
    """Return what adding up the orders of a condition gives, order by order, line by line."""
    sums = {status: {"sales_total": Decimal(0), "ticket_count": 0} for status in REPORTED}
    with engine.connect() as db:
        orders = db.execute(
            text(f"{ORDERS} WHERE {where}"),
            values,
        ).all()
        for order in orders:
            if order.status in sums:
                lines = db.scalars(
                    text("SELECT quantity FROM order_lines WHERE order_id = :id"), {"id": order.id}
                )
                sums[order.status]["sales_total"] += order.amount
                sums[order.status]["ticket_count"] += sum(lines)
    return {s: {n: float(number) for n, number in of.items()} for s, of in sums.items()}


@pytest.fixture
def marketed(engine: Engine) -> None:
    """Orders of several lines, waiting ones, and a marketer who sold some of them."""
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO order_lines (order_id, ticket_id, event_id, quantity, price)"
                " VALUES (2, 1, 1, 2, 0), (2, 4, 1, 1, 20)"
            )
        )
        db.execute(text("UPDATE orders SET status = 'pending' WHERE id = 3"))
        db.execute(text("UPDATE orders SET marketer_id = 4 WHERE id IN (2, 3, 6)"))


@pytest.mark.usefixtures("marketed")
def test_reports_are_what_adding_up_the_orders_gives(client: Client, engine: Engine) -> None:
    """The predecessor's joins multiplied amounts by the number of lines."""
    for id_, event in rows(client, "by-events").items():
        of_event = added(engine, "e.id = :id", id=id_)
        for status in REPORTED:
            assert event[f"{status}-order-sales"] == of_event[status]["sales_total"]
            assert event[f"{status}-order-tickets"] == of_event[status]["ticket_count"]
    live = "e.deleted_at IS NULL"
    for place in rows(client, "by-location").values():
        where = f"e.location_name = :name AND {live}"
        assert place["sales"] == added(engine, where, name=place["location-name"])
    for id_, marketer in rows(client, "by-marketer").items():
        assert marketer["sales"] == added(engine, "o.marketer_id = :id", id=id_)
    for id_, organizer in rows(client, "by-organizers").items():
        runs = (
            "e.id IN (SELECT event_id FROM users_events_roles AS u JOIN roles AS r"
            " ON r.id = u.role_id WHERE u.user_id = :id AND r.name IN ('owner', 'organizer'))"
        )
        assert organizer["sales"] == added(engine, f"{runs} AND {live}", id=id_)
    for id_, code in rows(client, "discounted").items():
        assert code["sales"] == added(engine, "o.discount_code_id = :id", id=id_)
    for id_, event in rows(client, "fees").items():
        completed = added(engine, "e.id = :id", id=id_)["completed"]
        assert (event["revenue"], event["ticket-count"]) == tuple(completed.values())
    assert rows(client, "by-marketer")[4]["sales"]["pending"]["sales_total"] == 51


@pytest.mark.usefixtures("marketed")
def test_pending_order_past_its_time_is_in_no_report(client: Client, engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("UPDATE orders SET expires_at = now() WHERE id = 3"))
    assert rows(client, "by-marketer")[4]["sales"]["pending"] == {
        "sales_total": 0,
        "ticket_count": 0,
    }


def test_fee_is_that_of_the_event_country_or_of_everywhere(client: Client, engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("DELETE FROM ticket_fees"))
        db.execute(
            text(
                "INSERT INTO ticket_fees (currency, country, service_fee, maximum_fee) VALUES"
                " ('EUR', 'DE', 2.5, 4), ('USD', 'global', 9, 1)"
            )
        )
    found = rows(client, "fees")
    assert (found[1]["fee-percentage"], found[1]["maximum-fee"]) == (2.5, 4)
    assert {event["fee-percentage"] for id_, event in found.items() if id_ != 1} == {9}


def test_reading_a_report_writes_nothing(client: Client, engine: Engine) -> None:
    """The predecessor's report by event wrote to the database."""
    latest = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    with engine.connect() as db:
        before = db.scalar(latest)
    for resource in REPORTS:
        assert client.get(resource.path, as_="admin").status_code == 200
    with engine.connect() as db:
        assert db.scalar(latest) == before


@pytest.mark.parametrize("who", ["registered", "owner", "organizer"])
def test_reports_and_statistics_are_for_admins(client: Client, who: str) -> None:
    paths = [resource.path for resource in REPORTS]
    for path in (*paths, *(f"/v1/admin/statistics/{segment}" for segment in FIGURES)):
        assert client.get(path, as_=who).status_code == 403
        assert client.get(path).status_code == 401
        assert client.get(path, as_="super-admin").status_code == 200


def test_statistics_count_what_there_is(client: Client, engine: Engine) -> None:
    def counted(segment: str) -> dict[str, int]:
        found: dict[str, int] = client.get(f"/v1/admin/statistics/{segment}", as_="admin").json[
            "data"
        ]["attributes"]
        return found

    with engine.connect() as db:

        def number(sql: str) -> Any:
            return db.scalar(text(f"SELECT count(*) FROM {sql}"))  # noqa: S608

        assert sum(counted("events").values()) == number("events WHERE deleted_at IS NULL")
        assert counted("sessions")["submitted"] == number("sessions WHERE deleted_at IS NULL")
        users = counted("users")
        assert users["verified"] + users["unverified"] == number("users WHERE deleted_at IS NULL")
        assert users["owner"] == number(
            "(SELECT DISTINCT user_id FROM users_events_roles WHERE is_owner) AS t"
        )
        assert counted("groups")["followers"] == number("user_follow_groups")
        thirty = number("mails WHERE time >= now() - interval '30 days'")
        assert counted("mails")["thirty-days"] == thirty
    types = client.get("/v1/admin/statistics/event-types", as_="registered").json
    assert [each["count"] for each in types] == sorted((e["count"] for e in types), reverse=True)
    assert sum(each["count"] for each in types) > 0
