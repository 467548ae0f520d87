"""What happens in the background: mails, because of what happens to people."""

from __future__ import annotations

import logging

from openevent.areas.communication.domain_events import MailWritten
from openevent.areas.communication.models import Mail, MailAction
from openevent.areas.communication.operations import Letter, reveal, write_mail
from openevent.areas.events.models import Event
from openevent.areas.identity.domain_events import (
    EmailChanged,
    PasswordChanged,
    PasswordResetRequested,
    RoleGranted,
    UserRegistered,
    VerificationRequested,
)
from openevent.areas.identity.models import Role, TokenPurpose, User, UsersEventsRoles
from openevent.services.mailer import Mailer, MailRefused, OutgoingMail
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork

logger = logging.getLogger(__name__)

#: A mail that could not be sent for two days is a dead letter: its links are long dead.
MAIL_AGE_MS = 2 * 86_400_000


@job(on=UserRegistered, name="communication.mail_confirmation", queue="mail")
def mail_confirmation(work: UnitOfWork, user_id: int) -> None:
    """Write the mail that verifies a new account's address; once per account."""
    if (user := _user(work, user_id)) is not None:
        _write_confirmation(work, user, key=f"confirmation of user {user_id}")


@job(
    on=(VerificationRequested, EmailChanged),
    name="communication.mail_confirmation_again",
    queue="mail",
)
def mail_confirmation_again(work: UnitOfWork, user_id: int) -> None:
    """Write that mail again: it was asked for, or the account has another address."""
    user = _user(work, user_id)
    if user is not None and not user.is_verified:
        _write_confirmation(work, user, key=None)


@job(on=EmailChanged, name="communication.mail_address_change", queue="mail")
def mail_address_change(work: UnitOfWork, user_id: int, old_email: str) -> None:
    """Tell the old address of an account that there is a new one."""
    user = _user(work, user_id)
    if user is None:
        return
    write_mail(
        work,
        Letter(
            action=MailAction.USER_CHANGE_EMAIL,
            recipient=old_email,
            subject="The address of your account has changed",
            values={"name": _name(user), "new_email": user.email},
            user_id=user.id,
        ),
    )


@job(on=PasswordResetRequested, name="communication.mail_password_reset", queue="mail")
def mail_password_reset(work: UnitOfWork, user_id: int) -> None:
    """Write the mail with which a new password can be set."""
    user = _user(work, user_id)
    if user is None:
        return
    write_mail(
        work,
        Letter(
            action=MailAction.PASSWORD_RESET,
            recipient=user.email,
            subject="Set a new password",
            values={"name": _name(user)},
            user_id=user.id,
            secret=TokenPurpose.RESET_PASSWORD,
        ),
    )


@job(on=PasswordChanged, name="communication.mail_password_change", queue="mail")
def mail_password_change(work: UnitOfWork, user_id: int) -> None:
    """Tell somebody that their password was changed, in case it was not them."""
    user = _user(work, user_id)
    if user is None:
        return
    write_mail(
        work,
        Letter(
            action=MailAction.PASSWORD_CHANGE,
            recipient=user.email,
            subject="Your password was changed",
            values={"name": _name(user)},
            user_id=user.id,
        ),
    )


@job(on=RoleGranted, name="communication.mail_role", queue="mail")
def mail_role(work: UnitOfWork, users_events_roles_id: int) -> None:
    """Tell somebody about their new role on an event; once per grant."""
    grant = work.db.get(UsersEventsRoles, users_events_roles_id)
    if grant is None or (user := _user(work, grant.user_id)) is None:
        return
    event = work.db.get(Event, grant.event_id)
    role = work.db.get(Role, grant.role_id)
    if event is None or event.deleted_at is not None or role is None:
        return
    title = role.title_name or role.name
    write_mail(
        work,
        Letter(
            action=MailAction.EVENT_ROLE,
            recipient=user.email,
            subject=f"You are {title} of {event.name}",
            values={"name": _name(user), "role": title, "event": event.name},
            user_id=user.id,
            key=f"role {users_events_roles_id}",
        ),
    )


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
    if mail.secret is not None and (mail.user_id is None or not _user(work, mail.user_id)):
        mail.refused = "the account is gone"
        return
    text, html = reveal(work, mail)
    outgoing = OutgoingMail(
        key=f"mail-{mail.id}",
        recipient=mail.recipient,
        subject=mail.subject,
        text=text,
        html=html,
        written_at=mail.time,
    )
    mailer: Mailer = work.ports[Mailer]
    try:
        mailer.send(outgoing)
    except MailRefused as ex:
        logger.warning("Mail %d was refused for good: %s", mail.id, ex)
        mail.refused = str(ex)[:500]
    else:
        mail.sent_at = work.now()


def _write_confirmation(work: UnitOfWork, user: User, *, key: str | None) -> None:
    write_mail(
        work,
        Letter(
            action=MailAction.USER_CONFIRMATION,
            recipient=user.email,
            subject="Confirm your address",
            values={"name": _name(user)},
            user_id=user.id,
            key=key,
            secret=TokenPurpose.VERIFY_EMAIL,
        ),
    )


def _user(work: UnitOfWork, user_id: int) -> User | None:
    """Return an account, unless it is gone."""
    user = work.db.get(User, user_id)
    return user if user is not None and user.deleted_at is None else None


def _name(user: User) -> str:
    """Return what a mail calls somebody."""
    name = user.public_name or user.first_name or user.email.partition("@")[0]
    return " ".join(name.split())[:80]
