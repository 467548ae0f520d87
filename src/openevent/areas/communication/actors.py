"""What happens in the background: mails and notifications, because of what happens."""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert

from openevent.areas.communication.domain_events import MailingContinues, MailWritten
from openevent.areas.communication.kinds import KINDS
from openevent.areas.communication.models import EmailNotification, Mail
from openevent.areas.communication.operations.mailing import write_mailing
from openevent.areas.communication.operations.sending import outgoing
from openevent.areas.communication.rules import MailKind
from openevent.areas.identity.domain_events import RoleGranted
from openevent.areas.identity.models import UsersEventsRoles
from openevent.services.mailer import Mailer, MailRefused
from openevent.work.jobs import Job, job
from openevent.work.unit import UnitOfWork

logger = logging.getLogger(__name__)

#: A mail that could not be sent for two days is a dead letter: its links are long dead.
MAIL_AGE_MS = 2 * 86_400_000


def _job_of(kind: MailKind) -> Job:
    """Return the job that writes the mails of one kind."""

    @wraps(kind.mailing)  # the dispatcher reads which fields of the event it takes
    def write(work: UnitOfWork, **arguments: Any) -> None:
        write_mailing(work, kind, arguments)

    return job(on=kind.on, when=kind.when, name=kind.name, queue="mail")(write)


#: One job for each kind of mail.
MAILINGS: Final = tuple(_job_of(kind) for kind in KINDS)

_BY_NAME: Final = {kind.name: kind for kind in KINDS}


@job(on=MailingContinues, name="communication.continue_mailing", queue="mail")
def continue_mailing(work: UnitOfWork, kind: str, arguments: dict[str, Any], after: int) -> None:
    """Write to the next of many recipients. Safe to repeat: mails are unique per recipient."""
    write_mailing(work, _BY_NAME[kind], arguments, after)


@job(
    on=MailWritten,
    name="communication.send_mail",
    queue="mail",
    max_retries=12,
    min_backoff_ms=15_000,
    max_backoff_ms=3_600_000,
    max_age_ms=MAIL_AGE_MS,
)
def send_mail(work: UnitOfWork, mail_id: int) -> None:
    """Hand a stored mail over and mark it; a mail that is sent or refused stays as it is."""
    mail = work.db.get(Mail, mail_id, with_for_update=True)
    if mail is None or mail.sent_at is not None or mail.refused is not None:
        return
    ready = outgoing(work, mail)
    if ready is None:
        mail.refused = "it is no longer wanted"
        return
    mailer: Mailer = work.ports[Mailer]
    try:
        mailer.send(ready)
    except MailRefused as ex:
        logger.warning("Mail %d was refused for good: %s", mail.id, ex)
        mail.refused = str(ex)[:500]
    else:
        mail.sent_at = work.now()


@job(on=RoleGranted, name="communication.add_switches", queue="default")
def add_switches(work: UnitOfWork, users_events_roles_id: int) -> None:
    """Give somebody with a new role switches for the event's mails; they are on."""
    grant = work.db.get(UsersEventsRoles, users_events_roles_id)
    if grant is not None:
        work.db.execute(
            insert(EmailNotification)
            .values(user_id=grant.user_id, event_id=grant.event_id)
            .on_conflict_do_nothing()
        )
