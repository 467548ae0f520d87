"""What the worker does for orders."""

from __future__ import annotations

from openevent.areas.orders.operations.changing import expire_lapsed
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork

#: Most orders that one run lets expire; the next run is a minute later.
_AT_ONCE = 200


@job(name="orders.expire_lapsed", queue="upkeep", cron="* * * * *", max_retries=0)
def expire_orders(work: UnitOfWork) -> None:
    """Tidy up orders past their time. Nobody waits for it: whoever wants seats does so too."""
    expire_lapsed(work, _AT_ONCE)
