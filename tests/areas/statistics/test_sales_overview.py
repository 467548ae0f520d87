"""The sales overview: what one gets by adding up the rows, in one statement, for whom it is."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from openevent.areas.orders.models import OrderStatus
from openevent.areas.ticketing.models import AccessCode, DiscountCode
from tests.areas.statistics.conftest import Figures
from tests.areas.statistics.sales import EVENT, TICKETS, Sale, sales, sell_anew, store
from tests.conftest import Client

SOLD = (OrderStatus.PLACED, OrderStatus.COMPLETED)
FIRST_DAY = datetime(2026, 3, 28, 21, 0, tzinfo=UTC)  # clocks are put forward in the night after
CODE = 901
_hours = st.lists(st.integers(0, 60), min_size=8, max_size=8)


def _offer_codes(db: Session) -> None:
    made = {"id": CODE, "event_id": EVENT, "code": "ALL", "valid_from": FIRST_DAY}
    db.add(DiscountCode(type="percent", value=10, **made))
    db.add(AccessCode(**made))
    db.flush()


def _add(entry: dict[str, Any], **numbers: Any) -> None:
    for name, number in numbers.items():
        entry[name] = entry.get(name, 0) + number


@settings(max_examples=20)
@given(sold=sales, hours=_hours, with_code=st.sets(st.integers(0, 7)))
def test_overview_is_what_adding_up_the_rows_gives(
    db: Session, figures: Figures, sold: list[Sale], hours: list[int], with_code: set[int]
) -> None:
    db.execute(text("DELETE FROM orders WHERE event_id = :e"), {"e": EVENT})
    for model in (DiscountCode, AccessCode):
        db.execute(text(f"DELETE FROM {model.__tablename__} WHERE id = :id"), {"id": CODE})  # noqa: S608
    db.expunge_all()
    _offer_codes(db)
    zone = ZoneInfo(str(db.scalar(text("SELECT timezone FROM events WHERE id = 3"))))
    days: dict[str, dict[str, Any]] = defaultdict(dict)
    tickets: dict[int, dict[str, Any]] = {id_: {} for id_ in TICKETS}
    codes: dict[str, dict[str, Any]] = defaultdict(dict)
    for number, (sale, hour) in enumerate(zip(sold, hours, strict=False)):
        moment = FIRST_DAY + timedelta(hours=hour)
        coded = (
            {"discount_code_id": CODE, "discount_uses": 1, "access_code_id": CODE, "access_uses": 2}
            if number in with_code
            else {}
        )
        done = sale.status is OrderStatus.COMPLETED
        store(db, sale, **{"completed_at" if done else "created_at": moment}, **coded)
        if sale.status not in SOLD:
            continue
        seats = sum(line.line.quantity for line in sale.price.lines)
        amount = sale.price.total
        day = days[moment.astimezone(zone).date().isoformat()]
        _add(day, orders=1, tickets=seats, sales=amount, free=seats)
        for line in sale.price.lines:
            _add(
                tickets[line.line.ticket_id],
                orders=1,
                tickets=line.line.quantity,
                sales=line.sub_total,
            )
        if coded:
            both = {"orders": 1, "sales": amount, "discount": sale.price.discount}
            _add(codes["discount"], tickets=1, **both)
            _add(codes["access"], tickets=2, **both)

    found = figures("event-sales-overview", EVENT)
    assert [entry["day"] for entry in found["by-day"]] == sorted(days)
    assert all(_agree(entry, days[entry["day"]]) for entry in found["by-day"])
    of_ours = [entry for entry in found["by-ticket"] if entry["id"] in TICKETS]
    assert len(of_ours) == len(TICKETS)
    assert all(_agree(entry, tickets[entry["id"]]) for entry in of_ours)
    for kind in ("discount", "access"):
        entries = found[f"by-{kind}-code"]
        assert [e["code"] for e in entries] == ["ALL"] * bool(codes[kind])
        assert all(_agree(entry, codes[kind]) for entry in entries)


def _agree(entry: dict[str, Any], added: dict[str, Any]) -> bool:
    """Whether an entry's numbers are those that were added up; what was not added is 0."""
    names = ("orders", "tickets", "sales", "free", "paid", "donation", "discount")
    return all(entry[name] == float(added.get(name, 0)) for name in names if name in entry)


def test_check_ins_are_counted_by_hours_of_the_event_time_zone(
    db: Session, figures: Figures
) -> None:
    """Kathmandu's hours begin at a quarter past; what was refused, or at a station, is none."""
    db.execute(text("UPDATE events SET timezone = 'Asia/Kathmandu' WHERE id = 1"))
    before = figures("event-sales-overview", 1)["check-ins-by-hour"]
    db.execute(
        text(
            "INSERT INTO scans (client_id, event_id, ticket_holder_id, direction, verdict, lane,"
            " turn, scanned_at, happened_at) SELECT 'c' || n, 1, 1,"
            " CASE n % 2 WHEN 1 THEN 'in' ELSE 'out' END, 'accepted', 'door', n, now(),"
            " '2026-03-01T08:10:00Z'::timestamptz + n * interval '3 minutes'"
            " FROM generate_series(1, 3) AS n"
            " UNION ALL SELECT 'd', 1, 1, 'in', 'duplicate', 'door', NULL, now(),"
            " '2026-03-01T08:30:00Z'"
            " UNION ALL SELECT 's', 1, 1, 'in', 'accepted', 'registration 2026-03-01', 1, now(),"
            " '2026-03-01T08:30:00Z'"
        )
    )
    assert figures("event-sales-overview", 1)["check-ins-by-hour"] == [
        *before,
        {"hour": "2026-03-01T07:15:00Z", "in": 1, "out": 0},
        {"hour": "2026-03-01T08:15:00Z", "in": 1, "out": 1},
    ]


def test_event_without_sales_has_empty_lists(db: Session, figures: Figures) -> None:
    sell_anew(db, [])
    found = figures("event-sales-overview", EVENT)
    assert found["by-day"] == found["by-discount-code"] == found["check-ins-by-hour"] == []
    assert {entry["sales"] for entry in found["by-ticket"]} == {0}


def test_overview_is_for_those_who_run_the_event_and_narrowed_to_what_is_asked_for(
    client: Client,
) -> None:
    path = "/v1/events/a5b1c2d3/sales-overview"
    wanted = f"{path}?fields[event-sales-overview]=by-day"
    assert client.get(wanted, as_="coorganizer").json["data"]["attributes"].keys() == {"by-day"}
    assert client.get(path).status_code == 401
    for stranger in ("registered", "registrar", "other-owner"):
        assert client.get(path, as_=stranger).status_code == 404
