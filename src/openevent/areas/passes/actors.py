"""What the worker does for tickets in hand."""

from __future__ import annotations

from openevent.areas.orders.domain_events import (
    AttendeeRenamed,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
)
from openevent.areas.passes import operations
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(
    on=(OrderPlaced, OrderCompleted),
    name="passes.issue_tickets",
    queue="documents",
    time_limit_ms=600_000,  # for a thousand tickets
)
def issue_tickets(work: UnitOfWork, order_id: int) -> None:
    """Make the tickets of what was sold. Safe to repeat: a paper is kept under its content."""
    operations.issue_tickets(work, order_id)


@job(on=AttendeeRenamed, name="passes.reissue_ticket", queue="documents")
def reissue_ticket(work: UnitOfWork, attendee_id: int) -> None:
    """Issue a ticket anew that is somebody else's now. A delivery is acted on once."""
    operations.reissue_ticket(work, attendee_id)


@job(on=OrderCancelled, name="passes.withdraw_tickets", queue="documents")
def withdraw_tickets(work: UnitOfWork, order_id: int) -> None:
    """Take back where the tickets of an order are."""
    operations.withdraw_tickets(work, order_id)


@job(name="passes.forget_old_papers", queue="upkeep", cron="23 3 * * *")
def forget_old_papers(work: UnitOfWork) -> None:
    """Make room in the storage; papers are made again when somebody wants one."""
    operations.forget_old_papers(work)
