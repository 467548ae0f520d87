"""Letting people in who need not come past anybody: holders of tickets that say so."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from openevent.areas.checkin.models import Direction
from openevent.areas.checkin.operations.places import Sighting
from openevent.areas.checkin.operations.scanning import record_sightings
from openevent.areas.events.models import Event
from openevent.areas.orders.models import Attendee, Order, OrderStatus
from openevent.areas.ticketing.models import Ticket
from openevent.work.unit import UnitOfWork

#: What stands in the place of a device.
DEVICE: Final = "Automatic check-in"


def check_in_holders(work: UnitOfWork, order_id: int) -> None:
    """Check in an order's holders of tickets with ``auto-checkin-enabled``, once.

    It is a scan like any other, whose id is made of the attendee's: what is done again is
    the same scan, and who went out meanwhile is not taken back in.
    """
    order = work.db.get(Order, order_id)
    if order is None or order.status != OrderStatus.COMPLETED:
        return
    holders = work.db.scalars(
        select(Attendee.id)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .where(
            Attendee.order_id == order_id,
            Attendee.deleted_at.is_(None),
            Ticket.auto_checkin_enabled,
        )
        .order_by(Attendee.id)
    ).all()
    if holders:
        event = work.db.get_one(Event, order.event_id)
        record_sightings(work, event, [_sighting(work, id_) for id_ in holders])


def _sighting(work: UnitOfWork, attendee_id: int) -> Sighting:
    return Sighting(
        client_id=f"automatic-{attendee_id}",
        attendee_id=attendee_id,
        direction=Direction.IN,
        happened_at=work.now(),
        device_name=DEVICE,
    )
