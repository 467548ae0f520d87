"""What happens to people's things in the background: what has ended is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from openevent.areas.identity.models import LoginSession, SingleUseToken
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork

#: Longer than any access token lives that names the log-in, also a fresh one of a day.
KEPT_AFTER_END: Final = timedelta(days=7)


@job(name="identity.forget_ended", queue="upkeep", cron="17 3 * * *")
def forget_ended(work: UnitOfWork) -> None:
    """Delete log-ins and mailed tokens whose time was over a week ago. Safe to repeat."""
    before = work.now() - KEPT_AFTER_END
    for table in (LoginSession, SingleUseToken):
        work.db.execute(
            delete(table)
            .where(table.expires_at < before)
            .execution_options(synchronize_session=False)
        )
