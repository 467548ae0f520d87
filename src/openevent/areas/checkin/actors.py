"""What the worker does at the door."""

from __future__ import annotations

from openevent.areas.checkin.operations.automatic import check_in_holders
from openevent.areas.orders.domain_events import OrderCompleted
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(on=OrderCompleted, name="checkin.let_holders_in", queue="default")
def let_holders_in(work: UnitOfWork, order_id: int) -> None:
    """Check in who has a ticket that needs nobody at the door. Safe to repeat."""
    check_in_holders(work, order_id)
