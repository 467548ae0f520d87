"""What happens to programmes in the background."""

from __future__ import annotations

from openevent.areas.programme.operations.sessions import reject_left_over
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(name="programme.reject_left_over", cron="30 5 * * *", time_limit_ms=600_000)
def reject_left_over_proposals(work: UnitOfWork) -> None:
    """Reject what nobody has decided on before its event was over. Safe to repeat."""
    reject_left_over(work)
