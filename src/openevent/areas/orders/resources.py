"""The resource types of the orders area, and its routes of their own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column

from openevent.areas.orders.endpoints import ROUTES
from openevent.areas.orders.models import Attendee, Order
from openevent.areas.orders.operations.buying import create_onsite_order
from openevent.areas.orders.operations.changing import update_attendee, update_order
from openevent.areas.orders.operations.leaving import LOCK_ORDER, remove_attendee
from openevent.areas.orders.policy import ATTENDEE, ORDER
from openevent.areas.orders.schemas import OrderSchema, SeatSchema
from openevent.jsonapi.resource import Listing, ResourceType, Row
from openevent.work.principal import Audience


def status_now(row: Row) -> ColumnElement[str]:
    """Return an order's status: past its time it has expired, whoever noticed."""
    lapsed = (row.expires_at <= func.now(), literal_column("'expired'", Text))
    return case(lapsed, else_=row.status)


ORDERS: Final = ResourceType(
    schema=OrderSchema,
    model=Order,
    policy=ORDER,
    create=create_onsite_order,
    update=update_order,
    listings=(Listing(path="/v1/orders", audience=Audience.REGISTERED),),
    computed={"status": status_now},
    key="identifier",
    sort=("-created_at",),
)
#: Served with what the door adds to it (``areas/checkin/resources.py``).
SEATS: Final = ResourceType(
    schema=SeatSchema,
    model=Attendee,
    policy=ATTENDEE,
    update=update_attendee,
    delete=remove_attendee,
    lock_first=LOCK_ORDER,
    is_restorable=False,
    computed={"identifier": lambda row: cast(row.id, Text)},
)

RESOURCES: Final = (ORDERS,)

__all__ = ["RESOURCES", "ROUTES"]
